"""From rule and figures to an outcome."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from voting.tally import Lottery, Uncountable

from .figures import Figures
from .hurdle import Hurdle, Reading

SIDES = ("yes", "no")


class Outcome(StrEnum):
    """What becomes of a proposal. Inquorate is not rejected: it may be called again."""

    PASSED = "passed"
    REJECTED = "rejected"
    INQUORATE = "inquorate"
    VOID = "void"
    WITHDRAWN = "withdrawn"


class TieRule(StrEnum):
    """What a simple majority does with as many yes as no."""

    FAILS = "fails"
    CHAIR = "chair"
    LOT = "lot"


class Unit(StrEnum):
    """What is counted: people, or the weight they have."""

    HEADS = "heads"
    WEIGHT = "weight"


@dataclass(frozen=True)
class Quorum:
    """How many have to be there, in which unit: both sides of the comparison are in it.

    `of="present"` asks how many of those there voted; any other base how many were there.
    """

    hurdle: Hurdle
    unit: Unit = Unit.HEADS

    def read(self, figures: Figures) -> Reading:
        """Whether enough were there."""
        return self.hurdle.read(figures.cast if self.hurdle.of == "present" else figures.present, figures)


@dataclass(frozen=True)
class Rule:
    """What a decision of a kind takes. `unit` is that of its votes, `second_quorum` holds from the second call on.

    With `abstainers_are_present` off, those who abstain count as absent for the quorum and for every base.
    """

    threshold: Hurdle
    quorum: Quorum | None = None
    second_quorum: Quorum | None = None
    unit: Unit = Unit.HEADS
    tie: TieRule = TieRule.FAILS
    abstainers_are_present: bool = True

    def quorum_of(self, call: int) -> Quorum | None:
        """The quorum of the first or a later call. Raises Uncountable for a second one that the rule does not know."""
        if call <= 1:
            return self.quorum
        if self.second_quorum is None:
            raise Uncountable("no_second_call", "this rule knows no second call")
        return self.second_quorum


@dataclass(frozen=True)
class Decision:
    """The outcome, and the readings that it follows from. `tie` says what decided when as many were for it as against it."""

    outcome: Outcome
    quorum: Reading | None = None
    threshold: Reading | None = None
    tie: str = ""

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "outcome": self.outcome.value,
            "quorum": self.quorum and self.quorum.as_data(),
            "threshold": self.threshold and self.threshold.as_data(),
            "tie": self.tie or None,
        }


def decide(
    rule: Rule,
    heads: Figures,
    weight: Figures | None = None,
    *,
    call: int = 1,
    declared: Outcome | None = None,
    chair: str = "",
    seed: str = "",
) -> Decision:
    """The outcome of a closed decision, by its rule and its figures in heads and, where the rule asks for it, in weight.

    `declared` is what people have said of it, withdrawn or void, and goes before any figure. Then: void when nobody was
    entitled; inquorate when the quorum is not met; passed when the threshold is, though never without a yes; else rejected.
    A tie is as many yes as no under a bare majority of both: it fails, or follows the casting vote `chair` ("yes", "no",
    nothing yet), or the lot that `seed` draws between "yes" and "no".

    Raises Uncountable when the rule asks for weight and there is none, or knows no second call.
    Source: each by-law; the cases of `voting/tests/test_outcomes.py`.
    """
    if declared in {Outcome.WITHDRAWN, Outcome.VOID}:
        return Decision(declared)
    by_unit = {Unit.HEADS: _counted(rule, heads), Unit.WEIGHT: weight and _counted(rule, weight)}
    asked = rule.quorum_of(call)
    votes, there = by_unit[rule.unit], by_unit[asked.unit if asked else Unit.HEADS]
    if votes is None or there is None:
        raise Uncountable("no_weight", "the rule counts weight and none is given")
    if heads.eligible == 0 or votes.eligible == 0:
        return Decision(Outcome.VOID)
    quorum = asked.read(there) if asked else None
    threshold = rule.threshold.read(votes.yes, votes)
    if quorum and not quorum.met:
        return Decision(Outcome.INQUORATE, quorum, threshold)
    passed, tie = threshold.met and votes.yes > 0, ""
    if _tied(rule, votes):
        passed, tie = _settled(rule, chair, seed)
    return Decision(Outcome.PASSED if passed else Outcome.REJECTED, quorum, threshold, tie)


def _counted(rule: Rule, figures: Figures) -> Figures:
    return figures if rule.abstainers_are_present else figures.without_abstentions()


def _tied(rule: Rule, votes: Figures) -> bool:
    bare = rule.threshold.share == Fraction(1, 2) and rule.threshold.strict and rule.threshold.of == "yes+no"
    return bare and votes.yes == votes.no > 0


def _settled(rule: Rule, chair: str, seed: str) -> tuple[bool, str]:
    """Whether a tie passes, and what decided."""
    if rule.tie == TieRule.LOT:
        first = Lottery(seed, SIDES).order((1, 2))[0][0]
        return SIDES[first - 1] == "yes", rule.tie.value
    return rule.tie == TieRule.CHAIR and chair == "yes", rule.tie.value
