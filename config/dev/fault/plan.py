"""Which faults, in which order, how far apart: all of it from one seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .witness.deeds import FUSES


@dataclass(frozen=True)
class Fault:
    """One fault, and the seconds of undisturbed work before it. `at` is a part, a fuse, or how long something stays away."""

    kind: str
    at: str
    pause: float


@dataclass(frozen=True)
class Sizes:
    """How much of each a run brings about."""

    embedded_kills: int
    full_kills: int
    restarts: int  # of PostgreSQL
    valkey: int  # killed, and as often flushed
    outage: float  # of PostgreSQL, in seconds at the most
    absences: tuple[float, ...]  # of Valkey, in seconds
    fills: int  # of the disk, in each of the two ways to run
    pause: tuple[float, float]  # undisturbed work before each fault, in seconds


FULL = Sizes(
    embedded_kills=100, full_kills=100, restarts=20, outage=12.0, valkey=10, absences=(60.0, 180.0), fills=3, pause=(0.3, 3.0)
)
SHORT = Sizes(embedded_kills=8, full_kills=12, restarts=2, outage=3.0, valkey=1, absences=(4.0,), fills=1, pause=(0.1, 0.5))


def sizes(*, short: bool, environment: Mapping[str, str]) -> Sizes:
    """The sizes of a run; FAULT_KILLS, FAULT_RESTARTS, FAULT_VALKEY, FAULT_ABSENT and FAULT_FILLS change them."""
    chosen = SHORT if short else FULL
    kills = int(environment.get("FAULT_KILLS") or chosen.embedded_kills + chosen.full_kills)
    share = chosen.embedded_kills / (chosen.embedded_kills + chosen.full_kills)
    return replace(
        chosen,
        embedded_kills=round(kills * share),
        full_kills=kills - round(kills * share),
        restarts=int(environment.get("FAULT_RESTARTS") or chosen.restarts),
        absences=tuple(float(it) for it in environment.get("FAULT_ABSENT", "").split()) or chosen.absences,
        valkey=int(environment.get("FAULT_VALKEY") or chosen.valkey),
        fills=int(environment.get("FAULT_FILLS") or chosen.fills),
    )


def embedded(seed: str, sizes: Sizes, parts: tuple[str, ...]) -> list[Fault]:
    """Kills and full disks."""
    return _mixed(seed + " embedded", sizes, [*_kills(sizes.embedded_kills, parts, seed), *[("disk full", "")] * sizes.fills])


def full(seed: str, sizes: Sizes, parts: tuple[str, ...]) -> list[Fault]:
    """The same, and the stores going away."""
    stores = [
        *[("database stopped", seconds) for seconds in _absences(seed, sizes)],
        *[("Valkey killed", "0.3")] * sizes.valkey,
        *[("Valkey flushed", "")] * sizes.valkey,
        *[("Valkey absent", str(seconds)) for seconds in sizes.absences],
        *[("disk full", "")] * sizes.fills,
    ]
    return _mixed(seed + " full", sizes, [*_kills(sizes.full_kills, parts, seed), *stores])


def _absences(seed: str, sizes: Sizes) -> list[str]:
    """How long the database stays away each time: from a blink to longer than a request waits for it."""
    chance = random.Random(f"{seed} database")
    longest = sizes.outage
    return [f"{longest if number == 0 else chance.uniform(0.2, longest):.1f}" for number in range(sizes.restarts)]


def _kills(count: int, parts: tuple[str, ...], seed: str) -> list[tuple[str, str]]:
    """Every part and every fuse in turn, so that the smallest run meets each; half of them at no chosen place."""
    chance = random.Random(f"{seed} kills")
    first = chance.sample(parts, len(parts))
    fuses = chance.sample(FUSES, len(FUSES))
    turns = ((number % 2, number // 2) for number in range(count))
    return [("killed", first[turn % len(first)]) if odd else ("fuse", fuses[turn % len(fuses)]) for odd, turn in turns]


def _mixed(seed: str, sizes: Sizes, kinds: list[tuple[str, str]]) -> list[Fault]:
    chance = random.Random(seed)
    chance.shuffle(kinds)
    return [Fault(kind, at, chance.uniform(*sizes.pause)) for kind, at in kinds]
