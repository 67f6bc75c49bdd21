"""Half-open spans of days [first, end): pure arithmetic. `FOREVER` is the end of a span that is open."""

from collections.abc import Iterable
from datetime import date

FOREVER = date.max
Days = tuple[date, date]


def days_of(first: date, end: date | None) -> Days:
    """The span with its open end written out."""
    return first, FOREVER if end is None else end


def met(one: Days, other: Days) -> Days:
    """The days in both; what ends where it begins holds none."""
    return max(one[0], other[0]), min(one[1], other[1])


def overlap(one: Days, other: Days) -> bool:
    """Whether a day lies in both."""
    first, end = met(one, other)
    return first < end


def without(span: Days, holes: Iterable[Days]) -> list[Days]:
    """What is left of a span once the holes are cut out, in order."""
    first, left = span[0], []
    for start, end in sorted(holes):
        if end <= first or start >= span[1]:
            continue
        if start > first:
            left.append((first, start))
        first = max(first, end)
    if first < span[1]:
        left.append((first, span[1]))
    return left


def first_lost(before: Iterable[Days], after: Iterable[Days]) -> date | None:
    """The first day that was in one of the spans before and is in none after; None when none was lost."""
    kept = list(after)
    lost = [gap[0] for span in before for gap in without(span, kept)]
    return min(lost, default=None)
