"""Instant runoff: one exclusion at a time until somebody has more than half of what still counts."""

import pytest
from hypothesis import given, settings

from voting.tally import Election, Uncountable, irv, scottish_stv

from .elections import election, elections, letters, table, ties


def test_more_than_half_at_once() -> None:
    count = irv(election("3 A", "2 B"))
    assert (table(count), letters(count.winners), count.stages[0].needed) == (["3 2 0 +A"], "A", 3)
    assert (count.quota, count.seats) == (None, 1)


def test_half_is_not_more_than_half() -> None:
    count = irv(election("4 A", "2 B", "2 C>B"))
    assert table(count)[0] == "4 2 2"
    assert count.stages[0].needed == 5


def test_the_second_choice_of_those_who_are_out_decides() -> None:
    count = irv(election("4 A", "3 B", "2 C>B"))
    assert table(count) == ["4 3 2", "4 5 0 +B xC"]
    assert count.stages[1].transfer.gains == {2: 2}


def test_exhausted_ballots_lower_the_majority() -> None:
    count = irv(election("4 A", "3 B", "2 C", "3 D", candidates="ABCD"), seed="x")
    assert table(count)[1] == "4 3 0 3 xC"
    assert [stage.needed for stage in count.stages] == [7, 6, 4]
    assert [stage.exhausted for stage in count.stages] == [0, 2, 5]
    assert [stage.transfer.lost for stage in count.stages[1:]] == [2, 3]
    assert letters(count.winners) == "A"


def test_a_rank_left_out_is_passed_over() -> None:
    count = irv(election("4 A", "3 B", "2 C>->B"))
    assert letters(count.winners) == "B"
    assert letters(irv(election("5 ->A", "4 B")).winners) == "A"


def test_a_shared_rank_ends_the_ballot() -> None:
    count = irv(election("4 A", "3 B", "2 C>A=B"))
    assert table(count) == ["4 3 2", "4 3 0 +A xC"]
    assert count.stages[1].transfer.lost == 2
    assert irv(election("3 A=B", "1 C", "2 ")).stages[0].votes == {1: 0, 2: 0, 3: 1}


def test_what_is_no_valid_ballot() -> None:
    count = irv(election("3 A=B", "1 C", "2 ", "1 -"))
    assert (count.valid, count.spoilt, count.blank) == (1, 3, 3)
    nobody = irv(election("3 A=B"))
    assert (nobody.winners, nobody.valid, len(nobody.stages)) == ((), 0, 1)


def test_who_has_withdrawn_is_passed_over() -> None:
    assert table(irv(election("2 B>A", "1 C", withdrawn="B"))) == ["2 1 +A"]


def test_lowest_equals_by_the_latest_stage_that_tells() -> None:
    # After D is gone B and C are equal; before, C had fewer.
    count = irv(election("6 A", "4 B", "3 C", "1 D>C", candidates="ABCD"))
    assert table(count) == ["6 4 3 1", "6 4 4 0 xD", "6 4 0 0 +A xC"]
    assert ties(count) == ["excluded BC: C by stage 1"]
    assert not count.by_lot


def test_equals_at_every_stage_by_lot() -> None:
    made = election("2 A", "2 B", candidates="AB")
    chosen = {seed: letters(irv(made, seed=seed).winners) for seed in "abcdefgh"}
    assert set(chosen.values()) == {"A", "B"}
    count = irv(made, seed="a")
    assert count.by_lot
    assert count.as_data()["seed"] == "a"
    assert irv(election("3 A", "2 B", candidates="AB"), seed="a").as_data()["seed"] is None


def test_several_seats_in_the_election_are_one_here() -> None:
    assert irv(election("2 A", "1 B", seats=3)).seats == 1


def test_a_vote_that_moves_cannot_be_weighted() -> None:
    with pytest.raises(Uncountable):
        irv(election("1/3 A"))


@settings(max_examples=150, deadline=None)
@given(elections(seats=1))
def test_it_is_stv_with_one_seat_but_for_when_it_stops(made: Election) -> None:
    # The quota of one seat is more than half of all valid ballots; the runoff needs more than half of those that still count.
    assert irv(made, seed="s").winners == scottish_stv(made, seed="s").winners


@settings(max_examples=100, deadline=None)
@given(elections(seats=1))
def test_what_holds_of_every_count(made: Election) -> None:
    count = irv(made, seed="s")
    assert len(count.winners) == (1 if count.valid else 0)
    for before, stage in zip(count.stages, count.stages[1:], strict=False):
        assert sum(stage.votes.values()) + stage.exhausted == count.valid
        assert sum(stage.transfer.gains.values()) + stage.transfer.lost == before.votes[stage.transfer.source]
        assert before.votes[stage.excluded[0]] == min(
            votes
            for one, votes in before.votes.items()
            if one not in {gone for s in count.stages[: before.number] for gone in s.excluded}
        )
    assert irv(Election(made.names, made.ballots[::-1]), seed="s") == count
