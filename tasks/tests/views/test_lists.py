"""The list of a project and of all: filters, orders, pages, and many tasks changed by one form without scripts."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from tasks.actions import change_lane, change_project, change_task, create_project
from tasks.models import Label, Lane, Project, Task
from tasks.tests.boards import add, fill, lane_named, titles

ALL = "/c/linden-court/work/list/"
PART = {"HX-Request": "true"}


def at(project: Project, tail: str = "") -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/list/{tail}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def rows(answer: Any) -> list[str]:
    return re.findall(r"data-walk>([^<]*)</a>", text(answer))


def boxes(answer: Any, *, ticked: bool = False) -> list[str]:
    return re.findall(r'name="task" value="(\d+:\d+)"' + (" checked" if ticked else ""), text(answer))


def marks(*tasks: Task) -> list[str]:
    return [f"{task.pk}:{task.version}" for task in tasks]


def test_a_list_shows_lane_by_lane_what_the_board_holds(
    page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane
) -> None:
    add(actor, doing, "Second lane")
    (away, _b) = add(actor, todo, "Away", "First lane")
    change_task(actor, away, version=1, archived=True)
    answer = page.get(at(project))
    assert rows(answer) == ["First lane", "Second lane"]
    assert "2 tasks" in text(answer) and 'aria-current="page" data-way="l"' in text(answer)


def test_heads_sort_and_turn_round(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "b", "a", "c")
    assert 'href="?sort=title"' in text(page.get(at(project)))
    answer = page.get(at(project, "?sort=title&page=1"))
    assert rows(answer) == ["a", "b", "c"]
    assert 'aria-sort="ascending"' in text(answer) and 'href="?sort=-title"' in text(answer)
    turned = page.get(at(project, "?sort=-title"))
    assert rows(turned) == ["c", "b", "a"] and 'aria-sort="descending"' in text(turned)


@pytest.mark.parametrize("query", ["?sort=password", "?page=x", "?page=-1", "?who=x&label=x", "?size=9999", "?all=2", "?q=%00"])
def test_odd_questions_are_no_errors(page: Client, actor: Actor, project: Project, todo: Lane, query: str) -> None:
    add(actor, todo, "A")
    assert rows(page.get(at(project, query))) == ["A"]


def test_a_filter_is_shown_as_chosen_and_leads_back(
    page: Client, actor: Actor, project: Project, todo: Lane, garden: Label, put: Any, yusuf_member: Membership
) -> None:
    a, _b = add(actor, todo, "A", "B", assignees=[yusuf_member])
    put(garden, a)
    answer = page.get(at(project, f"?label={garden.pk}&who={yusuf_member.pk}&in={todo.pk}"))
    assert rows(answer) == ["A"]
    shown = text(answer)
    for option in (f'value="{garden.pk}" selected', f'value="{yusuf_member.pk}" selected', f'value="{todo.pk}" selected'):
        assert option in shown
    assert 'name="in"' in shown and f'href="{at(project)}">Show all' in shown
    nothing = text(page.get(at(project, "?q=xyz")))
    assert "No task fits" in nothing and "Change the chosen tasks" not in nothing


def test_pages_of_fifty_or_two_hundred(page: Client, project: Project, todo: Lane) -> None:
    fill(todo, 230)
    first = page.get(at(project))
    assert len(rows(first)) == 50 and "Show 200 on a page" in text(first)
    assert rows(page.get(at(project, "?page=5"))) == [f"Card {number}" for number in range(201, 231)]
    assert len(rows(page.get(at(project, "?size=200")))) == 200


def test_all_of_a_page_come_ticked_by_a_link(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    cards = add(actor, todo, "A", "B")
    plain = page.get(at(project))
    assert (boxes(plain), boxes(plain, ticked=True)) == (marks(*cards), [])
    assert 'href="?all=1"' in text(plain)
    assert boxes(page.get(at(project, "?all=1")), ticked=True) == marks(*cards)


def test_many_are_moved_by_one_form(page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane) -> None:
    a, b, _c = add(actor, todo, "A", "B", "C")
    answer = page.post(at(project, "?sort=title"), {"task": marks(b, a), "lane": doing.pk})
    assert (answer.status_code, answer["Location"]) == (302, at(project, "?sort=title"))
    assert (titles(todo), titles(doing)) == (["C"], ["A", "B"])
    assert "Changed 2 tasks." in text(page.get(at(project)))


def test_people_and_dates_are_set_and_taken_away(
    page: Client, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership, today: date
) -> None:
    (a,) = add(actor, todo, "A")
    page.post(at(project), {"task": marks(a), "who": yusuf_member.pk, "due_date": "2031-05-01"})
    now = Task.objects.get()
    assert (now.people, now.due_date, now.version) == ([yusuf_member], date(2031, 5, 1), 2)
    page.post(at(project), {"task": marks(now), "who": "none", "no_due_date": "on"})
    now = Task.objects.get()
    assert (now.people, now.due_date, now.version) == ([], None, 3)


def test_many_are_archived_and_restored(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    page.post(at(project), {"task": marks(a, b), "archived": "yes", "lane": ""})
    assert rows(page.get(at(project))) == []
    away = page.get(at(project, "?state=archived"))
    assert rows(away) == ["A", "B"] and "Restore them" in text(away)
    page.post(at(project, "?state=archived"), {"task": boxes(away), "archived": "no"})
    assert rows(page.get(at(project))) == ["A", "B"]


def test_one_refusal_names_the_task_and_keeps_what_was_chosen(
    page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane
) -> None:
    change_lane(actor, doing, version=1, wip_limit=1)
    a, b, _c = add(actor, todo, "A", "B", "C")
    answer = page.post(at(project), {"task": marks(a, b), "lane": doing.pk})
    assert answer.status_code == 409
    assert "HC-2: In progress is full" in text(answer) and "Nothing was changed." in text(answer)
    assert boxes(answer, ticked=True) == marks(a, b) and f'value="{doing.pk}" selected' in text(answer)
    assert titles(doing) == []


def test_a_stale_box_is_refused(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    old = marks(a)
    change_task(actor, a, version=1, title="New")
    answer = page.post(at(project), {"task": old, "archived": "yes"})
    assert answer.status_code == 409 and "HC-1: somebody changed it in the meantime." in text(answer)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"lane": "{lane}"}, "Choose at least one task."),
        ({"task": "{mark}"}, "Say what should change"),
        ({"task": "x", "archived": "yes"}, "1 of the tasks is not in this list any more."),
        ({"task": "999999:1", "archived": "yes"}, "1 of the tasks is not in this list any more."),
        ({"task": "{mark}", "lane": "999999"}, "Select a valid choice."),
        ({"task": "{mark}", "due_date": "soon"}, "Enter a valid date."),
        ({"task": "{mark}", "priority": "9"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_read_is_named(
    page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane, sent: dict[str, str], sentence: str
) -> None:
    (a,) = add(actor, todo, "A")
    words = {"lane": doing.pk, "mark": marks(a)[0]}
    answer = page.post(at(project), {key: value.format(**words) for key, value in sent.items()})
    assert answer.status_code == 400
    assert sentence in text(answer)
    assert Task.objects.get().version == 1


def test_a_task_of_another_list_is_as_unknown_as_none(
    page: Client, actor: Actor, linden: Cooperative, project: Project, todo: Lane, foreign: Project
) -> None:
    other = lane_named(create_project(actor, linden, name="Other"), "todo")
    (elsewhere,) = add(actor, other, "Elsewhere")
    add(actor, todo, "A")
    answers = [page.post(at(project), {"task": f"{pk}:1", "archived": "yes"}) for pk in (elsewhere.pk, 999_999)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("1 of the tasks is not in this list" in text(answer) for answer in answers)
    assert page.post(ALL, {"task": f"{elsewhere.pk}:1", "archived": "yes"}).status_code == 302


def test_the_list_of_all_projects_offers_what_they_share(
    page: Client, actor: Actor, linden: Cooperative, project: Project, todo: Lane
) -> None:
    add(actor, todo, "A")
    other = create_project(actor, linden, name="Other")
    add(actor, lane_named(other, "todo"), "B")
    old = create_project(actor, linden, name="Old")
    add(actor, lane_named(old, "todo"), "C")
    change_project(actor, old, version=1, archived=True)
    answer = page.get(f"{ALL}?sort=title")
    assert rows(answer) == ["A", "B"]
    assert 'name="who"' in text(answer) and 'name="lane"' not in text(answer) and 'name="in"' not in text(answer)


def test_observers_read_and_strangers_find_nothing(
    hassan: User, outsider: User, project: Project, todo: Lane, actor: Actor, signed_in: Any
) -> None:
    (a,) = add(actor, todo, "A")
    browser = signed_in(hassan)
    answer = browser.get(at(project))
    assert rows(answer) == ["A"] and not boxes(answer) and "Change the chosen" not in text(answer)
    assert 'name="line"' not in text(answer)
    assert browser.post(at(project), {"task": marks(a), "archived": "yes"}).status_code == 403
    assert signed_in(outsider).get(at(project)).status_code == 404
    assert signed_in(outsider).get(ALL).status_code == 404


def test_an_archived_project_is_only_read(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "A")
    change_project(actor, project, version=1, archived=True)
    answer = page.get(at(project))
    assert rows(answer) == ["A"] and not boxes(answer)


def test_titles_are_text(page: Client, actor: Actor, project: Project, todo: Lane, garden: Label, put: Any) -> None:
    (a,) = add(actor, todo, '<script>alert("1")</script> שלום')
    Label.objects.filter(pk=garden.pk).update(name="<b>bold</b>")
    put(garden, a)
    shown = text(page.get(at(project)))
    assert "<script>alert" not in shown and "&lt;b&gt;bold&lt;/b&gt;" in shown


def test_a_part_alone_for_those_who_look_on(page: Client, project: Project) -> None:
    part = text(page.get(at(project), headers=PART))
    assert "<html" not in part and 'id="list"' in part and "No tasks yet" in part


def test_a_list_costs_the_same_for_one_and_three_rows(
    page: Client, project: Project, todo: Lane, garden: Label, put: Any, statements: Any, actor: Actor, yusuf_member: Membership
) -> None:
    counts = []
    for number in (1, 2):
        put(garden, *add(actor, todo, *"AB"[:number], assignees=[yusuf_member]))
        counts.append(statements(at(project)))
    assert counts[0] == counts[1] <= 18


def test_the_filter_of_a_board_has_a_page_of_its_own(page: Client, project: Project, garden: Label) -> None:
    board = f"/c/linden-court/work/{project.pk}/"
    shown = text(page.get(f"{board}filter/?label={garden.pk}&by=label"))
    assert f'action="{board}"' in shown and f'value="{garden.pk}" selected' in shown and 'name="by" value="label"' in shown
    assert 'name="by"' not in text(page.get(f"{board}filter/?by=x"))


def test_a_board_says_what_it_is_filtered_by(
    page: Client, actor: Actor, project: Project, todo: Lane, garden: Label, put: Any
) -> None:
    a, _b = add(actor, todo, "A", "B")
    put(garden, a)
    board = f"/c/linden-court/work/{project.pk}/"
    shown = text(page.get(f"{board}?label={garden.pk}&q=a"))
    assert "1 of 2 tasks" in shown
    assert re.search(r'href="\?q=a" aria-current="true">Label: <bdi>garden</bdi>', shown)
    assert re.search(rf'href="\?label={garden.pk}" aria-current="true">Words: <bdi>a</bdi>', shown)
    assert "1 of 2 tasks" not in text(page.get(f"{board}?sort=-title&state=archived"))  # a board has its own order


def test_due_dates_of_done_tasks_are_not_late(page: Client, actor: Actor, project: Project, today: date) -> None:
    add(actor, lane_named(project, "done"), "Done", due_date=today - timedelta(days=9))
    assert "days late" not in text(page.get(at(project)))


def test_a_board_is_filtered_by_what_it_shows_only(page: Client, project: Project) -> None:
    shown = page.get(f"/c/linden-court/work/{project.pk}/filter/").content.decode()
    assert 'name="state"' not in shown and 'name="due"' in shown and shown.count(">Show</button>") == 2
    assert 'name="state"' in page.get(f"/c/linden-court/work/{project.pk}/list/").content.decode()


def test_an_empty_board_and_an_empty_list_say_how_to_begin(
    page: Client, project: Project, todo: Lane, actor: Actor, hassan: User, signed_in: Any
) -> None:
    board, listed = f"/c/linden-court/work/{project.pk}/", f"/c/linden-court/work/{project.pk}/list/"
    shown = page.get(board).content.decode()
    assert shown.count("No cards yet. Write the first one") == 1 and "can be imported" in shown
    assert "Move a card with its menu" not in shown and shown.count("Nothing here yet.") == 3
    begin = page.get(listed).content.decode()
    assert "Write the first one in the line above" in begin and begin.count(f'href="{board}new/"') == 2
    assert "No cards yet" not in signed_in(hassan).get(board).content.decode()
    assert "Write the first one" not in signed_in(hassan).get(listed).content.decode()
    add(actor, todo, "A")
    later = page.get(board).content.decode()
    assert "No cards yet" not in later and later.count("Move a card with its menu") == 4


def test_every_way_of_a_project_is_offered_to_who_may_only_look(project: Project, hassan: User, signed_in: Any) -> None:
    shown = signed_in(hassan).get(f"/c/linden-court/work/{project.pk}/").content.decode()
    for way in ("recurring", "people", "list", "calendar"):
        assert f'href="/c/linden-court/work/{project.pk}/{way}/"' in shown
    assert 'href="/c/linden-court/work/due/"' in signed_in(hassan).get("/c/linden-court/work/list/").content.decode()
