"""The two statements on a cursor that every commit costs, spelt once: writing them through models took longer than both.

Each names its cooperative, which must be entered: PostgreSQL holds it against the active ones, SQLite has this alone.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

# Names stand in quotation marks, as Django writes them: the proofs read from a statement what it changes.
_TAKE = (
    'UPDATE "activity_cursor" SET lease_until = %s WHERE cooperative_id = %s AND target = %s '
    "AND (lease_until IS NULL OR lease_until <= %s) AND (retry_at IS NULL OR retry_at <= %s) "
    'RETURNING seq, attempts, EXISTS (SELECT 1 FROM "activity_deadletter" letter '
    "WHERE letter.cooperative_id = %s AND letter.target = %s AND letter.is_due)"
)
_MOVE = (
    'UPDATE "activity_cursor" SET seq = %s, attempts = %s{change} '
    "WHERE cooperative_id = %s AND target = %s AND lease_until = %s AND seq = %s"
)
_CHANGEABLE = {"lease_until", "retry_at", "error"}


class Taken(NamedTuple):
    """What the cursor says at the moment it is leased: the last record told, tries, whether letters are to be sent again."""

    told: int
    attempts: int
    has_letters: bool


def take(cooperative_id: int, target: str, now: datetime, until: datetime) -> Taken | None:
    """Lease a cursor until then, if it is free now; None when it is not, or not there. Of two at once one gets it."""
    moment, end = _adapted(now), _adapted(until)
    values = [end, cooperative_id, target, moment, moment, cooperative_id, target]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        found = cursor.fetchone()
    return Taken(found[0], found[1], bool(found[2])) if found else None


def move(cooperative_id: int, target: str, lease: datetime, saved: int, *, told: int, attempts: int, **change: Any) -> bool:
    """Write how far a target has been told; False when the lease that ends then was lost, or the cursor was moved from `saved`.

    `change` may set lease_until, retry_at and error.
    """
    if odd := change.keys() - _CHANGEABLE:
        raise ValueError(f"not of a cursor: {sorted(odd)}")
    sql = _MOVE.format(change="".join(f', "{name}" = %s' for name in change))
    values = [told, attempts, *map(_adapted, change.values()), cooperative_id, target, _adapted(lease), saved]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return bool(cursor.rowcount)


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
