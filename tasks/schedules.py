"""When a schedule comes due: days by the cooperative's clock, instants in UTC. Pure: nothing is read or written here."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule, weekday as weekday_of

from .models.schedule import MonthBy, Schedule, Unit

_FREQUENCY: dict[str, Any] = {Unit.DAY: DAILY, Unit.WEEK: WEEKLY, Unit.MONTH: MONTHLY}
_SURELY_SHORTEST = 28  # no month has fewer days


class Due(NamedTuple):
    """One time that a schedule comes due: the local day, and the instant (UTC)."""

    day: date
    at: datetime


def occurrences(rule: Schedule, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Due]:
    """Every time that `rule` comes due after `start` and not after `end` (both aware), in order.

    The clock of `zone` counts: a time which a change of clocks leaves out comes as much later as was left out, one that
    comes twice is taken the first time (PEP 495, fold=0). A day that a zone left out whole makes no second instant.
    """
    last: datetime | None = None
    for found in days(rule):
        due = instant(found, rule.at, zone)
        if due > end:
            return
        if due > start and due != last:
            yield Due(found, due)
        last = due


def following(rule: Schedule, zone: ZoneInfo, after: datetime, count: int = 5) -> list[Due]:
    """The next `count` times after an instant; fewer when the schedule ends before."""
    forever = datetime(9998, 1, 1, tzinfo=UTC)
    return list(islice(occurrences(rule, zone, after, forever), count))


def days(rule: Schedule) -> Iterator[date]:
    """All days of a schedule from its anchor on, in order."""
    if rule.unit == Unit.ONCE:
        yield rule.starts_on
        return
    for moment in rrule(_FREQUENCY[Unit(rule.unit)], **_asked(rule)):
        yield moment.date()


def _asked(rule: Schedule) -> dict[str, Any]:
    """The rule in the words of RFC 5545, which dateutil knows."""
    asked: dict[str, Any] = {"dtstart": datetime.combine(rule.starts_on, time()), "interval": rule.every, "wkst": MO}
    if rule.times is not None:
        asked["count"] = rule.times
    elif rule.ends_on is not None:
        asked["until"] = datetime.combine(rule.ends_on, time())
    if rule.unit == Unit.WEEK:
        asked["byweekday"] = rule.weekday_set()
    if rule.unit == Unit.MONTH:
        asked |= _in_month(rule)
    return asked


def _in_month(rule: Schedule) -> dict[str, Any]:
    if rule.month_by == MonthBy.WEEKDAY:
        return {"byweekday": weekday_of(rule.weekday, rule.nth)}
    if rule.month_by == MonthBy.LAST_DAY:
        return {"bymonthday": -1}
    day = rule.starts_on.day
    if day <= _SURELY_SHORTEST:
        return {"bymonthday": day}
    # RFC 5545 leaves months out that have no such day: of the days from the 28th up, the last that there is.
    return {"bymonthday": list(range(_SURELY_SHORTEST, day + 1)), "bysetpos": -1}


def instant(day: date, at: time | None, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a local day and time; of a whole day its beginning."""
    return datetime.combine(day, at or time(), zone).astimezone(UTC)
