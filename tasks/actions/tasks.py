"""Tasks: add one, change one."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Invalid, action, check, expect
from cooperatives.events import record
from cooperatives.policy import Actor
from members.models import Membership

from ..events import CREATED, MOVED, UPDATED, card_facts
from ..models import UNREAD, Kind, Label, Lane, Priority, Project, Task
from .base import (
    author,
    lock_first_lane,
    lock_lane_and_project,
    lock_lanes,
    lock_project,
    lock_task,
    refuse_archived,
    refuse_full,
)
from .facts import PLAIN, refuse_backwards, refuse_parent, said, sound_facts
from .labels import attach, settle_labels, sound_labels
from .moves import Placed, move_task, settle_place, target_of
from .people import assign, refuse_overload, settle_people, sound_people
from .ranks import between, respace
from .spots import Spot, above, bottom_of

_WRITTEN = (*PLAIN, "archived_at", "version", "updated_at")
_PLACE = ("lane", "rank")


@action
def create_task(
    actor: Actor,
    project: Project,
    *,
    title: str,
    lane: Lane | None = None,
    description: str = "",
    assignees: Iterable[Membership] = (),
    kind: str = Kind.TASK,
    priority: int = Priority.NORMAL,
    start_date: date | None = None,
    due_date: date | None = None,
    estimate: int | None = None,
    points: int | None = None,
    labels: Iterable[Label] = (),
    parent: Task | None = None,
) -> Task:
    """Add a task at the bottom of a lane (None: the first one), with the project's next number.

    `estimate` is in minutes; `parent` is the task it is part of. Raises Invalid naming the field, RuleBroken, and
    Conflict for a full lane or somebody who has enough to do.
    """
    plain = {"title": title, "description": description, "kind": kind, "priority": priority, "start_date": start_date}
    plain |= {"due_date": due_date, "estimate": estimate, "points": points, "parent": parent}
    check(actor, "tasks.create", project)
    target = lock_lane_and_project(lane) if lane else lock_first_lane(project)
    if target.project_id != project.pk:
        raise Invalid("other_project", _("Choose a lane of this project."), "lane")
    refuse_archived(target.project, target)
    refuse_full(target)
    facts = sound_facts(plain)
    refuse_backwards(start_date, due_date)
    refuse_parent(parent, target.project)
    people, tags = sound_people(assignees, target.project), sound_labels(labels, target.project)
    if not target.is_done:
        refuse_overload(target.project, people)
    return _add(actor, target, facts, people, tags)


def _add(actor: Actor, lane: Lane, facts: dict[str, Any], people: list[Membership], tags: list[Label]) -> Task:
    """Write it, in a lane and project that are locked."""
    spot = bottom_of(lane)
    while (rank := between(spot.low, None)) is None:
        respace(lane)
        spot = bottom_of(lane)
    number = lane.project.last_number + 1
    own = {"cooperative_id": lane.cooperative_id, "project": lane.project, "created_by_id": author(actor, lane.cooperative_id)}
    task = Task.objects.create(**own, lane=lane, number=number, rank=rank, **facts)
    assign(task, people)
    attach(task, tags)
    task.people, task.tags = people, tags
    Project.objects.filter(pk=lane.project_id).update(last_number=number)
    record(CREATED, actor, task, **card_facts(task, lane, spot.above))
    return task


@action
def change_task(actor: Actor, task: Task, *, version: int | None, **facts: Any) -> Task:
    """Change facts that `create_task` takes, or archive it (archived=True); assignees and labels are all of them.

    Raises Stale, Invalid naming the field, RuleBroken, or Conflict for somebody who has enough to do.
    """
    check(actor, "tasks.change", task)
    # A lane that is about to count as undone waits for who gets a card in it, and the other way round.
    counts = "assignees" in facts and task.project.assignment_limit is not None
    lanes = lock_lanes([task.lane_id]) if counts or "archived" in facts else {}
    if facts.get("parent") is not None:
        lock_project(task.project)
    row = lock_task(task)
    expect(row, version)
    return revise(actor, row, facts, lanes)


def revise(
    actor: Actor, row: Task, facts: dict[str, Any], lanes: dict[int, Lane], lane: Lane | None = None, spot: Spot | None = None
) -> Task:
    """Change a locked task, as one save and one event: its facts, and its lane where another one is named.

    `lanes` are those that are locked; `spot` is its place in the new one, where that is known already.
    """
    refuse_archived(row.project)
    before = _all_said(row, facts)
    into = lanes[lane.pk] if lane is not None and lane.pk != row.lane_id else None
    changed = _apply(row, facts) + settle_people(row, facts, into or row.lane) + settle_labels(row, facts)
    if changed and facts.get("archived") is not False:
        refuse_archived(task=row)
    returns = row.archived_at is not None
    changed += _archive(row, facts.get("archived"), {} if into else lanes)  # it is the new lane that has to take it
    placed = None
    if into is not None:
        placed = settle_place(row, target_of(row, into, lanes), spot=spot, returns=returns)
    if changed or placed:
        _keep(actor, row, sorted(changed), before, placed)
    return row


def _keep(actor: Actor, row: Task, changed: list[str], before: dict[str, Any], placed: Placed | None) -> None:
    row.version += 1
    row.save(update_fields=[*_WRITTEN, *(_PLACE if placed else ())] if changed else [*_PLACE, "version", "updated_at"])
    was = {name: before[name] for name in before if name in changed}
    change: dict[str, Any] = {"changed": changed, "before": was, "after": said(row, sorted(was))}
    if placed is None:
        place = row.read_above if row.read_above is not UNREAD else above(row)
        record(UPDATED, actor, row, **card_facts(row, row.lane, place), **change)
        return
    change = {
        "changed": sorted([*changed, *placed.change["changed"]]),
        "before": {**was, **placed.change["before"]},
        "after": {**change["after"], **placed.change["after"]},
    }
    record(MOVED, actor, row, **card_facts(row, row.lane, placed.above), **change, override=placed.overfills)


def _all_said(row: Task, facts: dict[str, Any]) -> dict[str, Any]:
    """What an event would tell of the facts that may change now."""
    return said(row, sorted(facts.keys() & {*PLAIN, "assignees", "labels", "archived"}))


def _apply(row: Task, facts: dict[str, Any]) -> list[str]:
    values = sound_facts(facts)
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    if "parent" in changed:
        refuse_parent(values["parent"], row.project, row)
    for key in changed:
        setattr(row, key, values[key])
    if {"start_date", "due_date"} & set(changed):
        refuse_backwards(row.start_date, row.due_date)
    return changed


def _archive(row: Task, archived: bool | None, lanes: dict[int, Lane]) -> list[str]:
    if archived is None or archived == (row.archived_at is not None):
        return []
    if not archived and row.lane_id in lanes:
        lane = lanes[row.lane_id]
        refuse_archived(lane=lane)
        refuse_full(lane)
        if row.project.assignment_limit and not lane.is_done:
            refuse_overload(row.project, row.people, row)
    row.archived_at = timezone.now() if archived else None
    return ["archived"]


@action
def revise_task(actor: Actor, task: Task, *, version: int | None, lane: Lane | None = None, **facts: Any) -> Task:
    """Change facts and lane at once, as one save: all or nothing. A new lane puts the card at its bottom."""
    if not facts:
        check(actor, "tasks.change", task)
        return move_task(actor, task, lane=lane, version=version, stay=True)
    if lane is None:
        return change_task(actor, task, version=version, **facts)
    check(actor, "tasks.change", task)
    check(actor, "tasks.move", task)
    lanes = lock_lanes([task.lane_id, lane.pk])  # before the task: a move locks in that order
    if facts.get("parent") is not None:
        lock_project(task.project)
    row = lock_task(task)
    expect(row, version)
    return revise(actor, row, facts, lanes, lane)
