"""Spans of days: what is met, cut out, lost. Small enough to compare with every day counted one by one."""

from datetime import date, timedelta
from itertools import product

from members.queries.spans import FOREVER, Days, days_of, first_lost, met, overlap, without

DAY = date(2030, 1, 1)
ENDS = [(start, end) for start in range(4) for end in (*range(start, 5), None)]


def span(start: int, end: int | None) -> Days:
    return days_of(DAY + timedelta(days=start), None if end is None else DAY + timedelta(days=end))


def counted(spans: list[Days]) -> set[int]:
    """The days of the spans among the first six; the sixth stands for all that follow."""
    return {day for day in range(6) for first, end in spans if first <= DAY + timedelta(days=day) < end}


def test_two_spans_meet_where_their_days_are_the_same() -> None:
    for one, other in product(ENDS, ENDS):
        a, b = span(*one), span(*other)
        both = counted([a]) & counted([b])
        assert counted([met(a, b)]) == both, (one, other)
        assert overlap(a, b) is bool(both), (one, other)


def test_what_is_lost_is_the_first_day_that_is_in_none_after() -> None:
    for ends in product(ENDS, repeat=3):
        before, *after = (span(*one) for one in ends)
        lost = counted([before]) - counted(after)
        assert first_lost([before], after) == (DAY + timedelta(days=min(lost)) if lost else None), ends
        assert counted(without(before, after)) == lost, ends


def test_nothing_is_lost_where_nothing_was() -> None:
    assert first_lost([], []) is None
    assert first_lost([span(2, 2)], []) is None
    assert first_lost([span(0, None)], [span(0, 3), span(3, None)]) is None
    assert first_lost([span(0, None)], [span(0, 3), span(4, None)]) == DAY + timedelta(days=3)
    assert days_of(DAY, None) == (DAY, FOREVER)
