"""One change for many tasks at once: all of them or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, RuleBroken, Stale, action, check_each, expect
from cooperatives.policy import Actor

from ..models import Label, Lane, Project, Task
from .base import lock_lanes
from .spots import Spot, with_above
from .tasks import revise

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
    check_each(actor, "tasks.change", tasks)
    if lane is not None:
        check_each(actor, "tasks.move", tasks)
    # All locks in the order in which single changes take them, so that two of these never wait for each other.
    lanes = lock_lanes({*(task.lane_id for task in tasks), *([lane.pk] if lane else [])})
    list(Project.objects.select_for_update(no_key=True).filter(pk__in={task.project_id for task in tasks}).order_by("pk"))
    found = _locked(tasks, facts)
    there = {row.pk for row in found}
    for task in tasks:
        if task.pk not in there:  # it was being moved, and lies in another lane by now
            raise _stale(task)
    for row in found if versions is not None else ():
        _expect(row, (versions or {}).get(row.pk))
    more, less, spot = list(add_labels), {label.pk for label in remove_labels}, None
    for row in sorted(found, key=lambda row: (row.lane.position, row.rank)):  # what moves together keeps its order
        place = row.lane_id
        _change(row, partial(revise, actor, row, _labelled(row, facts, more, less), lanes, lane, spot))
        if row.lane_id != place:
            spot = Spot(row.pk, row.rank, None)  # the next goes below it
    return found


def _locked(tasks: Sequence[Task], facts: dict[str, Any]) -> list[Task]:
    """These tasks in order of key, each once, locked and with all that is told of them."""
    rows = Task.objects.select_related("project__cooperative", "lane").with_faces().select_for_update(of=("self",), no_key=True)
    if "archived" not in facts:  # else what stands above one of them may go with it
        rows = with_above(rows)
    return list(rows.filter(pk__in={task.pk for task in tasks}).order_by("pk"))


def _expect(row: Task, version: int | None) -> None:
    """Raise Stale, naming the task, unless it still has the version that was seen."""
    try:
        expect(row, version)
    except Stale as stale:
        raise _stale(row) from stale


def _stale(row: Task) -> Conflict:
    sentence = _("%(task)s: somebody changed it in the meantime. Nothing was changed. Reload the list.")
    return Conflict(Stale.code, sentence % {"task": row.reference}, task=row.pk)


def _labelled(row: Task, facts: dict[str, Any], more: list[Label], less: set[int]) -> dict[str, Any]:
    if not more and not less:
        return facts
    kept = {label.pk: label for label in [*row.tags, *more]}
    return {**facts, "labels": [label for pk, label in kept.items() if pk not in less]}


def _change(row: Task, act: Callable[[], Task]) -> None:
    """Act; whatever is refused names the task."""
    try:
        act()
    except Stale as stale:  # it has left the lanes that were locked
        raise _stale(row) from stale
    except RuleBroken as broken:
        sentence = _("%(task)s: %(sentence)s Nothing was changed.")
        told = sentence % {"task": row.reference, "sentence": broken.sentence}
        raise type(broken)(broken.code, told, broken.field, **{**broken.extra, "task": row.pk}) from broken
