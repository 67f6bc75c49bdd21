"""Calendar files by the rules of RFC 5545, whatever people write: read back they say the same."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st
from icalendar import Calendar

from cooperatives.models import Cooperative
from tasks.feed import Said, draw
from tasks.feed.entries import uid
from tasks.models import FeedEntry

CHANGED = datetime(2026, 6, 1, 8, tzinfo=UTC)
HERE, ELSEWHERE = UUID(int=7), UUID(int=8)
# What a database takes; a line break of whatever kind is one to a calendar.
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=200).filter(str.strip)


def an_entry(**said: Any) -> FeedEntry:
    usual = {"summary": "Bins", "starts": "2026-06-03", "ends": "2026-06-04", "is_all_day": True, "url": "https://x.test/1"}
    more = {key: said.pop(key) for key in ("sequence", "gone_at") if key in said}
    return FeedEntry(uid=uid("task", 1, HERE), facts=Said(**{**usual, **said}).as_json(), changed_at=CHANGED, **more)


def linden(name: str = "Linden Court") -> Cooperative:
    return Cooperative(pk=7, name=name, time_zone="Europe/Berlin")


def unfolded(body: bytes) -> list[str]:
    """The content lines, as section 3.1 puts them together."""
    return body.decode().replace("\r\n ", "").split("\r\n")


@settings(max_examples=80, deadline=None)
@given(summary=words, place=words | st.just(""), text=words | st.just(""), name=words)
def test_texts_come_back_as_they_were_written(summary: str, place: str, text: str, name: str) -> None:
    body = draw(linden(name), [an_entry(summary=summary, place=place, text=text)])
    calendar = Calendar.from_ical(body)
    (event,) = calendar.walk("VEVENT")
    assert str(calendar["x-wr-calname"]) == name
    assert (str(event["summary"]), str(event.get("location", "")), str(event.get("description", ""))) == (summary, place, text)


@settings(max_examples=60, deadline=None)
@given(summary=words, text=words)
def test_lines_are_short_and_end_as_they_must(summary: str, text: str) -> None:
    body = draw(linden(), [an_entry(summary=summary, text=text)])
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body[:-2].split(b"\r\n")
    assert all(0 < len(line) <= 75 for line in lines)
    assert b"\r" not in b"".join(lines) and b"\n" not in b"".join(lines)
    # What is folded is unfolded to names and values; no text can begin a line of its own.
    names = {line.partition(":")[0].partition(";")[0] for line in unfolded(body) if line}
    allowed = {"BEGIN", "END", "PRODID", "VERSION", "CALSCALE", "METHOD", "X-WR-CALNAME", "NAME", "X-WR-TIMEZONE"}
    allowed |= {"REFRESH-INTERVAL", "X-PUBLISHED-TTL", "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "SUMMARY", "DTSTART"}
    assert names <= allowed | {"DTEND", "URL", "DESCRIPTION", "STATUS", "TRANSP"}


def test_a_line_break_in_a_note_begins_no_property() -> None:
    body = draw(linden(), [an_entry(text="One\nSUMMARY:Forged\r\nEND:VEVENT")])
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert str(event["summary"]) == "Bins"
    assert str(event["description"]).split("\n") == ["One", "SUMMARY:Forged", "END:VEVENT"]


def test_the_head_says_what_it_is_and_how_often_to_come() -> None:
    lines = unfolded(draw(linden(), []))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cooperator//Work//EN"]
    assert {"CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:Linden Court", "X-WR-TIMEZONE:Europe/Berlin"} <= set(lines)
    assert {"REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "NAME:Linden Court"} <= set(lines)


def test_a_whole_day_is_a_date_and_takes_no_time_away() -> None:
    lines = unfolded(draw(linden(), [an_entry()]))
    assert {"DTSTART;VALUE=DATE:20260603", "DTEND;VALUE=DATE:20260604", "TRANSP:TRANSPARENT", "STATUS:CONFIRMED"} <= set(lines)
    assert {"DTSTAMP:20260601T080000Z", "LAST-MODIFIED:20260601T080000Z", "SEQUENCE:0"} <= set(lines)


def test_an_hour_is_a_moment_in_utc_whatever_clock_it_was_written_by() -> None:
    entry = an_entry(starts="2026-06-03T18:00:00+02:00", ends="2026-06-03T19:30:00+02:00", is_all_day=False)
    lines = unfolded(draw(linden(), [entry]))
    assert {"DTSTART:20260603T160000Z", "DTEND:20260603T173000Z", "TRANSP:OPAQUE"} <= set(lines)


def test_what_is_gone_is_called_off() -> None:
    lines = unfolded(draw(linden(), [an_entry(sequence=4, gone_at=CHANGED)]))
    assert {"STATUS:CANCELLED", "SEQUENCE:4", "SUMMARY:Bins"} <= set(lines)


def test_the_same_entries_give_the_same_bytes() -> None:
    entries = [an_entry(), an_entry(summary="Stairs", place="Yard")]
    assert draw(linden(), entries) == draw(linden(), entries)


@pytest.mark.parametrize("kind", ["task", "turn"])
def test_ids_are_of_one_thing_and_stay(kind: str) -> None:
    assert uid(kind, 1, HERE) == uid(kind, 1, UUID(str(HERE)))
    others = {
        uid(kind, 2, HERE),
        uid(kind, 11, HERE),
        uid(kind, 1, ELSEWHERE),
        uid("turn" if kind == "task" else "task", 1, HERE),
    }
    assert uid(kind, 1, HERE) not in others and len(others) == 4
    assert str(UUID(uid(kind, 1, HERE))) == uid(kind, 1, HERE)  # as it is written everywhere


def test_the_id_stands_in_the_file_as_it_is() -> None:
    (event,) = Calendar.from_ical(draw(linden(), [an_entry()])).walk("VEVENT")
    assert str(event["uid"]) == uid("task", 1, HERE)


def test_the_last_day_of_an_entry_says_when_it_is_over() -> None:
    day = Said("A", "2026-06-03", "2026-06-04", True, "https://x.test/")
    hour = Said("A", "2026-06-03T22:30:00+00:00", "2026-06-04T00:30:00+00:00", False, "https://x.test/")
    assert day.last_day == hour.last_day == date(2026, 6, 4)
    assert hour.last_day - date(2026, 6, 3) == timedelta(days=1)
