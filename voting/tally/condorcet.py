"""Condorcet's comparison in pairs, decided by Schulze's strongest paths with winning votes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .ballots import Election, Number, expect
from .count import Count, Stage, Tie
from .ties import Lottery

Pairs = dict[int, dict[int, Number]]
# Of a defeat: votes for it, and the fewer the better, votes against it.
Strength = tuple[Number, Number]
NONE: Strength = (0, 0)


@dataclass(frozen=True)
class DefaultOption:
    """The option that stands for "none of these". Who does not beat it by the ratio, or not with the quorum, is dropped.

    `electors` is how many may vote: the quorum is 3/2 of its square root; 0 asks for none. `ratios` names options that need
    more than a bare majority over the default, such as 3 for three to one.
    Source: Debian Constitution, 4.2.7 and A.6.2 to A.6.3.
    """

    option: int
    electors: int = 0
    ratios: Mapping[int, Fraction] = field(default_factory=dict)

    def reaches_quorum(self, votes: Number) -> bool:
        """Whether so many votes over the default are at least the quorum; squared, since roots are not exact."""
        return 4 * votes * votes >= 9 * self.electors

    def reason_against(self, option: int, pairs: Mapping[int, Mapping[int, Number]]) -> str:
        """Why an option is dropped: "quorum", "majority", or "" when it is not."""
        over, under = pairs[option][self.option], pairs[self.option][option]
        if not self.reaches_quorum(over):
            return "quorum"
        return "" if over > under and over >= self.ratios.get(option, Fraction(1)) * under else "majority"


def pairs_of(election: Election) -> Pairs:
    """How many rank the first above the second, for every pair. Whom a ballot does not rank is below all whom it does."""
    standing = election.standing
    table: Pairs = {one: dict.fromkeys(standing, 0) for one in standing}
    for ranking, number in election.cast():
        below = set(standing)
        for rank in ranking:
            below.difference_update(rank)
            for one in rank:
                row = table[one]
                for other in below:
                    row[other] += number
    for one in standing:
        del table[one][one]
    return table


def defeat(pairs: Mapping[int, Mapping[int, Number]], one: int, other: int) -> Strength:
    """How strongly one beats the other directly: by winning votes, among equal ones by fewer votes against."""
    votes, against = pairs[one][other], pairs[other][one]
    return (votes, -against) if votes > against else NONE


def strongest_paths(pairs: Mapping[int, Mapping[int, Number]], options: Collection[int]) -> dict[int, dict[int, Strength]]:
    """For each pair the strength of the best chain of defeats from one to the other: that of its weakest link.

    Source: Schulze, A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent single-winner election
    method, Social Choice and Welfare 36 (2011), section 2.3; Floyd and Warshall's algorithm.
    """
    best = {one: {other: defeat(pairs, one, other) for other in options if other != one} for one in options}
    for middle in options:
        from_middle = best[middle]
        for one in options:
            if one == middle:
                continue
            row, first = best[one], best[one][middle]
            for other in options:
                if other not in {one, middle}:
                    row[other] = max(row[other], min(first, from_middle[other]))
    return best


def schulze(election: Election, *, default: DefaultOption | None = None, seed: str = "") -> Count:
    """Who beats everybody by the stronger path; further seats go to whoever does so among the rest.

    Ranks may be shared and left out, and ballots weighted. Several whom nobody beats are told apart by lot when there are
    fewer seats than they. The votes of the one stage say how many of the others each one beats. With a default option, that
    one wins when it alone is left, and takes no seat from a second winner on. Without a valid ballot nobody is elected.

    Source: Schulze (2011), strength by winning votes; Debian Constitution, A.6.
    """
    options = election.standing
    expect(default is None or default.option in options, "unknown_candidate", "the default option does not stand")
    pairs = pairs_of(election)
    dropped = _dropped(options, pairs, default) if default else {}
    left = [one for one in options if one not in dropped]
    paths = strongest_paths(pairs, left)
    beaten = {one: {other for other in left if other != one and paths[one][other] > paths[other][one]} for one in left}
    blank = sum(number for ranking, number in election.cast() if not any(ranking))
    valid = sum(number for _ranking, number in election.ballots) - blank
    winners, ties = _placed(beaten, election.seats, Lottery(seed, election.names), default) if valid else ((), ())
    votes = {one: len(beaten.get(one, ())) for one in options}
    return Count(
        "schulze", election.names, election.seats, valid, (Stage(1, votes, winners, tuple(dropped), ties=ties),), winners,
        blank=blank, withdrawn=tuple(sorted(election.withdrawn)), seed=seed, title=election.title, pairs=pairs,
        dropped=dropped,
    )  # fmt: skip


def _dropped(options: Collection[int], pairs: Pairs, default: DefaultOption) -> dict[int, str]:
    reasons = {one: default.reason_against(one, pairs) for one in options if one != default.option}
    return {one: reason for one, reason in reasons.items() if reason}


def _placed(
    beaten: Mapping[int, set[int]], seats: int, lottery: Lottery, default: DefaultOption | None
) -> tuple[tuple[int, ...], tuple[Tie, ...]]:
    """Those whom nobody beats, again and again among the rest, until the seats are filled."""
    winners: list[int] = []
    ties: tuple[Tie, ...] = ()
    left = set(beaten)
    while left and len(winners) < seats and not ties:
        free = sorted(one for one in left if not any(one in beaten[other] for other in left))
        left.difference_update(free)
        if winners and default and default.option in free:
            free.remove(default.option)
        if len(free) > seats - len(winners):
            drawn = lottery.order(free)
            chosen = tuple(one for one, _digest in drawn[: seats - len(winners)])
            ties, free = (Tie("elected", tuple(free), chosen, drawn=drawn),), list(chosen)
        winners += free
    return tuple(winners), ties
