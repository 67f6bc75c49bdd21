"""The two pages of an import: the file, and what it holds with who is who."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_member
from tasks.actions import change_project
from tasks.importing import FILE_LIMIT
from tasks.jobs import discard_drafts
from tasks.models import Assignment, BoardDraft, Comment, Label, Project, Task
from tasks.views.imports import NOTES_SHOWN, PEOPLE_SHOWN

from .files import board, everything, issue, issues, people, table
from .test_trello import checklist, comment

NAMES = {"members": [{"id": "m1", "fullName": "Yusuf Demir", "username": "yd"}, {"id": "m2", "fullName": "Zora Quist"}]}


def at(project: Project) -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/import/"


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def rows(answer: Any, heading: str) -> list[list[str]]:
    """The cells of the table under a heading, as a reader sees them."""
    table_of = text(answer).split(f">{heading}</h2>")[1].split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table_of.split("</tr>")[:-1]]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def figures(answer: Any) -> dict[str, str]:
    """The figures at the top of a page."""
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", text(answer)))


def behind(answer: Any) -> dict[str, str]:
    """What stays behind, with how many."""
    return dict(re.findall(r'<dt>([^<]+)</dt><dd class="num">(\d+)</dd>', text(answer)))


def chosen(answer: Any, name: str) -> str:
    """The member who is chosen for a person of the file; empty for nobody."""
    select = text(answer).split(f'<select class="input sm" name="{name}"')[1].split("</select>")[0]
    found = re.search(r'<option value="\d+" selected>([^<]*)', select)
    return found[1] if found else ""


@pytest.fixture
def upload(page: Client, project: Project) -> Callable[[bytes], Any]:
    """Marta uploads a file and looks at what it holds."""

    def send(content: bytes, name: str = "board.bin") -> Any:
        answer = page.post(at(project), {"file": SimpleUploadedFile(name, content)}, follow=True)
        assert answer.status_code == 200 and "draft=" in answer.redirect_chain[0][0]
        return answer

    return send


def confirm(page: Client, project: Project, **more: Any) -> Any:
    return page.post(at(project), {"confirm": BoardDraft.objects.get().pk, **more}, follow=True)


# The file


def test_the_first_page_says_what_can_be_brought(page: Client, project: Project) -> None:
    said = text(page.get(at(project)))
    for word in ("Export as JSON", "/repos/…/issues?state=all&per_page=100", "Tasks export", "up to 10 MB"):
        assert word in said


@pytest.mark.parametrize(
    ("content", "system", "name"),
    [
        (board(), "Trello", "export.csv"),
        (issues(issue(1)), "GitHub", "page.txt"),
        (table({"Title": "Roof"}), "Kanboard", "tasks.json"),
    ],
    ids=["trello", "github", "kanboard"],
)
def test_a_file_is_what_it_holds_whatever_it_is_called(
    page: Client, project: Project, upload: Any, content: bytes, system: str, name: str
) -> None:
    shown = text(upload(content, name))
    assert f"<b>{name}</b>, from {system}." in shown
    assert "Import 1 card now" in shown
    assert Task.objects.count() == 0
    done = confirm(page, project)
    assert done.redirect_chain[0][0] == f"{at(project)}?draft={BoardDraft.objects.get().pk}"
    assert f"<b>{name}</b>, from {system}, is in House committee." in text(done)
    assert (figures(done)["Cards"], Task.objects.count()) == ("1", 1)
    assert f'<a class="btn primary" href="{at(project).replace("import/", "")}">To the board</a>' in text(done)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"hello", "none that can be read here"),
        (board()[:-1], "breaks off before its end"),
        (b'{"lists": [], "cards": [], "cards": []}', "two values for “cards”"),
        (b" " * (FILE_LIMIT + 1), "larger than 10 MB"),
        (b"x" * (40 * 1024 * 1024), "larger than 10 MB"),
        (b"[" * 100_000, "nested deeper"),
        ('{"name": "é"}'.encode("latin-1"), "not valid UTF-8"),
    ],
    ids=["empty", "unknown", "truncated", "twice", "large", "40 MB", "deep", "encoding"],
)
def test_a_wrong_file_is_refused_at_its_field_and_nothing_is_kept(
    page: Client, project: Project, content: bytes, word: str
) -> None:
    answer = page.post(at(project), {"file": SimpleUploadedFile("b.json", content)})
    assert answer.status_code == 400
    error = text(answer).split('id="id_file_error"')[1].split("</p>")[0]
    assert word in error
    assert BoardDraft.objects.count() == 0


def test_no_file_is_asked_for(page: Client, project: Project) -> None:
    answer = page.post(at(project), {})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["file"])


# The preview


def test_the_preview_shows_all_that_comes_and_what_stays_behind(page: Client, project: Project, upload: Any) -> None:
    answer = upload(
        board(
            lists=[{"id": "l1", "name": "Ideas", "pos": 2}, {"id": "l2", "name": "Done", "pos": 1, "closed": True}],
            cards=[
                *({"name": f"Card {number}", "pos": number, "idLabels": ["x"]} for number in range(5)),
                {"name": "Put away", "idList": "l2", "closed": True},
            ],
            labels=[{"id": "x", "name": "North", "color": "green"}, {"id": "y", "name": "", "color": "red"}],
            checklists=[checklist("k1", {"id": "s1", "name": "a", "state": "complete"}, {"id": "s2", "name": "b"})],
            actions=[comment("a1")],
            customFields=[{}, {}],
        )
    )
    said = text(answer)
    assert figures(answer) == {"Lists": "2", "Cards": "6", "Steps of checklists": "2", "Comments": "1"}
    notes = re.findall(r'class="note-line">([^<]+)<', said)
    assert notes == ["1 archived", "1 archived", "1 done", "with the names of their authors"]
    assert rows(answer, "Lists in order") == [["Done", "1", "Put away"], ["Ideas", "5", "Card 0 Card 1 Card 2"]]
    labels = re.findall(r'<span class="tag" data-colour="(\w+)"(?: role="img" aria-label="(\w+)")? dir="auto">(.*?)</span>', said)
    assert labels == [("green", "", "North"), ("red", "Red", "")]
    assert behind(answer) == {"custom fields": "2"}
    assert "Who is who" not in said


def test_people_are_suggested_by_name_and_chosen_without_scripts(
    page: Client, project: Project, yusuf_member: Membership, upload: Any
) -> None:
    answer = upload(board(cards=[{"idMembers": ["m1", "m2"]}, {"name": "Other", "idMembers": ["m2"]}], **NAMES))
    assert [row[:2] for row in rows(answer, "Who is who")] == [["Zora Quist", "2"], ["Yusuf Demir (@yd)", "1"]]
    assert (chosen(answer, "person-0"), chosen(answer, "person-1")) == ("", "Yusuf Demir")
    assert '<label class="vh" for="person-1">Yusuf Demir (@yd) is here</label>' in text(answer)
    marta = Membership.objects.get(person__name="Marta Lindqvist")
    done = confirm(page, project, **{"person-0": str(marta.pk), "person-1": str(yusuf_member.pk)})
    assert (figures(done), behind(done)) == ({"Lists": "1", "Cards": "2"}, {})
    assert "Nobody here" not in text(done)
    first, second = Task.objects.order_by("number")
    assert (people(first), people(second)) == (["Yusuf Demir", "Marta Lindqvist"], ["Marta Lindqvist"])


def test_nobody_may_be_chosen_and_is_a_word_in_the_report(
    page: Client, project: Project, yusuf_member: Membership, upload: Any
) -> None:
    upload(board(cards=[{"idMembers": ["m1", "m2"]}], customFields=[{}], **NAMES))
    done = confirm(page, project, **{"person-0": "", "person-1": ""})
    assert behind(done) == {"custom fields": "1", "people who are nobody here": "2"}
    names = text(done).split(">Nobody here</h2>")[1].split("</section>")[0]
    assert re.findall("<bdi>(.*?)</bdi>", names) == ["Yusuf Demir (@yd)", "Zora Quist"]
    assert Assignment.objects.count() == 0


def test_who_is_not_asked_about_stays_nobody(page: Client, project: Project, upload: Any) -> None:
    many = range(PEOPLE_SHOWN + 2)
    members = [{"id": f"m{number}", "fullName": f"Member {number}"} for number in many]
    cards = [{"name": f"Card {number}", "idMembers": [f"m{number}", *(["m0"] if number else [])]} for number in many]
    answer = upload(board(cards=cards, members=members))
    assert len(rows(answer, "Who is who")) == PEOPLE_SHOWN
    assert rows(answer, "Who is who")[0][:2] == ["Member 0", str(len(many))]
    assert "2 more people, with the fewest cards, stay nobody here." in text(answer)
    confirm(page, project)
    assert (Task.objects.count(), Assignment.objects.count()) == (len(many), 0)


def test_somebody_of_another_cooperative_is_as_unknown_as_nobody_at_all(
    page: Client, project: Project, foreign: Project, upload: Any
) -> None:
    with enter([foreign.cooperative_id]):
        stranger = Membership.objects.get()
    upload(board(cards=[{"idMembers": ["m2"]}], **NAMES))
    answers = []
    for who in (str(stranger.pk), "987654321", "x", "-1", "1" * 5000, "\x00", "é"):
        answer = page.post(at(project), {"confirm": BoardDraft.objects.get().pk, "person-0": who})
        assert answer.status_code == 400
        assert "Choose a member of this cooperative for Zora Quist, or nobody." in text(answer)
        assert 'id="person-0" aria-invalid="true"' in text(answer)
        answers.append(re.sub(r'(value|content|nonce)="[\w-]{20,}"', "", text(answer)))
    assert answers[0] == answers[1]
    assert (Task.objects.count(), BoardDraft.objects.count()) == (0, 1)


def test_what_was_chosen_stays_chosen_when_something_else_is_wrong(
    page: Client, project: Project, yusuf_member: Membership, upload: Any
) -> None:
    upload(board(cards=[{"idMembers": ["m1", "m2"]}, {"idMembers": ["m1"]}], **NAMES))
    answer = page.post(
        at(project), {"confirm": BoardDraft.objects.get().pk, "person-0": "987654321", "person-1": str(yusuf_member.pk)}
    )
    assert (answer.status_code, chosen(answer, "person-0"), chosen(answer, "person-1")) == (400, "", "Yusuf Demir")


def test_fields_that_name_nobody_of_the_file_do_nothing(page: Client, project: Project, upload: Any) -> None:
    upload(board())
    odd = {"person-7": "1", "person-x": "1", "person-": "1", "person-99999999": "1", "person-0": "1"}
    assert "Imported" in text(confirm(page, project, **odd))
    assert Assignment.objects.count() == 0


def test_a_member_who_left_in_between_is_refused(page: Client, project: Project, yusuf_member: Membership, upload: Any) -> None:
    upload(board(cards=[{"idMembers": ["m1"]}], **NAMES))
    Membership.objects.filter(pk=yusuf_member.pk).update(joined_on="2020-01-01", left_on="2021-01-01")
    answer = page.post(at(project), {"confirm": BoardDraft.objects.get().pk, "person-0": str(yusuf_member.pk)})
    assert answer.status_code == 400
    assert Task.objects.count() == 0


def test_many_notes_are_shown_in_part(page: Client, project: Project, upload: Any) -> None:
    answer = upload(table({"Title": "a"}, *({"Description": "no title"} for _number in range(NOTES_SHOWN + 3))))
    assert text(answer).count("has no title and stays out.") == NOTES_SHOWN
    assert "3 more of these" in text(answer)


def test_what_the_file_says_is_text_and_no_markup(page: Client, project: Project, upload: Any) -> None:
    evil = "<script>alert(1)</script>"
    parts: dict[str, Any] = {
        "lists": [{"id": "l1", "name": evil}],
        "cards": [{"name": evil, "desc": evil, "idMembers": ["m1"], "idLabels": ["x"]}],
        "labels": [{"id": "x", "name": evil, "color": evil}],
        "members": [{"id": "m1", "fullName": evil, "username": evil}],
        "actions": [comment("a1", evil, memberCreator={"fullName": evil})],
        "checklists": [checklist("k1", {"id": "s1", "name": evil}, name=evil)],
    }
    assert evil not in upload(board(**parts), f"{evil}.json").content.decode()
    confirm(page, project)
    task = Task.objects.get()
    assert (task.title, Comment.objects.get().said_by, Label.objects.get().name) == (evil, evil, evil)
    for address in (at(project).replace("import/", ""), f"/c/linden-court/work/tasks/{task.pk}/"):
        assert evil not in page.get(address).content.decode()


def test_a_second_press_says_the_same_and_changes_nothing(page: Client, project: Project, upload: Any) -> None:
    shown = text(upload(board()))
    key = shown.split('id="confirm-import"')[1].split('name="once_key" value="')[1].split('"')[0]
    sent = {"confirm": BoardDraft.objects.get().pk, "once_key": key}
    first = page.post(at(project), sent)
    before = everything()
    again = page.post(at(project), sent)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert everything() == before


def test_what_is_imported_is_not_imported_again_without_a_key_of_its_own(page: Client, project: Project, upload: Any) -> None:
    upload(board())
    draft = BoardDraft.objects.get()
    confirm(page, project)
    before = everything()
    answer = page.post(at(project), {"confirm": draft.pk, "person-0": "7"})
    assert answer.status_code == 409
    assert "This file is imported already. Choose it again to import it anew." in text(answer)
    assert figures(answer) == {"Lists": "1", "Cards": "1"}
    assert everything() == before


def test_another_choice_with_the_same_key_finds_the_file_imported(page: Client, project: Project, upload: Any) -> None:
    upload(board(cards=[{"idMembers": ["m1"]}], **NAMES))
    sent = {"confirm": BoardDraft.objects.get().pk, "once_key": "a" * 16}
    assert page.post(at(project), sent).status_code == 302
    answer = page.post(at(project), {**sent, "person-0": "7"})
    assert (answer.status_code, "This file is imported already." in text(answer)) == (409, True)
    assert "You already sent this form" not in text(answer)


def test_what_came_of_it_is_for_who_did_it_and_for_a_day(
    page: Client, project: Project, upload: Any, yusuf: User, signed_in: Any
) -> None:
    upload(board(members=[{"id": "m1", "fullName": "Zora Quist"}], cards=[{"idMembers": ["m1"]}]))
    content = bytes(BoardDraft.objects.get().packed)
    address = confirm(page, project).redirect_chain[0][0]
    draft = BoardDraft.objects.get()
    assert bytes(draft.packed) != content and draft.imported_at is not None
    assert "Zora Quist" in text(page.get(address))
    assert signed_in(yusuf).get(address).status_code == 404
    BoardDraft.objects.update(created_at=draft.created_at.replace(year=2020))
    discard_drafts()
    assert page.get(address).status_code == 404


def test_a_file_that_is_here_already_says_so(page: Client, project: Project, upload: Any) -> None:
    upload(board(customFields=[{}]))
    confirm(page, project)
    upload(board(customFields=[{}]))
    done = confirm(page, project)
    assert "Everything in this file was here already. Nothing changed." in text(done)
    assert (figures(done), behind(done)) == ({}, {"custom fields": "1"})


def test_a_later_file_says_what_is_new(page: Client, project: Project, upload: Any) -> None:
    upload(board())
    confirm(page, project)
    upload(board(checklists=[checklist("k1", {"id": "s1", "name": "a"})], actions=[comment("a1"), comment("a2")]))
    done = confirm(page, project)
    assert figures(done) == {"Checklists": "1", "Steps of checklists": "1", "Comments": "2"}
    assert "1 card was here already and kept what it has here." in text(done)


def test_the_limit_for_one_person_is_said(page: Client, project: Project, yusuf_member: Membership, upload: Any) -> None:
    Project.objects.update(assignment_limit=1)
    upload(board(cards=[{"name": f"Card {number}", "idMembers": ["m1"]} for number in range(3)], **NAMES))
    done = text(confirm(page, project, **{"person-0": str(yusuf_member.pk)}))
    assert "2 assignments were left out, for they are above the limit of the project." in done
    assert Assignment.objects.count() == 1


def test_an_archived_project_says_why_it_takes_nothing(page: Client, actor: Actor, project: Project, upload: Any) -> None:
    upload(board())
    change_project(actor, project, version=1, archived=True)
    answer = page.post(at(project), {"confirm": BoardDraft.objects.get().pk})
    assert answer.status_code == 422
    assert "This project is archived. Restore it first." in text(answer)


@pytest.mark.parametrize("confirmed", ["", "x", "0", "-1", "9" * 30, "\x00"])
def test_an_upload_that_is_none_is_nowhere(page: Client, project: Project, upload: Any, confirmed: str) -> None:
    upload(board())
    assert page.post(at(project), {"confirm": confirmed}).status_code == 404
    assert Task.objects.count() == 0


def test_an_upload_for_one_project_is_none_of_another(page: Client, actor: Actor, project: Project, upload: Any) -> None:
    upload(board())
    other = Project.objects.create(cooperative=project.cooperative, name="P", key="PPP")
    draft = BoardDraft.objects.get()
    assert page.get(f"{at(other)}?draft={draft.pk}").status_code == 404
    assert page.post(at(other), {"confirm": draft.pk}).status_code == 404


def test_the_preview_asks_the_database_the_same_whatever_the_file_holds(
    page: Client, project: Project, upload: Any, yusuf: User
) -> None:
    counts = []
    for many in (1, 3, 30):
        a_member(project.cooperative, name=f"Member {many}")
        parts = {"members": [{"id": f"m{number}", "fullName": f"Person {number}"} for number in range(many)]}
        answer = upload(board(cards=[{"name": f"Card {number}", "idMembers": [f"m{number}"]} for number in range(many)], **parts))
        with CaptureQueriesContext(connection) as queries:
            page.get(answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"])
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_a_board_without_cards_may_be_brought(page: Client, project: Project, upload: Any) -> None:
    content = json.dumps({"lists": [{"id": "l1", "name": "Ideas"}], "cards": []}).encode()
    assert "Import 0 cards now" in text(upload(content))
    assert figures(confirm(page, project)) == {"Lists": "1"}
