"""How turns, schedules and efforts are said in words, by the clock of their cooperative."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from cooperatives.models import Cooperative
from tasks.models import Duty, MonthBy, Nth, Turn, Unit, Weekday
from tasks.schedules import Due
from tasks.templatetags.duties import due_words, hours, moment, rhythm, turn_when, week_words


def plain(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (1, "1 min"),
        (59, "59 min"),
        (60, "1 h"),
        (61, "1 h 1 min"),
        (120, "2 h"),
        (1439, "23 h 59 min"),
        (6000, "100 h"),
        (-5, "−5 min"),
        (-90, "−1 h 30 min"),
    ],
)
def test_minutes_are_said_as_people_say_them(minutes: int, words: str) -> None:
    assert hours(minutes) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"unit": Unit.ONCE}, "once, on 31 January 2026"),
        ({"unit": Unit.ONCE, "ends_on": date(2027, 1, 1), "times": 4, "at": time(9, 5)}, "once, on 31 January 2026, at 09:05"),
        ({"unit": Unit.DAY}, "every day"),
        ({"unit": Unit.DAY, "every": 3}, "every 3 days"),
        ({"unit": Unit.WEEK}, "every week on Saturday"),
        ({"unit": Unit.WEEK, "every": 2, "weekdays": 0b0001001}, "every 2 weeks on Monday, Thursday"),
        ({"unit": Unit.MONTH}, "every month on day 31"),
        ({"unit": Unit.MONTH, "month_by": MonthBy.LAST_DAY}, "every month on the last day"),
        (
            {"unit": Unit.MONTH, "every": 6, "month_by": MonthBy.WEEKDAY, "nth": Nth.LAST, "weekday": Weekday.FRIDAY},
            "every 6 months on the last Friday",
        ),
        (
            {"unit": Unit.MONTH, "month_by": MonthBy.WEEKDAY, "nth": Nth.SECOND, "weekday": Weekday.TUESDAY, "at": time(18)},
            "every month on the second Tuesday, at 18:00",
        ),
        ({"unit": Unit.DAY, "ends_on": date(2026, 3, 1)}, "every day, until 1 March 2026"),
        ({"unit": Unit.DAY, "times": 1}, "every day, 1 time"),
        ({"unit": Unit.DAY, "times": 12, "at": time(0)}, "every day, at 00:00, 12 times"),
    ],
)
def test_a_rhythm_in_words(facts: dict[str, Any], words: str) -> None:
    assert rhythm(Duty(starts_on=date(2026, 1, 31), **facts)) == words


def a_turn(zone: str, at: datetime, day: date, **facts: Any) -> Turn:
    turn = Turn(due_at=at, day=day, **facts)
    turn.cooperative = Cooperative(name="Somewhere", time_zone=zone)
    return turn


@pytest.mark.parametrize(
    ("zone", "words", "stamp"),
    [
        ("Europe/Berlin", "Wednesday, 3 June, 18:00", "2026-06-03T18:00:00+02:00"),
        ("Africa/Nairobi", "Wednesday, 3 June, 19:00", "2026-06-03T19:00:00+03:00"),
        ("Asia/Kathmandu", "Wednesday, 3 June, 21:45", "2026-06-03T21:45:00+05:45"),
        ("America/New_York", "Wednesday, 3 June, 12:00", "2026-06-03T12:00:00-04:00"),
    ],
)
def test_a_turn_is_told_by_the_clock_of_its_cooperative(zone: str, words: str, stamp: str) -> None:
    turn = a_turn(zone, datetime(2026, 6, 3, 16, tzinfo=UTC), date(2026, 6, 3))
    assert plain(turn_when(turn)) == words
    assert f'datetime="{stamp}"' in turn_when(turn)
    assert plain(turn_when(turn, with_day=False)) == words.rsplit(", ", 1)[1]


def test_a_whole_day_names_no_hour() -> None:
    turn = a_turn("Europe/Berlin", datetime(2026, 6, 2, 22, tzinfo=UTC), date(2026, 6, 3), is_all_day=True)
    assert plain(turn_when(turn)) == "Wednesday, 3 June, all day"
    assert 'datetime="2026-06-03"' in turn_when(turn)


def test_a_moment_ahead_is_a_date_and_never_now() -> None:
    turn = a_turn("Europe/Berlin", datetime(2026, 6, 3, 16, tzinfo=UTC), date(2026, 6, 3))
    assert plain(moment(turn, datetime(2030, 1, 5, 23, 30, tzinfo=UTC))) == "6 January, 00:30"


def test_a_week_is_named_by_both_of_its_ends() -> None:
    assert week_words(date(2026, 12, 28)) == "Week of 28 December to 3 January"


def test_a_date_that_is_looked_at_names_its_weekday() -> None:
    assert due_words(Due(date(2026, 6, 3), datetime(2026, 6, 3, tzinfo=UTC))) == "Wednesday, 3 June 2026"


def test_words_are_escaped_where_people_wrote_them() -> None:
    duty = Duty(title="<b>Bins</b>", starts_on=date(2026, 1, 31))
    page = Template("{% load duties %}{{ duty.title }} {{ duty|rhythm }}").render(Context({"duty": duty}))
    assert "&lt;b&gt;Bins&lt;/b&gt; every week on Saturday" in page


@pytest.mark.parametrize("language", ["en", "de", "fr", "sw"])
def test_they_can_be_said_in_any_language_of_the_installation(language: str) -> None:
    with translation.override(language):
        assert rhythm(Duty(starts_on=date(2026, 1, 31)))
        assert week_words(date(2026, 6, 1))
        assert hours(75)
