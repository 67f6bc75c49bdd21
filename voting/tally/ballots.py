"""What is counted: ballots, equal ones once with their number. Candidates go by their number, from 1 on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Number = int | Fraction
# Ranks from the best on, each with the candidates that share it. An empty rank was left out by the voter.
Ranking = tuple[tuple[int, ...], ...]
# What each candidate in order was given; None is no opinion.
Points = tuple[int | None, ...]
Marks = TypeVar("Marks")


class Uncountable(ValueError):
    """This cannot be counted. `code` is for programs, the text for developers; pages have sentences of their own."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def expect(holds: bool, code: str, text: str) -> None:
    """Raise Uncountable unless it holds."""
    if not holds:
        raise Uncountable(code, text)


def grouped(ballots: Iterable[tuple[Marks, Number]]) -> tuple[tuple[Marks, Number], ...]:
    """Equal ballots once, with the sum of their numbers, in the order in which each came first."""
    found: dict[Marks, Number] = {}
    for marks, number in ballots:
        found[marks] = found.get(marks, 0) + number
    return tuple(found.items())


def _expect_numbers(names: tuple[str, ...], seats: int, numbers: Iterable[Number]) -> None:
    expect(bool(names), "no_candidates", "there is nobody to vote for")
    expect(seats >= 1, "no_seats", "there is no seat to fill")
    for number in numbers:
        if not isinstance(number, (int, Fraction)):  # a union is checked three times as slowly
            raise Uncountable("not_exact", f"{number!r} is neither a whole number nor a fraction")
        if number <= 0:
            raise Uncountable("not_positive", f"{number} ballots are none")


@dataclass(frozen=True)
class Election:
    """Ranked or marked ballots: `(ranking, number)`, the number being how many, or their weight together.

    A cross is a ranking of one rank. Raises Uncountable for a candidate that there is not, one who stands twice on a ballot,
    and a number that is not exact or not above 0.
    """

    names: tuple[str, ...]
    ballots: tuple[tuple[Ranking, Number], ...]
    seats: int = 1
    withdrawn: frozenset[int] = frozenset()
    title: str = ""

    def __post_init__(self) -> None:
        """Check, so that no method has to."""
        _expect_numbers(self.names, self.seats, (number for _ranking, number in self.ballots))
        known = set(range(1, len(self.names) + 1))
        expect(self.withdrawn <= known, "unknown_candidate", "somebody who does not stand has withdrawn")
        expect(bool(self.standing), "no_candidates", "everybody has withdrawn")
        for ranking, _number in self.ballots:
            marked = {one for rank in ranking for one in rank}
            if not marked <= known:
                raise Uncountable("unknown_candidate", f"{ranking} names somebody who does not stand")
            if len(marked) != sum(map(len, ranking)):
                raise Uncountable("marked_twice", f"{ranking} names somebody twice")

    @property
    def standing(self) -> tuple[int, ...]:
        """The numbers of those who have not withdrawn."""
        return tuple(one for one in range(1, len(self.names) + 1) if one not in self.withdrawn)

    def cast(self) -> Iterator[tuple[Ranking, Number]]:
        """The ballots as if those who have withdrawn had never stood: whoever comes after them moves up."""
        for ranking, number in self.ballots:
            if self.withdrawn:
                kept = [(rank, tuple(one for one in rank if one not in self.withdrawn)) for rank in ranking]
                yield tuple(left for rank, left in kept if left or not rank), number
            else:
                yield ranking, number


@dataclass(frozen=True)
class Scores:
    """Ballots that give points: `(points, number)`, with points for each candidate in order. Raises Uncountable."""

    names: tuple[str, ...]
    ballots: tuple[tuple[Points, Number], ...]
    seats: int = 1

    def __post_init__(self) -> None:
        """Check, so that no method has to."""
        _expect_numbers(self.names, self.seats, (number for _points, number in self.ballots))
        for points, _number in self.ballots:
            expect(len(points) == len(self.names), "not_for_each", f"{points} are not as many as the candidates")
            whole = all(one is None or isinstance(one, int) for one in points)
            expect(whole, "not_exact", f"{points} are not whole numbers")
