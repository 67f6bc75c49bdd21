"""Homes of either side, for the world of the proofs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from cooperatives.models import Cooperative
from members.actions import add_building, add_unit, change_household, house, make_household, name_guardian
from members.models import Building, Household, Person, Unit

SINCE = date(2026, 1, 1)


def fill(world: Any, side: str) -> None:
    """A building with two flats that are let and two that are free; four households, two without a home.

    Addresses name the free flat N-102, to which nothing refers, a household without a home, and the agreement of another.
    """
    with world.inside(side) as actor, _housing(world.cooperatives[side]) as cooperative:
        again = str(Building.objects.count() or "")
        building = world.choose(side, add_building(actor, cooperative, **_building(world, side, again)))
        first, free, _third, last = (_unit(world, side, actor, building, f"N-10{number}") for number in range(1, 5))
        world.choose(side, free)
        amy, cleo, dan, eve, finn, gus = (
            Person.objects.create(cooperative=cooperative, name=world.say(side, name))
            for name in ("Amy", "Cleo", "Dan", "Eve", "Finn", "Gus")
        )
        world.choose(side, name_guardian(actor, cleo, amy))
        family = _household(world, side, actor, cooperative, "Amy and Cleo", adults=[amy], children=[cleo])
        world.choose(side, house(actor, first, family, starts_on=SINCE, note=world.say(side, "By hand")))
        house(actor, last, _household(world, side, actor, cooperative, "Dan", adults=[dan]), starts_on=SINCE)
        _household(world, side, actor, cooperative, "Gus", adults=[gus])
        world.choose(side, _household(world, side, actor, cooperative, "Eve and Finn", adults=[eve], children=[finn]))


def _unit(world: Any, side: str, actor: Any, building: Building, code: str) -> Unit:
    words = {"code": f"{code}{world.say(side, '')}"[:40].strip(), "type": world.say(side, "Two rooms")[:60].strip()}
    made: Unit = add_unit(actor, building, **words, floor=1)
    return made


def _building(world: Any, side: str, again: str) -> dict[str, str]:
    return {"name": f"North{again}{world.say(side, '')}"[:100].strip(), "address": world.say(side, "1 Long Lane")}


def _household(world: Any, side: str, actor: Any, cooperative: Cooperative, name: str, **people: list[Person]) -> Household:
    made = make_household(actor, cooperative, name=world.say(side, name), on=SINCE, **people)
    number = world.say(side, f"H{made.pk}")[:60].strip()
    found: Household = change_household(actor, made, version=made.version, external_id=number)
    return found


@contextmanager
def _housing(cooperative: Cooperative) -> Iterator[Cooperative]:
    """The cooperative as a housing one: a chama's rows must be walled off too, should it ever have been one."""
    kind = cooperative.kind
    rows = Cooperative.objects.filter(pk=cooperative.pk)
    rows.update(kind=Cooperative.Kind.HOUSING)
    yield rows.get()
    rows.update(kind=kind)
