"""Elections written as people write them: "3 A>B=C" is three ballots that put A first and B and C together second."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from voting.tally import Count, Election, Number, Ranking, Scores, grouped

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def ranking(text: str) -> Ranking:
    """The ranks; "-" is one left out."""
    ranks = text.split(">") if text else []
    return tuple(() if rank == "-" else tuple(sorted(LETTERS.index(one) + 1 for one in rank.split("="))) for rank in ranks)


def election(*lines: str, candidates: str = "ABC", seats: int = 1, withdrawn: str = "") -> Election:
    """An election of candidates with one letter each."""
    ballots = [(ranking(line.partition(" ")[2]), amount(line.partition(" ")[0])) for line in lines]
    gone = frozenset(LETTERS.index(one) + 1 for one in withdrawn)
    return Election(tuple(candidates), grouped(ballots), seats, gone)


def amount(text: str) -> Number:
    """A number of ballots, or a weight."""
    number = Fraction(text)
    return int(number) if number.denominator == 1 else number


def scores(*lines: str, seats: int = 1) -> Scores:
    """Ballots of points: "2 5 0 -" is two that give 5 to A, 0 to B and nothing to C."""
    rows = [line.split() for line in lines]
    ballots = [(tuple(None if point == "-" else int(point) for point in row[1:]), amount(row[0])) for row in rows]
    return Scores(tuple(LETTERS[: len(rows[0]) - 1]), grouped(ballots), seats)


def letters(numbers: Iterable[int]) -> str:
    """Candidates by letter, in this order."""
    return "".join(LETTERS[one - 1] for one in numbers)


def table(count: Count) -> list[str]:
    """Each stage as a line: votes of each in order, then + who is elected and x who is excluded."""
    lines = []
    for number, stage in enumerate(count.as_data()["stages"], 1):
        assert stage["number"] == number
        signs = [f"+{letters(stage['elected'])}" if stage["elected"] else ""]
        signs += [f"x{letters(stage['excluded'])}" if stage["excluded"] else ""]
        lines.append(" ".join([*stage["votes"].values(), *filter(None, signs)]))
    return lines


def ties(count: Count) -> list[str]:
    """Each tie as a line: why, among whom, who was chosen, by which stage or by lot."""
    return [
        f"{tie.reason} {letters(tie.among)}: {letters(tie.chosen)} by {'lot' if tie.drawn else f'stage {tie.stage}'}"
        for stage in count.stages
        for tie in stage.ties
    ]


@st.composite
def elections(draw: Any, *, equal: bool = False, weighted: bool = False, seats: int = 3, most: int = 6) -> Election:
    """Any small election: short ballots, long ones, empty ones."""
    size = draw(st.integers(2, most))
    number = st.fractions(min_value=Fraction(1, 7), max_value=9, max_denominator=12) if weighted else st.integers(1, 9)
    ballots = []
    for _ in range(draw(st.integers(0, 9))):
        order = draw(st.permutations(range(1, size + 1)))[: draw(st.integers(0, size))]
        ranks: list[list[int]] = []
        for one in order:
            if ranks and equal and draw(st.booleans()):
                ranks[-1].append(one)
            else:
                ranks.append([one])
        ballots.append((tuple(tuple(sorted(rank)) for rank in ranks), draw(number)))
    return Election(tuple(LETTERS[:size]), grouped(ballots), draw(st.integers(1, seats)))
