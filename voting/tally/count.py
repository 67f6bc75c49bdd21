"""What comes of counting: one shape for every method, which draws itself as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .ballots import Number


def exact(number: Number, places: int = 0) -> str:
    """The number as a decimal with at least so many places and nothing lost; as "10/3" where no decimal is exact."""
    value = Fraction(number)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    while 10**places % value.denominator:
        places += 1
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def plain(number: Number, places: int = 0) -> int | str:
    """A whole number as such, anything else as an exact decimal."""
    return int(number) if number == int(number) and not places else exact(number, places)


@dataclass(frozen=True)
class Tie:
    """How equals were told apart. `stage` is the earlier one that did it; 0 when a lot did, and `drawn` is its order."""

    reason: str  # elected, surplus, excluded
    among: tuple[int, ...]
    chosen: tuple[int, ...]
    stage: int = 0
    drawn: tuple[tuple[int, str], ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        found: dict[str, Any] = {"reason": self.reason, "among": list(self.among), "chosen": list(self.chosen)}
        if self.drawn:
            return found | {"by": "lot", "drawn": [{"candidate": one, "sha256": digest} for one, digest in self.drawn]}
        return found | {"by": "stage", "stage": self.stage}


@dataclass(frozen=True)
class Transfer:
    """Votes on their way: from whom, why, what each gained. `lost` is what nobody got: no next preference, or truncated."""

    source: int
    reason: str  # surplus, excluded
    gains: Mapping[int, Number]
    lost: Number


@dataclass(frozen=True)
class Stage:
    """One line of the stage table: the votes at its end, and what was decided in it."""

    number: int
    votes: Mapping[int, Number]
    elected: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    transfer: Transfer | None = None
    exhausted: Number = 0  # all that nobody holds any more
    needed: Number | None = None  # what elects at this stage
    ties: tuple[Tie, ...] = ()

    def as_data(self, places: int) -> dict[str, Any]:
        """For JSON: votes as exact decimals, candidates by number."""
        transfer = self.transfer and {
            "from": self.transfer.source,
            "reason": self.transfer.reason,
            "gains": {str(one): exact(gain, places) for one, gain in self.transfer.gains.items()},
            "lost": exact(self.transfer.lost, places),
        }
        return {
            "number": self.number,
            "votes": {str(one): exact(votes, places) for one, votes in self.votes.items()},
            "elected": list(self.elected),
            "excluded": list(self.excluded),
            "transfer": transfer,
            "exhausted": exact(self.exhausted, places),
            "needed": None if self.needed is None else plain(self.needed),
            "ties": [tie.as_data() for tie in self.ties],
        }


@dataclass(frozen=True)
class Count:
    """What every method returns. `valid` ballots were counted, `blank` ones chose nobody, `spoilt` ones broke the method's rule.

    `winners` stand in order of election; fewer than `seats` when there is nobody else. `pairs` says how many prefer one
    candidate to another, where the method compares in pairs; `dropped` who was left out for want of quorum or majority.
    """

    method: str
    names: tuple[str, ...]
    seats: int
    valid: Number
    stages: tuple[Stage, ...]
    winners: tuple[int, ...]
    quota: Number | None = None
    blank: Number = 0
    spoilt: Number = 0
    withdrawn: tuple[int, ...] = ()
    seed: str = ""
    title: str = ""
    places: int = 0
    pairs: Mapping[int, Mapping[int, Number]] = field(default_factory=dict)
    dropped: Mapping[int, str] = field(default_factory=dict)

    @property
    def by_lot(self) -> bool:
        """Whether a lot decided anything."""
        return any(tie.drawn for stage in self.stages for tie in stage.ties)

    def name(self, number: int) -> str:
        """Who a candidate is."""
        return self.names[number - 1]

    def as_data(self) -> dict[str, Any]:
        """For JSON. The seed is there when a lot was drawn with it."""
        return {
            "method": self.method,
            "title": self.title,
            "seats": self.seats,
            "valid": plain(self.valid),
            "blank": plain(self.blank),
            "spoilt": plain(self.spoilt),
            "quota": None if self.quota is None else plain(self.quota),
            "candidates": {str(number): name for number, name in enumerate(self.names, 1)},
            "withdrawn": list(self.withdrawn),
            "stages": [stage.as_data(self.places) for stage in self.stages],
            "winners": list(self.winners),
            "seed": self.seed if self.by_lot else None,
            "pairs": {str(one): {str(other): exact(votes) for other, votes in row.items()} for one, row in self.pairs.items()},
            "dropped": {str(one): reason for one, reason in self.dropped.items()},
        }
