"""Points for each candidate: scores and dots. Both may be weighted."""

from collections.abc import Callable

from .ballots import Number, Points, Scores, expect
from .count import Count, Stage
from .ties import Lottery, most


def score(scores: Scores, *, highest: int, least: int = 0, seed: str = "") -> Count:
    """The sum of the points, each from `least` to `highest`; no opinion adds nothing. Only a sum above 0 is elected.

    A ballot with a point outside is spoilt, one without any opinion is blank. Raises Uncountable for an empty scale.
    Source: range voting (Smith, 2000), by sums rather than averages, so that few opinions never beat many.
    """
    expect(least < highest, "no_scale", "the scale has no room")
    return _summed("score", scores, seed, lambda points: all(one is None or least <= one <= highest for one in points))


def dots(scores: Scores, *, budget: int, seed: str = "") -> Count:
    """The sum of the dots. Each voter has a budget of them, to be spread freely and not to be overdrawn: else it is spoilt.

    A ballot without a dot is blank. Raises Uncountable for an empty budget.
    Source: cumulative voting; as a practice of meetings, dot voting.
    """
    expect(budget >= 1, "no_budget", "a voter has at least one dot")

    def sound(points: Points) -> bool:
        given = [one or 0 for one in points]
        return min(given) >= 0 and sum(given) <= budget

    return _summed("dots", scores, seed, sound, zero_is_blank=True)


def _summed(method: str, scores: Scores, seed: str, sound: Callable[[Points], bool], *, zero_is_blank: bool = False) -> Count:
    votes: dict[int, Number] = dict.fromkeys(range(1, len(scores.names) + 1), 0)
    valid: Number = 0
    blank: Number = 0
    spoilt: Number = 0
    for points, number in scores.ballots:
        if all(one is None or (zero_is_blank and one == 0) for one in points):
            blank += number
        elif not sound(points):
            spoilt += number
        else:
            valid += number
            for candidate, given in enumerate(points, 1):
                votes[candidate] += (given or 0) * number
    winners, ties = most(votes, scores.seats, Lottery(seed, scores.names))
    stage = Stage(1, votes, winners, ties=ties)
    return Count(method, scores.names, scores.seats, valid, (stage,), winners, blank=blank, spoilt=spoilt, seed=seed)
