"""Duties for tests, and clocks to look at them by."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import a_member, a_user
from tasks.actions import create_duty
from tasks.models import Duty, Effort, Part, Turn

MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
"""A Monday in summer; ten o'clock in Linden Court."""


def a_duty(actor: Actor, cooperative: Cooperative, **facts: Any) -> Duty:
    """A duty on Wednesdays at six in the evening, open for sign-up a week before, unless asked otherwise."""
    usual = {"title": "Bins out", "starts_on": date(2026, 6, 3), "at": time(18), "unit": "week", "opens_before": 7}
    return create_duty(actor, cooperative, **{**usual, **facts})


def turn_of(duty: Duty) -> Turn:
    """The first turn of a duty."""
    turn: Turn = Turn.objects.select_related("duty").filter(duty=duty).order_by("due_at").first()
    return turn


def days_of(duty: Duty) -> list[str]:
    """The days of all turns of a duty, in order."""
    return [str(day) for day in Turn.objects.filter(duty=duty).order_by("due_at").values_list("day", flat=True)]


def who(turn: Turn) -> list[str]:
    """Who has a place in a turn, by place."""
    return [str(part.member) for part in Part.objects.filter(turn=turn).select_related("member__person").order_by("place")]


def people(cooperative: Cooperative, *names: str) -> dict[str, tuple[User, Membership]]:
    """Plain members of these names, with their logins, numbered in this order."""
    users = {name: a_user(name) for name in names}
    return {name: (user, a_member(cooperative, user)) for name, user in users.items()}


def ledger() -> list[tuple[str, str, int, int]]:
    """The whole ledger, oldest first."""
    rows = Effort.objects.select_related("member__person").order_by("pk")
    return [(str(row.member), row.kind, row.minutes, row.points) for row in rows]


Travel = Callable[[datetime], Any]
