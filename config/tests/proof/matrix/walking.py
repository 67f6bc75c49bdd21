"""The walk of one actor past every door: what the tables should say of them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..surface import Door, doors
from ..world import World
from .secrets import Secrets, entered_as
from .shapes import paths, spoken
from .tables import Listing, Table, line_of
from .trying import attempt

TABLE = "doors.txt"
PREFACE = """
Who may open which door: the running application's own answers to a valid request for a row of the actors' own
cooperative. Written by `make matrix`, read by people, compared by config/tests/proof/matrix/test_doors.py.

yes       done: drawn, or written so that the database changed      nothing    taken, and changed nothing: see idle.py
sign-in   sent to sign in                                           elsewhere  sent to another page
re-auth   sent to prove who it is                                   4xx, 44xx  refused with this status or close code
"""
OUTPUTS = "outputs.txt"
OUTPUTS_PREFACE = """
The keys of every JSON answer and of every message on a socket, for each actor who gets one. `[]` is a list, `=null`
a key that is null in every row of the answer, `kind:key` a message. Written by `make matrix`, read by people.
"""


@dataclass
class Walk:
    """One actor's words and keys by line, and what they got to read that they may not."""

    words: dict[str, str] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)
    leaks: dict[str, set[str]] = field(default_factory=dict)


def walked() -> list[Door]:
    """The doors of the walk, each once: two addresses that read alike are one line."""
    return list({line_of(door): door for door in doors()}.values())


def walk(world: World, actor: str, chosen: list[Door]) -> Walk:
    """Try all these doors as one actor."""
    found, secrets = Walk(), Secrets(world, actor)
    with quiet():
        _walk(world, actor, chosen, found, secrets)
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """Thousands of refusals would fill the log, and drawing their tracebacks takes a fifth of the time."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _walk(world: World, actor: str, chosen: list[Door], found: Walk, secrets: Secrets) -> None:
    for door in chosen:
        answer, line = attempt(world, door, actor), line_of(door)
        found.words[line] = answer.word
        if answer.data is not None:
            found.keys[line] = spoken(answer.data) if door.kind == "socket" else paths(answer.data)
        if leaked := secrets.found_in(answer.text, entered_as(world, door.name)):
            found.leaks[line] = leaked


def table(columns: list[str]) -> Table:
    """Doors by actors."""
    return Table(TABLE, columns, PREFACE)


def outputs() -> Listing:
    """Keys by door and actor."""
    return Listing(OUTPUTS, OUTPUTS_PREFACE)
