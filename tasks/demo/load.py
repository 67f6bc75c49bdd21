"""Loading the demo boards through the same actions as everybody's, so that they leave the same events."""

from datetime import date, timedelta
from typing import Any

from cooperatives.actions import action
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import fact
from members.models import Membership
from members.queries import today_in

from ..actions import (
    add_comment,
    change_step,
    create_checklist,
    create_label,
    create_lane,
    create_project,
    create_task,
    relate_tasks,
)
from ..models import CheckItem, Checklist, Label, Lane, Project, Task
from .boards import DemoBoard, DemoTask, boards


@fact("demo").answer
def add_boards(*, cooperative: Cooperative, actor: Actor) -> int:
    """Add the boards that are missing to a demo cooperative; how many there were to add."""
    if not cooperative.is_demo:
        return 0
    members = Membership.objects.select_related("person", "user").filter(cooperative=cooperative)
    return load(cooperative, {member.person.name: member for member in members}, actor)


@action
def load(cooperative: Cooperative, members: dict[str, Membership], actor: Actor) -> int:
    """Fill the boards of one cooperative; boards that are there stay as they are."""
    there = set(Project.objects.filter(cooperative=cooperative).values_list("key", flat=True))
    missing = [board for board in boards().get(cooperative.slug, ()) if board.key not in there]
    for board in missing:
        _fill(actor, cooperative, board, members)
    return len(missing)


def _fill(actor: Actor, cooperative: Cooperative, board: DemoBoard, members: dict[str, Membership]) -> None:
    project = create_project(actor, cooperative, name=board.name, key=board.key, description=board.description, bare=True)
    tags = {name: create_label(actor, project, name=name, colour=colour) for name, colour in board.labels.items()}
    today = today_in(cooperative.time_zone)
    made: dict[str, Task] = {}
    for spec in board.lanes:
        lane = create_lane(actor, project, name=spec.name, wip_limit=spec.limit, is_done=spec.is_done)
        for one in spec.tasks:
            made[one.title] = _add(actor, project, lane, one, members, tags, today)
    for title, kind, other in board.relations:
        relate_tasks(actor, made[title], kind=kind, other=made[other])


def _add(
    actor: Actor,
    project: Project,
    lane: Lane,
    spec: DemoTask,
    members: dict[str, Membership],
    tags: dict[str, Label],
    today: date,
) -> Task:
    plain: dict[str, Any] = {"kind": spec.kind, "priority": spec.priority, "points": spec.points, "estimate": spec.estimate}
    task = create_task(
        actor,
        project,
        title=spec.title,
        description=spec.text,
        lane=lane,
        assignees=[members[name] for name in spec.people if name in members],
        labels=[tags[name] for name in spec.labels],
        due_date=today + timedelta(days=spec.due) if spec.due is not None else None,
        **plain,
    )
    for name, steps in spec.steps.items():
        _tick(actor, create_checklist(actor, task, name=name, steps=[step.removeprefix("+") for step in steps]), steps)
    for name, text in spec.comments:
        if name in members and members[name].user:
            add_comment(Actor.of(members[name].user), task, text=text)
    return task


def _tick(actor: Actor, checklist: Checklist, steps: list[str]) -> None:
    rows = CheckItem.objects.filter(checklist=checklist).select_related("checklist__task__project").order_by("position")
    for row, text in zip(rows, steps, strict=True):
        if text.startswith("+"):
            change_step(actor, row, version=row.version, done=True)
