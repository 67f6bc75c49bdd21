"""Ranks: always room between two cards, or a clear answer that there is none."""

from hypothesis import given, strategies as st

from tasks.actions.ranks import GAP, LIMIT, between, free_start

RANK = st.integers(-LIMIT, LIMIT)


@given(RANK, RANK)
def test_the_middle_lies_strictly_between(one: int, other: int) -> None:
    low, high = sorted((one, other))
    rank = between(low, high)
    if high - low < 2:
        assert rank is None
    else:
        assert low < rank < high


@given(RANK)
def test_an_open_end_is_a_gap_away_or_refused(rank: int) -> None:
    below, above = between(None, rank), between(rank, None)
    assert below == rank - GAP if rank - GAP >= -LIMIT else below is None
    assert above == rank + GAP if rank + GAP <= LIMIT else above is None


def test_the_first_card_stands_in_the_middle_of_all_numbers() -> None:
    assert between(None, None) == 0


def test_zero_is_a_rank_like_any_other() -> None:
    assert between(0, None) == GAP
    assert between(None, 0) == -GAP


@given(RANK, RANK, st.integers(0, 20_000))
def test_a_free_range_meets_no_rank_that_is_held(one: int, other: int, count: int) -> None:
    low, high = sorted((one, other))
    start = free_start(low, high, count)
    last = start + max(count - 1, 0) * GAP
    assert last < low or start > high
    assert start >= -(2**63) and last < 2**63


def test_a_spot_takes_a_gap_of_insertions_before_it_is_used_up() -> None:
    low, high = 0, GAP
    for _ in range(36):
        high = between(low, high)
    assert between(low, high) is None
