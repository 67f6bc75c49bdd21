"""The default option: quorum and majority as Debian prints them."""

import json
from fractions import Fraction
from math import isqrt
from pathlib import Path
from typing import Any

import pytest

from voting.tally import DefaultOption, Uncountable, condorcet, schulze

from .elections import election, letters


@pytest.fixture
def facts(voting: Path) -> dict[int, Any]:
    cases = json.loads((voting / "debian" / "quorum_majority_facts.json").read_text())["cases"]
    return {case["year"]: case for case in cases}


def test_the_quorum_is_the_printed_one(facts: dict[int, Any]) -> None:
    for case in facts.values():
        default = DefaultOption(1, electors=case["developers"])
        # 45.96466 votes are needed: 45 are too few, 46 enough.
        assert not default.reaches_quorum(int(case["quorum"]))
        assert default.reaches_quorum(int(case["quorum"]) + 1)
        # The printed decimals, without a float: 3/2 of the root in millionths.
        assert isqrt(case["developers"] * 9 * 10**12 // 4) // 10 == int(Fraction(str(case["quorum"])) * 10**5)


def test_who_was_dropped_in_2004(facts: dict[int, Any]) -> None:
    case = facts[2004]
    over = {int(one): votes for one, votes in case["over_default"].items()}
    under = {int(one): votes for one, votes in case["under_default"].items()}
    pairs = {**{one: {4: over[one]} for one in over}, 4: under}
    default = DefaultOption(4, electors=case["developers"])
    dropped = [one for one in over if default.reason_against(one, pairs)]
    assert dropped == case["dropped_for_majority"]
    assert default.reason_against(1, pairs) == "majority"
    for one, ratio in case["ratios"].items():
        assert abs(Fraction(over[int(one)], under[int(one)]) - Fraction(str(ratio))) <= Fraction(1, 2000)


def test_the_winner_of_2002_by_its_beat_matrix(facts: dict[int, Any]) -> None:
    case = facts[2002]
    matrix = case["beat_matrix_row_over_column"]
    pairs = {one: {other: matrix[one - 1][other - 1] for other in range(1, 5) if other != one} for one in range(1, 5)}
    default = DefaultOption(4, electors=case["developers"])
    assert [one for one in (1, 2, 3) if default.reason_against(one, pairs)] == []
    paths = condorcet.strongest_paths(pairs, [1, 2, 3, 4])
    unbeaten = [one for one in pairs if all(paths[one][other] >= paths[other][one] for other in pairs if other != one)]
    assert [case["options"][one - 1] for one in unbeaten] == [case["winner"]]


def test_the_winner_of_2023(facts: dict[int, Any]) -> None:
    case = facts[2023]
    made = election("259 A>B", "15 B>A", candidates="AB")
    count = schulze(made, default=DefaultOption(2, electors=case["developers"]))
    assert case["options"][count.winners[0] - 1] == "Jonathan Carter"


@pytest.mark.parametrize(("votes", "kept"), [(44, False), (45, True)])
def test_a_quorum_that_is_a_whole_number_is_met_by_it(votes: int, kept: bool) -> None:
    # 900 electors: three halves of 30. "At least R votes", says A.6.2.
    made = election(f"{votes} A>B", candidates="AB")
    count = schulze(made, default=DefaultOption(2, electors=900))
    assert (letters(count.winners) == "A") is kept
    assert count.dropped == ({} if kept else {1: "quorum"})


@pytest.mark.parametrize(("over", "ratio", "kept"), [(3, "1", True), (2, "1", False), (6, "3", True), (5, "3", False)])
def test_a_majority_over_the_default(over: int, ratio: str, kept: bool) -> None:
    made = election(f"{over} A>B", "2 B>A", candidates="AB")
    count = schulze(made, default=DefaultOption(2, ratios={1: Fraction(ratio)}))
    assert (letters(count.winners) == "A") is kept
    assert count.dropped == ({} if kept else {1: "majority"})


def test_a_bare_majority_is_enough_where_no_ratio_is_named() -> None:
    named, unnamed = DefaultOption(3, ratios={1: Fraction(2)}), DefaultOption(3)
    pairs = {1: {3: 3}, 2: {3: 3}, 3: {1: 2, 2: 2}}
    assert [unnamed.reason_against(one, pairs) for one in (1, 2)] == ["", ""]
    assert [named.reason_against(one, pairs) for one in (1, 2)] == ["majority", ""]


def test_who_is_dropped_is_out_even_when_beating_everybody() -> None:
    made = election("6 A>B>C", "3 C>A>B")
    count = schulze(made, default=DefaultOption(3, ratios={1: Fraction(3)}))
    assert (count.pairs[1][2], count.dropped, letters(count.winners)) == (9, {1: "majority"}, "B")
    assert (letters(schulze(made).winners), schulze(made).dropped) == ("A", {})


def test_the_default_wins_when_it_alone_is_left_and_fills_no_second_seat() -> None:
    made = election("1 A>C", "1 B>C", "3 C", seats=2)
    assert letters(schulze(made, default=DefaultOption(3)).winners) == "C"
    good = election("5 A>C>B", "1 B>C>A", seats=3)
    count = schulze(good, default=DefaultOption(3))
    assert (letters(count.winners), count.dropped) == ("A", {2: "majority"})


def test_a_default_option_that_does_not_stand_is_refused() -> None:
    for default in (DefaultOption(4), DefaultOption(0)):
        with pytest.raises(Uncountable) as refusal:
            schulze(election("1 A"), default=default)
        assert refusal.value.code == "unknown_candidate"
