"""Loading the demo boards through the same actions as everybody's, so that they leave the same events."""

from datetime import date, timedelta
from typing import Any

from cooperatives.actions import action
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import fact
from members.models import Membership
from members.queries import today_in

from ..actions import create_lane, create_project, create_task
from ..models import Project
from .boards import DemoBoard, DemoLane, boards


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
    today = today_in(cooperative.time_zone)
    for spec in board.lanes:
        lane = create_lane(actor, project, name=spec.name, wip_limit=spec.limit, is_done=spec.is_done)
        _add(actor, project, lane, spec, members, today)


def _add(actor: Actor, project: Project, lane: Any, spec: DemoLane, members: dict[str, Membership], today: date) -> None:
    for task in spec.tasks:
        create_task(
            actor,
            project,
            title=task.title,
            description=task.text,
            lane=lane,
            assignee=members.get(task.assignee),
            due_date=today + timedelta(days=task.due) if task.due is not None else None,
        )
