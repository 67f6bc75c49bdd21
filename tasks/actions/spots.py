"""Find the spot a card is meant for, among the neighbours as they are now."""

from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict
from cooperatives.queries import Compiled

from ..models import Lane, Task, TaskQuerySet


class Spot(NamedTuple):
    """Where a card goes: the open card above it (None: the top) and the ranks on both sides (None: an end)."""

    above: int | None
    low: int | None
    high: int | None


_last = Compiled(
    lambda lane, without: (
        Task.objects.filter(lane=lane).exclude(pk=without).order_by("-rank").values_list("pk", "rank", "archived_at")[:1]
    ),
    lane=int,
    without=int,
)


def bottom_of(lane: Lane, without: int | None = None) -> Spot:
    """The spot below all cards of a locked lane."""
    last = _last.first(lane=lane.pk, without=without or 0)
    if last is None:
        return Spot(None, None, None)
    pk, rank, archived = last
    if archived:
        pk = _open_above(Task.objects.filter(lane=lane).exclude(pk=without or 0), rank)
    return Spot(pk, rank, None)


def spot_for(task: Task, lane: Lane, after_id: int | None, before_id: int | None) -> Spot:
    """The spot below `after_id`, else above `before_id`, else at the bottom; one statement as a rule.

    Archived cards keep their place and count as neighbours by rank, but nobody sees them, so nobody names them.
    Raises Conflict when a named neighbour is not an open card of this lane any more.
    """
    named = {pk for pk in (after_id, before_id) if pk is not None}
    if not named:
        return bottom_of(lane, without=task.pk)
    cards = Task.objects.filter(lane=lane).exclude(pk=task.pk)
    beyond = _next(cards, after_id) if after_id is not None else _previous(cards, before_id)
    found = {
        pk: (rank, archived)
        for pk, rank, archived in cards.filter(Q(pk__in=named) | Q(pk=Subquery(beyond))).values_list("pk", "rank", "archived_at")
    }
    for pk in named:
        if pk not in found or found[pk][1]:
            raise Conflict("neighbour_gone", _("The card next to it has moved away. Look at the lane and try again."))
    return _below(after_id, found) if after_id is not None else _above(cards, before_id, found)


def _next(cards: TaskQuerySet, anchor: int | None) -> Any:
    rank = cards.filter(pk=anchor).values("rank")[:1]
    return cards.filter(rank__gt=Subquery(rank)).order_by("rank").values("pk")[:1]


def _previous(cards: TaskQuerySet, anchor: int | None) -> Any:
    rank = cards.filter(pk=anchor).values("rank")[:1]
    return cards.filter(rank__lt=Subquery(rank)).order_by("-rank").values("pk")[:1]


def _below(anchor: int, found: dict[int, tuple[int, Any]]) -> Spot:
    low = found[anchor][0]
    return Spot(anchor, low, min((rank for rank, _ in found.values() if rank > low), default=None))


def _above(cards: TaskQuerySet, anchor: int | None, found: dict[int, tuple[int, Any]]) -> Spot:
    high = found[anchor or 0][0]
    lower = [(rank, pk, archived) for pk, (rank, archived) in found.items() if rank < high]
    if not lower:
        return Spot(None, None, high)
    rank, pk, archived = max(lower)
    return Spot(_open_above(cards, rank) if archived else pk, rank, high)


def above(task: Task) -> int | None:
    """The open card above a card, as an event tells it: a reader may get only the newest event of a card."""
    return _open_above(Task.objects.filter(lane=task.lane_id), task.rank)


def with_above(tasks: TaskQuerySet) -> TaskQuerySet:
    """These tasks with the same, without a statement more: while their lanes are locked."""
    higher = Task.objects.filter(lane=OuterRef("lane"), archived_at=None, rank__lt=OuterRef("rank"))
    return tasks.annotate(read_above=Subquery(higher.order_by("-rank").values("pk")[:1]))


def _open_above(cards: TaskQuerySet, rank: int) -> int | None:
    above: int | None = cards.filter(archived_at=None, rank__lt=rank).order_by("-rank").values_list("pk", flat=True).first()
    return above
