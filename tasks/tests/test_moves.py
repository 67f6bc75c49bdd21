"""Moving cards: the place that was meant, one row, one event, and a clear no."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from activity.web import plain_sentence
from cooperatives.actions import Invalid, NotFound
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User
from members.tests.factories import refused
from tasks.actions import change_lane, change_task, create_project, create_task, move_task, nudge_task, reorder_lane
from tasks.actions.ranks import GAP
from tasks.events import MOVED, OVERFILLED
from tasks.models import Lane, Project, Task

from .boards import add, fill, kinds, lane_named, titles, told


def test_a_card_goes_below_the_one_it_is_put_after(actor: Actor, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    move_task(actor, a, after_id=b.pk, before_id=c.pk, version=1)
    assert titles(todo) == ["B", "A", "C"]


def test_a_card_goes_above_the_one_it_is_put_before(actor: Actor, todo: Lane) -> None:
    a, _b, c = add(actor, todo, "A", "B", "C")
    move_task(actor, c, before_id=a.pk, version=1)
    assert titles(todo) == ["C", "A", "B"]


def test_without_neighbours_it_goes_to_the_bottom(actor: Actor, todo: Lane) -> None:
    a, *_ = add(actor, todo, "A", "B", "C")
    move_task(actor, a, version=1)
    assert titles(todo) == ["B", "C", "A"]


def test_it_crosses_to_an_empty_lane(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, _b = add(actor, todo, "A", "B")
    moved = move_task(actor, a, lane=doing, version=1)
    assert (moved.lane_id, moved.version) == (doing.pk, 2)
    assert (titles(todo), titles(doing)) == (["B"], ["A"])


def test_the_event_says_the_whole_place(actor: Actor, project: Project, todo: Lane, doing: Lane) -> None:
    a, _b = add(actor, todo, "A", "B")
    (x,) = add(actor, doing, "X")
    move_task(actor, a, lane=doing, after_id=x.pk, version=1)
    assert told("tasks.moved") == [
        {
            "issue_id": a.pk,
            "project_id": project.pk,
            "number": 1,
            "title": "A",
            "status": "in_progress",
            "lane_id": doing.pk,
            "lane": doing.name,
            "after_id": x.pk,
            "version": 2,
            "kind": "task",
            "priority": 3,
            "before": {"lane": "To do"},
            "after": {"lane": "In progress"},
            "assignee": None,
            "assignees": [],
            "due_date": None,
            "archived": False,
            "changed": ["lane", "position", "status"],
            "override": False,
        }
    ]


def test_within_a_lane_only_the_position_changed(actor: Actor, todo: Lane) -> None:
    a, _b, c = add(actor, todo, "A", "B", "C")
    move_task(actor, c, before_id=a.pk, version=1)
    assert [(one["changed"], one["after_id"]) for one in told("tasks.moved")] == [(["position"], None)]


def test_a_card_that_lies_there_already_is_not_moved(actor: Actor, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    before = kinds()
    assert move_task(actor, b, after_id=a.pk, before_id=c.pk, version=1).version == 1
    assert move_task(actor, c, version=1).version == 1
    assert kinds() == before


def test_the_neighbours_are_taken_as_they_are_now(actor: Actor, todo: Lane) -> None:
    a, b, c, d = add(actor, todo, "A", "B", "C", "D")
    move_task(actor, d, after_id=a.pk, version=1)
    move_task(actor, c, after_id=a.pk, before_id=b.pk, version=1)
    assert titles(todo) == ["A", "C", "D", "B"]


@pytest.mark.parametrize("side", ["after_id", "before_id"])
def test_a_vanished_neighbour_is_a_conflict(actor: Actor, todo: Lane, doing: Lane, side: str) -> None:
    a, b, _c = add(actor, todo, "A", "B", "C")
    move_task(actor, b, lane=doing, version=1)
    with refused("neighbour_gone"):
        move_task(actor, a, version=1, **{side: b.pk})
    assert titles(todo) == ["A", "C"]


def test_an_archived_neighbour_is_gone_but_keeps_its_place(actor: Actor, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    change_task(actor, b, version=1, archived=True)
    with refused("neighbour_gone"):
        move_task(actor, c, version=1, after_id=b.pk)
    move_task(actor, c, version=1, before_id=a.pk)
    (d,) = add(actor, todo, "D")
    move_task(actor, d, after_id=a.pk, version=1)
    assert titles(todo) == ["C", "A", "D", "B"]
    assert told("tasks.moved")[-1]["after_id"] == a.pk


def test_the_card_above_is_an_open_one(actor: Actor, todo: Lane) -> None:
    a, b, c, d = add(actor, todo, "A", "B", "C", "D")
    change_task(actor, b, version=1, archived=True)
    move_task(actor, d, before_id=c.pk, version=1)
    assert told("tasks.moved")[-1]["after_id"] == a.pk
    change_task(actor, c, version=1, archived=True)
    (e,) = add(actor, todo, "E")
    assert told("tasks.created")[-1] | {"issue_id": e.pk, "after_id": d.pk} == told("tasks.created")[-1]


def test_it_cannot_be_put_next_to_itself(actor: Actor, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    with refused("neighbour_gone"):
        move_task(actor, a, after_id=a.pk, version=1)


@pytest.mark.parametrize("version", [None, 0, 2])
def test_a_stale_version_brings_the_card_as_it_is(actor: Actor, todo: Lane, version: int | None) -> None:
    a, _b = add(actor, todo, "A", "B")
    with refused("stale") as caught:
        move_task(actor, a, version=version)
    assert caught.value.current.version == 1


def test_a_full_lane_takes_no_card_from_outside(actor: Actor, todo: Lane, doing: Lane) -> None:
    change_lane(actor, doing, version=1, wip_limit=2)
    a, *_ = add(actor, todo, "A", "B")
    x, y = add(actor, doing, "X", "Y")
    with refused("lane_full"):
        move_task(actor, a, lane=doing, version=1)
    with refused("lane_full"):
        add(actor, doing, "Z")
    move_task(actor, x, after_id=y.pk, version=1)
    assert titles(doing) == ["Y", "X"]
    change_task(actor, y, version=1, archived=True)
    move_task(actor, a, lane=doing, version=1)
    with refused("lane_full"):
        change_task(actor, y, version=2, archived=False)


def test_who_may_fills_a_full_lane_all_the_same_and_it_is_recorded(actor: Actor, todo: Lane, doing: Lane, yusuf: User) -> None:
    change_lane(actor, doing, version=1, wip_limit=1)
    a, b, c = add(actor, todo, "A", "B", "C")
    move_task(actor, a, lane=doing, version=1, override=True)  # there is room: nothing had to be overridden
    with refused("forbidden"):
        move_task(Actor.of(yusuf), b, lane=doing, version=1, override=True)
    moved = move_task(actor, b, lane=doing, version=1, after_id=a.pk, override=True)
    assert (moved.lane_id, moved.version, titles(doing)) == (doing.pk, 2, ["A", "B"])
    move_task(actor, moved, version=2, before_id=a.pk, override=True)  # within the lane nothing is filled
    assert [one["override"] for one in told("tasks.moved")] == [False, False]
    assert [(one["issue_id"], one["override"]) for one in told("tasks.overfilled")] == [(b.pk, True)]
    with refused("lane_full"):
        move_task(actor, c, lane=doing, version=1)


def test_the_sentence_says_that_the_lane_was_full(actor: Actor, todo: Lane, doing: Lane) -> None:
    change_lane(actor, doing, version=1, wip_limit=1)
    a, b = add(actor, todo, "A", "B")
    move_task(actor, a, lane=doing, version=1, override=True)
    move_task(actor, b, lane=doing, version=1, override=True)
    said = [plain_sentence(event) for event in Event.objects.filter(kind__in=("tasks.moved", "tasks.overfilled")).order_by("seq")]
    assert said == [
        "Marta Lindqvist moved A to In progress",
        "Marta Lindqvist moved B to In progress although it was full",
    ]
    (fact,) = told("tasks.overfilled")
    assert (fact["changed"], fact["before"], fact["after"]) == (
        ["lane", "position", "status"],
        {"lane": "To do"},
        {"lane": "In progress"},
    )
    # To boards both are the same news.
    assert (OVERFILLED.type, OVERFILLED.rooms, OVERFILLED.payload) == (MOVED.type, MOVED.rooms, MOVED.payload)


def test_an_override_overrides_nothing_else(actor: Actor, todo: Lane, doing: Lane) -> None:
    change_lane(actor, doing, version=1, wip_limit=1)
    a, b = add(actor, todo, "A", "B")
    add(actor, doing, "X")
    with refused("stale"):
        move_task(actor, a, lane=doing, version=7, override=True)
    with refused("neighbour_gone"):
        move_task(actor, a, lane=doing, version=1, after_id=b.pk, override=True)
    change_lane(actor, doing, version=2, archived=True)
    with refused("lane_archived"):
        move_task(actor, a, lane=doing, version=1, override=True)
    assert told("tasks.moved") == []


def test_a_lane_of_another_project_is_refused(actor: Actor, todo: Lane, project: Project) -> None:
    other = create_project(actor, project.cooperative, name="Garden")
    (a,) = add(actor, todo, "A")
    with refused("other_project"):
        move_task(actor, a, lane=lane_named(other, "done"), version=1)
    with refused("other_project") as caught:
        create_task(actor, project, title="B", lane=lane_named(other, "done"))
    assert isinstance(caught.value, Invalid)


def test_archived_things_do_not_move(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    change_task(actor, a, version=1, archived=True)
    with refused("task_archived"):
        move_task(actor, a, lane=doing, version=2)
    change_lane(actor, doing, version=1, archived=True)
    with refused("lane_archived"):
        move_task(actor, b, lane=doing, version=1)


def test_an_observer_is_refused_and_a_stranger_finds_nothing(actor: Actor, todo: Lane, hassan: User, outsider: User) -> None:
    (a,) = add(actor, todo, "A")
    with refused("forbidden"):
        move_task(Actor.of(hassan), a, version=1)
    with refused("not_found") as caught:
        move_task(Actor.of(outsider), a, version=1)
    assert isinstance(caught.value, NotFound)


def test_nudging_goes_one_open_card_up_or_down(actor: Actor, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    change_task(actor, b, version=1, archived=True)
    nudge_task(actor, c, up=True, version=1)
    assert titles(todo) == ["C", "A", "B"]
    nudge_task(actor, c, up=False, version=2)
    assert [title for title in titles(todo) if title != "B"] == ["A", "C"]
    assert nudge_task(actor, a, up=True, version=1).version == 1


def test_a_lane_is_reordered_at_once(actor: Actor, todo: Lane) -> None:
    a, b, c = add(actor, todo, "A", "B", "C")
    reorder_lane(actor, todo, order=[c.pk, a.pk, b.pk])
    assert titles(todo) == ["C", "A", "B"]
    assert told("tasks.reordered") == [{"project_id": todo.project_id, "lane_id": todo.pk, "order": [c.pk, a.pk, b.pk]}]
    assert set(Task.objects.values_list("version", flat=True)) == {1}
    reorder_lane(actor, todo, order=[c.pk, a.pk, b.pk])
    assert len(told("tasks.reordered")) == 1


def test_a_reorder_must_name_exactly_the_cards_of_the_lane(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    (x,) = add(actor, doing, "X")
    with refused("order_changed") as caught:
        reorder_lane(actor, todo, order=[b.pk])
    assert caught.value.extra == {"current": [a.pk, b.pk]}
    with refused("order_changed"):
        reorder_lane(actor, todo, order=[b.pk, a.pk, x.pk])
    with refused("named_twice"):
        reorder_lane(actor, todo, order=[b.pk, a.pk, a.pk])
    assert titles(todo) == ["A", "B"]


def test_a_used_up_gap_spaces_the_lane_without_touching_the_cards(actor: Actor, todo: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    Task.objects.filter(pk=b.pk).update(rank=a.rank + 1)
    before = dict(Task.objects.values_list("pk", "updated_at"))
    (c,) = add(actor, todo, "C")
    happened = len(kinds())
    move_task(actor, c, after_id=a.pk, before_id=b.pk, version=1)
    assert titles(todo) == ["A", "C", "B"]
    now = {row.pk: row for row in Task.objects.all()}
    assert (now[a.pk].version, now[b.pk].version, now[c.pk].version) == (1, 1, 2)
    assert {pk: now[pk].updated_at for pk in before} == before
    assert now[b.pk].rank - now[a.pk].rank == GAP
    assert len(kinds()) == happened + 1


def test_many_insertions_at_one_spot(actor: Actor, todo: Lane) -> None:
    first, last = add(actor, todo, "first", "last")
    pile = fill(lane_named(todo.project, "review"), 120, start=10)
    for card in pile:
        move_task(actor, card, lane=todo, after_id=first.pk, before_id=None, version=1)
    assert titles(todo) == ["first", *(card.title for card in reversed(pile)), "last"]
    assert Task.objects.get(pk=last.pk).version == 1


def test_ranks_at_the_edge_of_the_numbers(actor: Actor, todo: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    Task.objects.filter(pk=b.pk).update(rank=2**62)
    add(actor, todo, "C")
    move_task(actor, a, version=1)
    assert titles(todo) == ["B", "C", "A"]


@pytest.mark.parametrize("count", [10, 300])
def test_a_move_costs_the_same_in_any_lane_and_writes_one_row(actor: Actor, todo: Lane, doing: Lane, count: int) -> None:
    cards = fill(todo, count)
    others = fill(doing, count, start=count + 1)
    with CaptureQueriesContext(connection) as caught:
        move_task(actor, cards[1], lane=doing, after_id=others[0].pk, before_id=others[1].pk, version=1)
    writes = [query["sql"] for query in caught if 'UPDATE "tasks_task"' in query["sql"]]
    assert len(writes) == 1
    assert len(caught) <= 10, [query["sql"][:120] for query in caught]


def test_creating_costs_at_most_ten_statements(actor: Actor, todo: Lane) -> None:
    fill(todo, 50)
    project = todo.project
    with CaptureQueriesContext(connection) as caught:
        create_task(actor, project, title="A", lane=todo)
    assert len(caught) <= 10, [query["sql"][:120] for query in caught]


def test_a_lane_outside_the_active_cooperatives_is_not_there(actor: Actor, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    with enter(()), refused("not_found"):
        move_task(actor, a, version=1)
