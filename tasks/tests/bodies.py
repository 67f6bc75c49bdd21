"""Valid requests for the writing doors of this room: what an honest client would send (config/tests/proof/bodies.py)."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cooperatives.queries import enter
from members.models import Membership
from tasks.models import Lane, ProjectMember, Task

from . import duty_bodies
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


def label(world: Any, side: str) -> dict[str, Any]:
    """A label, on a page; for a change with the version that was seen."""
    return {"name": "Roof and gutter", "colour": "red"}


def label_edit(world: Any, side: str) -> dict[str, Any]:
    """Another colour."""
    return {**label(world, side), "version": _row(world, side, "label").version}


def of_project(inner: Body) -> Body:
    """The same, with the project that the API wants named."""
    return lambda world, side: {"project": _row(world, side, "project").pk, **inner(world, side)}


def of_task(inner: Body) -> Body:
    """The same, with the task that the API wants named."""
    return lambda world, side: {"task": _row(world, side, "task").pk, **inner(world, side)}


def comment(world: Any, side: str) -> dict[str, Any]:
    """Something to say."""
    return {"text": "It drips in two places."}


def comment_edit(world: Any, side: str) -> dict[str, Any]:
    """The same in other words."""
    return {"text": "It drips in three places.", "version": _row(world, side, "comment").version}


def take_back(world: Any, side: str) -> dict[str, Any]:
    """Why a comment goes."""
    return {"reason": "Said twice.", "version": _row(world, side, "comment").version}


def checklist(world: Any, side: str) -> dict[str, Any]:
    """A list of steps."""
    return {"name": "Before winter"}


def checklist_edit(world: Any, side: str) -> dict[str, Any]:
    """Another name for it."""
    return {"name": "Before the frost", "version": _row(world, side, "checklist").version}


def step_new(world: Any, side: str) -> dict[str, Any]:
    """A step, on a page."""
    return {"text": "Buy nails"}


def step_edit(world: Any, side: str) -> dict[str, Any]:
    """Other words for a step."""
    return {"text": "Buy long nails", "version": _row(world, side, "checkitem").version}


def of_checklist(inner: Body) -> Body:
    """The same, with the checklist that the API wants named."""
    return lambda world, side: {"checklist": _row(world, side, "checklist").pk, **inner(world, side)}


def tick(world: Any, side: str) -> dict[str, Any]:
    """It is done."""
    return {"done": "yes", "version": _row(world, side, "checkitem").version}


def _third(world: Any, side: str) -> Any:
    """A task of the project that stands to the chosen one in no way yet."""
    with enter([world.cooperatives[side].pk]):
        project = _row(world, side, "project")
        tasks = Task.objects.select_related("project").filter(project__cooperative=project.cooperative_id, source_id=None)
        chosen = _row(world, side, "task")
        free = tasks.exclude(pk=chosen.pk).exclude(related__task=chosen).exclude(relations__other=chosen)
        return free.order_by("pk").first()


def relation_form(world: Any, side: str) -> dict[str, Any]:
    """How it stands to another one, on a page."""
    return {"kind": "duplicates", "other": _third(world, side).reference}


def relation(world: Any, side: str) -> dict[str, Any]:
    """The same by ids."""
    return {"task": _row(world, side, "task").pk, "kind": "duplicates", "other": _third(world, side).pk}


def _stranger_to(world: Any, side: str) -> Any:
    """A member who does not belong to the chosen project yet."""
    with enter([world.cooperatives[side].pk]):
        inside = ProjectMember.objects.filter(project=_row(world, side, "project")).values("member")
        rows = Membership.objects.select_related("user").filter(cooperative=world.cooperatives[side].pk, left_on=None)
        return rows.exclude(pk__in=inside).exclude(user=None).order_by("pk").first()


def person_form(world: Any, side: str) -> dict[str, Any]:
    """Somebody who is taken in, on a page."""
    found = _stranger_to(world, side)
    return {"member_id": found.pk if found else 0, "is_lead": "on"}


def person(world: Any, side: str) -> dict[str, Any]:
    """The same by the id of the user."""
    found = _stranger_to(world, side)
    return {"user": str(found.user.public_id) if found else None, "is_lead": True}


def bulk(world: Any, side: str) -> dict[str, Any]:
    """One task becomes urgent."""
    return {"tasks": [_row(world, side, "task").pk], "priority": 1}


def many(world: Any, side: str) -> dict[str, Any]:
    """One chosen task gets another priority."""
    task = _row(world, side, "task")
    return {"task": f"{task.pk}:{task.version}", "priority": 2, "lane": ""}


def many_moved(world: Any, side: str) -> dict[str, Any]:
    """One chosen task goes to another lane."""
    return {**many(world, side), "lane": _lane(world, side, 1).pk}


def line(world: Any, side: str) -> dict[str, Any]:
    """A task in one line."""
    return {"line": "Oil the hinges !high due:2031-05-01", "lane": _lane(world, side, 0).pk}


def take(world: Any, side: str) -> dict[str, Any]:
    """The version that is seen."""
    return {"version": _row(world, side, "task").version}


def new_filter(world: Any, side: str) -> dict[str, Any]:
    """A name for a filter."""
    return {"name": "Mine", "query": "who=me"}


def saved_filter(world: Any, side: str) -> dict[str, Any]:
    """Another name for a filter."""
    return {"name": "Overdue", "version": _row(world, side, "savedfilter").version}


def filter_seen(world: Any, side: str) -> dict[str, Any]:
    """The version of a filter that is seen."""
    return {"version": _row(world, side, "savedfilter").version}


def new_filter_in_api(world: Any, side: str) -> dict[str, Any]:
    """The same with the cooperative that the API wants named."""
    return {"cooperative": world.cooperatives[side].pk, **new_filter(world, side)}


def filter_in_api(world: Any, side: str) -> dict[str, Any]:
    """Another name for a filter, and what it finds."""
    return {**saved_filter(world, side), "query": "due=late"}


def nothing(world: Any, side: str) -> dict[str, Any]:
    """A press."""
    return {}


def label_seen(world: Any, side: str) -> dict[str, Any]:
    """The version of a label that is seen."""
    return {"version": _row(world, side, "label").version}


BODIES: dict[str, Body] = {
    "admin:tasks_label_add": of_project(label),
    "admin:tasks_label_change": label_edit,
    "admin:tasks_label_remove": label_seen,
    "admin:tasks_comment_remove": take_back,
    "admin:tasks_projectmember_out": nothing,
    "admin:tasks_savedfilter_add": new_filter_in_api,
    "admin:tasks_savedfilter_change": saved_filter,
    "admin:tasks_savedfilter_remove": filter_seen,
    "saved-filter-list": new_filter_in_api,
    "saved-filter-detail": filter_in_api,
    "project-people-detail": nothing,
    "relation-detail": nothing,
    "tasks:watch": lambda world, side: {"on": "no"},
    "tasks:comment_new": comment,
    "tasks:comment": comment_edit,
    "tasks:comment_remove": take_back,
    "tasks:checklist_new": checklist,
    "tasks:checklist": checklist_edit,
    "tasks:step_new": step_new,
    "tasks:step": step_edit,
    "tasks:step_tick": tick,
    "tasks:relation_new": relation_form,
    "tasks:relation_remove": nothing,
    "tasks:people": person_form,
    "tasks:person": lambda world, side: {"lead": "no"},
    "tasks:label_new": label,
    "tasks:label": label_edit,
    "label-list": of_project(label),
    "label-detail": of_project(label_edit),
    "comment-list": of_task(comment),
    "DELETE comment-detail": take_back,
    "comment-detail": of_task(comment_edit),
    "checklist-list": of_task(checklist),
    "checklist-detail": of_task(checklist_edit),
    "step-list": of_checklist(step_new),
    "step-detail": of_checklist(step_edit),
    "relation-list": relation,
    "project-people-list": person,
    **{f"{name}-bulk": bulk for name in ("tasks", "issues")},
    **{f"{name}-watch": lambda world, side: {"watching": False} for name in ("tasks", "issues")},
    **duty_bodies.BODIES,
    "tasks:project_new": project_form,
    "tasks:project": project,
    "tasks:lane_new": lane_form,
    "tasks:lane": lane,
    "tasks:lane_step": step,
    "tasks:new": task_form,
    "tasks:task": task,
    "tasks:move": move,
    "tasks:import": upload,
    "tasks:list": many_moved,
    "tasks:list_all": many,
    "tasks:quick": line,
    "tasks:take": take,
    "tasks:filter_new": new_filter,
    "tasks:filter": saved_filter,
    "tasks:filter_remove": filter_seen,
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
