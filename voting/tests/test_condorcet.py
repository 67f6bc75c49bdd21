"""Schulze: pairs, strongest paths by winning votes, equal ranks, weights."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from voting.tally import Election, condorcet, schulze

from .elections import election, elections, letters, ties
from .oracles import schwartz_winners

# A beats C 6 to 3, C beats B 5 to 4, B beats A 4 to 2.
CYCLE = election("4 B>A", "3 C", "2 A>C>B")


def test_the_pairs_are_who_is_ranked_above_whom() -> None:
    count = schulze(CYCLE)
    assert {(letters([one]), letters([other])): votes for one, row in count.pairs.items() for other, votes in row.items()} == {
        ("A", "B"): 2, ("A", "C"): 6, ("B", "A"): 4, ("B", "C"): 4, ("C", "A"): 3, ("C", "B"): 5,
    }  # fmt: skip


def test_winning_votes_elect_another_than_margins(monkeypatch: Any) -> None:
    # By winning votes the weakest defeat is B over A, by 4 votes; by margins it is C over B, by 1.
    assert letters(schulze(CYCLE).winners) == "A"

    def margin(pairs: Any, one: int, other: int) -> Any:
        votes, against = pairs[one][other], pairs[other][one]
        return (votes - against, 0) if votes > against else condorcet.NONE

    monkeypatch.setattr(condorcet, "defeat", margin)
    assert letters(schulze(CYCLE).winners) == "B"


def test_among_equal_winning_votes_fewer_against_are_stronger() -> None:
    # Three defeats by 6 votes each, against 4, 3 and 2: the one against 4 is the weakest.
    pairs = {1: {2: 6, 3: 2}, 2: {1: 4, 3: 6}, 3: {1: 6, 2: 3}}
    paths = condorcet.strongest_paths(pairs, [1, 2, 3])
    assert paths[1][2] == (6, -4)
    assert paths[2][1] == (6, -3)
    assert paths[2][1] > paths[1][2]
    assert schwartz_winners(pairs, {1, 2, 3}) == {2}


def test_equals_are_no_link_in_a_chain() -> None:
    # A and B have 5 votes each over the other; were that a link, A would reach C and B would not be alone.
    pairs = {1: {2: 5, 3: 2}, 2: {1: 5, 3: 4}, 3: {1: 3, 2: 1}}
    paths = condorcet.strongest_paths(pairs, [1, 2, 3])
    assert (paths[1][2], paths[2][1], paths[1][3]) == (condorcet.NONE, (3, -2), condorcet.NONE)
    assert schwartz_winners(pairs, {1, 2, 3}) == {2}


def test_a_condorcet_winner_wins() -> None:
    count = schulze(election("4 A>C", "3 B>C", "2 C"))
    assert letters(count.winners) == "C"
    assert count.stages[0].votes == {1: 1, 2: 0, 3: 2}
    assert [(stage.number, stage.elected) for stage in count.stages] == [(1, (3,))]


def test_shared_ranks_say_nothing_of_those_who_share() -> None:
    pairs = schulze(election("2 A=B>C", "1 B>A")).pairs
    assert (pairs[1][2], pairs[2][1], pairs[1][3], pairs[2][3]) == (0, 1, 3, 3)


def test_the_unranked_are_tied_last() -> None:
    pairs = schulze(election("3 A")).pairs
    assert (pairs[1][2], pairs[1][3], pairs[2][3], pairs[3][2]) == (3, 3, 0, 0)


def test_a_rank_left_out_changes_nothing() -> None:
    assert schulze(election("2 A>->B", "1 ->B>C")).pairs == schulze(election("2 A>B", "1 B>C")).pairs


def test_empty_ballots_are_blank() -> None:
    count = schulze(election("2 ", "1 -", "1 A"))
    assert (count.valid, count.blank, count.spoilt, letters(count.winners)) == (1, 3, 0, "A")
    assert schulze(election("2 ")).winners == ()


def test_who_has_withdrawn_is_in_no_pair() -> None:
    count = schulze(election("2 B>A", "1 C>B", withdrawn="B"))
    assert count.pairs == {1: {3: 2}, 3: {1: 1}}
    assert letters(count.winners) == "A"


def test_weights_count_as_such() -> None:
    assert letters(schulze(election("2.5 A", "7/3 B")).winners) == "A"
    count = schulze(election("1/3 A>B", "1/3 B>A", "1/7 B"))
    assert count.pairs[2][1] == Fraction(10, 21)
    assert count.as_data()["pairs"]["2"]["1"] == "10/21"
    assert count.as_data()["valid"] == "17/21"


def test_several_seats_go_to_the_best_of_the_rest() -> None:
    count = schulze(election("4 A>B>C", "3 B>A>C", "2 C>B>A", seats=2))
    assert letters(count.winners) == "BA"


def test_several_whom_nobody_beats_by_lot() -> None:
    made = election("2 A>B>C", "2 B>A>C")
    assert {letters(schulze(made, seed=seed).winners) for seed in "abcdefgh"} == {"A", "B"}
    assert ties(schulze(made, seed="a"))[0].endswith("by lot")
    assert schulze(made, seed="a").stages[0].ties[0].among == (1, 2)


def test_equals_for_the_second_seat_by_lot() -> None:
    made = election("2 A>B>C", "2 A>C>B", seats=2)
    assert {letters(schulze(made, seed=seed).winners) for seed in "abcdefgh"} == {"AB", "AC"}
    assert schulze(made, seed="a").stages[0].ties[0].among == (2, 3)


def test_no_lot_when_there_are_seats_for_all_of_them() -> None:
    count = schulze(election("2 A>B>C", "2 B>A>C", seats=2))
    assert (letters(count.winners), count.by_lot) == ("AB", False)


@settings(max_examples=100, deadline=None)
@given(elections(equal=True, weighted=True, most=5))
def test_the_debian_constitution_word_by_word_leaves_the_same(made: Election) -> None:
    one_seat = Election(made.names, made.ballots)
    count = schulze(one_seat, seed="s")
    if not count.valid:
        assert count.winners == ()
        return
    left = schwartz_winners(count.pairs, set(one_seat.standing))
    among = count.stages[0].ties[0].among if count.by_lot else count.winners
    assert set(among) == left


@settings(max_examples=100, deadline=None)
@given(elections(equal=True))
def test_the_order_of_ballots_does_not_matter(made: Election) -> None:
    assert schulze(Election(made.names, made.ballots[::-1], made.seats), seed="s") == schulze(made, seed="s")


@settings(max_examples=50, deadline=None)
@given(elections(equal=True, seats=1, most=5))
def test_more_ballots_for_the_winner_keep_it_the_winner(made: Election) -> None:
    count = schulze(made, seed="s")
    if count.winners and not count.by_lot:
        more = Election(made.names, (*made.ballots, ((count.winners,), 3)))
        assert schulze(more, seed="s").winners == count.winners


@pytest.mark.parametrize("seats", [1, 2, 3, 4])
def test_never_more_winners_than_seats(seats: int) -> None:
    assert len(schulze(election("1 A", "1 B", "1 C", seats=seats)).winners) == min(seats, 3)
