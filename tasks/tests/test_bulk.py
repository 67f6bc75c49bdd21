"""One change for many tasks: all of them or none, one event each."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import refused
from tasks.actions import (
    change_lane,
    change_project,
    change_task,
    change_tasks,
    create_label,
    create_project,
    create_task,
    move_task,
    revise_task,
    take_in,
)
from tasks.models import Lane, Priority, Project, Task

from .boards import add, kinds, titles, told


def test_all_are_changed_and_told_one_by_one(
    actor: Actor, project: Project, todo: Lane, doing: Lane, yusuf_member: Membership
) -> None:
    old, new = create_label(actor, project, name="Old"), create_label(actor, project, name="New")
    a, b, c = add(actor, todo, *"ABC", labels=[old])
    facts: dict[str, Any] = {"assignees": [yusuf_member], "priority": Priority.URGENT, "due_date": date(2027, 3, 1)}
    changed = change_tasks(actor, [c, a], lane=doing, add_labels=[new], remove_labels=[old], **facts)
    assert changed == [a, c] and titles(doing) == ["A", "C"] and titles(todo) == ["B"]
    for row in Task.objects.filter(pk__in=[a.pk, c.pk]):
        assert (row.people, row.tags, row.priority, row.due_date) == ([yusuf_member], [new], 1, date(2027, 3, 1))
    events = told("tasks.moved")
    assert [(event["issue_id"], event["after_id"], event["version"]) for event in events] == [(a.pk, None, 2), (c.pk, a.pk, 2)]
    assert kinds().count("tasks.updated") == 0
    for event in events:
        assert event["changed"] == ["assignees", "due_date", "labels", "lane", "position", "priority", "status"]
        assert event["before"] == {"assignees": [], "due_date": None, "labels": ["Old"], "lane": "To do", "priority": 3}
        assert event["after"]["labels"] == ["New"] and event["after"]["lane"] == "In progress"
    assert Task.objects.get(pk=b.pk).version == 1


def test_an_event_says_what_stands_above_each_card(actor: Actor, project: Project, todo: Lane, doing: Lane) -> None:
    a, b, c, d = add(actor, todo, *"ABCD")
    (x,) = add(actor, doing, "X")
    change_task(actor, b, version=1, archived=True)
    change_tasks(actor, [c, a], priority=Priority.LOW)
    assert [(event["issue_id"], event["after_id"]) for event in told("tasks.updated")[1:]] == [(a.pk, None), (c.pk, a.pk)]
    # Who is there already keeps their place; who comes goes below all, one below the other.
    change_tasks(actor, [d, x, a], lane=doing, priority=Priority.HIGH)
    assert titles(doing) == ["X", "A", "D"]
    assert [(event["issue_id"], event["after_id"]) for event in told("tasks.moved")] == [(a.pk, x.pk), (d.pk, a.pk)]
    assert [(event["issue_id"], event["after_id"]) for event in told("tasks.updated")[3:]] == [(x.pk, None)]


def test_what_is_archived_together_stands_above_nobody(actor: Actor, todo: Lane) -> None:
    a, b, _c = add(actor, todo, *"ABC")
    change_tasks(actor, [a, b], archived=True)
    assert [(event["issue_id"], event["after_id"]) for event in told("tasks.updated")] == [(a.pk, None), (b.pk, None)]


@pytest.mark.parametrize("facts", [{"priority": Priority.LOW}, {"priority": Priority.LOW, "lane": True}, {"lane": True}])
def test_one_more_task_costs_one_more_statement(actor: Actor, todo: Lane, doing: Lane, facts: dict[str, Any]) -> None:
    add(actor, doing, "X")
    facts = {**facts, **({"lane": doing} if "lane" in facts else {})}
    counts = []
    for number in (1, 4):
        tasks = add(actor, todo, *(f"T{one}" for one in range(number)))
        with CaptureQueriesContext(connection) as caught:
            change_tasks(actor, tasks, **facts)
        counts.append(len(caught))
    assert counts[1] - counts[0] == 3, counts


@pytest.mark.parametrize("count", [1, 3])
def test_a_closed_project_is_asked_once_whether_its_members_may(
    actor: Actor, linden: Cooperative, yusuf: User, yusuf_member: Membership, count: int
) -> None:
    closed = create_project(actor, linden, name="Closed")
    change_project(actor, closed, version=1, members_only=True)
    take_in(actor, closed, member=yusuf_member)
    made = [create_task(actor, closed, title=f"T{number}") for number in range(count)]
    rows = list(Task.objects.select_related("project__cooperative").filter(pk__in=[row.pk for row in made]))
    with CaptureQueriesContext(connection) as caught:
        change_tasks(Actor.of(yusuf), rows, priority=1)
    assert len([one for one in caught if 'FROM "tasks_projectmember"' in one["sql"]]) == 1


def test_what_is_so_already_is_not_told(actor: Actor, todo: Lane) -> None:
    a, b = add(actor, todo, "A", "B")
    change_task(actor, a, version=1, priority=Priority.LOW)
    change_tasks(actor, [a, b], priority=Priority.LOW, lane=todo)
    assert kinds().count("tasks.updated") == 2 and kinds().count("tasks.moved") == 0


def test_whatever_version_they_have_now_is_meant(actor: Actor, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    change_task(actor, a, version=1, title="Changed meanwhile")
    (row,) = change_tasks(actor, [a], archived=True)
    assert (row.title, row.version, row.archived_at is not None) == ("Changed meanwhile", 3, True)


def test_one_refusal_refuses_all_and_names_it(actor: Actor, linden: Cooperative, todo: Lane, doing: Lane) -> None:
    a, b, c = add(actor, todo, *"ABC")
    change_lane(actor, doing, version=1, wip_limit=2)
    with refused("lane_full") as caught:
        change_tasks(actor, [a, b, c], lane=doing)
    assert caught.value.extra["task"] == c.pk and caught.value.status == 409
    assert str(caught.value).startswith("HC-3: In progress is full") and str(caught.value).endswith("Nothing was changed.")
    assert titles(todo) == ["A", "B", "C"] and kinds().count("tasks.moved") == 0


def test_labels_and_lanes_of_another_project_name_the_task(
    actor: Actor, linden: Cooperative, todo: Lane, project: Project
) -> None:
    far = create_task(actor, create_project(actor, linden, name="Far"), title="Far")
    (near,) = add(actor, todo, "Near")
    label = create_label(actor, project, name="Ours")
    for facts in ({"lane": todo}, {"add_labels": [label]}):
        with refused("other_project") as caught:
            change_tasks(actor, [near, far], **facts)
        assert caught.value.extra["task"] == far.pk
    change_tasks(actor, [near, far], remove_labels=[label], priority=Priority.HIGH)
    assert set(Task.objects.values_list("priority", flat=True)) == {2}


def test_between_one_and_two_hundred(actor: Actor, todo: Lane) -> None:
    (a,) = add(actor, todo, "A")
    with refused("tasks"):
        change_tasks(actor, [], priority=1)
    with refused("tasks"):
        change_tasks(actor, [a] * 201, priority=1)


def test_who_may_not_change_one_changes_none(actor: Actor, linden: Cooperative, todo: Lane, yusuf: User, hassan: User) -> None:
    closed = create_project(actor, linden, name="Closed")
    secret = create_task(actor, closed, title="Secret")
    change_project(actor, closed, version=1, members_only=True)
    (a,) = add(actor, todo, "A")
    rows = list(Task.objects.select_related("project").filter(pk__in=[a.pk, secret.pk]))
    for user in (yusuf, hassan):
        with refused("forbidden"):
            change_tasks(Actor.of(user), rows, priority=1)
    assert set(Task.objects.values_list("priority", flat=True)) == {3}


@pytest.mark.parametrize("count", [1, 3])
def test_assignment_limits_count_what_the_same_change_gave(
    actor: Actor, project: Project, todo: Lane, yusuf_member: Membership, count: int
) -> None:
    change_project(actor, project, version=1, assignment_limit=count)
    tasks = add(actor, todo, *(f"T{n}" for n in range(count + 1)))
    with refused("assignment_limit") as caught:
        change_tasks(actor, tasks, assignees=[yusuf_member])
    assert caught.value.extra["task"] == tasks[-1].pk
    assert len(change_tasks(actor, tasks[:count], assignees=[yusuf_member])) == count


def test_what_moves_together_keeps_its_order(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b, c = add(actor, todo, *"ABC")
    (x,) = add(actor, doing, "X")
    move_task(actor, c, lane=todo, before_id=a.pk, version=1)
    done = Lane.objects.get(project=todo.project, is_done=True)
    change_tasks(actor, [x, a, b, c], lane=done)
    assert titles(done) == ["C", "A", "B", "X"]


def test_what_comes_back_into_another_lane_is_taken_by_that_one(
    actor: Actor, project: Project, todo: Lane, doing: Lane, yusuf_member: Membership
) -> None:
    a, b = add(actor, todo, *"AB", assignees=[yusuf_member])
    change_tasks(actor, [a, b], archived=True)
    change_lane(actor, todo, version=todo.version, archived=True)
    change_lane(actor, doing, version=doing.version, wip_limit=1)
    with refused("lane_full"):
        change_tasks(actor, [a, b], lane=doing, archived=False)
    change_project(actor, project, version=1, assignment_limit=1)
    change_lane(actor, doing, version=doing.version + 1, wip_limit=None)
    with refused("assignment_limit"):
        change_tasks(actor, [a, b], lane=doing, archived=False)
    assert change_tasks(actor, [a], lane=doing, archived=False)[0].archived_at is None
    done = Lane.objects.get(project=project, is_done=True)
    assert revise_task(actor, Task.objects.get(pk=b.pk), version=2, lane=done, archived=False).lane == done


def test_who_is_given_what_is_done_by_the_same_change_has_no_more_to_do(
    actor: Actor, project: Project, todo: Lane, doing: Lane, yusuf_member: Membership
) -> None:
    a, b = add(actor, todo, *"AB")
    change_project(actor, project, version=1, assignment_limit=1)
    change_task(actor, a, version=1, assignees=[yusuf_member])
    with refused("assignment_limit"):
        revise_task(actor, b, version=1, lane=doing, assignees=[yusuf_member])
    done = Lane.objects.get(project=project, is_done=True)
    row = revise_task(actor, b, version=1, lane=done, assignees=[yusuf_member])
    assert (row.lane, row.people) == (done, [yusuf_member])
    with refused("assignment_limit"):
        revise_task(actor, Task.objects.get(pk=b.pk), version=2, lane=todo, title="Again")


def test_what_has_left_its_lane_since_it_was_read_is_named(actor: Actor, todo: Lane, doing: Lane) -> None:
    a, b = add(actor, todo, *"AB")
    done = Lane.objects.get(project=todo.project, is_done=True)
    seen = list(Task.objects.select_related("project__cooperative").order_by("pk"))
    move_task(actor, b, lane=doing, version=1)
    with refused("stale") as caught:
        change_tasks(actor, seen, lane=done)
    assert caught.value.extra["task"] == b.pk and "HC-2" in str(caught.value.sentence)
    assert titles(todo) == ["A"] and titles(done) == []
    gone = Task(pk=77_777, cooperative_id=a.cooperative_id, project=todo.project, number=9, lane=todo)
    with refused("stale"):
        change_tasks(actor, [a, gone], priority=1)
