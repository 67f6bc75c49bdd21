"""When a schedule comes due: against a slow reading of the same words, at month ends, and where clocks change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from tasks.models import Duty, MonthBy, Nth, Schedule, Unit
from tasks.schedules import days, following, instant, occurrences

BERLIN, NAIROBI, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Nairobi"), ZoneInfo("America/New_York")


def a_rule(starts_on: date = date(2026, 1, 31), unit: str = Unit.MONTH, **facts: Any) -> Schedule:
    return Duty(starts_on=starts_on, unit=unit, **facts)


def first(rule: Schedule, count: int) -> list[date]:
    return list(islice(days(rule), count))


# In words


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"unit": Unit.ONCE}, ["2026-01-31"]),
        ({"unit": Unit.ONCE, "ends_on": date(2027, 1, 1), "every": 3}, ["2026-01-31"]),
        ({"unit": Unit.DAY, "every": 10}, ["2026-01-31", "2026-02-10", "2026-02-20"]),
        ({"unit": Unit.WEEK}, ["2026-01-31", "2026-02-07", "2026-02-14"]),
        ({"unit": Unit.WEEK, "weekdays": 0b0001001}, ["2026-02-02", "2026-02-05", "2026-02-09"]),
        ({"unit": Unit.WEEK, "every": 2, "weekdays": 0b1000001}, ["2026-02-01", "2026-02-09", "2026-02-15"]),
        ({}, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ({"starts_on": date(2024, 1, 30)}, ["2024-01-30", "2024-02-29", "2024-03-30"]),
        ({"starts_on": date(2024, 1, 29), "every": 12}, ["2024-01-29", "2025-01-29"]),
        ({"starts_on": date(2026, 1, 28)}, ["2026-01-28", "2026-02-28", "2026-03-28"]),
        ({"starts_on": date(2026, 1, 15), "month_by": MonthBy.LAST_DAY}, ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ({"month_by": MonthBy.WEEKDAY, "nth": Nth.SECOND, "weekday": 1}, ["2026-02-10", "2026-03-10", "2026-04-14"]),
        ({"month_by": MonthBy.WEEKDAY, "nth": Nth.LAST, "weekday": 4}, ["2026-02-27", "2026-03-27", "2026-04-24"]),
        ({"every": 2, "month_by": MonthBy.WEEKDAY, "nth": Nth.FIRST, "weekday": 0}, ["2026-03-02", "2026-05-04"]),
    ],
)
def test_days_are_those_that_people_mean(facts: dict[str, Any], expected: list[str]) -> None:
    assert [day.isoformat() for day in first(a_rule(**facts), len(expected))] == expected


def test_a_schedule_ends_by_its_last_day_or_after_so_many_times() -> None:
    assert first(a_rule(ends_on=date(2026, 3, 31)), 9) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert first(a_rule(ends_on=date(2026, 3, 30)), 9) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert first(a_rule(times=2), 9) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert len(list(days(a_rule(unit=Unit.ONCE)))) == 1


def test_times_are_counted_from_the_anchor_not_from_where_one_looks() -> None:
    rule = a_rule(unit=Unit.DAY, times=3, at=time(8))
    late = datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert [due.day for due in following(rule, BERLIN, late, 5)] == [date(2026, 2, 2)]


# Clocks


def test_the_cooperatives_clock_counts_and_not_that_of_the_server() -> None:
    rule = a_rule(date(2026, 3, 27), Unit.DAY, at=time(18))
    berlin = [due.at for due in following(rule, BERLIN, datetime(2026, 3, 27, tzinfo=UTC), 3)]
    assert berlin == [
        datetime(2026, 3, 27, 17, tzinfo=UTC),
        datetime(2026, 3, 28, 17, tzinfo=UTC),
        datetime(2026, 3, 29, 16, tzinfo=UTC),
    ]
    nairobi = [due.at.hour for due in following(rule, NAIROBI, datetime(2026, 3, 27, tzinfo=UTC), 3)]
    assert nairobi == [15, 15, 15]


def test_a_time_that_the_clocks_leave_out_comes_as_much_later_and_once() -> None:
    rule = a_rule(date(2026, 3, 28), Unit.DAY, at=time(2, 30))
    found = following(rule, BERLIN, datetime(2026, 3, 28, tzinfo=UTC), 3)
    local = [due.at.astimezone(BERLIN).strftime("%d %H:%M") for due in found]
    assert local == ["28 02:30", "29 03:30", "30 02:30"]


def test_a_time_that_comes_twice_is_taken_the_first_time() -> None:
    rule = a_rule(date(2026, 10, 25), Unit.DAY, at=time(2, 30), times=1)
    (found,) = occurrences(rule, BERLIN, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # in summer time still; an hour later it is 2:30 again


def test_a_day_that_a_zone_left_out_makes_no_second_instant() -> None:
    # Samoa went from 29 to 31 December 2011.
    apia = ZoneInfo("Pacific/Apia")
    rule = a_rule(date(2011, 12, 29), Unit.DAY, at=time(10), times=4)
    found = [due.at for due in following(rule, apia, datetime(2011, 12, 1, tzinfo=UTC), 9)]
    assert len(found) == len(set(found)) == 3


def test_a_whole_day_begins_with_its_first_moment() -> None:
    assert instant(date(2026, 7, 1), None, NEW_YORK) == datetime(2026, 7, 1, 4, tzinfo=UTC)
    # In Beirut midnight itself was left out on that day: it began at one.
    assert instant(date(2022, 3, 27), None, ZoneInfo("Asia/Beirut")).astimezone(ZoneInfo("Asia/Beirut")).hour == 1


def test_the_start_is_left_out_and_the_end_is_taken_in() -> None:
    rule = a_rule(date(2026, 5, 1), Unit.DAY, at=time(12))
    one, two = datetime(2026, 5, 1, 10, tzinfo=UTC), datetime(2026, 5, 2, 10, tzinfo=UTC)
    assert [due.at for due in occurrences(rule, BERLIN, one, two)] == [two]
    assert list(occurrences(rule, BERLIN, two, one)) == []


# Against a slow reading


def slow(rule: Schedule, until: date) -> Iterator[date]:
    """Every day up to `until` asked one by one whether the rule means it: the same words, read without a library."""
    day, found = rule.starts_on, 0
    while day <= until and (rule.times is None or found < rule.times) and (rule.ends_on is None or day <= rule.ends_on):
        if _means(rule, day):
            found += 1
            yield day
        day += timedelta(days=1)


def _means(rule: Schedule, day: date) -> bool:
    start = rule.starts_on
    if rule.unit == Unit.DAY:
        return (day - start).days % rule.every == 0
    if rule.unit == Unit.WEEK:
        monday, first_monday = day - timedelta(days=day.weekday()), start - timedelta(days=start.weekday())
        return (monday - first_monday).days // 7 % rule.every == 0 and day.weekday() in rule.weekday_set()
    months = (day.year - start.year) * 12 + day.month - start.month
    return months % rule.every == 0 and _means_in_month(rule, day)


def _means_in_month(rule: Schedule, day: date) -> bool:
    length = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    if rule.month_by == MonthBy.LAST_DAY:
        return day.day == length
    if rule.month_by == MonthBy.DAY:
        return day.day == min(rule.starts_on.day, length)
    if day.weekday() != rule.weekday:
        return False
    return day.day + 7 > length if rule.nth == Nth.LAST else (day.day - 1) // 7 + 1 == rule.nth


rules = st.builds(
    a_rule,
    starts_on=st.dates(date(2000, 1, 1), date(2034, 12, 31)),
    unit=st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH]),
    every=st.integers(1, 5),
    weekdays=st.integers(0, 127),
    month_by=st.sampled_from(MonthBy.values),
    nth=st.sampled_from(Nth.values),
    weekday=st.integers(0, 6),
    at=st.none() | st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    times=st.none() | st.integers(1, 9),
)


@settings(max_examples=150, deadline=None)
@given(rules)
def test_it_says_the_same_as_a_slow_reading(rule: Schedule) -> None:
    until = rule.starts_on + timedelta(days=500)
    found = []
    for day in days(rule):
        if day > until:
            break
        found.append(day)
    assert found == list(slow(rule, until))


@settings(max_examples=60, deadline=None)
@given(rules, st.sampled_from([BERLIN, NAIROBI, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]))
def test_instants_rise_and_a_span_cut_in_two_gives_the_same(rule: Schedule, zone: ZoneInfo) -> None:
    start = instant(rule.starts_on, None, zone) - timedelta(seconds=1)
    middle, end = start + timedelta(days=73, hours=5), start + timedelta(days=200)
    whole = list(occurrences(rule, zone, start, end))
    assert [due.at for due in whole] == sorted({due.at for due in whole})
    assert whole == [*occurrences(rule, zone, start, middle), *occurrences(rule, zone, middle, end)]
    assert all(abs(due.at.astimezone(zone).date() - due.day) <= timedelta(days=1) for due in whole)
