"""Crosses: one choice, several, approval, yes or no, consent; weighted as well."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from voting.tally import Election, Uncountable, approval, choose, consent, plurality, yes_no

from .elections import amount, election, elections, letters, table, ties

OPTIONS = ("yes", "no", "abstain")


def answers(*numbers: str) -> Election:
    """So many for the first, the second and the third option."""
    ballots = tuple((((option,),), amount(number)) for option, number in enumerate(numbers, 1) if number != "0")
    return Election(OPTIONS, ballots)


def test_the_most_first_choices_win() -> None:
    count = plurality(election("4 A>C", "5 B", "3 C>A"))
    assert (count.method, table(count), letters(count.winners), count.valid) == ("plurality", ["4 5 3 +B"], "B", 12)


def test_several_seats_go_by_votes() -> None:
    assert letters(plurality(election("4 A", "5 B", "3 C", seats=2)).winners) == "BA"


def test_who_puts_two_first_has_spoilt_it() -> None:
    count = plurality(election("4 A=B", "1 C", "2 ", "3 ->B"))
    assert (count.valid, count.spoilt, count.blank, letters(count.winners)) == (4, 4, 2, "B")


def test_equals_for_the_last_seat_by_lot_and_only_for_that() -> None:
    made = election("4 B", "2 A", "2 C", "2 D", candidates="ABCD", seats=2)
    drawn = {seed: plurality(made, seed=seed) for seed in "abcdefghij"}
    assert {letters(count.winners) for count in drawn.values()} == {"BA", "BC", "BD"}
    assert {ties(count)[0].partition(":")[0] for count in drawn.values()} == {"elected ACD"}
    count = drawn["a"]
    assert count.winners[1] == count.stages[0].ties[0].drawn[0][0]


def test_no_lot_where_none_decides() -> None:
    count = plurality(election("2 A", "2 B", "1 C", seats=2))
    assert (letters(count.winners), count.by_lot, count.as_data()["seed"]) == ("AB", False, None)


def test_nobody_is_elected_without_a_vote() -> None:
    count = plurality(election("2 A", seats=3))
    assert (letters(count.winners), count.by_lot) == ("A", False)
    assert plurality(election("2 ")).winners == ()
    assert letters(plurality(election("1 A", "1/3 B", seats=3)).winners) == "AB"


def test_at_most_so_many_choices() -> None:
    count = choose(election("3 A=B", "2 B=C", "4 C", "5 A=B=C", "1 ", seats=2), at_most=2)
    assert (table(count), count.spoilt, count.blank) == (["3 5 6 +CB"], 5, 1)
    assert choose(election("5 A=B=C"), at_most=3).valid == 5
    assert choose(election("5 A", "2 B=C"), at_most=1).valid == 5
    assert choose(election("5 A>B>C"), at_most=2).spoilt == 5


def test_choosing_none_is_no_rule() -> None:
    with pytest.raises(Uncountable) as refusal:
        choose(election("1 A"), at_most=0)
    assert refusal.value.code == "no_choice"


def test_everybody_whom_a_ballot_names_is_approved_of() -> None:
    count = approval(election("3 A>B", "2 B=C", "1 ", "1 -"))
    assert (table(count), count.valid, count.blank, count.spoilt) == (["3 5 2 +B"], 5, 2, 0)


def test_who_has_withdrawn_has_no_votes() -> None:
    for method in (plurality, approval):
        count = method(election("5 A", "2 A>B", "1 C", withdrawn="A"))
        assert (dict(count.stages[0].votes), count.blank, letters(count.winners)) == ({2: 2, 3: 1}, 5, "B")


def test_weights_count_as_such() -> None:
    made = election("1.5 A", "4/3 B", "0.1 B")
    for method in (plurality, approval):
        count = method(made)
        assert (letters(count.winners), count.valid) == ("A", Fraction(3, 2) + Fraction(4, 3) + Fraction(1, 10))
        assert count.stages[0].votes[2] == Fraction(43, 30)
        assert table(count) == ["1.5 43/30 0 +A"]


def test_yes_no_and_abstentions_decide_nothing_by_themselves() -> None:
    count = yes_no(answers("6", "3", "2"))
    assert (dict(count.stages[0].votes), count.valid, count.winners) == ({1: 6, 2: 3, 3: 2}, 11, ())
    assert yes_no(answers("2.5", "1", "0")).stages[0].votes[1] == Fraction(5, 2)


def test_yes_and_no_at_once_is_spoilt() -> None:
    count = yes_no(Election(OPTIONS, ((((1, 2),), 3), (((1,),), 1), ((), 2))))
    assert (count.valid, count.spoilt, count.blank) == (1, 3, 2)


@pytest.mark.parametrize(
    ("numbers", "allowed", "passes"),
    [
        (("5", "2", "0"), 0, True),
        (("5", "2", "1"), 0, False),
        (("5", "0", "1"), 1, True),
        (("5", "0", "2"), 1, False),
        (("0", "4", "0"), 0, False),  # nobody consents
        (("0", "0", "0"), 0, False),  # nobody has answered
    ],
)
def test_consent_is_that_nobody_objects(numbers: tuple[str, ...], allowed: int, passes: bool) -> None:
    count = consent(answers(*numbers), objections=allowed)
    assert count.winners == ((1,) if passes else ())
    assert count.stages[0].elected == count.winners


def test_one_objection_is_too_many_unless_it_says_otherwise() -> None:
    assert consent(answers("5", "0", "1")).winners == ()
    assert consent(answers("5", "3", "0")).winners == (1,)


def test_consent_and_objection_at_once_is_spoilt() -> None:
    count = consent(Election(OPTIONS, ((((1, 3),), 3), (((1,),), 1))))
    assert (count.valid, count.spoilt, count.winners) == (1, 3, (1,))


def test_no_lot_is_drawn_between_consent_and_standing_aside() -> None:
    assert not consent(answers("2", "2", "0")).by_lot
    assert not yes_no(answers("2", "2", "2")).by_lot


@pytest.mark.parametrize("method", [yes_no, consent])
def test_three_options_are_asked_for(method: object) -> None:
    with pytest.raises(Uncountable):
        method(election("1 A", candidates="AB"))  # type: ignore[operator]


@settings(max_examples=60, deadline=None)
@given(elections(equal=True, weighted=True, most=4))
def test_what_holds_of_every_count(made: Election) -> None:
    everything = sum(number for _ranking, number in made.ballots)
    for count in (plurality(made, seed="s"), approval(made, seed="s"), choose(made, at_most=2, seed="s")):
        assert count.valid + count.blank + count.spoilt == everything
        votes = count.stages[0].votes
        assert all(votes[one] > 0 for one in count.winners)
        assert len(count.winners) <= made.seats
        left = [votes[one] for one in votes if one not in count.winners]
        assert not count.winners or not left or min(votes[one] for one in count.winners) >= max(left)
    assert sum(plurality(made).stages[0].votes.values()) == plurality(made).valid
