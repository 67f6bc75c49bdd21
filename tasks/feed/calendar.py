"""Entries as a calendar file. The same entries give the same bytes, so that a client can ask whether anything changed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

from cooperatives.models import Cooperative

from ..models import FeedEntry

ASKED_EVERY = timedelta(hours=1)


def draw(cooperative: Cooperative, entries: Iterable[FeedEntry]) -> bytes:
    """A calendar with one event for each entry; what is gone is called off and not left out, so that clients remove it."""
    words = import_module("icalendar")  # eight megabytes, which only an installation whose calendars are read has to carry
    calendar = words.Calendar()
    calendar.add("prodid", "-//Cooperator//Work//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", cooperative.name)
    calendar.add("name", cooperative.name)
    calendar.add("x-wr-timezone", cooperative.time_zone)
    calendar["refresh-interval"] = _every(words, ASKED_EVERY)
    calendar["x-published-ttl"] = words.vDuration(ASKED_EVERY)
    for entry in entries:
        calendar.add_component(_event(words, entry))
    found: bytes = calendar.to_ical()
    return found


def _every(words: Any, span: timedelta) -> Any:
    found = words.vDuration(span)
    found.params["VALUE"] = "DURATION"  # RFC 7986, 5.7: this property has no type of its own
    return found


def _event(words: Any, entry: FeedEntry) -> Any:
    said: dict[str, Any] = entry.facts
    event = words.Event()
    event.add("uid", entry.uid)
    # The moment of the last change and not of this answer: else no answer would be equal to the one before.
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("summary", said["summary"])
    event.add("dtstart", _moment(said["starts"], said["is_all_day"]))
    event.add("dtend", _moment(said["ends"], said["is_all_day"]))
    event.add("url", said["url"])
    for name, key in (("location", "place"), ("description", "text")):
        if said[key]:
            event.add(name, said[key])
    event.add("status", "CANCELLED" if entry.gone_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if said["is_all_day"] else "OPAQUE")
    return event


def _moment(text: str, is_day: bool) -> date | datetime:
    return date.fromisoformat(text) if is_day else datetime.fromisoformat(text).astimezone(UTC)
