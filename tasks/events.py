"""What happens to work. On sockets a task is an issue, as the API's first readers know it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.events import kind

from .models import Lane, Project, Task

ROOMS = ("project",)
_PROJECT = {"project_id": int, "name": str}
_LANE = {"project_id": int, "lane_id": int, "lane": str, "status": str, "version": int}
_CARD = {
    "issue_id": int,
    "project_id": int,
    "number": int,
    "title": str,
    "status": str,
    "lane_id": int,
    "lane": str,
    "after_id": int,  # the open card above, null at the top: every event says the whole place, for a socket may skip some
    "version": int,
    "assignee": str,
    "due_date": str,
    "archived": bool,
}

PROJECT_CREATED = kind(
    "tasks.project_created", _("{actor} started the project {subject}"), payload=_PROJECT, live="project.created", rooms=ROOMS
)
PROJECT_CHANGED = kind(
    "tasks.project_changed",
    _("{actor} changed the project {subject}"),
    payload={**_PROJECT, "version": int, "changed": list},
    live="project.updated",
    rooms=ROOMS,
)
LANE_CREATED = kind("tasks.lane_created", _("{actor} added the lane {subject}"), payload=_LANE, live="lane.created", rooms=ROOMS)
LANE_CHANGED = kind(
    "tasks.lane_changed",
    _("{actor} changed the lane {subject}"),
    payload={**_LANE, "changed": list},
    live="lane.updated",
    rooms=ROOMS,
)
CREATED = kind("tasks.created", _("{actor} added {subject} to {lane}"), payload=_CARD, live="issue.created", rooms=ROOMS)
UPDATED = kind(
    "tasks.updated", _("{actor} changed {subject}"), payload={**_CARD, "changed": list}, live="issue.updated", rooms=ROOMS
)
MOVED = kind(
    "tasks.moved",
    _("{actor} moved {subject} to {lane}"),
    payload={**_CARD, "changed": list, "override": bool},  # override: the lane was full, and whoever may has said "all the same"
    live="issue.updated",
    rooms=ROOMS,
)
REORDERED = kind(
    "tasks.reordered",
    _("{actor} put the cards of {subject} in order"),
    payload={"project_id": int, "lane_id": int, "order": list},
    live="lane.reordered",
    rooms=ROOMS,
)
IMPORTED = kind(
    "tasks.imported",
    _("{actor} imported {cards} cards into {subject}"),
    payload={"project_id": int, "lists": int, "cards": int},
    live="board.imported",
    rooms=ROOMS,
)


def project_facts(project: Project) -> dict[str, Any]:
    """What an event says about a project."""
    return {"project_id": project.pk, "name": project.name}


def lane_facts(lane: Lane) -> dict[str, Any]:
    """What an event says about a lane."""
    return {
        "project_id": lane.project_id,
        "lane_id": lane.pk,
        "lane": lane.name,
        "status": lane.status,
        "version": lane.version,
    }


def card_facts(task: Task, lane: Lane, after_id: int | None = None) -> dict[str, Any]:
    """What an event says about a card: what every member may see, and nothing that needs another query."""
    user = task.assignee.user if task.assignee else None
    return {
        "issue_id": task.pk,
        "project_id": task.project_id,
        "number": task.number,
        "title": task.title,
        "status": lane.status,
        "lane_id": lane.pk,
        "lane": lane.name,
        "after_id": after_id,
        "version": task.version,
        "assignee": str(user.public_id) if user else None,
        "due_date": task.due_date.isoformat() if task.due_date else None,
        "archived": task.archived_at is not None,
    }
