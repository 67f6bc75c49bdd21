"""One line adds a task: on the list, in a lane, on its page; with scripts and without. And the press that takes a task."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, Person, User
from tasks.actions import change_lane, change_project
from tasks.models import Label, Lane, Priority, Project, Task
from tasks.queries import workers_named
from tasks.quick import NAMES_LIMIT, names_in
from tasks.tests.boards import add, kinds, titles

PART = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def at(project: Project, tail: str = "quick/") -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/{tail}"


def key(html: str) -> str:
    found = re.search(r'name="once_key" value="([^"]+)"', html)
    assert found, html
    return found[1]


def test_a_line_becomes_a_task(
    page: Client, project: Project, todo: Lane, yusuf_member: Membership, marta_member: Membership, garden: Label, today: Any
) -> None:
    answer = page.post(at(project), {"line": "Mend the gate @Yusuf @me #garden !high due:tomorrow 1h30"})
    assert (answer.status_code, answer["Location"]) == (302, at(project, f"?focus={todo.pk}"))
    task = Task.objects.get()
    assert (task.title, task.people, task.lane) == ("Mend the gate", [yusuf_member, marta_member], todo)
    assert (task.tags, task.priority, task.estimate) == ([garden], Priority.HIGH, 90)
    assert task.due_date == today + timedelta(days=1)
    shown = text(page.get(answer["Location"]))
    assert "Added Mend the gate." in shown and "assigned to Yusuf Demir" in shown and "label garden" in shown
    assert re.search(rf'id="quick-line-{todo.pk}"[^>]* autofocus', shown) and shown.count(" autofocus") == 1


def test_it_goes_to_the_lane_it_was_written_in(page: Client, project: Project, doing: Lane) -> None:
    shown = text(page.get(at(project, "")))
    assert shown.count('name="line"') == 4 and f'name="lane" value="{doing.pk}"' in shown
    page.post(at(project), {"line": "Here", "lane": doing.pk})
    assert titles(doing) == ["Here"]


def test_back_to_the_list_it_was_written_on(page: Client, project: Project) -> None:
    assert 'name="back" value="list"' in text(page.get(at(project, "list/")))
    answer = page.post(at(project), {"line": "Here", "back": "list"})
    assert answer["Location"] == at(project, "list/?focus=0")
    assert "autofocus" in text(page.get(at(project, "list/?focus=0")))


def test_scripts_get_the_line_emptied_and_what_was_understood(
    page: Client, project: Project, doing: Lane, yusuf_member: Membership
) -> None:
    part = text(page.post(at(project), {"line": "Here @Yusuf", "lane": doing.pk}, headers=PART))
    assert "<html" not in part and f'id="quick-{doing.pk}"' in part and f'name="lane" value="{doing.pk}"' in part
    assert "Added Here. · assigned to Yusuf Demir" in part and 'value=""' in part
    again = page.post(at(project), {"line": "Next", "lane": doing.pk, "once_key": key(part)}, headers=PART)
    assert again.status_code == 200 and titles(doing) == ["Here", "Next"]


def test_sent_twice_it_is_added_once(page: Client, project: Project, todo: Lane) -> None:
    sent = {"line": "Here", "once_key": key(text(page.get(at(project))))}
    assert [page.post(at(project), sent).status_code for _ in range(2)] == [302, 302]
    assert titles(todo) == ["Here"]
    other = page.post(at(project), {**sent, "line": "Other"})
    assert other.status_code == 422 and "You already sent this form" in text(other)


def test_what_is_understood_is_shown_while_typing(
    page: Client, project: Project, yusuf_member: Membership, garden: Label
) -> None:
    part = page.get(at(project), {"line": "Gate @Yusuf Demir #garden !urgent due:2031-05-01 45m"}, headers=PART)
    assert text(part).strip() == (
        "<p>assigned to Yusuf Demir · label garden · priority Urgent · due Thursday 1 May 2031 · estimate 45 min</p>"
    )
    assert text(page.get(at(project), {"line": "Plain words"}, headers=PART)).strip() == ""
    assert kinds() == ["tasks.project_created"]


@pytest.mark.parametrize(
    ("line", "sentence"), [("", "This field is required."), ("@me !high", "Give the task a title."), ("x" * 701, "700")]
)
def test_a_line_without_a_title_is_refused(
    page: Client, project: Project, marta_member: Membership, line: str, sentence: str
) -> None:
    whole, part = page.post(at(project), {"line": line}), page.post(at(project), {"line": line}, headers=PART)
    assert (whole.status_code, part.status_code) == (400, 422)
    assert sentence in text(whole) and sentence in text(part) and "<html" not in text(part)
    assert f'value="{line}"' in text(whole)
    assert not Task.objects.exists()


def test_a_full_lane_and_a_foreign_one(page: Client, actor: Actor, project: Project, doing: Lane, foreign: Project) -> None:
    change_lane(actor, doing, version=1, wip_limit=1)
    add(actor, doing, "A")
    full = page.post(at(project), {"line": "B", "lane": doing.pk})
    assert full.status_code == 409 and "In progress is full" in text(full)
    for lane in ("999999", "x"):
        answer = page.post(at(project), {"line": "B", "lane": lane})
        assert answer.status_code == 400 and "Choose a lane of this project." in text(answer)


def test_labels_of_another_project_and_unnamed_ones_are_words(page: Client, project: Project, foreign: Project) -> None:
    Label.objects.create(cooperative=project.cooperative, project=project, name="")
    page.post(at(project), {"line": "A #garden # @Ola Stranger"})
    assert Task.objects.get(project=project).title == "A #garden # @Ola Stranger"


def test_whatever_is_written_is_text(page: Client, project: Project) -> None:
    line = '"><script>alert(1)</script> שלום'
    assert "<script>alert" not in text(page.post(at(project), {"line": f"{line} \x00"}))
    assert "<script>alert" not in text(page.post(at(project), {"line": line}, follow=True))
    assert Task.objects.get().title == line


def test_observers_strangers_and_archived_projects(
    hassan: User, outsider: User, actor: Actor, project: Project, page: Client, signed_in: Any
) -> None:
    for method in ("get", "post"):
        assert getattr(signed_in(hassan), method)(at(project), {"line": "A"}).status_code == 403
        assert getattr(signed_in(outsider), method)(at(project), {"line": "A"}).status_code == 404
    assert 'name="line"' not in text(signed_in(hassan).get(at(project, "")))
    change_project(actor, project, version=1, archived=True)
    assert 'name="line"' not in text(page.get(at(project, "")))
    assert page.post(at(project), {"line": "A"}).status_code == 422


def test_one_press_takes_a_task_and_gives_it_back(page: Client, actor: Actor, todo: Lane, marta_member: Membership) -> None:
    (task,) = add(actor, todo, "A")
    url = f"/c/linden-court/work/tasks/{task.pk}/take/"
    answer = page.post(url, {"version": 1, "back": "task"})
    assert (answer.status_code, answer["Location"]) == (302, f"/c/linden-court/work/tasks/{task.pk}/")
    assert "The task is yours now." in text(page.get(answer["Location"]))
    said = page.post(url, {"version": 2}, headers=JSON)
    assert said.json() == {"issue_id": task.pk, "version": 3, "mine": False}
    stale = page.post(url, {"version": 2}, headers=JSON)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert "Somebody changed this in the meantime" in text(page.post(url, {"version": ""}, follow=True))
    assert page.get(url).status_code == 405
    assert Task.objects.get().people == []


def test_a_task_of_others_is_not_taken(
    hassan: User, foreign: Project, page: Client, actor: Actor, todo: Lane, signed_in: Any
) -> None:
    (task,) = add(actor, todo, "A")
    assert signed_in(hassan).post(f"/c/linden-court/work/tasks/{task.pk}/take/", {"version": 1}).status_code == 403
    assert page.post("/c/linden-court/work/tasks/999999/take/", {"version": 1}).status_code == 404


def asked(page: Client, project: Project, line: str) -> list[str]:
    """The statements about people and labels that a pause in typing costs."""
    with CaptureQueriesContext(connection) as caught:
        assert page.get(at(project), {"line": line}, headers=PART).status_code == 200
    tables = ("tasks_label", "members_rolegrant")
    return [
        one["sql"] for one in caught if any(f'FROM "{table}"' in one["sql"] for table in tables) or "members_person" in one["sql"]
    ]


def test_nobody_is_looked_up_until_the_line_names_somebody(
    page: Client, project: Project, marta_member: Membership, yusuf_member: Membership, garden: Label
) -> None:
    page.get(at(project))  # what is asked once in a process
    usual = len(asked(page, project, "Mend the gate !high due:friday 2h mail a@b.example"))
    assert len(asked(page, project, "Mend the gate @Yusuf")) == usual + 1
    assert len(asked(page, project, "Mend the gate #garden")) == usual + 1
    assert len(asked(page, project, "Mend the gate @me")) == usual + 2


def test_only_those_who_may_be_meant_are_read(
    project: Project, linden: Cooperative, yusuf_member: Membership, marta_member: Membership
) -> None:
    with enter([linden.pk]):
        assert list(workers_named(project, ["yusuf"])) == [yusuf_member]
        assert list(workers_named(project, ["Yusuf", "MARTA"])) == [marta_member, yusuf_member]
        assert list(workers_named(project, ["Yus", "Demir", "%", "_usuf", ""])) == []
        for written in ("Özlem", "özlem", "ÖZLEM"):
            Person.objects.filter(pk=yusuf_member.person_id).update(name="Özlem Şahin")
            assert [row.pk for row in workers_named(project, [written])] == [yusuf_member.pk], written


def test_a_crowd_of_names_is_bounded(page: Client, project: Project, marta_member: Membership) -> None:
    crowd = " ".join(f"@{chr(0x4E00 + number)}\x00" for number in range(200))
    assert names_in(crowd, "@") == [chr(0x4E00 + number) for number in range(NAMES_LIMIT)]
    answer = page.get(at(project), {"line": f"Gate @me {crowd}"}, headers=PART)
    assert answer.status_code == 200 and "assigned to Marta" in text(answer)
    assert names_in("a@b @ @, #x @Zoë, @Zoë \\@Bo", "@") == ["Zoë", "Zoë,"]


def test_a_point_at_the_end_may_belong_to_a_name(page: Client, project: Project, yusuf_member: Membership) -> None:
    for name, line in (("Dr. Yusuf Demir", "Gate @Dr. Yusuf Demir."), ("J. Demir", "Gate @J. Demir"), ("Yusuf", "Gate, @Yusuf.")):
        Person.objects.filter(pk=yusuf_member.person_id).update(name=name)
        assert f"assigned to {name}" in text(page.get(at(project), {"line": line}, headers=PART)), name


def test_two_of_one_first_name_are_told_apart_by_the_whole(
    page: Client, project: Project, marta_member: Membership, yusuf_member: Membership
) -> None:
    Person.objects.filter(pk=yusuf_member.person_id).update(name="Marta Demir")
    assert text(page.get(at(project), {"line": "Gate @Marta"}, headers=PART)).strip() == ""
    both = text(page.get(at(project), {"line": "Gate @marta demir @me"}, headers=PART))
    assert "assigned to Marta Demir · assigned to Marta Lindqvist" in both
