"""Every door answers everybody as the reviewed table says, and gives them to read what the reviewed listing says."""

from typing import Any

import pytest
from django.db import connection

from cooperatives.fences.declared import owned_models

from ..surface import Door
from ..world import ACTORS, World
from .idle import IDLE, reason
from .tables import line_of
from .walking import outputs, table, walk, walked

TABLE, OUTPUTS = table(list(ACTORS)), outputs()
REFUSALS = {"sign-in", "re-auth", "400", "401", "403", "404", "405", "4401", "4403"}


def knows_tenants(door: Door) -> bool:
    """Whether a room of ours answers, or a desk over owned rows: those whose walls differ from engine to engine."""
    return (door.kind != "admin" and door.is_ours) or door.model in set(owned_models())


@pytest.fixture(scope="module")
def chosen() -> list[Door]:
    """All doors; on PostgreSQL those that ask for a cooperative's rows, since the others ask the same of both engines."""
    return [door for door in walked() if connection.vendor == "sqlite" or knows_tenants(door)]


@pytest.mark.parametrize("actor", ACTORS)
def test_every_door_answers_as_the_tables_say(actor: str, stocked: World, chosen: list[Door], writer: Any) -> None:
    found = walk(stocked, actor, chosen)
    assert not found.leaks, f"{actor} reads what is not theirs: {found.leaks}"
    if writer is not None:
        writer.take(TABLE, actor, found.words)
        writer.take(OUTPUTS, actor, found.keys)
        return
    wanted, keys = TABLE.read(), OUTPUTS.read()
    wrong = [
        f"{line}: {actor} wanted {wanted[line][actor]}, got {word}"
        for line, word in found.words.items()
        if line in wanted and wanted[line][actor] != word
    ]
    for line in found.words:
        now, then = found.keys.get(line, set()), keys.get(line, {}).get(actor, set())
        wrong += [f"{line}: {actor} reads new key {key}" for key in sorted(now - then)]
        wrong += [f"{line}: {actor} misses key {key}" for key in sorted(then - now)]
    assert not wrong, "\n" + "\n".join(wrong)


def without_line(doors: list[Door]) -> list[str]:
    """Doors that no line of the table speaks of."""
    return sorted({line_of(door) for door in doors} - TABLE.read().keys())


def test_every_door_has_a_line_and_every_line_a_door() -> None:
    assert not without_line(walked()), "run `make matrix`, and read what it adds"
    assert not TABLE.read().keys() - {line_of(door) for door in walked()}, "run `make matrix`: these doors are gone"
    assert not OUTPUTS.read().keys() - TABLE.read().keys()


def test_every_cell_says_a_known_word() -> None:
    # Readiness is not given in a test: no beat has beaten.
    words = {word for line, row in TABLE.read().items() if line != "page GET /readyz" for word in row.values()}
    assert words <= {"yes", "nothing", "elsewhere", *REFUSALS}, "a 5xx, a GET that writes, a request that was not valid"


def test_every_writing_door_does_something_for_somebody_or_has_a_reason() -> None:
    writing = {line: set(row.values()) for line, row in TABLE.read().items() if line.split()[1] not in ("GET", "OPEN")}
    refused = {"sign-in", "401", "403", "405"}  # an answer for everybody: this is not to be done here
    lame = [line for line, words in writing.items() if "yes" not in words and not words <= refused and not reason(line)]
    assert not lame, "a valid body for these in <room>/tests/bodies.py, or a reason in idle.py"
    idle = [line for line in writing if reason(line)]
    assert {why for line in idle if (why := reason(line))} == set(IDLE.values()), "a reason for doors that are gone"
