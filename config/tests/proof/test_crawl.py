"""Everybody at every door with everybody else's ids: nothing is let through, shown, changed, or even known to exist.

In the suite the admin tries everything, because nothing but the wall stands in an admin's way, and what the others try
is dealt out among them. With CRAWL_WHOLE everybody tries everything; `make crawl` does that and prints the tables.
"""

import pytest
from django import forms

from config.rooms import modules

from ..kept import undone
from .asking import bodies, form_ids
from .bodies import body
from .crawl import Crawl, Nothing, planned
from .shares import ON_POSTGRES, WHOLE
from .surface import WRITING, Door, doors
from .world import ACTORS, HERE, World

pytestmark = pytest.mark.usefixtures("quiet", "still")
# What a role may is the same on both engines; one of each standing is enough for the second, and a part of the work.
SOME = ("visitor", "outsider", "member", "admin", "removed", "keeper")
TRYING = SOME if ON_POSTGRES and not WHOLE else ACTORS
EVERY = 1 if WHOLE else 4
once = pytest.mark.skipif(ON_POSTGRES and not WHOLE, reason="the same on every engine, and told on SQLite")


@pytest.fixture(scope="module")
def nothing() -> Nothing:
    """What ids of nothing are answered: asked once for all who get the same answer."""
    return {}


@pytest.fixture(scope="module")
def opened() -> dict[str, set[Door]]:
    """What those who tried everything could open, so that nobody has to try it again to tell."""
    return {}


@pytest.mark.parametrize("actor", TRYING)
def test_nobody_reaches_another_cooperative(actor: str, world: World, nothing: Nothing, opened: dict[str, set[Door]]) -> None:
    every = 1 if actor == "admin" and not ON_POSTGRES else EVERY
    report = Crawl(world, nothing=nothing, whole=WHOLE, every=every).run(actor)
    print(report)
    if every == 1:
        opened[actor] = {door for door, _actor in report.opened}
    assert not report.findings


@once
def test_the_crawl_is_large(world: World) -> None:
    cells = planned(world, whole=WHOLE)
    print(f"{cells.total()} cells: {dict(cells)}")
    assert cells.total() >= 2000
    assert min(cells.values()) > 50


# Doors of ours that nobody can get through in an installation like this one.
CLOSED = {
    "calendars:read": "opened by a secret alone, and none can be read from a row",
    "cooperatives:components": "drawn only in debug",
    "members:demo_enter": "open only where the demo is shown",
    "members:invitation": "opened by a code alone, and no code can be read from a row",
    "members:join": "the face of a cooperative that lists itself, which those of the world do not",
}


@once
def test_every_door_lets_somebody_through(world: World, opened: dict[str, set[Door]]) -> None:
    for actor in ("admin", "visitor"):
        if actor not in opened:
            crawl = Crawl(world)
            crawl.control(actor)
            opened[actor] = {door for door, _actor in crawl.report.opened}
    through = opened["admin"] | opened["visitor"]
    shut = [door for door in doors() if door.is_ours and door.kind in ("page", "api") and door not in through]
    assert {door.name for door in shut} <= set(CLOSED), shut


def test_every_writing_door_has_a_valid_body(world: World) -> None:
    with undone():
        without = {door.name for door in doors() if door.is_ours and door.method in WRITING and body(world, door) is None}
    silent = {door.name for door in doors() if door.is_ours and door.name in EMPTY}
    assert without <= silent | set(CLOSED), f"tests/bodies.py of their rooms says nothing of {sorted(without - silent)}"


# Doors that are pressed and bring nothing that names a row.
EMPTY = {
    "members:end_place", "members:end_program", "accounts/password/set/", "admin:login", "admin:password_change",
    "admin:password_change_done",
}  # fmt: skip


def test_every_id_that_a_form_takes_is_tried(world: World) -> None:
    with undone():
        tried = {
            name.split(".")[0]
            for door in doors()
            if door.is_ours and door.kind == "page" and door.method in WRITING
            for name, _sent in bodies(world, door, HERE)
        }
    for room in modules("forms"):
        for form in vars(room).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__module__ == room.__name__:
                assert form_ids(form) <= tried, f"REFERENCES or a body of {room.__name__} lacks {form_ids(form) - tried}"
