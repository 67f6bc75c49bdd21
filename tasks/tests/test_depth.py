"""What a task is besides its title: kind, priority, dates, estimate, points, and the task it is part of."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import a_member, a_user, refused
from tasks.actions import change_lane, change_project, change_task, create_lane, create_project, create_task, move_task
from tasks.models import Colour, Kind, Lane, Priority, Project, Task

from .boards import add, kinds, lane_named, told

MONDAY, FRIDAY = date(2027, 2, 1), date(2027, 2, 5)


def test_a_task_is_made_with_all_its_facts(actor: Actor, project: Project, todo: Lane) -> None:
    (whole,) = add(actor, todo, "Garden")
    task = create_task(
        actor,
        project,
        title="Hedge",
        lane=todo,
        kind=Kind.DUTY,
        priority=Priority.HIGH,
        start_date=MONDAY,
        due_date=FRIDAY,
        estimate=90,
        points=3,
        parent=whole,
    )
    row = Task.objects.get(pk=task.pk)
    assert (row.kind, row.priority, row.start_date, row.due_date) == (Kind.DUTY, Priority.HIGH, MONDAY, FRIDAY)
    assert (row.estimate, row.points, row.parent) == (90, 3, whole)
    assert list(whole.subtasks.all()) == [row]
    assert (told("tasks.created")[-1]["kind"], told("tasks.created")[-1]["priority"]) == ("duty", 2)


def test_an_event_tells_what_was_and_what_is(actor: Actor, todo: Lane) -> None:
    whole, task = add(actor, todo, "Garden", "Hedge", due_date=FRIDAY)
    facts = {"kind": Kind.BUG, "priority": Priority.URGENT, "start_date": MONDAY, "due_date": None, "estimate": 15, "points": 0}
    change_task(actor, task, version=1, title="Hedges", description="All of them", parent=whole, **facts)
    (payload,) = told("tasks.updated")
    assert payload["before"] == {
        "kind": "task", "priority": 3, "start_date": None, "due_date": "2027-02-05", "estimate": None, "points": None,
        "title": "Hedge", "parent": None,
    }  # fmt: skip
    assert payload["after"] == {
        "kind": "bug", "priority": 1, "start_date": "2027-02-01", "due_date": None, "estimate": 15, "points": 0,
        "title": "Hedges", "parent": whole.pk,
    }  # fmt: skip
    assert payload["changed"] == sorted([*payload["after"], "description"])


def test_what_stays_as_it_is_is_not_told(actor: Actor, todo: Lane) -> None:
    (task,) = add(actor, todo, "Hedge", priority=Priority.LOW, due_date=FRIDAY)
    change_task(actor, task, version=1, title="Hedge", priority=Priority.LOW, due_date=FRIDAY, estimate=None)
    assert kinds().count("tasks.updated") == 0
    change_task(actor, task, version=1, title="Hedge", priority=Priority.HIGH)
    assert told("tasks.updated")[0]["before"] == {"priority": 4}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("kind", "feast", "kind"),
        ("priority", 0, "priority"),
        ("priority", 5, "priority"),
        ("estimate", 0, "estimate"),
        ("estimate", 60_001, "estimate"),
        ("points", -1, "points"),
        ("points", 1001, "points"),
    ],
)
def test_what_a_fact_cannot_be_is_refused_by_its_name(actor: Actor, todo: Lane, field: str, value: Any, code: str) -> None:
    with refused(code) as caught:
        add(actor, todo, "Hedge", **{field: value})
    assert caught.value.field == field
    (task,) = add(actor, todo, "Hedge")
    with refused(code):
        change_task(actor, task, version=1, **{field: value})
    assert Task.objects.get(pk=task.pk).version == 1


def test_the_bounds_themselves_are_allowed(actor: Actor, todo: Lane) -> None:
    low, high = add(actor, todo, "Low", estimate=1, points=0), add(actor, todo, "High", estimate=60_000, points=1000)
    assert [(task.estimate, task.points) for task in (*low, *high)] == [(1, 0), (60_000, 1000)]


def test_no_task_starts_after_it_is_due(actor: Actor, todo: Lane) -> None:
    with refused("starts_late"):
        add(actor, todo, "Hedge", start_date=FRIDAY, due_date=MONDAY)
    (task,) = add(actor, todo, "Hedge", start_date=MONDAY, due_date=MONDAY)
    with refused("starts_late"):
        change_task(actor, task, version=1, start_date=FRIDAY)
    assert change_task(actor, task, version=1, start_date=FRIDAY, due_date=None).version == 2
    with transaction.atomic(), pytest.raises(IntegrityError):
        Task.objects.filter(pk=task.pk).update(due_date=MONDAY)


# --- Parts ------------------------------------------------------------------------------------------------------------


def test_a_part_has_no_parts(actor: Actor, todo: Lane) -> None:
    whole, part, third = add(actor, todo, "Whole", "Part", "Third")
    change_task(actor, part, version=1, parent=whole)
    with refused("too_deep"):
        change_task(actor, third, version=1, parent=part)
    with refused("too_deep"):
        add(actor, todo, "Fourth", parent=part)
    with refused("has_parts"):
        change_task(actor, whole, version=1, parent=third)
    with refused("itself"):
        change_task(actor, third, version=1, parent=third)
    assert change_task(actor, part, version=2, parent=None).parent is None
    assert change_task(actor, whole, version=1, parent=third).parent == third


def test_a_part_is_of_the_same_project_and_of_a_task_in_use(actor: Actor, linden: Cooperative, todo: Lane) -> None:
    other = create_task(actor, create_project(actor, linden, name="Other"), title="Far")
    (task,) = add(actor, todo, "Near")
    with refused("other_project"):
        change_task(actor, task, version=1, parent=other)
    (away,) = add(actor, todo, "Away")
    change_task(actor, away, version=1, archived=True)
    with refused("task_archived"):
        change_task(actor, task, version=1, parent=away)


def test_a_task_with_open_parts_may_be_done(actor: Actor, project: Project, todo: Lane) -> None:
    (whole,) = add(actor, todo, "Whole")
    add(actor, todo, "Part", parent=whole)
    assert move_task(actor, whole, lane=lane_named(project, "done"), version=1).lane.is_done


# --- How much one person has to do ------------------------------------------------------------------------------------


@pytest.fixture
def limited(actor: Actor, project: Project) -> Project:
    """The project lets nobody have more than two unfinished tasks."""
    row: Project = change_project(actor, project, version=1, assignment_limit=2)
    return row


def test_nobody_is_given_more_than_the_project_allows(
    actor: Actor, limited: Project, todo: Lane, yusuf_member: Membership
) -> None:
    a, _b = add(actor, todo, "A", "B", assignees=[yusuf_member])
    with refused("assignment_limit") as caught:
        add(actor, todo, "C", assignees=[yusuf_member])
    assert "Yusuf Demir has 2 unfinished tasks" in str(caught.value) and caught.value.field == "assignees"
    (c,) = add(actor, todo, "C")
    with refused("assignment_limit"):
        change_task(actor, c, version=1, assignees=[yusuf_member])
    change_task(actor, a, version=1, title="Still mine", assignees=[yusuf_member])
    move_task(actor, a, lane=lane_named(limited, "done"), version=2)
    assert change_task(actor, c, version=1, assignees=[yusuf_member]).people == [yusuf_member]


def test_what_is_done_comes_back_only_where_there_is_room(
    actor: Actor, limited: Project, todo: Lane, doing: Lane, yusuf_member: Membership
) -> None:
    done = lane_named(limited, "done")
    create_task(actor, limited, title="Old", lane=done, assignees=[yusuf_member])
    old = create_task(actor, limited, title="Older", lane=done, assignees=[yusuf_member])
    a, _b = add(actor, todo, "A", "B", assignees=[yusuf_member])
    move_task(actor, a, lane=doing, version=1)
    with refused("assignment_limit"):
        move_task(actor, old, lane=todo, version=1)
    change_task(actor, a, version=2, archived=True)
    move_task(actor, old, lane=todo, version=1)
    with refused("assignment_limit"):
        change_task(actor, Task.objects.get(pk=a.pk), version=3, archived=False)


def test_other_projects_and_other_people_count_for_themselves(
    actor: Actor, linden: Cooperative, limited: Project, todo: Lane, yusuf_member: Membership, marta: User
) -> None:
    add(actor, todo, "A", "B", assignees=[yusuf_member])
    add(actor, todo, "C", assignees=[Membership.objects.get(user=marta)])
    elsewhere = create_project(actor, linden, name="Elsewhere")
    assert create_task(actor, elsewhere, title="D", assignees=[yusuf_member]).people == [yusuf_member]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_is_a_sensible_number(actor: Actor, project: Project, limit: int) -> None:
    with refused("assignment_limit"):
        change_project(actor, project, version=1, assignment_limit=limit)


# --- Who may be given a task ------------------------------------------------------------------------------------------


def test_who_only_observes_is_given_nothing(actor: Actor, todo: Lane, hassan: User) -> None:
    with refused("cannot_work_here") as caught:
        add(actor, todo, "Roof", assignees=[Membership.objects.get(user=hassan)])
    assert "Hassan Abdi may not work in this project" in str(caught.value)


def test_a_closed_project_gives_work_to_its_own_people(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, yusuf_member: Membership, marta: User
) -> None:
    change_project(actor, project, version=1, members_only=True)
    todo.refresh_from_db()
    with refused("cannot_work_here"):
        add(actor, todo, "Roof", assignees=[yusuf_member])
    secretary = a_member(linden, a_user("Sela Secretary"), "secretary")
    add(actor, todo, "Roof", assignees=[secretary, Membership.objects.get(user=marta)])
    assert Task.objects.count() == 1


# --- Colours ----------------------------------------------------------------------------------------------------------


def test_a_lane_has_a_colour_from_the_list(actor: Actor, project: Project) -> None:
    lane = create_lane(actor, project, name="Waiting", colour=Colour.TEAL)
    assert change_lane(actor, lane, version=1, colour="").colour == ""
    for wrong in ("mauve", "#ff0000", "red;"):
        with refused("colour"):
            change_lane(actor, lane, version=2, colour=wrong)
        with refused("colour"):
            create_lane(actor, project, name="Next", colour=wrong)
    assert told("tasks.lane_changed")[0]["changed"] == ["colour"]
