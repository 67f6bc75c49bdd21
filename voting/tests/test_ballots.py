"""What can be counted at all, and the numbers that are written of it."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from voting.tally import METHODS, Election, Lottery, Scores, Uncountable, exact, grouped

from .elections import election


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"names": ()}, "no_candidates"),
        ({"seats": 0}, "no_seats"),
        ({"ballots": ((((1,),), 0),)}, "not_positive"),
        ({"ballots": ((((1,),), -1),)}, "not_positive"),
        ({"ballots": ((((1,),), 1.0),)}, "not_exact"),
        ({"ballots": ((((3,),), 1),)}, "unknown_candidate"),
        ({"ballots": ((((0,),), 1),)}, "unknown_candidate"),
        ({"ballots": ((((1,), (1,)), 1),)}, "marked_twice"),
        ({"ballots": ((((1, 1),), 1),)}, "marked_twice"),
        ({"withdrawn": frozenset({3})}, "unknown_candidate"),
        ({"withdrawn": frozenset({1, 2})}, "no_candidates"),
    ],
)
def test_what_cannot_be_counted(facts: dict[str, Any], code: str) -> None:
    with pytest.raises(Uncountable) as refusal:
        Election(**{"names": ("A", "B"), "ballots": (), **facts})
    assert refusal.value.code == code


def test_one_seat_unless_it_says_otherwise() -> None:
    assert Election(("A",), ()).seats == Scores(("A",), ()).seats == 1


def test_equal_ballots_stand_once() -> None:
    ballots = grouped([(((1,),), 1), (((2,),), 2), (((1,),), Fraction(1, 2))])
    assert ballots == ((((1,),), Fraction(3, 2)), (((2,),), 2))


def test_withdrawn_candidates_leave_no_gap_but_gaps_stay() -> None:
    made = election("1 A>B>C", "1 ->B>C", "1 A=B>C", withdrawn="B")
    assert [ranking for ranking, _number in made.cast()] == [((1,), (3,)), ((), (3,)), ((1,), (3,))]
    assert made.standing == (1, 3)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (7, 0, "7"),
        (7, 5, "7.00000"),
        (Fraction(1, 2), 0, "0.5"),
        (Fraction(-1, 2), 0, "-0.5"),
        (Fraction(13, 8), 0, "1.625"),
        (Fraction(13, 8), 2, "1.625"),  # nothing is lost to have fewer places
        (Fraction(1, 100_000), 5, "0.00001"),
        (Fraction(10, 3), 5, "10/3"),
        (Fraction(-1, 7), 0, "-1/7"),
        (0, 5, "0.00000"),
        (-3, 2, "-3.00"),
    ],
)
def test_numbers_as_exact_decimals(number: Any, places: int, text: str) -> None:
    assert exact(number, places) == text


@given(st.fractions(), st.integers(0, 6))
def test_an_exact_decimal_is_the_number(number: Fraction, places: int) -> None:
    assert Fraction(exact(number, places)) == number


def test_the_lot_is_fixed_by_seed_and_name_alone() -> None:
    lottery = Lottery("2026-11-28 3 5 1", ("Ann", "Bo", "Ann", "Zoë"))
    order = lottery.order((1, 2, 3, 4))
    assert [digest for _one, digest in order] == sorted(digest for _one, digest in order)
    digests = dict(order)
    assert digests[1] == digests[3]  # the same name; the lower number comes first
    assert [one for one, _digest in order if one in {1, 3}] == [1, 3]
    assert [one for one, _digest in lottery.order((3, 1))] == [1, 3]
    assert lottery.order((4, 2)) == tuple(item for item in order if item[0] in {2, 4})
    assert Lottery("another", lottery.names).order((1, 2, 3, 4)) != order


def test_a_known_lot() -> None:
    # Anyone may draw it again: printf 'seed\nAnn' | sha256sum
    ((one, digest),) = Lottery("seed", ("Ann",)).order([1])
    assert (one, digest) == (1, "e47fcd370098e525fb5e1b0254ab42df25c7fa1944b647f8d9fa81b4ad4db4d8")


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_count_draws_itself_as_json(method: str) -> None:
    count = METHODS[method](election("3 A>B", "2 B", "1 C>B"), seed="s")
    data = json.loads(json.dumps(count.as_data()))
    assert (data["method"], data["seats"], data["valid"]) == (method, 1, 6)
    assert data["candidates"] == {"1": "A", "2": "B", "3": "C"}
    assert set(data) >= {"quota", "stages", "winners", "seed", "blank", "spoilt", "withdrawn"}
    for number, stage in enumerate(data["stages"], 1):
        assert stage["number"] == number
        assert set(stage["votes"]) == {"1", "2", "3"}
        assert all(isinstance(votes, str) and Fraction(votes) >= 0 for votes in stage["votes"].values())
        assert isinstance(stage["elected"], list)
        assert isinstance(stage["excluded"], list)
    assert [one for stage in data["stages"] for one in stage["elected"]] == data["winners"]
    assert data["quota"] == (4 if method == "scottish-stv" else None)
