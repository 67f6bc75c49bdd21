"""What a task is: its plain facts, checked alike for every door, and what has changed of them as an event tells it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Invalid, RuleBroken

from ..models import MINUTES_LIMIT, POINTS_LIMIT, Kind, Priority, Project, Task
from .base import refuse_archived, sound_text, sound_title

PLAIN = ("title", "description", "kind", "priority", "start_date", "due_date", "estimate", "points", "parent")
_LONG = {"description"}  # an event names it alone


def sound_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Those of the facts that are a task's own, each checked by itself. Raises Invalid naming the field."""
    found = {key: facts[key] for key in PLAIN if key in facts}
    for key, sound in _SOUND.items():
        if key in found:
            found[key] = sound(found[key])
    return found


def _kind(value: str) -> str:
    if value not in Kind.values:
        raise Invalid("kind", _("Choose what kind of work it is."), "kind")
    return value


def _priority(value: int) -> int:
    if value not in Priority.values:
        raise Invalid("priority", _("Choose a priority."), "priority")
    return int(value)


def _estimate(minutes: int | None) -> int | None:
    if minutes is not None and not 1 <= minutes <= MINUTES_LIMIT:
        sentence = _("Write something between 1 min and %(most)s h.") % {"most": MINUTES_LIMIT // 60}
        raise Invalid("estimate", sentence, "estimate")
    return minutes


def _points(points: int | None) -> int | None:
    if points is not None and not 0 <= points <= POINTS_LIMIT:
        raise Invalid("points", _("Write a number from 0 to %(most)s.") % {"most": POINTS_LIMIT}, "points")
    return points


_SOUND: dict[str, Any] = {
    "title": sound_title,
    "description": sound_text,
    "kind": _kind,
    "priority": _priority,
    "estimate": _estimate,
    "points": _points,
}


def refuse_backwards(start: date | None, due: date | None) -> None:
    """Raise Invalid when a task would start after the day it is due."""
    if start is not None and due is not None and start > due:
        raise Invalid("starts_late", _("It would start after it is due. Choose an earlier start or a later day."), "start_date")


def refuse_parent(parent: Task | None, project: Project, task: Task | None = None) -> None:
    """Raise unless a task, or a new one, may be part of `parent`. The project is locked: two changes must not meet halfway."""
    if parent is None:
        return
    if parent.project_id != project.pk:
        raise Invalid("other_project", _("Choose a task of this project."), "parent")
    if task is not None and parent.pk == task.pk:
        raise Invalid("itself", _("A task is no part of itself. Choose another one."), "parent")
    now: Task = Task.objects.get(pk=parent.pk)
    if now.parent_id is not None:
        sentence = _("%(title)s is itself part of a task. Choose that one, or none.") % {"title": now.title}
        raise RuleBroken("too_deep", sentence, "parent")
    if task is not None and Task.objects.filter(parent=task).exists():
        why = _("This task has parts of its own, so it cannot be part of another. Take those off first.")
        raise RuleBroken("has_parts", why, "parent")
    refuse_archived(task=now)


def said(task: Task, names: Iterable[str]) -> dict[str, Any]:
    """The facts of these names as an event tells them."""
    return {name: _said(task, name) for name in names if name not in _LONG}


def _said(task: Task, name: str) -> Any:
    if name == "assignees":
        return list(task.user_ids)
    if name == "labels":
        return [label.name for label in task.tags]
    if name == "archived":
        return task.archived_at is not None
    if name == "parent":
        return task.parent_id
    value = getattr(task, name)
    return value.isoformat() if isinstance(value, date) else value
