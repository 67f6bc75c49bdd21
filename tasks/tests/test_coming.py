"""What is to be made of a schedule at a moment: what comes, what was missed, and what is late. Asked of rules without a table."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from cooperatives.models import Cooperative
from tasks.actions.duties.making import GRACE, LATE_SPAN, _closes, coming
from tasks.models import Duty, Unit

LINDEN = Cooperative(name="Linden Court", time_zone="Europe/Berlin")
START = datetime(2026, 6, 1, 6, tzinfo=UTC)


def daily(**facts: Any) -> Duty:
    """Every day at eight in Berlin, from the first of June on, settled at that very moment."""
    usual = {"unit": Unit.DAY, "starts_on": date(2026, 6, 1), "at": time(8), "made_until": START, "settled_at": START}
    return Duty(**{**usual, **facts})


def made(rule: Duty, now: datetime, ahead: int = 0) -> list[tuple[int, bool, int]]:
    """The days of what is made now, with whether it is late and for how many it stands."""
    found = coming(rule, LINDEN, now=now, ahead=timedelta(days=ahead))
    return [(one.due.day.day, one.late, one.missed) for one in found]


def at(day: int, hour: int = 6, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(1), []),  # the moment itself lies behind it
        (at(2, 5, 59), []),
        (at(2), [(2, False, 0)]),
        (at(2, 7), [(2, False, 0)]),  # an hour is no delay
        (at(2, 7, 1), [(2, True, 1)]),
        (at(3, 5), [(2, True, 1)]),
        (at(3), [(2, True, 1), (3, False, 0)]),  # the third is due in this very moment, and so not past
        (at(3, 6, 1), [(3, False, 0)]),  # the second is missed for good, the third in time
        (at(3, 8), [(3, True, 2)]),
        (at(10, 12), [(10, True, 9)]),
    ],
)
def test_of_what_is_past_only_the_last_is_made(now: datetime, expected: list[tuple[int, bool, int]]) -> None:
    assert made(daily(), now) == expected


@pytest.mark.parametrize(
    ("now", "ahead", "expected"),
    [
        (at(1), 0, []),
        (at(1), 1, [(2, False, 0)]),
        (at(1), 3, [(2, False, 0), (3, False, 0), (4, False, 0)]),
        (at(2, 5), 2, [(2, True, 1), (3, True, 1)]),  # both should have been made when the rule was settled
        (at(2, 9), 1, [(2, True, 1), (3, True, 1)]),
        (at(5), 1, [(5, True, 1), (6, False, 0)]),
    ],
)
def test_what_lies_ahead_is_all_made(now: datetime, ahead: int, expected: list[tuple[int, bool, int]]) -> None:
    found = made(daily(), now, ahead)
    if now == at(5):  # the 2nd to the 4th are past; the 5th is due in this very moment and not past
        assert [(day, late) for day, late, _missed in found] == [(4, True), (5, True), (6, False)]
        assert found[0] == (4, True, 3)
        return
    assert found == expected


def test_nothing_is_late_before_the_rule_was_settled() -> None:
    rule = daily(settled_at=at(4, 5, 30))
    assert made(rule, at(4), ahead=1) == [(3, False, 0), (4, False, 0), (5, False, 0)]
    assert made(rule, at(4, 6, 31), ahead=1)[0] == (4, True, 3)


@pytest.mark.parametrize("stop", ["paused_at", "ended_at"])
def test_what_is_paused_or_over_makes_nothing(stop: str) -> None:
    assert made(daily(**{stop: START}), at(9), ahead=5) == []


def test_what_was_made_is_not_made_again() -> None:
    assert made(daily(made_until=at(4)), at(4, 7), ahead=1) == [(5, False, 0)]
    assert made(daily(made_until=at(4)), at(4, 8), ahead=1) == [(5, True, 1)]
    assert made(daily(made_until=at(9)), at(4), ahead=2) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 60 * 40), min_size=1, max_size=12),
    st.integers(0, 6),
    st.sampled_from(["Europe/Berlin", "Asia/Tokyo"]),
)
def test_however_often_somebody_looks_each_time_is_made_once_or_counted(steps: list[int], ahead: int, zone: str) -> None:
    """Between any two lookings: no time comes twice, and every time that has passed was made or stands in a count."""
    cooperative = Cooperative(name="X", time_zone=zone)
    rule = daily(settled_at=START - timedelta(days=30))
    now, seen, counted = START, [], 0
    for minutes in steps:
        now += timedelta(minutes=minutes)
        found = coming(rule, cooperative, now=now, ahead=timedelta(days=ahead))
        for one in found:
            assert one.due.at > rule.made_until
            seen.append(one.due.at)
            counted += max(one.missed, 1)
        if found:
            rule.made_until = max(rule.made_until, max(one.due.at for one in found))
    assert seen == sorted(set(seen))
    last = rule.made_until
    every = [one.due.at for one in coming(daily(), cooperative, now=START, ahead=timedelta(days=400)) if one.due.at <= last]
    # What was folded into a later one within the hour of grace is the only thing that no count may name.
    folded = sum(1 for due in every if due not in seen)
    assert counted <= len(every) <= counted + folded


@pytest.mark.parametrize(
    ("facts", "now", "late", "closes"),
    [
        ({}, at(1), False, at(10)),
        ({"closes_before": 2}, at(1), False, at(8)),
        ({"at": None}, at(1), False, datetime(2026, 6, 10, 22, tzinfo=UTC)),
        ({"at": None, "closes_before": 1}, at(1), False, datetime(2026, 6, 8, 22, tzinfo=UTC)),
        ({}, at(12), True, at(13)),  # already past: a day from now
        ({"closes_before": 3}, at(9), True, at(10)),  # still ahead: a day from now, but not past its time
        ({"closes_before": 3}, at(9, 12), True, at(10)),
        ({"closes_before": 1}, at(3), True, at(9)),  # it would close later anyway
    ],
)
def test_sign_up_closes_when_it_was_said_and_of_what_is_late_a_day_later(
    facts: dict[str, Any], now: datetime, late: bool, closes: datetime
) -> None:
    rule = daily(**{"unit": Unit.ONCE, "starts_on": date(2026, 6, 10), "made_until": START - timedelta(days=1), **facts})
    (one,) = coming(rule, LINDEN, now=now, ahead=timedelta(days=30))
    assert _closes(rule, LINDEN, type(one)(one.due, late, one.missed), now) == closes


def test_the_spans_are_what_the_words_say() -> None:
    assert (timedelta(hours=1), timedelta(days=1)) == (GRACE, LATE_SPAN)


def test_an_hour_that_the_clocks_leave_out_is_made_once() -> None:
    rule = daily(at=time(2, 30), starts_on=date(2026, 3, 28), made_until=START - timedelta(days=90), settled_at=START)
    now = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # half past three in summer time: the instant of half past two
    found = coming(rule, LINDEN, now=now, ahead=timedelta())
    assert [one.due.day for one in found] == [date(2026, 3, 28), date(2026, 3, 29)]
    rule.made_until = now
    assert coming(rule, LINDEN, now=now + timedelta(hours=2), ahead=timedelta()) == []
