"""STV where the given wards show nothing: several over the quota, equals, gaps, nobody."""

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given, settings

from voting.tally import Election, Uncountable, scottish_stv

from .elections import election, elections, letters, table, ties
from .oracles import by_hand


def test_two_over_the_quota_at_once_the_larger_surplus_first() -> None:
    count = scottish_stv(election("9 A>C", "7 B>D", "2 C", "2 D", candidates="ABCD", seats=3))
    assert count.quota == 6
    assert table(count) == [
        "9.00000 7.00000 2.00000 2.00000 +AB",
        "6.00000 7.00000 4.99997 2.00000",  # 3 of 9, cut after five places, nine times
        "6.00000 6.00000 4.99997 2.99995",
        "6.00000 6.00000 4.99997 0.00000 +C xD",
    ]
    assert [stage.exhausted for stage in count.stages] == [
        0,
        Fraction(3, 100_000),
        Fraction(8, 100_000),
        3 + Fraction(3, 100_000),
    ]
    assert letters(count.winners) == "ABC"


def test_who_reaches_the_quota_just_so_has_no_surplus() -> None:
    count = scottish_stv(election("4 A>B", "3 C", "2 B", "2 D", candidates="ABCD", seats=2))
    assert (count.quota, table(count)[0]) == (4, "4.00000 2.00000 3.00000 2.00000 +A")
    assert [stage.transfer.reason for stage in count.stages[1:]] == ["excluded", "excluded"]


def test_no_transfer_once_all_seats_are_filled() -> None:
    count = scottish_stv(election("9 A>C", "8 B", "1 C", seats=2))
    assert table(count) == ["9.00000 8.00000 1.00000 +AB"]
    assert count.stages[0].votes[1] > count.quota


def test_as_many_left_as_seats_are_elected_without_the_quota() -> None:
    count = scottish_stv(election("9 A>C", "2 B", "1 C", seats=3))
    assert table(count) == ["9.00000 2.00000 1.00000 +ABC"]


def test_more_seats_than_candidates_leave_seats_empty() -> None:
    count = scottish_stv(election("2 B", "1 A", candidates="AB", seats=4))
    assert (letters(count.winners), count.seats) == ("BA", 4)


def test_equal_surpluses_by_the_latest_stage_at_which_they_were_unequal() -> None:
    count = scottish_stv(election("8 A>C", "9 B>D", "4 E>A", "3 E>B", "8 C", "8 D", candidates="ABCDE", seats=3))
    assert count.quota == 11
    assert table(count)[1] == "12.00000 12.00000 8.00000 8.00000 0.00000 +BA xE"
    assert ties(count) == ["surplus AB: B by stage 1"]
    assert [stage.transfer.source for stage in count.stages[1:]] == [5, 2, 1, 3]
    assert letters(count.winners) == "BAD"


def test_equal_surpluses_at_every_stage_by_lot() -> None:
    made = election("9 A>C", "9 B>D", "2 C", "3 D", candidates="ABCD", seats=3)
    drawn = {seed: ties(scottish_stv(made, seed=seed)) for seed in "abcdefgh"}
    assert set(map(tuple, drawn.values())) == {("surplus AB: A by lot",), ("surplus AB: B by lot",)}


def test_lowest_equals_by_the_latest_stage_not_by_the_first() -> None:
    count = scottish_stv(election("20 A", "9 B", "3 C", "4 D", "2 E", "1 E>D", "2 F>C", candidates="ABCDEF"))
    # C 3, D 4; then C 5, D 4; then both 5: D was behind last.
    assert [(stage.votes[3], stage.votes[4]) for stage in count.stages[:3]] == [(3, 4), (5, 4), (5, 5)]
    assert ties(count) == ["excluded CD: D by stage 2"]
    assert count.stages[3].excluded == (4,)


