"""Valid requests for the writing doors of this room: what an honest client would send (config/tests/proof/bodies.py)."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cooperatives.queries import enter
from tasks.models import Lane, Task

from .filling import board_file

Body = Callable[[Any, str], dict[str, Any]]


def _row(world: Any, side: str, name: str) -> Any:
    return world.row(side, f"tasks.{name}")


def _lane(world: Any, side: str, place: int) -> Any:
    with enter([world.cooperatives[side].pk]):
        return Lane.objects.filter(project=_row(world, side, "project")).order_by("position")[place]


def project_form(world: Any, side: str) -> dict[str, Any]:
    """A new project, on a page."""
    return {"name": "Cellar", "description": "Bicycles."}


def new_project(world: Any, side: str) -> dict[str, Any]:
    """A new project."""
    return {"organization": world.cooperatives[side].pk, **project_form(world, side)}


def project(world: Any, side: str) -> dict[str, Any]:
    """Another name for a project."""
    return {"name": "House and yard", "description": "Both.", "version": _row(world, side, "project").version}


def lane_form(world: Any, side: str) -> dict[str, Any]:
    """A new lane, on a page."""
    return {"name": "Blocked", "wip_limit": 7}


def new_lane(world: Any, side: str) -> dict[str, Any]:
    """A new lane."""
    return {"project": _row(world, side, "project").pk, **lane_form(world, side)}


def lane(world: Any, side: str) -> dict[str, Any]:
    """Another name for a lane."""
    return {**lane_form(world, side), "version": _row(world, side, "lane").version}


def lane_in_api(world: Any, side: str) -> dict[str, Any]:
    """The same, with the project that a whole lane names."""
    return {"project": _row(world, side, "project").pk, **lane(world, side)}


def step(world: Any, side: str) -> dict[str, Any]:
    """One place to the right."""
    return {"step": "right", "version": _row(world, side, "lane").version}


def task_form(world: Any, side: str) -> dict[str, Any]:
    """A new task, on a page."""
    return {"title": "Oil the hinges", "description": "All of them.", "lane": _lane(world, side, 0).pk, "due_date": "2031-05-01"}


def new_task(world: Any, side: str) -> dict[str, Any]:
    """A new task."""
    return {"project": _row(world, side, "project").pk, **task_form(world, side)}


def task(world: Any, side: str) -> dict[str, Any]:
    """Another title for a task, on a page."""
    words = {"title": "Mend the roof", "description": "Before winter.", "due_date": "2031-05-01"}
    return {**words, "version": _row(world, side, "task").version}


def task_in_api(world: Any, side: str) -> dict[str, Any]:
    """The same, with the project that a whole task names."""
    return {"project": _row(world, side, "project").pk, **task(world, side)}


def move(world: Any, side: str) -> dict[str, Any]:
    """A card to the bottom of the next lane."""
    return {"lane": _lane(world, side, 1).pk, "version": _row(world, side, "task").version}


def reorder(world: Any, side: str) -> dict[str, Any]:
    """The first lane upside down."""
    first = _lane(world, side, 0)
    with enter([world.cooperatives[side].pk]):
        order = Task.objects.filter(lane=first, archived_at=None).order_by("-rank").values_list("pk", flat=True)
        return {"lane": first.pk, "order": list(order)}


def upload(world: Any, side: str) -> dict[str, Any]:
    """A board of another system."""
    return {"file": SimpleUploadedFile("board.json", board_file(world, side), "application/json")}


BODIES: dict[str, Body] = {
    "tasks:project_new": project_form,
    "tasks:project": project,
    "tasks:lane_new": lane_form,
    "tasks:lane": lane,
    "tasks:lane_step": step,
    "tasks:new": task_form,
    "tasks:task": task,
    "tasks:move": move,
    "tasks:import": upload,
    "project-list": new_project,
    "project-detail": project,
    "lane-list": new_lane,
    "lane-detail": lane_in_api,
    **{f"{name}-list": new_task for name in ("tasks", "issues")},
    **{f"{name}-tasks-list": new_task for name in ("cooperatives", "organizations", "chamas")},
    **{f"{name}-detail": task_in_api for name in ("tasks", "issues")},
    **{f"{name}-move": move for name in ("tasks", "issues")},
    **{f"{name}-reorder": reorder for name in ("tasks", "issues")},
}
