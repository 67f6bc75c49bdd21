"""Places as wide integers: a card goes halfway between its neighbours, and only a used-up gap touches other rows."""

from django.db import connection
from django.db.models import Count, Max, Min

from ..models import Lane, Task

GAP = 2**36  # 36 cards fit one after another into the same spot before the lane must be spaced anew
LIMIT = 2**62


def between(low: int | None, high: int | None) -> int | None:
    """A rank strictly between two (None: open end), or None when there is no room."""
    if low is None or high is None:
        rank = 0 if low == high else (high - GAP if low is None and high is not None else (low or 0) + GAP)
        return rank if -LIMIT <= rank <= LIMIT else None
    middle = (low + high) // 2
    return middle if low < middle else None


def free_start(low: int, high: int, count: int) -> int:
    """Where `count` ranks, GAP apart, can begin without meeting any rank from `low` to `high`."""
    if high + (count + 1) * GAP <= LIMIT:
        return high + GAP
    if low - (count + 1) * GAP >= -LIMIT:
        return low - (count + 1) * GAP
    return LIMIT + GAP  # no lane reaches beyond the limit before it has used both sides


def free_range(lane: Lane, count: int | None = None) -> int:
    """The start of a free range for `count` cards of a locked lane (None: for all of them)."""
    held = Task.objects.filter(lane=lane).aggregate(low=Min("rank"), high=Max("rank"), count=Count("pk"))
    return free_start(held["low"] or 0, held["high"] or 0, held["count"] if count is None else count)


def respace(lane: Lane) -> None:
    """Space all cards of a locked lane evenly, in their order. Touches ranks alone: nobody edited these cards.

    One statement into a range that no card holds, because both engines check uniqueness row by row.
    """
    start = free_range(lane)
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "tasks_task" SET rank = %s + o.place * %s FROM ('
            "SELECT id, row_number() OVER (ORDER BY rank) - 1 AS place FROM tasks_task "
            "WHERE cooperative_id = %s AND lane_id = %s) AS o WHERE tasks_task.id = o.id AND tasks_task.cooperative_id = %s",
            [start, GAP, lane.cooperative_id, lane.pk, lane.cooperative_id],
        )
