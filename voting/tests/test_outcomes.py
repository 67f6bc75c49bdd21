"""From rule and figures to passed, rejected, inquorate, void or withdrawn."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from voting.rules import Decision, Figures, Hurdle, Outcome, Quorum, Rule, TieRule, Unit, decide, figures_of
from voting.tally import Lottery, Uncountable, plurality, yes_no

from .elections import election
from .test_choices import answers
from .test_hurdles import SHARES, any_figures

MAJORITY = Hurdle(Fraction(1, 2), of="yes+no", strict=True)
HALF = Quorum(Hurdle(Fraction(1, 2)))
ORDINARY = Rule(MAJORITY, HALF)
CASES = (
    "two-thirds-of-9", "tie-simple", "quorum-equal-strict", "abstain-included", "base-all-eligible-pass", "nobody",
    "20-percent-of-53-short", "third-exact-fraction",
)  # fmt: skip


def decided(rule: Rule, *numbers: int, **more: Any) -> Decision:
    """Of eligible, present, yes, no, abstain."""
    return decide(rule, Figures(*numbers), **more)


@pytest.fixture
def cases(voting: Path) -> dict[str, Any]:
    return {case["id"]: case for case in json.loads((voting / "rules" / "threshold_cases.json").read_text())["cases"]}


def test_the_cases_are_all_here(cases: dict[str, Any]) -> None:
    assert set(cases) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_case(cases: dict[str, Any], name: str) -> None:
    case = cases[name]
    rule = Rule(Hurdle.from_data(case["threshold"]), Quorum(Hurdle.from_data(case["quorum"])))
    numbers = [case[key] for key in ("eligible", "present", "yes", "no", "abstain")]
    assert decided(rule, *numbers).outcome == case["expected"], case["why"]


def test_the_readings_say_why() -> None:
    rule = Rule(Hurdle(Fraction(2, 3), of="yes+no"), HALF)
    assert decided(rule, 12, 9, 6, 3).as_data() == {
        "outcome": "passed",
        "quorum": {"had": "9", "needed": "6", "of": "12", "strict": False, "met": True},
        "threshold": {"had": "6", "needed": "6", "of": "9", "strict": False, "met": True},
        "tie": None,
    }


def test_inquorate_is_not_rejected_and_says_both() -> None:
    found = decided(ORDINARY, 20, 9, 1, 8)
    assert found.outcome is Outcome.INQUORATE
    assert (found.quorum.had, found.quorum.needed, found.threshold.met) == (9, 10, False)
    assert decided(ORDINARY, 20, 10, 1, 9).outcome is Outcome.REJECTED


def test_abstainers_and_those_represented_are_present_once() -> None:
    # 4 in person of whom 2 abstain, and 6 by proxy: 10 of 20 are there.
    assert decided(ORDINARY, 20, 10, 5, 3, 2).outcome is Outcome.PASSED


def test_abstainers_may_count_as_absent() -> None:
    rule = Rule(MAJORITY, HALF, abstainers_are_present=False)
    found = decided(rule, 20, 10, 5, 3, 2)
    assert (found.outcome, found.quorum.had) == (Outcome.INQUORATE, 8)
    of_present = Rule(Hurdle(Fraction(1, 2), of="present", strict=True), abstainers_are_present=False)
    assert decided(of_present, 20, 10, 5, 3, 2).threshold.of == 8
    assert decided(of_present, 20, 10, 5, 3, 2).outcome is Outcome.PASSED


def test_a_quorum_of_those_present_is_of_votes_cast() -> None:
    rule = Rule(MAJORITY, Quorum(Hurdle(Fraction(2, 3), of="present")))
    assert decided(rule, 50, 9, 4, 1, 1).outcome is Outcome.PASSED
    assert decided(rule, 50, 9, 4, 1, 0).outcome is Outcome.INQUORATE


def test_the_second_call_has_a_fraction_of_its_own() -> None:
    rule = Rule(MAJORITY, HALF, Quorum(Hurdle(Fraction(1, 5))))
    assert decided(rule, 20, 6, 5, 1).outcome is Outcome.INQUORATE
    again = decided(rule, 20, 6, 5, 1, call=2)
    assert (again.outcome, again.quorum.needed) == (Outcome.PASSED, 4)
    assert decided(rule, 20, 3, 3, 0, call=2).outcome is Outcome.INQUORATE
    with pytest.raises(Uncountable) as refusal:
        decided(ORDINARY, 20, 6, 5, 1, call=2)
    assert refusal.value.code == "no_second_call"


def test_two_of_ten_with_sixfold_weight_are_two_heads_and_twelve_of_twenty() -> None:
    # Quorum and votes each in one unit: counting weight against a quorum of heads would let two decide for ten.
    heads, weight = Figures(10, 2, 2), Figures(20, 12, 12)
    share = Hurdle(Fraction(51, 100))
    by_heads = decide(Rule(MAJORITY, Quorum(share), unit=Unit.WEIGHT), heads, weight)
    assert (by_heads.outcome, by_heads.quorum.had, by_heads.quorum.needed) == (Outcome.INQUORATE, 2, 6)
    by_weight = decide(Rule(MAJORITY, Quorum(share, Unit.WEIGHT), unit=Unit.WEIGHT), heads, weight)
    assert (by_weight.quorum.had, by_weight.quorum.needed, by_weight.quorum.of) == (12, 11, 20)
    two_thirds = Quorum(Hurdle(Fraction(2, 3)), Unit.WEIGHT)
    assert decide(Rule(MAJORITY, two_thirds, unit=Unit.WEIGHT), heads, weight).outcome is Outcome.INQUORATE


def test_votes_may_be_heads_while_the_quorum_is_weight() -> None:
    rule = Rule(MAJORITY, Quorum(Hurdle(Fraction(1, 2)), Unit.WEIGHT))
    found = decide(rule, Figures(10, 3, 1, 2), Figures(20, Fraction(25, 2), 12, Fraction(1, 2)))
    assert (found.outcome, found.threshold.had, found.quorum.had) == (Outcome.REJECTED, 1, Fraction(25, 2))


@pytest.mark.parametrize("rule", [Rule(MAJORITY, unit=Unit.WEIGHT), Rule(MAJORITY, Quorum(Hurdle(number=1), Unit.WEIGHT))])
def test_weight_that_is_asked_for_has_to_be_given(rule: Rule) -> None:
    with pytest.raises(Uncountable) as refusal:
        decided(rule, 10, 5, 3, 2)
    assert refusal.value.code == "no_weight"


@pytest.mark.parametrize(
    ("tie", "chair", "outcome"),
    [
        (TieRule.FAILS, "yes", Outcome.REJECTED),
        (TieRule.CHAIR, "yes", Outcome.PASSED),
        (TieRule.CHAIR, "no", Outcome.REJECTED),
        (TieRule.CHAIR, "", Outcome.REJECTED),
    ],
)
def test_a_tie_follows_the_rule(tie: TieRule, chair: str, outcome: Outcome) -> None:
    found = decided(Rule(MAJORITY, tie=tie), 20, 10, 5, 5, chair=chair)
    assert (found.outcome, found.tie) == (outcome, tie)
    assert decided(Rule(MAJORITY, tie=tie), 20, 10, 1, 1, chair=chair).outcome is outcome


def test_a_tie_by_lot_is_drawn_between_yes_and_no() -> None:
    rule = Rule(MAJORITY, tie=TieRule.LOT)
    outcomes = {seed: decided(rule, 20, 10, 5, 5, seed=seed).outcome for seed in "abcdefgh"}
    assert set(outcomes.values()) == {Outcome.PASSED, Outcome.REJECTED}
    for seed, outcome in outcomes.items():
        first = Lottery(seed, ("yes", "no")).order([1, 2])[0][0]
        assert outcome is (Outcome.PASSED if first == 1 else Outcome.REJECTED)


@pytest.mark.parametrize(
    ("threshold", "numbers"),
    [
        (MAJORITY, (20, 10, 6, 4)),  # not equal
        (MAJORITY, (20, 10, 0, 0)),  # nobody voted
        (Hurdle(Fraction(2, 3), of="yes+no"), (20, 10, 5, 5)),  # not a bare majority
        (Hurdle(Fraction(1, 2), of="yes+no+abstain", strict=True), (20, 10, 4, 4, 2)),
        (Hurdle(Fraction(1, 2), of="yes+no"), (20, 10, 5, 5)),  # half is enough, so that there is no tie
    ],
)
def test_where_there_is_no_tie_the_chair_has_no_vote(threshold: Hurdle, numbers: tuple[int, ...]) -> None:
    free, bound = (decided(Rule(threshold, tie=TieRule.CHAIR), *numbers, chair=vote) for vote in ("yes", "no"))
    assert free == bound
    assert free.tie == ""


def test_nothing_passes_without_a_yes() -> None:
    rule = Rule(Hurdle(Fraction(1, 2), of="yes+no"))
    assert decided(rule, 20, 10, 0, 0, 10).outcome is Outcome.REJECTED
    assert decided(Rule(Hurdle(number=0)), 20, 10).outcome is Outcome.REJECTED


def test_where_nobody_was_entitled_it_is_void() -> None:
    assert decided(ORDINARY, 0, 0) == Decision(Outcome.VOID)
    assert decided(ORDINARY, 1, 1, 1).outcome is Outcome.PASSED
    weighted = Rule(MAJORITY, unit=Unit.WEIGHT)
    assert decide(weighted, Figures(3, 3, 3), Figures(0, 0)).outcome is Outcome.VOID


@pytest.mark.parametrize("declared", [Outcome.VOID, Outcome.WITHDRAWN])
def test_what_people_have_declared_goes_before_figures(declared: Outcome) -> None:
    assert decided(ORDINARY, 20, 20, 20, declared=declared) == Decision(declared)
    assert decided(ORDINARY, 20, 20, 20, declared=Outcome.REJECTED).outcome is Outcome.PASSED


def test_the_figures_of_a_count() -> None:
    count = yes_no(answers("6", "3", "2"))
    assert figures_of(count, eligible=20) == Figures(20, 11, 6, 3, 2)
    assert figures_of(count, eligible=20, present=15).present == 15
    with pytest.raises(Uncountable):
        figures_of(plurality(election("1 A")), eligible=3)


# --- Properties --------------------------------------------------------------------------------------------------------


@st.composite
def rules(draw: Any) -> Rule:
    of = draw(st.sampled_from(["yes+no", "yes+no+abstain", "present", "eligible"]))
    quorum = Quorum(Hurdle(draw(SHARES), of=draw(st.sampled_from(["eligible", "present"])), strict=draw(st.booleans())))
    threshold = Hurdle(draw(SHARES), of=of, strict=draw(st.booleans()))
    return Rule(threshold, draw(st.none() | st.just(quorum)), abstainers_are_present=draw(st.booleans()))


@settings(max_examples=120, deadline=None)
@given(rules(), any_figures())
def test_who_changes_from_no_to_yes_never_makes_it_fail(rule: Rule, found: Figures) -> None:
    if found.no and decide(rule, found).outcome is Outcome.PASSED:
        better = Figures(found.eligible, found.present, found.yes + 1, found.no - 1, found.abstain)
        assert decide(rule, better).outcome is Outcome.PASSED


@settings(max_examples=120, deadline=None)
@given(rules(), any_figures())
def test_one_more_who_comes_and_votes_yes_never_makes_it_fail(rule: Rule, found: Figures) -> None:
    if found.present < found.eligible and decide(rule, found).outcome is Outcome.PASSED:
        better = Figures(found.eligible, found.present + 1, found.yes + 1, found.no, found.abstain)
        assert decide(rule, better).outcome is Outcome.PASSED


@settings(max_examples=100, deadline=None)
@given(rules(), any_figures(), st.integers(2, 7))
def test_weights_in_other_units_decide_the_same(rule: Rule, found: Figures, times: int) -> None:
    parts = (found.eligible, found.present, found.yes, found.no, found.abstain)
    scaled = Figures(*(Fraction(part, times) for part in parts))
    assert decide(rule, found).outcome is decide(rule, scaled).outcome


@settings(max_examples=100, deadline=None)
@given(rules(), any_figures())
def test_a_decision_is_the_readings_it_shows(rule: Rule, found: Figures) -> None:
    made = decide(rule, found)
    if made.outcome is Outcome.VOID:
        assert found.eligible == 0
        return
    expected = Outcome.PASSED if made.threshold.met and found.yes else Outcome.REJECTED
    if made.quorum and not made.quorum.met:
        expected = Outcome.INQUORATE
    assert made.outcome is expected
