"""Pages of the work room: everything works by forms and links alone."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from tasks.actions import change_lane, change_project, change_task, create_project, move_task
from tasks.models import BoardDraft, Lane, Project, Task

from .boards import add, fill, titles

MARKUP = '<script>alert("1")</script> שלום 💧'


def text(answer: Any) -> str:
    return str(answer.content.decode())


def ids(answer: Any) -> list[str]:
    return re.findall(r'id="card-(\d+)"', text(answer))


def at(project: Project, tail: str = "") -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/{tail}"


def of(task: Task, tail: str = "") -> str:
    return f"/c/{task.cooperative.slug}/work/tasks/{task.pk}/{tail}"


def test_an_empty_cooperative_is_told_what_to_do_next(marta: User, linden: Cooperative, signed_in: Any) -> None:
    answer = signed_in(marta).get("/c/linden-court/work/")
    assert answer.status_code == 200
    assert "No projects yet" in text(answer)
    assert "/c/linden-court/work/new/" in text(answer)


def test_an_observer_is_offered_nothing_to_write(
    hassan: User, project: Project, todo: Lane, actor: Actor, signed_in: Any
) -> None:
    (task,) = add(actor, todo, "Roof")
    browser = signed_in(hassan)
    board = text(browser.get(at(project)))
    assert "Roof" in board
    for forbidden in ('popovertarget="menu-', f"{at(project)}new/", "/import/", "data-moves"):
        assert forbidden not in board
    assert "?edit=1" not in text(browser.get(of(task)))
    assert browser.get(at(project, "new/")).status_code == 403
    assert browser.get(at(project, "import/")).status_code == 403
    assert browser.post(of(task), {"title": "X", "version": 1}).status_code == 403
    assert browser.post(of(task, "move/"), {"version": 1}).status_code == 403
    assert browser.get("/c/linden-court/work/new/").status_code == 403
    assert titles(todo) == ["Roof"]


def test_strangers_and_visitors_get_nothing(outsider: User, project: Project, todo: Lane, actor: Actor, signed_in: Any) -> None:
    (task,) = add(actor, todo, "Roof")
    for path in (at(project), at(project, "new/"), at(project, "import/"), of(task), of(task, "card/"), "/c/linden-court/work/"):
        assert signed_in(outsider).get(path).status_code == 404, path
        visit = Client().get(path)
        assert (visit.status_code, visit["Location"].startswith("/accounts/login/")) == (302, True), path


def test_an_id_of_another_cooperative_is_as_unknown_as_none(page: Client, project: Project, outsider: User) -> None:
    assert page.get("/c/linden-court/work/999999/").status_code == 404
    assert page.get("/c/linden-court/work/tasks/999999/").status_code == 404
    assert page.get(f"/c/linden-court/work/{10**25}/").status_code == 404
    assert page.get(f"/c/birch-lane/work/{project.pk}/").status_code == 404


def test_a_project_is_started(page: Client, linden: Cooperative) -> None:
    answer = page.post("/c/linden-court/work/new/", {"name": MARKUP, "description": "**why**"})
    made = Project.objects.get(name=MARKUP)
    assert answer["Location"] == at(made)
    board = text(page.get(at(made)))
    assert "&lt;script&gt;" in board and "<script>alert" not in board
    assert [lane.status for lane in made.lanes.order_by("position")] == ["todo", "in_progress", "review", "done"]


def test_a_project_needs_a_name(page: Client) -> None:
    answer = page.post("/c/linden-court/work/new/", {"name": "  "})
    assert answer.status_code == 400
    assert Project.objects.count() == 1


def test_the_projects_are_listed_with_counts(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    a, b, _c = add(actor, todo, "A", "B", "C")
    move_task(actor, a, lane=Lane.objects.get(project=project, status="done"), version=1)
    change_task(actor, b, version=1, archived=True)
    answer = text(page.get("/c/linden-court/work/"))
    assert "1 open" in answer and "1 done" in answer
    gone = create_project(actor, project.cooperative, name="Old times")
    change_project(actor, gone, version=1, archived=True)
    assert "Old times" not in text(page.get("/c/linden-court/work/"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_projects_costs_the_same_for_any_number(page: Client, actor: Actor, linden: Cooperative, count: int) -> None:
    for number in range(count - 1):
        create_project(actor, linden, name=f"Project {number}")
    with CaptureQueriesContext(connection) as caught:
        page.get("/c/linden-court/work/")
    assert len(caught) <= 11, [query["sql"][:100] for query in caught]


@pytest.mark.parametrize("count", [10, 500])
def test_a_board_costs_the_same_for_any_number_of_cards(
    page: Client, project: Project, todo: Lane, yusuf_member: Membership, count: int
) -> None:
    fill(todo, count, assignees=[yusuf_member])
    with CaptureQueriesContext(connection) as caught:
        answer = page.get(at(project))
    assert len(ids(answer)) == min(count, 50)
    ours = [query["sql"] for query in caught if "tasks_" in query["sql"]]
    assert len(ours) == 3, ours
    assert len(caught) <= 8, [query["sql"][:100] for query in caught]


def test_a_board_shows_fifty_cards_and_a_way_to_the_rest(page: Client, project: Project, todo: Lane) -> None:
    cards = [str(card.pk) for card in fill(todo, 120)]
    first = page.get(at(project))
    assert ids(first) == cards[:50]
    assert "Show 70 more" in text(first)
    whole = page.get(at(project, f"?lane={todo.pk}&upto=100"))
    assert ids(whole) == cards[:100]
    assert "Show 20 more" in text(whole)
    part = page.get(at(project, f"?lane={todo.pk}&upto=150"), headers={"HX-Request": "true", "HX-Target": f"more-{todo.pk}"})
    assert ids(part) == cards[100:]
    assert "<html" not in text(part) and "more-" not in text(part)


@pytest.mark.parametrize(
    "query", ["?lane=x&upto=y", "?lane=99999999999999999999", f"?upto={10**30}&lane=1", "?lane=-1", "?q=%00a", "?who=all"]
)
def test_odd_questions_to_a_board_are_no_errors(page: Client, project: Project, query: str) -> None:
    assert page.get(at(project, query)).status_code == 200


def test_htmx_gets_the_board_alone(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "Roof")
    part = page.get(at(project, f"?lane={todo.pk}&upto=100"), headers={"HX-Request": "true", "HX-Target": f"board-{project.pk}"})
    assert text(part).strip().startswith("<ol") and "Roof" in text(part)


def test_a_board_can_be_narrowed(page: Client, actor: Actor, project: Project, todo: Lane, marta: User) -> None:
    me = Membership.objects.get(user=marta)
    a, b = add(actor, todo, "Roof", "Door 50%")
    (c,) = add(actor, todo, "Roof of mine", assignees=[me])
    assert ids(page.get(at(project, "?q=roof"))) == [str(a.pk), str(c.pk)]
    assert ids(page.get(at(project, "?q=50%25"))) == [str(b.pk)]
    assert ids(page.get(at(project, "?who=me"))) == [str(c.pk)]
    answer = text(page.get(at(project, "?who=me&q=door")))
    assert "0 of 3 tasks" in answer and "Nothing here fits the filter." in answer and "data-filtered" in answer


def test_a_lane_says_when_it_holds_too_much(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "A", "B")
    change_lane(actor, todo, version=1, wip_limit=1)
    answer = text(page.get(at(project)))
    assert 'class="count over"' in answer
    assert re.search(r"data-over>over limit", answer)


def test_the_page_names_its_socket(page: Client, project: Project) -> None:
    assert f'data-live="/ws/projects/{project.pk}/"' in text(page.get(at(project)))


def test_a_task_is_added_from_a_lane(page: Client, project: Project, todo: Lane, doing: Lane, yusuf_member: Membership) -> None:
    form = text(page.get(at(project, f"new/?lane={doing.pk}")))
    assert f'<option value="{doing.pk}" selected>' in form
    answer = page.post(
        at(project, "new/"),
        {"title": f" {MARKUP}  ", "lane": doing.pk, "assignee_ids": [yusuf_member.pk], "due_date": "2027-01-31"},
    )
    task = Task.objects.get()
    assert answer["Location"] == f"{at(project)}#card-{task.pk}"
    assert (task.title, task.lane_id, task.people, task.number) == (MARKUP, doing.pk, [yusuf_member], 1)
    card = text(page.get(of(task, "card/")))
    assert "&lt;script&gt;" in card and "<script>" not in card and "Yusuf Demir" in card


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 501),
        ("title", "a\x00b"),
        ("lane", "0"),
        ("lane", "x"),
        ("assignee_ids", "77777"),
        ("due_date", "31.31."),
        ("description", "x" * 20_001),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_added(page: Client, project: Project, todo: Lane, field: str, value: str) -> None:
    answer = page.post(at(project, "new/"), {"title": "Roof", "lane": todo.pk, field: value})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in text(answer)
    assert Task.objects.count() == 0


def test_a_task_page_draws_markdown_safely(page: Client, actor: Actor, todo: Lane) -> None:
    words = (
        "# Head\n\n**bold** <img src=x onerror=alert(1)> [go](javascript:alert(1)) [on](https://example.org)\n\n"
        "| a |\n|---|\n| 1 |"
    )
    (task,) = add(actor, todo, "Roof", description=words)
    answer = text(page.get(of(task)))
    assert "<h3>Head</h3>" in answer and "<strong>bold</strong>" in answer and "<td>1</td>" in answer
    assert "<img" not in answer and 'href="javascript' not in answer
    assert 'href="https://example.org" rel="nofollow noopener noreferrer"' in answer


def test_a_task_is_edited(page: Client, actor: Actor, todo: Lane) -> None:
    (task,) = add(actor, todo, "Roof")
    form = text(page.get(of(task, "?edit=1")))
    assert 'name="version" value="1"' in form
    answer = page.post(of(task), {"title": "Roofs", "description": "both", "version": 1})
    assert answer["Location"] == of(task)
    task.refresh_from_db()
    assert (task.title, task.description, task.version) == ("Roofs", "both", 2)


def test_a_stale_save_shows_both_and_can_be_repeated(page: Client, actor: Actor, todo: Lane) -> None:
    (task,) = add(actor, todo, "Roof")
    change_task(actor, task, version=1, title="Roof of the North building")
    answer = page.post(of(task), {"title": "Roof of the South building", "version": 1})
    shown = text(answer)
    assert answer.status_code == 409
    assert "Roof of the North building" in shown and "Roof of the South building" in shown
    assert "None" not in shown.split("<main")[1].split("</main>")[0]
    assert 'name="version" value="2"' in shown
    page.post(of(task), {"title": "Roof of the South building", "version": 2})
    assert Task.objects.get().title == "Roof of the South building"


def test_a_save_without_a_version_is_stale(page: Client, actor: Actor, todo: Lane) -> None:
    (task,) = add(actor, todo, "Roof")
    assert page.post(of(task), {"title": "Roofs"}).status_code == 409
    assert titles(todo) == ["Roof"]


def test_who_has_left_stays_named_until_somebody_else_is_chosen(
    page: Client, actor: Actor, todo: Lane, yusuf_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member])
    yusuf_member.left_on = yusuf_member.joined_on
    yusuf_member.save()
    assert re.search(rf'<input [^>]*value="{yusuf_member.pk}"[^>]* checked>', text(page.get(of(task, "?edit=1"))))
    answer = page.post(of(task), {"title": "Roofs", "version": 1, "assignee_ids": [yusuf_member.pk]})
    assert answer.status_code == 302
    assert Task.objects.get().people == [yusuf_member]


def test_a_task_is_archived_and_restored_by_buttons(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    (task,) = add(actor, todo, "Roof")
    assert page.post(of(task), {"archived": "yes", "version": 1}).status_code == 302
    assert ids(page.get(at(project))) == []
    assert page.get(of(task, "card/")).status_code == 404
    answer = text(page.get(of(task)))
    assert "Restore" in answer and "?edit=1" not in answer
    stale = page.post(of(task), {"archived": "no", "version": 1}, follow=True)
    assert "so nothing was done" in text(stale) and ids(page.get(at(project))) == []
    assert page.post(of(task), {"archived": "no", "version": 2}).status_code == 302
    assert ids(page.get(at(project))) == [str(task.pk)]


def test_a_card_moves_by_buttons_alone(page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    card = text(page.get(of(b, "card/")))
    assert f'action="{of(b, "move/")}"' in card and 'name="step" value="up"' in card
    answer = page.post(of(b, "move/"), {"step": "up", "version": 1}, follow=True)
    assert titles(todo) == ["B", "A"]
    assert "Moved B to To do." in text(answer)
    answer = page.post(of(a, "move/"), {"lane": doing.pk, "version": 1})
    assert answer["Location"] == f"{at(project)}#card-{a.pk}"
    assert titles(doing) == ["A"]
    page.post(of(a, "move/"), {"lane": todo.pk, "version": 2, "back": "task"})
    assert titles(todo) == ["B", "A"]


def test_a_refused_move_says_why(page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane) -> None:
    a, _b = add(actor, todo, "A", "B")
    change_lane(actor, doing, version=1, wip_limit=1)
    add(actor, doing, "X")
    answer = page.post(of(a, "move/"), {"lane": doing.pk, "version": 1}, follow=True)
    assert "is full" in text(answer)
    answer = page.post(of(a, "move/"), {"step": "sideways", "version": 1}, follow=True)
    assert 'role="alert"' in text(answer)
    assert page.get(of(a, "move/")).status_code == 405


def test_scripts_get_json(page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    ask = {"HTTP_ACCEPT": "application/json"}
    answer = page.post(of(a, "move/"), {"lane": doing.pk, "version": 1}, **ask)
    assert answer.json() == {"issue_id": a.pk, "version": 2, "lane_id": doing.pk}
    answer = page.post(of(b, "move/"), {"lane": todo.pk, "after": a.pk, "version": 1}, **ask)
    assert (answer.status_code, answer.json()["code"]) == (409, "neighbour_gone")
    assert answer.json()["current"] == {"issue_id": b.pk, "version": 1, "lane_id": todo.pk}
    answer = page.post(of(b, "move/"), {"lane": doing.pk, "version": 7}, **ask)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    for wrong in (
        {"version": "x"},
        {"lane": "0", "version": 1},
        {"after": "-3", "version": 1},
        {},
        {"after": "9" * 40, "version": 1},
    ):
        answer = page.post(of(b, "move/"), wrong, **ask)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), wrong


def board_file() -> SimpleUploadedFile:
    content = {
        "name": "B",
        "lists": [{"id": "l1", "name": "Ideas", "pos": 1}],
        "cards": [{"id": "c1", "idList": "l1", "name": "Bench", "pos": 1}],
    }
    return SimpleUploadedFile("board.json", json.dumps(content).encode(), "application/json")


def test_a_board_is_imported_in_two_steps(page: Client, project: Project) -> None:
    assert "Export as JSON" in text(page.get(at(project, "import/")))
    answer = page.post(at(project, "import/"), {"file": board_file()})
    draft = BoardDraft.objects.get()
    assert answer["Location"] == at(project, f"import/?draft={draft.pk}")
    preview = text(page.get(answer["Location"]))
    assert "Import 1 card now" in preview and "Ideas" in preview and "Bench" in preview
    assert Task.objects.count() == 0
    done = page.post(at(project, "import/"), {"confirm": draft.pk}, follow=True)
    assert "<dt>Cards</dt><dd>1</dd>" in text(done)
    assert Task.objects.get().title == "Bench"
    page.post(at(project, "import/"), {"file": board_file()})
    again = page.post(at(project, "import/"), {"confirm": BoardDraft.objects.get().pk}, follow=True)
    assert "Nothing changed" in text(again)
    assert Task.objects.count() == 1


@pytest.mark.parametrize("who", ["999999", "x", "\x00", "9" * 5000])
def test_who_is_no_member_is_assigned_nothing(page: Client, project: Project, todo: Lane, who: str) -> None:
    answer = page.post(at(project, "new/"), {"title": "Roof", "lane": todo.pk, "assignee_ids": [who]})
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"assignee_ids": ["Choose members who may work in this project."]}
    assert Task.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"no json", b"{}", b"\xff\xfe", b'{"lists": "x"}', b"{\x00}"])
def test_a_wrong_file_is_refused_with_a_sentence(page: Client, project: Project, content: bytes) -> None:
    answer = page.post(at(project, "import/"), {"file": SimpleUploadedFile("b.json", content)})
    assert answer.status_code == 400
    assert 'id="id_file_error"' in text(answer)
    assert BoardDraft.objects.count() == 0


def test_another_members_upload_is_not_mine(page: Client, project: Project, yusuf: User, signed_in: Any) -> None:
    page.post(at(project, "import/"), {"file": board_file()})
    draft = BoardDraft.objects.get()
    other = signed_in(yusuf)
    assert other.get(at(project, f"import/?draft={draft.pk}")).status_code == 404
    assert other.post(at(project, "import/"), {"confirm": draft.pk}).status_code == 404
    assert page.get(at(project, "import/?draft=x")).status_code == 404


def test_home_search_and_overview_know_the_work(page: Client, actor: Actor, project: Project, todo: Lane, marta: User) -> None:
    add(actor, todo, "Mend the roof", assignees=[Membership.objects.get(user=marta)])
    assert "Mend the roof" in text(page.get("/"))
    found = text(page.get("/c/linden-court/search/?q=roof"))
    assert "Mend the roof" in found
    assert "Open tasks" in text(page.get("/c/linden-court/"))
