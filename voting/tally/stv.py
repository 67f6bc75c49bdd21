"""The single transferable vote as Scotland counts it: exact integers, in units of the fifth decimal."""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from .ballots import Election
from .count import Count, Stage, Tie, Transfer
from .ties import Lottery, one_of
from .transferable import Preferences, highest_first, papers

PLACES = 5


class Parcel(NamedTuple):
    """Equal papers with one candidate. `value` is that of each, as received, in units; `at` the preference it counts for."""

    preferences: Preferences
    at: int
    value: int
    number: int


def quota_of(valid: int, seats: int) -> int:
    """The least whole number of votes that only as many candidates as there are seats can have. Source: rule 46."""
    return valid // (seats + 1) + 1


def transfer_value(surplus: int, value: int, votes: int) -> int:
    """What a paper is worth when a surplus moves on; all in units, the remainder ignored. Source: rule 48(3)."""
    return surplus * value // votes


def scottish_stv(election: Election, *, seed: str = "") -> Count:
    """Elect by the single transferable vote: weighted inclusive Gregory method, Droop quota, five decimals.

    One surplus, the largest first, or one exclusion, the lowest, for each stage; every stage ends with a look at who has
    reached the quota and whether as many are left as there are seats. Equals are told apart by the latest stage at which they
    were not equal, then by lot. A preference that is shared, or comes after one left out, is not in consecutive order: the
    ballot ends before it. Without a valid ballot nobody is elected.

    Raises Uncountable for weighted ballots. Source: The Scottish Local Government Elections Order 2007 (SSI 2007/42),
    Schedule 1, rules 45 to 52.
    """
    return _Scottish(election, seed).count()


class _Scottish:
    """One count on its way."""

    def __init__(self, election: Election, seed: str) -> None:
        self._election, self._seed = election, seed
        self._lottery = Lottery(seed, election.names)
        self._papers = papers(election, gaps_end=True)
        self._unit = 10**PLACES
        self._quota = quota_of(self._papers.valid, election.seats)
        self._piles: dict[int, list[Parcel]] = {one: [] for one in election.standing}
        self._votes = dict.fromkeys(election.standing, 0)
        self._continuing = set(election.standing)
        self._elected: list[int] = []
        self._stages: list[Stage] = []

    @property
    def _open(self) -> int:
        return self._election.seats - len(self._elected)

    def count(self) -> Count:
        """All stages, and what comes of them."""
        self._hand_on([Parcel(preferences, -1, self._unit, number) for preferences, number in self._papers.sorts])
        self._end_stage()
        while self._papers.valid and self._open > 0 and self._continuing:
            self._transfer()
        return Count(
            "scottish-stv", self._election.names, self._election.seats, self._papers.valid, tuple(self._stages),
            tuple(self._elected), self._quota, self._papers.blank, self._papers.spoilt,
            tuple(sorted(self._election.withdrawn)), self._seed, self._election.title, PLACES,
        )  # fmt: skip

    def _transfer(self) -> None:
        """One stage: a surplus if there is one, else an exclusion."""
        full = self._quota * self._unit
        over = [one for one in self._elected if self._votes[one] > full]
        reason = "surplus" if over else "excluded"
        source, ties = self._chosen(reason, over or self._continuing)
        before, pile = dict(self._votes), self._piles.pop(source)
        if over:
            surplus, votes = self._votes[source] - full, self._votes[source]
            pile = [Parcel(one, at, transfer_value(surplus, value, votes), number) for one, at, value, number in pile]
            self._votes[source] = full
        else:
            self._continuing.remove(source)
            self._votes[source] = 0
        self._hand_on(pile)
        gains = {one: self._votes[one] - before[one] for one in self._votes if self._votes[one] > before[one]}
        lost = sum(before.values()) - sum(self._votes.values())
        transfer = Transfer(source, reason, {one: self._number(gain) for one, gain in gains.items()}, self._number(lost))
        self._end_stage(transfer, ties)

    def _chosen(self, reason: str, among: Iterable[int]) -> tuple[int, tuple[Tie, ...]]:
        """The highest for a surplus, the lowest to exclude; and how, if several are."""
        best = max if reason == "surplus" else min
        extreme = best(self._votes[one] for one in among)
        tied = [one for one in among if self._votes[one] == extreme]
        if len(tied) == 1:
            return tied[0], ()
        tie = one_of(reason, tied, self._stages, self._lottery)
        return tie.chosen[0], (tie,)

    def _hand_on(self, parcels: Iterable[Parcel]) -> None:
        """Each paper to the next continuing candidate on it; what has none is nobody's."""
        continuing, piles, votes = self._continuing, self._piles, self._votes
        for preferences, at, value, number in parcels:
            for place in range(at + 1, len(preferences)):
                candidate = preferences[place]
                if candidate in continuing:
                    piles[candidate].append(Parcel(preferences, place, value, number))
                    votes[candidate] += value * number
                    break

    def _end_stage(self, transfer: Transfer | None = None, ties: tuple[Tie, ...] = ()) -> None:
        """Rule 47, who has reached the quota; rule 52, who fills the last seats; and the line of the table."""
        valid, elected = self._papers.valid, []
        votes = {one: self._number(units) for one, units in self._votes.items()}
        if valid:
            elected = [one for one in self._continuing if votes[one] >= self._quota]
            if len(self._continuing) <= self._open:
                elected = list(self._continuing)
        order = highest_first(elected, votes, self._stages)
        self._continuing -= set(elected)
        self._elected += order
        excluded = (transfer.source,) if transfer and transfer.reason == "excluded" else ()
        exhausted = valid - sum(votes.values())
        self._stages.append(Stage(len(self._stages) + 1, votes, order, excluded, transfer, exhausted, self._quota, ties))

    def _number(self, units: int) -> Fraction:
        return Fraction(units, self._unit)
