"""The order of a board belongs to the server: the client names neighbours and the version it saw."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Invalid, Stale, action, check, expect
from cooperatives.events import record
from cooperatives.policy import Actor

from ..events import MOVED, OVERFILLED, REORDERED, card_facts
from ..models import Lane, Task
from .base import is_full, lock_lanes, lock_task, refuse_archived, refuse_full
from .people import refuse_overload
from .ranks import GAP, between, free_range, respace
from .spots import Spot, spot_for

BATCH = 200


@action
def move_task(
    actor: Actor,
    task: Task,
    *,
    version: int | None,
    lane: Lane | None = None,
    after_id: int | None = None,
    before_id: int | None = None,
    stay: bool = False,
    override: bool = False,
) -> Task:
    """Move a card below `after_id`, else above `before_id`, else to the bottom of the lane (None: its own).

    `stay` leaves a card that is in the lane already where it is. Writes one task row and one event; nothing when
    the card is there already. `override` fills a lane beyond its limit, which takes a right of its own; the record and the
    history of the card then say so (`tasks.overfilled`).
    Raises Stale, Forbidden, and Conflict for a vanished neighbour or a full lane.
    """
    check(actor, "tasks.move", task)
    if override:
        check(actor, "tasks.overfill", task)
    lanes = lock_lanes({task.lane_id, lane.pk if lane else task.lane_id})
    row = lock_task(task)
    expect(row, version)
    target = target_of(row, lane, lanes)
    if stay and target.pk == row.lane_id:
        return row
    return _put(actor, row, target, after_id, before_id, override=override)


def target_of(row: Task, lane: Lane | None, lanes: dict[int, Lane]) -> Lane:
    """The locked lane that is meant. Raises Stale for a task that has left the locked ones, Invalid, or RuleBroken."""
    if row.lane_id not in lanes:
        raise Stale(row)
    target = lanes[lane.pk if lane else row.lane_id]
    if target.project_id != row.project_id:
        raise Invalid("other_project", _("Choose a lane of this project."), "lane")
    refuse_archived(row.project, target, row)
    return target


@dataclass(frozen=True)
class Placed:
    """How a place has changed, as an event tells it: the open card above, what is new of it, whether the lane was full."""

    above: int | None
    change: dict[str, Any]
    overfills: bool = False


def settle_place(
    row: Task,
    target: Lane,
    after_id: int | None = None,
    before_id: int | None = None,
    *,
    override: bool = False,
    spot: Spot | None = None,
    returns: bool = False,
) -> Placed | None:
    """Give a locked task its place in a locked lane; None when it is there already. The caller saves it and tells.

    `spot` is the place, where the caller knows it; `returns` says that it was archived until now. Raises Conflict for a full
    lane and a vanished neighbour.
    """
    crosses, before = row.lane_id != target.pk, row.lane
    overfills = crosses and override and is_full(target)
    if crosses and not overfills:
        refuse_full(target)
    if crosses and target.is_work and (returns or not before.is_work) and row.project.assignment_limit:
        refuse_overload(row.project, row.people, row)
    spot = spot or spot_for(row, target, after_id, before_id)
    if not crosses and _lies_in(spot, row.rank):
        return None
    while (rank := between(spot.low, spot.high)) is None:
        respace(target)
        spot = spot_for(row, target, after_id, before_id)
    row.lane, row.rank = target, rank
    change: dict[str, Any] = {"changed": ["lane", "position", "status"] if crosses else ["position"]}
    change |= {"before": {"lane": before.name}, "after": {"lane": target.name}} if crosses else {"before": {}, "after": {}}
    return Placed(spot.above, change, overfills)


def _put(actor: Actor, row: Task, target: Lane, after_id: int | None, before_id: int | None, *, override: bool) -> Task:
    placed = settle_place(row, target, after_id, before_id, override=override)
    if placed is not None:
        row.version += 1
        row.save(update_fields=["lane", "rank", "version", "updated_at"])
        what = OVERFILLED if placed.overfills else MOVED
        record(what, actor, row, **card_facts(row, target, placed.above), **placed.change, override=placed.overfills)
    return row


def _lies_in(spot: Spot, rank: int) -> bool:
    return (spot.low is None or spot.low < rank) and (spot.high is None or rank < spot.high)


@action
def nudge_task(actor: Actor, task: Task, *, up: bool, version: int | None) -> Task:
    """Move a card one place up or down among the open cards of its lane; at the end it stays."""
    check(actor, "tasks.move", task)
    lock_lanes([task.lane_id])
    row = lock_task(task)
    expect(row, version)
    cards = Task.objects.filter(lane=row.lane_id, archived_at=None)
    nearest = cards.filter(rank__lt=row.rank).order_by("-rank") if up else cards.filter(rank__gt=row.rank).order_by("rank")
    neighbour = nearest.values_list("pk", flat=True).first()
    if neighbour is None:
        return row
    return move_task(actor, row, version=version, before_id=neighbour if up else None, after_id=None if up else neighbour)


@action
def reorder_lane(actor: Actor, lane: Lane, *, order: list[int]) -> list[int]:
    """Put the open cards of a lane in this order, all at once. The list must hold exactly these cards.

    Raises Invalid for a card named twice and Conflict when the lane holds other cards by now.
    """
    check(actor, "tasks.reorder", lane)
    row = lock_lanes([lane.pk])[lane.pk]
    refuse_archived(row.project, row)
    if len(set(order)) != len(order):
        raise Invalid("named_twice", _("Name each card once."), "order")
    now = list(Task.objects.filter(lane=row, archived_at=None).order_by("rank").values_list("pk", flat=True))
    if set(order) != set(now):
        raise Conflict("order_changed", _("The lane holds other cards by now. Load it again."), "order", current=now)
    if order != now:
        _write_order(row, order)
        record(REORDERED, actor, row, project_id=row.project_id, lane_id=row.pk, order=order)
    return order


def _write_order(lane: Lane, order: list[int]) -> None:
    """Positions alone: versions stay, because nobody changed a card."""
    start = free_range(lane, len(order))
    ranks = {pk: start + place * GAP for place, pk in enumerate(order)}
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        cases = [When(pk=pk, then=Value(ranks[pk])) for pk in batch]
        Task.objects.filter(lane=lane, pk__in=batch).update(rank=Case(*cases))
