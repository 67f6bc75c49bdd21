"""The figures of a decision, all in one unit."""

from dataclasses import dataclass

from voting.tally import Count, Number, Uncountable, exact
from voting.tally.choices import ABSTAIN, NO, YES

# What a share may be of.
BASES = ("yes+no", "yes+no+abstain", "present", "eligible")


@dataclass(frozen=True)
class Figures:
    """How many, or how much weight, were entitled, were there and voted how. Never heads and weight in one.

    Who is represented is present, once; who voted by any way is present. Raises Uncountable when more voted than were there,
    or more were there than are entitled, or anything is below 0.
    """

    eligible: Number
    present: Number
    yes: Number = 0
    no: Number = 0
    abstain: Number = 0

    def __post_init__(self) -> None:
        """Check, so that no rule has to."""
        if min(self.yes, self.no, self.abstain) < 0:
            raise Uncountable("negative", "votes are never below 0")
        if not self.cast <= self.present <= self.eligible:
            raise Uncountable(
                "too_many", f"{exact(self.cast)} voted, {exact(self.present)} present, {exact(self.eligible)} entitled"
            )

    @property
    def cast(self) -> Number:
        """Yes, no and abstentions."""
        return self.yes + self.no + self.abstain

    def base(self, of: str) -> Number:
        """What a share is of. Raises Uncountable for an unknown word."""
        found = {
            "yes+no": self.yes + self.no, "yes+no+abstain": self.cast, "present": self.present, "eligible": self.eligible,
        }.get(of)  # fmt: skip
        if found is None:
            raise Uncountable("unknown_base", f"{of!r} is none of {', '.join(BASES)}")
        return found

    def without_abstentions(self) -> "Figures":
        """The same as if those who abstained had not been there."""
        return Figures(self.eligible, self.present - self.abstain, self.yes, self.no)


def figures_of(count: Count, *, eligible: Number, present: Number | None = None) -> Figures:
    """The figures of a yes-no count. Without a word on who was there, those were who voted. Raises Uncountable."""
    if count.method != "yes-no":
        raise Uncountable("not_yes_no", f"{count.method} has no yes and no")
    votes = count.stages[0].votes
    there = count.valid if present is None else present
    return Figures(eligible, there, votes[YES], votes[NO], votes[ABSTAIN])
