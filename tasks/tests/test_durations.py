"""Spans of work as people write them."""

import pytest
from django.utils.translation import override

from tasks.durations import minutes_of, told
from tasks.models import MINUTES_LIMIT


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", None),
        ("   ", None),
        ("90 min", 90),
        ("90m", 90),
        ("1 minute", 1),
        ("1 h", 60),
        ("1.5 h", 90),
        ("1,5H", 90),
        ("1.25 hours", 75),
        ("2 hrs.", 120),
        ("0.01 h", 1),
        ("1.33 h", 80),
        ("1 h 30", 90),
        ("1h30m", 90),
        ("1 h 30 min", 90),
        ("1:30", 90),
        ("0:05 h", 5),
        ("1000 h", MINUTES_LIMIT),
        ("60000 min", MINUTES_LIMIT),
    ],
)
def test_what_is_meant_is_read(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["5", "1.5", "x", "1 d", "h", "-1 h", "1:60", "1h 2h", "1.5.5 h", "1 e3 h", "٣ h x"])
def test_what_cannot_be_read_is_told_the_cure(text: str) -> None:
    with pytest.raises(ValueError, match=r"Write hours or minutes, such as 1\.5 h or 90 min\."):
        minutes_of(text)


@pytest.mark.parametrize("text", ["0 min", "0 h", "0:00", "60001 min", "1000 h 1", "9999 h"])
def test_too_little_and_too_much_are_told_the_bounds(text: str) -> None:
    with pytest.raises(ValueError, match="between 1 min and 1000 h"):
        minutes_of(text)


@pytest.mark.parametrize(("minutes", "text"), [(None, ""), (1, "1 min"), (60, "1 h"), (90, "1 h 30 min"), (60_000, "1000 h")])
def test_a_span_is_told_so_that_it_reads_the_same_again(minutes: int | None, text: str) -> None:
    assert told(minutes) == text
    assert minutes_of(told(minutes)) == minutes


def test_every_number_of_minutes_comes_back() -> None:
    with override("de"):
        assert all(minutes_of(told(minutes)) == minutes for minutes in range(1, 2000))
