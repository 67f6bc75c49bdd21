"""A board in rows, by person, label or priority: each card once, bounded, and moved without scripts."""

import re
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from tasks.actions import change_task, move_task
from tasks.models import Label, Lane, Priority, Project, Task
from tasks.swimlanes import CARDS, GROUPS, ROWS, swimlanes
from tasks.tests.boards import add, fill, lane_named, titles
from tasks.wishes import Wanted


def at(project: Project, tail: str = "") -> str:
    return f"/c/{project.cooperative.slug}/work/{project.pk}/{tail}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def look(actor: Actor, linden: Cooperative, project: Project) -> Any:
    """For each row: its name, the titles in each lane that holds some, and how many it holds."""

    def rows(by: str, **wanted: Any) -> list[tuple[str, dict[str, list[str]], int]]:
        context = swimlanes(actor, linden, project, Wanted(**wanted), by)
        filled = context["fill"](context["rows"])["rows"]
        return [
            (row.label, {cell.lane.name: [card.title for card in cell.cards] for cell in row.cells if cell.cards}, row.count)
            for row in filled
        ]

    return rows


def test_by_the_first_person_nobody_last(
    look: Any, actor: Actor, todo: Lane, doing: Lane, yusuf_member: Membership, marta_member: Membership
) -> None:
    add(actor, todo, "Free")
    add(actor, todo, "Both", assignees=[yusuf_member, marta_member])
    add(actor, doing, "Marta", assignees=[marta_member])
    assert look("assignee") == [
        ("Marta Lindqvist", {"In progress": ["Marta"]}, 1),
        ("Yusuf Demir", {"To do": ["Both"]}, 1),
        ("Nobody", {"To do": ["Free"]}, 1),
    ]


def test_by_the_first_label(look: Any, actor: Actor, todo: Lane, doing: Lane, garden: Label, roofs: Label, put: Any) -> None:
    a, b, _c = add(actor, todo, "A", "B", "C")
    (d,) = add(actor, doing, "D")
    put(roofs, a, b)
    put(garden, a, d)
    assert look("label") == [
        ("garden", {"In progress": ["D"]}, 1),
        ("roofs", {"To do": ["A", "B"]}, 2),
        ("Without a label", {"To do": ["C"]}, 1),
    ]


def test_by_priority_the_most_urgent_first(look: Any, actor: Actor, todo: Lane) -> None:
    add(actor, todo, "A", "B", "C")
    Task.objects.filter(title="B").update(priority=Priority.URGENT)
    Task.objects.filter(title="C").update(priority=Priority.LOW)
    assert [(name, cards["To do"]) for name, cards, _count in look("priority")] == [
        ("Urgent", ["B"]),
        ("Normal", ["A"]),
        ("Low", ["C"]),
    ]


