"""Tasks: add one, change one."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Invalid, RuleBroken, action, check, expect
from cooperatives.events import record
from cooperatives.policy import Actor
from cooperatives.queries import Compiled
from members.models import Membership

from ..events import CREATED, UPDATED, card_facts
from ..models import Lane, Project, Task
from .base import (
    author,
    lock_lane_and_project,
    lock_lanes,
    lock_task,
    refuse_archived,
    refuse_full,
    sound_assignee,
    sound_text,
    sound_title,
)
from .moves import move_task
from .ranks import between, respace
from .spots import above, bottom_of


@action
def create_task(
    actor: Actor,
    project: Project,
    *,
    title: str,
    lane: Lane | None = None,
    description: str = "",
    assignee: Membership | None = None,
    due_date: date | None = None,
) -> Task:
    """Add a task at the bottom of a lane (None: the first one), with the project's next number.

    Raises Invalid naming the field, Conflict for a full lane.
    """
    check(actor, "tasks.create", project)
    target = lock_lane_and_project(lane or first_lane(project))
    if target.project_id != project.pk:
        raise Invalid("other_project", _("Choose a lane of this project."), "lane")
    refuse_archived(target.project, target)
    refuse_full(target)
    spot = bottom_of(target)
    while (rank := between(spot.low, None)) is None:
        respace(target)
        spot = bottom_of(target)
    number = target.project.last_number + 1
    task = Task.objects.create(
        cooperative_id=target.cooperative_id,
        project=target.project,
        lane=target,
        number=number,
        title=sound_title(title),
        description=sound_text(description),
        rank=rank,
        created_by_id=author(actor, target.cooperative_id),
        assignee=sound_assignee(assignee, target.cooperative_id),
        due_date=due_date,
    )
    Project.objects.filter(pk=target.project_id).update(last_number=number)
    record(CREATED, actor, task, **card_facts(task, target, spot.above))
    return task


_leftmost = Compiled(
    lambda project: Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")[:1], project=int
)


def first_lane(project: Project) -> Lane:
    """The lane where new work lands. Raises RuleBroken when the board has none."""
    lane: Lane | None = _leftmost.first(project=project.pk)
    if lane is None:
        raise RuleBroken("no_lane", _("This board has no lane yet. Add one first."), "lane")
    return lane


@action
def change_task(actor: Actor, task: Task, *, version: int | None, **facts: Any) -> Task:
    """Change title, description, assignee, due_date, or archive it (archived=True). Raises Stale, or Invalid."""
    check(actor, "tasks.change", task)
    lanes = lock_lanes([task.lane_id]) if "archived" in facts else {}
    row = lock_task(task)
    expect(row, version)
    refuse_archived(row.project)
    changed = _apply(row, facts)
    if changed and facts.get("archived") is not False:
        refuse_archived(task=row)
    changed += _archive(row, facts.get("archived"), lanes)
    if changed:
        row.version += 1
        row.save(update_fields=["title", "description", "assignee", "due_date", "archived_at", "version", "updated_at"])
        lane = lanes.get(row.lane_id) or row.lane
        record(UPDATED, actor, row, **card_facts(row, lane, above(row)), changed=sorted(changed))
    return row


def _apply(row: Task, facts: dict[str, Any]) -> list[str]:
    values: dict[str, Any] = {key: facts[key] for key in ("due_date",) if key in facts}
    if "title" in facts:
        values["title"] = sound_title(facts["title"])
    if "description" in facts:
        values["description"] = sound_text(facts["description"])
    if "assignee" in facts and facts["assignee"] != row.assignee:  # who has left may stay named
        values["assignee"] = sound_assignee(facts["assignee"], row.cooperative_id)
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    for key in changed:
        setattr(row, key, values[key])
    return changed


def _archive(row: Task, archived: bool | None, lanes: dict[int, Lane]) -> list[str]:
    if archived is None or archived == (row.archived_at is not None):
        return []
    if not archived and row.lane_id in lanes:
        refuse_archived(lane=lanes[row.lane_id])
        refuse_full(lanes[row.lane_id])
    row.archived_at = timezone.now() if archived else None
    return ["archived"]


@action
def revise_task(actor: Actor, task: Task, *, version: int | None, lane: Lane | None = None, **facts: Any) -> Task:
    """Change facts and lane at once, as one save: all or nothing. A new lane puts the card at its bottom."""
    check(actor, "tasks.change", task)
    if lane is not None:
        lock_lanes([task.lane_id, lane.pk])  # before the task: a move locks in that order
    row = task
    if facts:
        row = change_task(actor, row, version=version, **facts)
        version = row.version
    if not facts or (lane is not None and lane.pk != row.lane_id):
        row = move_task(actor, row, lane=lane, version=version, stay=True)
    return row
