"""Quorum and threshold as exact fractions: "6 of 9 needed 6", and never a rounded decimal."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from voting.rules import BASES, Figures, Hurdle, Reading
from voting.tally import Uncountable

TWO_THIRDS = Hurdle(Fraction(2, 3), of="yes+no")
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=60)


def figures(**more: Any) -> Figures:
    return Figures(**{"eligible": 100, "present": 60, "yes": 20, "no": 10, "abstain": 5, **more})


@st.composite
def any_figures(draw: Any) -> Figures:
    yes, no, abstain, silent, away = (draw(st.integers(0, 40)) for _ in range(5))
    present = yes + no + abstain + silent
    return Figures(present + away, present, yes, no, abstain)


def test_two_thirds_of_nine_are_six() -> None:
    reading = TWO_THIRDS.read(6, Figures(12, 9, 6, 3))
    assert reading == Reading(had=6, needed=6, of=9, strict=False, met=True)
    assert reading.as_data() == {"had": "6", "needed": "6", "of": "9", "strict": False, "met": True}
    assert not TWO_THIRDS.read(5, Figures(12, 9, 5, 4)).met


@pytest.mark.parametrize(
    ("share", "strict", "of", "needed"),
    [
        ("1/2", True, 20, 11),
        ("1/2", False, 20, 10),
        ("1/2", True, 21, 11),
        ("1/5", False, 53, 11),
        ("2/3", True, 9, 7),
        ("2/3", False, 10, 7),
        ("1/3", False, 3, 1),
        ("0.1", False, 30, 3),
        ("1", False, 7, 7),
        ("0", False, 7, 0),
        ("0", True, 7, 1),
    ],
)
def test_the_least_whole_number_that_takes_it(share: str, strict: bool, of: int, needed: int) -> None:
    hurdle = Hurdle(Fraction(share), strict=strict)
    reading = hurdle.read(needed, Figures(of, of))
    assert (reading.needed, reading.met) == (needed, True)
    assert needed == 0 or not hurdle.read(needed - 1, Figures(of, of)).met


def test_among_weights_the_bound_itself_is_needed() -> None:
    weight = Figures(Fraction(21, 2), Fraction(21, 2), Fraction(21, 4), Fraction(21, 4))
    reading = Hurdle(Fraction(1, 2), of="yes+no", strict=True).read(weight.yes, weight)
    assert (reading.needed, reading.strict, reading.met) == (Fraction(21, 4), True, False)
    assert reading.as_data()["needed"] == "5.25"
    mixed = Hurdle(Fraction(1, 2), of="yes+no").read(Fraction(5, 2), Figures(3, 3, Fraction(5, 2), Fraction(1, 2)))
    assert (mixed.of, mixed.needed) == (3, Fraction(3, 2))


def test_a_number_and_a_share_ask_for_the_greater() -> None:
    hurdle = Hurdle(Fraction(1, 10), number=5)
    assert [hurdle.read(0, Figures(of, of)).needed for of in (20, 50, 51, 100)] == [5, 5, 6, 10]
    assert Hurdle(number=3).read(3, Figures(9, 3)).met
    assert not Hurdle(number=3, strict=True).read(3, Figures(9, 3)).met


@pytest.mark.parametrize(("of", "base"), [("yes+no", 30), ("yes+no+abstain", 35), ("present", 60), ("eligible", 100)])
def test_what_a_share_is_of(of: str, base: int) -> None:
    assert Hurdle(Fraction(1, 2), of=of).read(0, figures()).of == base
    assert of in BASES


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "no_hurdle"),
        ({"share": Fraction(3, 2)}, "out_of_range"),
        ({"share": Fraction(-1, 2)}, "out_of_range"),
        ({"number": -1}, "out_of_range"),
        ({"share": 0.5}, "not_exact"),
        ({"number": 2.0}, "not_exact"),
        ({"number": 1, "of": "everybody"}, "unknown_base"),
    ],
)
def test_what_is_no_hurdle(facts: dict[str, Any], code: str) -> None:
    with pytest.raises(Uncountable) as refusal:
        Hurdle(**facts)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"fraction": "two thirds"}, "not_exact"),
        ({"fraction": "1/0"}, "not_exact"),
        ({"fraction": 0.5}, "not_exact"),
        ({"fraction": True}, "not_exact"),
        ({"fraction": "1e3000000"}, "not_exact"),
        ({"fraction": "1/2", "compare": "="}, "unknown_compare"),
        ({"fraction": "1/2", "of": "all"}, "unknown_base"),
        ({"fraction": "4/3"}, "out_of_range"),
        ({"of": "eligible"}, "no_hurdle"),
    ],
)
def test_what_cannot_be_read_from_data(data: dict[str, Any], code: str) -> None:
    with pytest.raises(Uncountable) as refusal:
        Hurdle.from_data(data)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"yes": -1}, "negative"),
        ({"present": 34}, "too_many"),
        ({"eligible": 59}, "too_many"),
        ({"yes": 46}, "too_many"),
    ],
)
def test_figures_that_cannot_be(facts: dict[str, Any], code: str) -> None:
    with pytest.raises(Uncountable) as refusal:
        figures(**facts)
    assert refusal.value.code == code


def test_who_abstains_may_count_as_absent() -> None:
    assert figures().without_abstentions() == Figures(100, 55, 20, 10)


# --- Properties --------------------------------------------------------------------------------------------------------


@given(SHARES, st.sampled_from(BASES), st.booleans(), st.none() | st.integers(0, 50))
def test_data_and_back(share: Fraction, of: str, strict: bool, number: int | None) -> None:
    hurdle = Hurdle(share, number, of, strict)
    assert Hurdle.from_data(hurdle.as_data()) == hurdle


@given(any_figures(), SHARES, st.sampled_from(BASES), st.booleans())
def test_it_never_depends_on_rounding(found: Figures, share: Fraction, of: str, strict: bool) -> None:
    # Cross-multiplied whole numbers: nothing is divided, so nothing can be rounded.
    left, right = found.yes * share.denominator, share.numerator * found.base(of)
    reading = Hurdle(share, of=of, strict=strict).read(found.yes, found)
    assert reading.met is (left > right if strict else left >= right)
    assert reading.met is (found.yes >= reading.needed)


@given(any_figures(), SHARES, st.booleans(), st.integers(2, 9))
def test_the_same_shares_of_everything_give_the_same_answer(found: Figures, share: Fraction, strict: bool, times: int) -> None:
    by = [Fraction(one, times) for one in (found.eligible, found.present, found.yes, found.no, found.abstain)]
    smaller = Figures(*by)
    for of in BASES:
        hurdle = Hurdle(share, of=of, strict=strict)
        assert hurdle.read(found.yes, found).met is hurdle.read(smaller.yes, smaller).met


@given(any_figures(), SHARES, st.sampled_from(BASES), st.booleans())
def test_strict_is_never_easier(found: Figures, share: Fraction, of: str, strict: bool) -> None:
    assume(Hurdle(share, of=of, strict=True).read(found.yes, found).met)
    assert Hurdle(share, of=of).read(found.yes, found).met
