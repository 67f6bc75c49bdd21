"""Scores and dots."""

from fractions import Fraction

import pytest

from voting.tally import Scores, Uncountable, dots, score

from .elections import letters, scores, table, ties


def test_the_highest_sum_wins() -> None:
    count = score(scores("2 5 0 3", "1 0 4 5"), highest=5)
    assert (count.method, table(count), count.valid, letters(count.winners)) == ("score", ["10 4 11 +C"], 3, "C")


def test_no_opinion_adds_nothing() -> None:
    count = score(scores("3 2 - -", "1 - 5 -"), highest=5)
    assert (table(count), count.blank) == (["6 5 0 +A"], 0)
    assert score(scores("3 - -", "1 1 0"), highest=5).blank == 3


@pytest.mark.parametrize(("points", "spoilt"), [("5 0", 0), ("6 0", 1), ("-1 0", 1), ("0 0", 0)])
def test_points_outside_the_scale_spoil_a_ballot(points: str, spoilt: int) -> None:
    count = score(scores(f"1 {points}"), highest=5)
    assert (count.spoilt, count.valid) == (spoilt, 1 - spoilt)


def test_a_scale_below_nothing_elects_only_above_nothing() -> None:
    count = score(scores("2 -2 1 0", "1 1 -1 0", seats=3), highest=2, least=-2)
    assert (table(count), letters(count.winners)) == (["-3 1 0 +B"], "B")


def test_a_scale_without_room_is_refused() -> None:
    with pytest.raises(Uncountable) as refusal:
        score(scores("1 1"), highest=2, least=2)
    assert refusal.value.code == "no_scale"


def test_equal_sums_by_lot() -> None:
    made = scores("1 3 3")
    assert {letters(score(made, highest=3, seed=seed).winners) for seed in "abcdefgh"} == {"A", "B"}
    assert ties(score(made, highest=3, seed="a"))[0].startswith("elected AB: ")


def test_dots_may_lie_on_one_or_on_many() -> None:
    count = dots(scores("2 5 0 0", "1 1 2 1"), budget=5)
    assert (count.method, table(count), count.valid) == ("dots", ["11 2 1 +A"], 3)


@pytest.mark.parametrize(
    ("points", "valid", "blank", "spoilt"),
    [("5 0", 1, 0, 0), ("3 3", 0, 0, 1), ("6 -1", 0, 0, 1), ("2 -", 1, 0, 0), ("0 0", 0, 1, 0), ("- -", 0, 1, 0)],
)
def test_a_budget_is_not_overdrawn(points: str, valid: int, blank: int, spoilt: int) -> None:
    count = dots(scores(f"1 {points}"), budget=5)
    assert (count.valid, count.blank, count.spoilt) == (valid, blank, spoilt)


def test_a_budget_of_one_dot_is_one_choice() -> None:
    assert dots(scores("1 1 0", "1 1 1"), budget=1).spoilt == 1


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(Uncountable) as refusal:
        dots(scores("1 1"), budget=0)
    assert refusal.value.code == "no_budget"


def test_weights_count_as_such() -> None:
    count = score(scores("0.5 3 0", "1/3 0 4"), highest=5)
    assert dict(count.stages[0].votes) == {1: Fraction(3, 2), 2: Fraction(4, 3)}
    assert letters(count.winners) == "A"


@pytest.mark.parametrize(
    ("ballots", "code"),
    [
        ((((1,), 1),), "not_for_each"),
        ((((1, 2, 3), 1),), "not_for_each"),
        ((((1, 0.5), 1),), "not_exact"),
        ((((1, 2), 1.5),), "not_exact"),
        ((((1, 2), 0),), "not_positive"),
    ],
)
def test_what_is_no_ballot_of_points(ballots: object, code: str) -> None:
    with pytest.raises(Uncountable) as refusal:
        Scores(("A", "B"), ballots)  # type: ignore[arg-type]
    assert refusal.value.code == code
