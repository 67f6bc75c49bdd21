"""One change for many tasks at once: all of them or none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, RuleBroken, Stale, action, check, expect
from cooperatives.policy import Actor

from ..models import Label, Lane, Project, Task
from .base import lock_lanes
from .tasks import revise_task

BULK_LIMIT = 200


@action
def change_tasks(
    actor: Actor,
    tasks: Sequence[Task],
    *,
    lane: Lane | None = None,
    add_labels: Iterable[Label] = (),
    remove_labels: Iterable[Label] = (),
    versions: Mapping[int, int | None] | None = None,
    **facts: Any,
) -> list[Task]:
    """Give all of these tasks the same facts (as for `change_task`), lane, and labels more or less; one event for each changed.

    Whatever version they have now is meant, unless `versions` says by key which one was seen. What refuses one of them
    refuses all, and names it: `task` is its key.
    """
    if not tasks or len(tasks) > BULK_LIMIT:
        raise Invalid("tasks", _("Choose between 1 and %(limit)s tasks.") % {"limit": BULK_LIMIT}, "tasks")
    for task in tasks:
        check(actor, "tasks.change", task)
    # All locks in the order in which single changes take them, so that two of these never wait for each other.
    lock_lanes({*(task.lane_id for task in tasks), *([lane.pk] if lane else [])})
    list(Project.objects.select_for_update(no_key=True).filter(pk__in={task.project_id for task in tasks}).order_by("pk"))
    ids = sorted({task.pk for task in tasks})
    rows = Task.objects.select_related("project__cooperative", "lane").with_faces().select_for_update(of=("self",), no_key=True)
    more, less = list(add_labels), {label.pk for label in remove_labels}
    found = list(rows.filter(pk__in=ids).order_by("pk"))
    for row in found if versions is not None else ():
        _expect(row, (versions or {}).get(row.pk))
    return [_change(actor, row, lane, _labelled(row, facts, more, less)) for row in found]


def _expect(row: Task, version: int | None) -> None:
    """Raise Stale, naming the task, unless it still has the version that was seen."""
    try:
        expect(row, version)
    except Stale as stale:
        sentence = _("%(task)s: somebody changed it in the meantime. Nothing was changed. Reload the list.")
        raise Conflict(stale.code, sentence % {"task": row.reference}, task=row.pk) from stale


def _labelled(row: Task, facts: dict[str, Any], more: list[Label], less: set[int]) -> dict[str, Any]:
    if not more and not less:
        return facts
    kept = {label.pk: label for label in [*row.tags, *more]}
    return {**facts, "labels": [label for pk, label in kept.items() if pk not in less]}


def _change(actor: Actor, row: Task, lane: Lane | None, facts: dict[str, Any]) -> Task:
    try:
        return revise_task(actor, row, version=row.version, lane=lane, **facts)
    except Stale:
        raise  # cannot be: the row is locked
    except RuleBroken as broken:
        sentence = _("%(task)s: %(sentence)s Nothing was changed.")
        told = sentence % {"task": row.reference, "sentence": broken.sentence}
        raise type(broken)(broken.code, told, broken.field, **{**broken.extra, "task": row.pk}) from broken
