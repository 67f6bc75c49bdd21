"""What lists show is asked in one way: by pages and by the API; and pages look again only for what they show."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cooperatives.policy import Actor
from members.models import Membership, User
from tasks.actions import change_task
from tasks.models import Label, Lane, Project, Task
from tasks.tests.boards import add
from tasks.wishes import SORTS, Wanted, in_order

API = "/api/v1/tasks/"
DAY = date(2027, 5, 12)


@pytest.fixture
def three(actor: Actor, todo: Lane, yusuf_member: Membership, garden: Label, put: Any) -> list[Task]:
    """b is due first, A later and Yusuf's, c never and in the garden."""
    (b,) = add(actor, todo, "b", due_date=DAY)
    (a,) = add(actor, todo, "A roof", due_date=DAY + timedelta(days=1), assignees=[yusuf_member])
    (c,) = add(actor, todo, "c", description="The roof")
    put(garden, c)
    return [b, a, c]


def titles(rows: Any) -> list[str]:
    return [row["title"] for row in rows]


@pytest.mark.parametrize(
    ("key", "name", "found"),
    [
        ("due", "due_date", ["b", "A roof", "c"]),
        ("-due", "-due_date", ["A roof", "b", "c"]),
        ("title", "title", ["A roof", "b", "c"]),
        ("-title", "-title", ["c", "b", "A roof"]),
        ("number", "number", ["b", "A roof", "c"]),
        ("-created", "-created_at", ["c", "A roof", "b"]),
    ],
)
def test_one_order_on_pages_and_in_the_api(page: Client, three: list[Task], key: str, name: str, found: list[str]) -> None:
    assert [task.title for task in in_order(Task.objects.all(), key)] == found
    assert titles(page.get(API, {"ordering": name}).json()["results"]) == found


def test_several_keys_and_one_that_is_none(page: Client, actor: Actor, three: list[Task]) -> None:
    change_task(actor, three[2], version=1, priority=1)
    assert titles(page.get(API, {"ordering": "priority,-due_date"}).json()["results"]) == ["c", "A roof", "b"]
    assert page.get(API, {"ordering": "due"}).status_code == 400
    assert [task.title for task in in_order(Task.objects.all(), "priority", "-due")] == ["c", "A roof", "b"]


def test_one_condition_on_pages_and_in_the_api(
    page: Client, project: Project, three: list[Task], yusuf: User, yusuf_member: Membership, garden: Label
) -> None:
    pairs: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
        ({"q": "ROOF"}, {"q": "ROOF"}, ["A roof", "c"]),
        ({"who": yusuf_member.pk}, {"assigned_to": str(yusuf.public_id)}, ["A roof"]),
        ({"label": garden.pk}, {"label": garden.pk}, ["c"]),
        ({"who": "none"}, {}, ["b", "c"]),
        ({"label": 999_999}, {"label": 999_999}, []),
    ]
    for wish, narrowed, found in pairs:
        shown = page.get(f"/c/linden-court/work/{project.pk}/list/", wish).content.decode()
        assert sorted(re.findall(r"data-walk>([^<]+)</a>", shown)) == found, wish
        if narrowed:
            assert sorted(titles(page.get(API, narrowed).json()["results"])) == found, narrowed


@pytest.mark.parametrize(
    ("wanted", "facts"),
    [
        (Wanted(), "archived lane position"),
        (Wanted(sort="-due"), "archived due_date"),
        (Wanted(sort="number"), "archived"),
        (Wanted(text="x", sort="title"), "archived description title"),
        (Wanted(who="me", label=3, priority=2, kind="bug", sort="priority"), "archived assignees kind labels priority"),
        (Wanted(due="late", state="done", sort="number"), "archived due_date lane"),
        (Wanted(on=DAY, sort="number"), "archived due_date start_date"),
    ],
)
def test_a_list_says_which_facts_decide_over_it(wanted: Wanted, facts: str) -> None:
    assert wanted.facts == facts


def test_by_the_last_change_every_change_counts(page: Client, actor: Actor, todo: Lane) -> None:
    (task,) = add(actor, todo, "A")
    shown = page.get(f"/c/linden-court/work/{todo.project_id}/list/?sort=updated").content.decode()
    found = re.search(r'data-refresh-some="issue.updated" data-refresh-facts="([^"]*)" data-refresh-of="([^"]*)"', shown)
    assert found and {"title", "description", "points", "position", "labels", "archived"} <= set(found[1].split())
    assert found[2].split() == [f"issue_id:{task.pk}"]
    assert set(SORTS) >= {"updated", "created"}


def test_a_task_looks_again_for_itself_and_what_it_shows(page: Client, actor: Actor, todo: Lane) -> None:
    task, other = add(actor, todo, "A", "B")
    (part,) = add(actor, todo, "Part", parent=task)
    shown = page.get(f"/c/linden-court/work/tasks/{task.pk}/").content.decode()
    found = re.search(r'id="task-\d+" [^>]*data-refresh-on="([^"]*)"[^>]*data-refresh-of="([^"]*)"', shown)
    assert found and "lane." in found[1].split()  # whose lanes its menu offers
    assert found[2].split() == [f"issue_id:{task.pk}", f"other_id:{task.pk}", f"issue_id:{part.pk}"]
    whole = page.get(f"/c/linden-court/work/tasks/{part.pk}/").content.decode()
    assert f"issue_id:{task.pk}" in whole and f"issue_id:{other.pk}" not in whole
    history = page.get(f"/c/linden-court/work/tasks/{task.pk}/history/").content.decode()
    assert f'data-refresh-some="issue." data-refresh-of="issue_id:{task.pk} other_id:{task.pk}"' in history