def test_three_equals_of_whom_a_stage_leaves_two_for_the_lot() -> None:
    made = election("10 A", "3 B", "3 C", "4 D", "1 E>B", "1 E>C", candidates="ABCDE")
    seeds = {seed: scottish_stv(made, seed=seed).stages[2].ties[0] for seed in "abcdefgh"}
    assert {tie.among for tie in seeds.values()} == {(2, 3, 4)}
    assert {tie.chosen for tie in seeds.values()} == {(2,), (3,)}
    assert {tuple(sorted(one for one, _digest in tie.drawn)) for tie in seeds.values()} == {(2, 3)}


def test_the_lot_is_drawn_as_it_is_said() -> None:
    made = election("3 A", "3 B", "3 C")
    count = scottish_stv(made, seed="17 dice")
    (tie,) = count.stages[1].ties
    digests = {one: hashlib.sha256(f"17 dice\n{name}".encode()).hexdigest() for one, name in enumerate("ABC", 1)}
    order = sorted(digests, key=lambda one: digests[one])
    assert tie.drawn == tuple((one, digests[one]) for one in order)
    assert tie.stage == 0
    assert tie.chosen == (order[-1],)  # the last of the order is the unlucky one
    assert count.winners == (order[0],)
    assert scottish_stv(made, seed="17 dice") == count


@pytest.mark.parametrize(
    ("line", "heirs"),
    [
        ("5 A>B>C", "B"),
        ("5 A>->B", ""),  # a rank left out ends the ballot
        ("5 A>B=C", ""),  # so does a shared one
        ("5 A>B>C=D", "B"),
    ],
)
def test_where_a_ballot_ends(line: str, heirs: str) -> None:
    count = scottish_stv(election(line, "6 B", "7 C", "8 D", candidates="ABCD"))
    moved = count.stages[1].transfer
    assert (moved.source, letters(moved.gains), moved.lost) == (1, heirs, 0 if heirs else 5)
    assert (count.valid, count.spoilt) == (26, 0)


def test_what_is_no_valid_ballot() -> None:
    count = scottish_stv(election("3 A", "2 ", "4 A=B", "5 ->B", "1 -"))
    assert (count.valid, count.blank, count.spoilt, count.quota) == (3, 3, 9, 2)


def test_who_has_withdrawn_is_passed_over_as_if_never_there() -> None:
    count = scottish_stv(election("5 B>A", "3 B=C>A", "4 C", "2 B", withdrawn="B"))
    assert table(count) == ["5.00000 7.00000 +C"]
    assert (count.blank, count.spoilt, count.withdrawn) == (2, 0, (2,))
    # 3 B=C>A: with B gone nobody shares a rank with C any more.
    assert count.stages[0].votes == {1: 5, 3: 7}


def test_without_a_valid_ballot_nobody_is_elected() -> None:
    count = scottish_stv(election("4 ", "2 A=B", seats=2))
    assert (count.winners, count.valid, table(count)) == ((), 0, ["0.00000 0.00000 0.00000"])
    assert scottish_stv(election()).winners == ()


def test_a_vote_that_moves_cannot_be_weighted() -> None:
    with pytest.raises(Uncountable) as refusal:
        scottish_stv(election("1.5 A"))
    assert refusal.value.code == "not_whole"


@settings(max_examples=150, deadline=None)
@given(elections())
def test_the_same_as_counted_by_hand(made: Election) -> None:
    hand = by_hand(made, "seed")
    count = scottish_stv(made, seed="seed")
    assert [dict(stage.votes) for stage in count.stages] == hand.table
    assert [set(stage.elected) for stage in count.stages] == hand.elected
    assert count.quota == hand.quota
    assert count.by_lot == hand.drew


@settings(max_examples=100, deadline=None)
@given(elections())
def test_what_holds_of_every_count(made: Election) -> None:
    count = scottish_stv(made, seed="s")
    assert len(count.winners) == (min(made.seats, len(made.names)) if count.valid else 0)
    assert len(set(count.winners)) == len(count.winners)
    assert [one for stage in count.stages for one in stage.elected] == list(count.winners)
    for stage in count.stages:
        assert sum(stage.votes.values()) + stage.exhausted == count.valid
        assert all((votes * 100_000).denominator == 1 for votes in stage.votes.values())
    assert scottish_stv(Election(made.names, made.ballots[::-1], made.seats), seed="s") == count
