"""A hurdle that figures take or do not: a quorum, a threshold. Exact: a third is a third."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from voting.tally import Number, Uncountable, exact

from .figures import BASES, Figures

_EXACT = re.compile(r"-?[0-9]{1,18}(?:/0*[1-9][0-9]{0,17}|\.[0-9]{1,18})?")


@dataclass(frozen=True)
class Reading:
    """What there was, what was needed, of what: "6 of 9 needed 6".

    Among whole numbers `needed` is the least that takes the hurdle; among parts of a weight it is the bound itself, and
    `strict` says that it has to be passed.
    """

    had: Number
    needed: Number
    of: Number
    strict: bool
    met: bool

    def as_data(self) -> dict[str, Any]:
        """For JSON, numbers as exact decimals."""
        return {
            "had": exact(self.had), "needed": exact(self.needed), "of": exact(self.of), "strict": self.strict, "met": self.met,
        }  # fmt: skip


@dataclass(frozen=True)
class Hurdle:
    """A share of something, a number, or both, of which the greater is asked; "at least", or with `strict` "more than".

    Raises Uncountable for a share outside 0 to 1, a number below 0, neither of both, and an unknown base.
    """

    share: Fraction | None = None
    number: Number | None = None
    of: str = "eligible"
    strict: bool = False

    def __post_init__(self) -> None:
        """Check, so that reading has no case to fear."""
        if self.of not in BASES:
            raise Uncountable("unknown_base", f"{self.of!r} is none of {', '.join(BASES)}")
        if self.share is None and self.number is None:
            raise Uncountable("no_hurdle", "a hurdle has a share or a number")
        for given, most in ((self.share, 1), (self.number, None)):
            if given is not None and not isinstance(given, int | Fraction):
                raise Uncountable("not_exact", f"{given!r} is neither a whole number nor a fraction")
            if given is not None and (given < 0 or (most is not None and given > most)):
                raise Uncountable("out_of_range", f"{given} is not a share from 0 to 1, or a number from 0 on")

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Hurdle":
        """From JSON: `{"fraction": "2/3", "of": "yes+no", "compare": ">="}`, `number` beside or in place of the fraction.

        A fraction is written as one, or as a decimal that is meant exactly ("0.75"). Raises Uncountable for anything else.
        """
        compare = data.get("compare", ">=")
        if compare not in {">", ">="}:
            raise Uncountable("unknown_compare", f"{compare!r} is neither > nor >=")
        share, number = (_read(data.get(name)) for name in ("fraction", "number"))
        return cls(share, number, str(data.get("of", "eligible")), compare == ">")

    def as_data(self) -> dict[str, Any]:
        """For JSON, as from_data() reads it."""
        given = {"fraction": self.share, "number": self.number}
        texts = {name: str(value) for name, value in given.items() if value is not None}
        return texts | {"of": self.of, "compare": ">" if self.strict else ">="}

    def read(self, had: Number, figures: Figures) -> Reading:
        """Whether so many of these figures take it."""
        of = figures.base(self.of)
        bound = max(Fraction((self.share or 0) * of), Fraction(self.number or 0))
        met = had > bound if self.strict else had >= bound
        whole = all(Fraction(number).denominator == 1 for number in (had, of))
        least = floor(bound) + 1 if self.strict else -floor(-bound)
        return Reading(had, least if whole else bound, of, self.strict, met)


def _read(text: Any) -> Fraction | None:
    if text is None:
        return None
    if isinstance(text, bool) or not isinstance(text, str | int) or not _EXACT.fullmatch(str(text)):
        raise Uncountable("not_exact", f"{text!r} is no fraction as text, such as 2/3")
    return Fraction(text)
