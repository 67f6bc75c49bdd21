"""Second counters, written from the sources alone and as plainly as can be: what they say, the product must say."""

from fractions import Fraction
from typing import NamedTuple

from voting.tally import Election, Lottery

Paper = tuple[tuple[int, ...], Fraction]
Defeat = tuple[int, int]


class ByHand(NamedTuple):
    """What a count by hand writes down."""

    quota: int
    table: list[dict[int, Fraction]]
    elected: list[set[int]]
    drew: bool


def five_places(value: Fraction) -> Fraction:
    """Cut after the fifth decimal."""
    return Fraction(int(value * 100_000), 100_000)


def by_hand(election: Election, seed: str = "") -> ByHand:
    """The Scottish rules paper by paper: every single paper lies in somebody's pile with its own value."""
    piles: dict[int, list[Paper]] = {one: [] for one in range(1, len(election.names) + 1)}
    papers = [(tuple(rank[0] for rank in ranking), Fraction(1)) for ranking, number in election.ballots for _ in range(number)]
    papers = [paper for paper in papers if paper[0]]
    quota = len(papers) // (election.seats + 1) + 1
    for paper in papers:
        piles[paper[0][0]].append(paper)
    kept: dict[int, Fraction] = {}
    continuing, table, elected, moved = set(piles), [], [], set()
    drew = False
    while True:
        votes = {one: kept.get(one, sum((value for _, value in piles[one]), Fraction(0))) for one in piles}
        table.append(votes)
        reached = {one for one in continuing if votes[one] >= quota}
        so_far = sum(len(group) for group in elected)
        if len(continuing) <= election.seats - so_far:
            reached = set(continuing)
        elected.append(reached if papers else set())
        continuing -= reached
        so_far += len(reached)
        if not papers or so_far >= election.seats or not continuing:
            return ByHand(quota, table, elected, drew)
        over = [one for group in elected for one in group if votes[one] > quota and one not in moved]
        among, sign = (over, -1) if over else (sorted(continuing), 1)
        keys = {one: [sign * past[one] for past in reversed(table)] for one in among}
        least = min(keys.values())
        tied = [one for one in among if keys[one] == least]
        drew = drew or len(tied) > 1
        drawn = Lottery(seed, election.names).order(tied)
        source = drawn[0 if over else -1][0]
        pile, piles[source] = piles[source], []
        if over:
            moved.add(source)
            kept[source] = Fraction(quota)
        else:
            continuing.remove(source)
        for preferences, value in pile:
            worth = five_places((votes[source] - quota) * value / votes[source]) if over else value
            following = preferences[preferences.index(source) + 1 :]
            heir = next((one for one in following if one in continuing), None)
            if heir is not None:
                piles[heir].append((preferences, worth))


def schwartz_winners(pairs: dict[int, dict[int, int]], options: set[int]) -> set[int]:
    """Whom the Debian Constitution leaves, A.6.4 to A.6.8: the weakest defeats inside the Schwartz set go until none is left."""
    defeats = {(one, other) for one in options for other in options - {one} if pairs[one][other] > pairs[other][one]}
    while True:
        chains = closure(defeats, options)
        schwartz = {
            one for one in options if all((one, other) in chains or (other, one) not in chains for other in options - {one})
        }
        inside = {(one, other) for one, other in defeats if one in schwartz and other in schwartz}
        if not inside:
            return schwartz
        strength = {(one, other): (pairs[one][other], -pairs[other][one]) for one, other in inside}
        weakest = min(strength.values())
        defeats -= {pair for pair in inside if strength[pair] == weakest}


def closure(defeats: set[Defeat], options: set[int]) -> set[Defeat]:
    """Who defeats whom along a chain."""
    chains = set(defeats)
    for middle in options:
        chains |= {(one, last) for one, first in chains if first == middle for second, last in chains if second == middle}
    return chains
