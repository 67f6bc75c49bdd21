"""In which cooperatives a user stands, and as what: asked for every request and every action, so it is spelt in SQL.

Each statement names its user or its cooperatives, as the walls would: SQLite has none for raw SQL.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from cooperatives.policy import Standing
from cooperatives.queries import enter

from ..models import User
from ..roles import while_paused
from .register import Dates, stands, today_in

_MINE = """
SELECT m.cooperative_id, m.id, m.joined_on, m.left_on, c.time_zone
  FROM members_membership m JOIN cooperatives_cooperative c ON c.id = m.cooperative_id
 WHERE m.user_id = %s AND m.joined_on <= %s AND (m.left_on IS NULL OR m.left_on >= %s)
"""
_HELD = """
SELECT g.cooperative_id, g.role, g.starts_on, g.ends_on, p.starts_on, p.ends_on
  FROM members_rolegrant g
  LEFT JOIN members_pause p ON p.cooperative_id = g.cooperative_id AND p.membership_id = g.membership_id
 WHERE g.cooperative_id IN ({places}) AND g.membership_id IN ({places})
"""

_Found = dict[int, tuple[int, date | None, str]]  # cooperative -> membership, its end, the cooperative's zone


def standings_of(user: User) -> dict[int, Standing]:
    """In which cooperatives the user stands today, and as what: two queries. A membership without a role is none."""
    if not user.is_active:
        return {}
    current, days = _current(user)
    return _with_roles(user, current, days) if current else {}


def _current(user: User) -> tuple[_Found, dict[int, date]]:
    horizon, slack = timezone.now().date(), timedelta(days=1)  # the exact day is the cooperative's own
    with enter((), user.pk):
        found = _rows(_MINE, [user.pk, horizon + slack, horizon - slack])
    days = {cooperative: today_in(zone) for cooperative, _pk, _joined, _left, zone in found}
    current = {
        cooperative: (pk, left, zone)
        for cooperative, pk, joined, left, zone in found
        if stands((joined, left), days[cooperative])
    }
    return current, days


def _with_roles(user: User, current: _Found, days: Mapping[int, date]) -> dict[int, Standing]:
    standings = {}
    for cooperative, (roles, pauses) in _held(user, current, days).items():
        pk, left, zone = current[cooperative]
        day = days[cooperative]
        counted = while_paused(roles) if any(stands(pause, day) for pause in pauses) else frozenset(roles)
        ahead = [first for first, _last in pauses if first > day and while_paused(roles) != counted]
        until = _earliest([left, *roles.values(), *ahead], zone)
        standings[cooperative] = Standing(cooperative, pk, counted, until, zone)
    return standings


def _held(user: User, current: _Found, days: Mapping[int, date]) -> dict[int, tuple[dict[str, date | None], set[Dates]]]:
    """In each cooperative the roles of its day with their ends, and the member's pauses."""
    held: dict[int, tuple[dict[str, date | None], set[Dates]]] = {}
    sql = _HELD.format(places=", ".join(["%s"] * len(current)))
    with enter(current, user.pk):
        found = _rows(sql, [*current, *(pk for pk, _left, _zone in current.values())])
    for cooperative, role, starts, ends, paused, resumed in found:
        if stands((starts, ends), days[cooperative]):
            roles, pauses = held.setdefault(cooperative, ({}, set()))
            roles[role] = ends
            if paused is not None:
                pauses.add((paused, resumed))
    return held


def _rows(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _earliest(ends: Iterable[date | None], zone: str) -> datetime | None:
    first = min((day for day in ends if day is not None), default=None)
    return datetime.combine(first, time.min, ZoneInfo(zone)) if first else None
