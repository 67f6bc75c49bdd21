"""What STV and IRV share: one vote for each ballot, for one candidate at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .ballots import Election, Number, Ranking, expect, grouped
from .count import Stage

Preferences = tuple[int, ...]


@dataclass(frozen=True)
class Papers:
    """The ballots of an election as lists of single preferences, equal ones once."""

    sorts: tuple[tuple[Preferences, int], ...]
    blank: int
    spoilt: int

    @property
    def valid(self) -> int:
        """How many have a first preference."""
        return sum(number for _preferences, number in self.sorts)


def papers(election: Election, *, gaps_end: bool) -> Papers:
    """Each ballot up to a rank that is shared, or with `gaps_end` left out: from there on its order is not known.

    Raises Uncountable for what is not a whole number of ballots: a vote that moves cannot be weighted.
    """
    sorts: list[tuple[Preferences, Number]] = []
    blank = spoilt = 0
    for ranking, number in election.cast():
        expect(number == int(number), "not_whole", f"{number} is not a whole number of ballots")
        preferences = _preferences(ranking, gaps_end)
        if preferences:
            sorts.append((preferences, int(number)))
        elif any(ranking):
            spoilt += int(number)
        else:
            blank += int(number)
    return Papers(tuple((one, int(number)) for one, number in grouped(sorts)), blank, spoilt)


def _preferences(ranking: Ranking, gaps_end: bool) -> Preferences:
    found: list[int] = []
    for rank in ranking:
        if len(rank) > 1 or (not rank and gaps_end):
            break
        found.extend(rank)
    return tuple(found)


def highest_first(candidates: Iterable[int], votes: Mapping[int, Number], stages: Sequence[Stage]) -> tuple[int, ...]:
    """By votes now, then by those of earlier stages, the latest first, then by number. Only the order of names hangs on it."""
    history = [votes, *(stage.votes for stage in reversed(stages))]
    return tuple(sorted(candidates, key=lambda one: ([-at[one] for at in history], one)))
