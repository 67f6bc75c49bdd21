"""Seconds of the processor that counting takes: drawn elections of 10,000 ballots, and the given wards, reading included.

The floor is what a count cannot do without: putting equal ballots together.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string

from config.env import BASE_DIR

BALLOTS, ROUNDS = 10_000, 3
SIZES = {"stv": (12, 5), "schulze": (20, 1)}  # candidates, seats
LIMITS = {"stv": 0.1, "schulze": 1.0, "wards": 1.0}
WARDS = BASE_DIR.parent / "shared" / "testdata" / "voting" / "scottish-stv"


def ballots(candidates: int) -> list[Any]:
    """Rankings of any length in any order, drawn from a fixed seed."""
    drawn, everybody = random.Random(2026), range(1, candidates + 1)
    orders = (drawn.sample(everybody, drawn.randint(1, candidates)) for _ in range(BALLOTS))
    return [tuple((one,) for one in order) for order in orders]


def best(act: Callable[[], Any]) -> float:
    """Seconds of the processor in the least disturbed of some rounds; nothing here waits for anything."""
    spans = []
    for _ in range(ROUNDS):
        began = time.process_time()
        act()
        spans.append(time.process_time() - began)
    return min(spans)


def drawn_election(method: str) -> dict[str, float]:
    """Grouping and counting, beside grouping alone."""
    election, grouped = import_string("voting.tally.Election"), import_string("voting.tally.grouped")
    count = import_string(f"voting.tally.{'scottish_stv' if method == 'stv' else method}")
    candidates, seats = SIZES[method]
    names, votes = tuple(f"Candidate {number}" for number in range(candidates)), ballots(candidates)
    ours = best(lambda: count(election(names, grouped((vote, 1) for vote in votes), seats), seed="bench"))
    return {"seconds": round(ours, 4), "floor": round(best(lambda: Counter(votes)), 4)}


def wards() -> dict[str, float]:
    """All given wards, from the bytes of their files to the winners; nothing where they are not beside this checkout."""
    read, count = import_string("voting.reading.read_blt"), import_string("voting.tally.scottish_stv")
    files = [path.read_bytes() for path in sorted(WARDS.glob("*.blt"))]
    seconds = best(lambda: [count(read(content)) for content in files])
    return {"number": len(files), "seconds": round(seconds, 4)} if files else {}


def measure() -> dict[str, dict[str, float]]:
    """All of it, inside this process."""
    return {"stv": drawn_election("stv"), "schulze": drawn_election("schulze"), "wards": wards()}


def lines(found: dict[str, dict[str, float]]) -> list[tuple[str, str]]:
    """What is printed: title and figure."""
    printed = []
    for method, (candidates, _seats) in SIZES.items():
        one = found[method]
        ratio = one["seconds"] / one["floor"]
        figure = f"{one['seconds']} s (limit {LIMITS[method]}), {ratio:.0f} x putting equal ballots together"
        printed.append((f"{method}, {BALLOTS} ballots, {candidates} names", figure))
    given = found["wards"]
    if given:
        printed.append((f"{given['number']} wards, read and counted", f"{given['seconds']} s (limit {LIMITS['wards']})"))
    return printed


if __name__ == "__main__":
    for line in lines(measure()):
        print(*line, sep=": ")
