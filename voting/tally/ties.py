"""Equals are told apart by what went before, and where nothing does, by a lot that anyone can draw again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .ballots import Number
from .count import Stage, Tie


@dataclass(frozen=True)
class Lottery:
    """One order of everybody, fixed by a seed that should be drawn in public after the last ballot is in.

    Each name's digest is SHA-256 over the seed, a line feed and the name, all UTF-8; the lowest in hexadecimal comes first,
    equal names by number. Whoever is earlier in the order gains: is elected, has the surplus moved first, stays in the count.
    """

    seed: str
    names: tuple[str, ...]

    def order(self, among: Iterable[int]) -> tuple[tuple[int, str], ...]:
        """Candidates with their digests, luckiest first."""
        digests = {one: hashlib.sha256(f"{self.seed}\n{self.names[one - 1]}".encode()).hexdigest() for one in among}
        return tuple(sorted(digests.items(), key=lambda item: (item[1], item[0])))


def one_of(reason: str, tied: Iterable[int], stages: Sequence[Stage], lottery: Lottery) -> Tie:
    """Choose one of those who are equal now, to be "elected", to have their "surplus" moved first or to be "excluded".

    The most recent stage at which they were unequal decides for the highest, when excluding for the lowest; those who are
    equal there too are compared further back, and a lot decides between those whom no stage tells apart.
    Source: Scottish Local Government Elections Order 2007, Schedule 1, rules 49(2), 49(3) and 51.
    """
    among = left = tuple(sorted(tied))
    best = min if reason == "excluded" else max
    for stage in reversed(stages):
        extreme = best(stage.votes[one] for one in left)
        left = tuple(one for one in left if stage.votes[one] == extreme)
        if len(left) == 1:
            return Tie(reason, among, left, stage.number)
    drawn = lottery.order(left)
    chosen = drawn[-1] if reason == "excluded" else drawn[0]
    return Tie(reason, among, (chosen[0],), drawn=drawn)


def most(votes: Mapping[int, Number], seats: int, lottery: Lottery) -> tuple[tuple[int, ...], tuple[Tie, ...]]:
    """Who has most votes, highest first, and the lot if one had to be drawn for the last seats.

    Nobody is elected without a vote: a seat rather stays empty.
    """
    able = sorted((one for one in votes if votes[one] > 0), key=lambda one: (-votes[one], one))
    if len(able) <= seats or votes[able[seats - 1]] > votes[able[seats]]:
        return tuple(able[:seats]), ()
    last = votes[able[seats]]
    sure = tuple(one for one in able if votes[one] > last)
    tied = tuple(one for one in able if votes[one] == last)
    drawn = lottery.order(tied)
    chosen = tuple(one for one, _digest in drawn[: seats - len(sure)])
    return sure + chosen, (Tie("elected", tied, chosen, drawn=drawn),)
