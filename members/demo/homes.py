"""Where the people of Linden Court live, read from homes.json: two invented buildings, their units, households,
board and waiting list."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

HOMES_OF = "linden-court"


class Size(NamedTuple):
    """What units of so many bedrooms are like; `charge` in whole units of the currency, `area` in square metres."""

    type: str
    rooms: int
    area: int
    charge: int
    fewest: int
    most: int


class Flat(NamedTuple):
    """One unit: its code, its floor and its size."""

    code: str
    floor: int
    size: Size


class House(NamedTuple):
    """One building; `floors` tells for each floor, from below, the bedrooms of its units in order."""

    name: str
    letter: str
    address: str
    built_in: int
    floors: Sequence[str]

    def flats(self, sizes: dict[str, Size]) -> Iterator[Flat]:
        """Its units, from below."""
        for floor, bedrooms in enumerate(self.floors, 1):
            for place, size in enumerate(bedrooms, 1):
                yield Flat(f"{self.letter}-{floor}{place:02}", floor, sizes[size])


class Family(NamedTuple):
    """A household with its home. Children with the age they reach this year.

    Where it came from the unit `before`, it moved so many months ago; `since` and `until` are days of this month.
    """

    unit: str
    adults: Sequence[str]
    children: Sequence[tuple[str, int]] = ()
    others: Sequence[str] = ()
    before: str = ""
    moved: int = 0
    since: int = 0
    until: int = 0

    @property
    def name(self) -> str:
        """The family names of its adults."""
        return ", ".join(dict.fromkeys(adult.partition(" ")[2] for adult in self.adults))


class Place(NamedTuple):
    """A seat on the board, held since so many months."""

    name: str
    since: int
    position: str = "member"


class Waits(NamedTuple):
    """Somebody on the waiting list since so many months; who is a member by that name lives here already."""

    name: str
    since: int
    people: int
    rooms: int
    wishes: str = ""
    email: str = ""


class DemoHomes(NamedTuple):
    """All of it. The unit `offered` was refused by the first who waits, and is offered to the second."""

    houses: tuple[House, ...]
    sizes: dict[str, Size]
    families: tuple[Family, ...]
    board: tuple[Place, ...]
    offered: str
    waiting: tuple[Waits, ...]


@cache
def homes() -> DemoHomes:
    """The homes of Linden Court."""
    stored = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return DemoHomes(
        tuple(House(**house) for house in stored["buildings"]),
        {bedrooms: Size(**size) for bedrooms, size in stored["sizes"].items()},
        tuple(Family(**family) for family in stored["households"]),
        tuple(Place(**place) for place in stored["board"]),
        stored["offered"],
        tuple(Waits(**one) for one in stored["waiting"]),
    )