def test_a_filter_narrows_rows_too(look: Any, actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    add(actor, todo, "Door", assignees=[yusuf_member])
    add(actor, todo, "Roof")
    assert look("assignee", text="roof") == [("Nobody", {"To do": ["Roof"]}, 1)]
    assert look("assignee", text="xyz") == []


def test_rows_and_cells_are_bounded(page: Client, project: Project, todo: Lane, put: Any) -> None:
    labels = Label.objects.bulk_create(
        Label(cooperative=project.cooperative, project=project, name=f"L{number:02}") for number in range(ROWS + 1)
    )
    for start, label in enumerate(labels):
        put(label, *fill(todo, 2, start=1 + start * 2))
    put(labels[0], *fill(todo, CARDS + 3, start=100))
    first = text(page.get(at(project, "?by=label")))
    assert len(re.findall(r'id="row-title-', first)) == ROWS and f"L{ROWS}" not in first.split('id="rows-')[1]
    assert f'href="?label={labels[0].pk}">5 more' in first
    assert len(re.findall(r'id="card-', first)) == CARDS + 2 * (ROWS - 1)
    second = text(page.get(at(project, "?by=label&page=2")))
    assert re.findall(r"<bdi>(L\d+)</bdi></h2>", second) == [f"L{ROWS}"]


def test_the_rest_of_a_row_is_on_the_board_that_shows_only_it(
    page: Client, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership
) -> None:
    for number in range(CARDS + 1):
        add(actor, todo, f"T{number}", assignees=[yusuf_member])
    fill(todo, CARDS + 1, start=100)
    shown = text(page.get(at(project, "?by=assignee&q=t")))
    assert f'href="?q=t&who={yusuf_member.pk}">1 more' in shown.replace("&amp;", "&")
    assert 'href="?who=none">1 more' in text(page.get(at(project, "?by=assignee")))


def test_the_board_offers_rows_and_keeps_the_filter(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "A")
    shown = text(page.get(at(project, "?q=a")))
    for key in GROUPS:
        assert f'href="?q=a&amp;by={key}"' in shown
    rows = text(page.get(at(project, "?q=a&by=priority")))
    assert 'href="?q=a">Lanes alone' in rows and 'href="?q=a&amp;by=priority" aria-current="true"' in rows
    assert 'name="by" value="priority"' in rows and 'data-board="' in rows and " data-rows" in rows
    assert "data-board=" in text(page.get(at(project, "?by=x")))


def test_a_card_moves_by_its_menu_and_the_rows_stay(
    page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane
) -> None:
    (task,) = add(actor, todo, "A")
    shown = text(page.get(at(project, "?by=priority")))
    assert '<input type="hidden" name="back" value="by-priority">' in shown
    answer = page.post(f"/c/linden-court/work/tasks/{task.pk}/move/", {"lane": doing.pk, "version": 1, "back": "by-priority"})
    assert answer["Location"] == at(project, f"?by=priority#card-{task.pk}")
    assert titles(doing) == ["A"]
    other = page.post(f"/c/linden-court/work/tasks/{task.pk}/move/", {"lane": todo.pk, "version": 2, "back": "by-x"})
    assert other["Location"] == at(project, f"#card-{task.pk}")


def test_observers_see_rows_and_move_nothing(hassan: User, actor: Actor, project: Project, todo: Lane, signed_in: Any) -> None:
    add(actor, todo, "A")
    shown = text(signed_in(hassan).get(at(project, "?by=assignee")))
    assert ">A</a>" in shown and "/move/" not in shown and "can be dragged" not in shown


def test_a_part_alone_for_those_who_look_on(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "A")
    part = text(page.get(at(project, "?by=priority"), headers={"HX-Request": "true"}))
    assert "<html" not in part and f'id="rows-{project.pk}"' in part


def test_names_are_text(page: Client, actor: Actor, project: Project, todo: Lane, garden: Label, put: Any) -> None:
    Label.objects.filter(pk=garden.pk).update(name="<b>x</b>")
    put(garden, *add(actor, todo, "<i>y</i>"))
    shown = text(page.get(at(project, "?by=label")))
    assert "<b>x</b>" not in shown and "&lt;b&gt;x&lt;/b&gt;" in shown and "<i>y</i>" not in shown


@pytest.mark.parametrize("by", list(GROUPS))
def test_rows_cost_the_same_for_one_and_three(
    page: Client, actor: Actor, project: Project, todo: Lane, statements: Any, put: Any, by: str, yusuf_member: Membership
) -> None:
    counts = []
    for number in (1, 2):
        for index in range(number):
            (task,) = add(actor, todo, f"T{number}{index}", assignees=[yusuf_member])
            put(Label.objects.create(cooperative=project.cooperative, project=project, name=f"L{number}{index}"), task)
            Task.objects.filter(pk=task.pk).update(priority=number + index)
        counts.append(statements(at(project, f"?by={by}")))
    assert counts[0] == counts[1] <= 16


def test_more_cards_of_a_lane_are_fetched_alone(page: Client, project: Project, todo: Lane, statements: Any) -> None:
    cards = fill(todo, 170)
    ask = {"HX-Request": "true", "HX-Target": f"more-{todo.pk}"}
    part = text(page.get(at(project, f"?lane={todo.pk}&upto=100"), headers=ask))
    assert re.findall(r'id="card-(\d+)"', part) == [str(card.pk) for card in cards[50:100]]
    assert "Show 70 more" in part and f"lane={todo.pk}&amp;upto=150" in part and 'hx-trigger="click, intersect once"' in part
    last = text(page.get(at(project, f"?lane={todo.pk}&upto=200"), headers=ask))
    assert len(re.findall(r'id="card-', last)) == 20 and "more-" not in last
    narrowed = text(page.get(at(project, f"?q=Card 1&lane={todo.pk}&upto=100"), headers=ask))
    assert len(re.findall(r'id="card-', narrowed)) == 32 and "more-" not in narrowed
    assert page.get(at(project, "?lane=999&upto=100"), headers={**ask, "HX-Target": "more-999"}).status_code == 404
    assert lane_named(project, "done").pk


def test_cards_in_rows_keep_the_order_of_their_lanes(look: Any, actor: Actor, todo: Lane) -> None:
    cards = add(actor, todo, "A", "B", "C", "D")
    move_task(actor, cards[3], version=1, before_id=cards[0].pk)
    assert look("priority") == [("Normal", {"To do": ["D", "A", "B", "C"]}, 4)]


def test_archived_cards_stand_in_no_row(look: Any, actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    (a,) = add(actor, todo, "A", assignees=[yusuf_member])
    change_task(actor, a, version=1, archived=True)
    assert look("assignee") == []


def test_two_of_the_same_name_are_two_rows(look: Any, actor: Actor, project: Project, todo: Lane, put: Any) -> None:
    for colour, task in zip(("red", "blue"), add(actor, todo, "A", "B"), strict=True):
        label = Label.objects.create(cooperative=project.cooperative, project=project, name="same", colour=colour)
        put(label, task)
    assert [(name, count) for name, _cards, count in look("label")] == [("same", 1), ("same", 1)]


def test_an_empty_board_in_rows_says_so(page: Client, project: Project) -> None:
    for query, words in (("?by=assignee", "No cards yet"), ("?by=assignee&q=x", "No card fits")):
        shown = text(page.get(at(project, query)))
        assert words in shown and f'href="{at(project, "")}"' in shown


def test_who_has_left_still_has_a_row(look: Any, actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    add(actor, todo, "A", assignees=[yusuf_member])
    Membership.objects.filter(pk=yusuf_member.pk).update(left_on=yusuf_member.joined_on)
    assert [name for name, _cards, _count in look("assignee")] == ["Yusuf Demir"]


@pytest.mark.parametrize("page_number", ["0", "-1", "99", "x"])
def test_odd_pages_of_rows_are_no_errors(page: Client, actor: Actor, project: Project, todo: Lane, page_number: str) -> None:
    add(actor, todo, "A")
    assert ">A</a>" in text(page.get(at(project, f"?by=assignee&page={page_number}")))
