"""Valid requests for the writing doors of homes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from cooperatives.queries import enter
from members.models import Household, Occupancy, Person, Unit

Body = Callable[[Any, str], dict[str, Any]]


def _row(world: Any, side: str, name: str) -> Any:
    return world.row(side, f"members.{name}")


def _unit(world: Any, side: str, code: str) -> Unit:
    """A unit of the building that addresses name."""
    with enter([world.cooperatives[side].pk]):
        found: Unit = Unit.objects.get(building=_row(world, side, "building"), code__startswith=code)
    return found


def _person(world: Any, side: str, name: str) -> str:
    with enter([world.cooperatives[side].pk]):
        return str(Person.objects.filter(name__startswith=name).order_by("pk")[0].public_id)


def new_building(world: Any, side: str) -> dict[str, Any]:
    """A building that is added."""
    return {"cooperative": world.cooperatives[side].pk, "name": "South", "address": "2 Long Lane", "built_in": 1911}


def building(world: Any, side: str) -> dict[str, Any]:
    """Another name for a building."""
    return {**new_building(world, side), "version": _row(world, side, "building").version}


def new_unit(world: Any, side: str) -> dict[str, Any]:
    """A unit that is added."""
    said = {"code": "S-1", "kind": "flat", "floor": 2, "rooms": "3.0", "monthly_charge": 61_250, "fewest": 1, "most": 4}
    return {"building": _row(world, side, "building").pk, **said}


def unit(world: Any, side: str) -> dict[str, Any]:
    """Another code for a unit, which stays in its building."""
    row = _row(world, side, "unit")
    return {**new_unit(world, side), "building": row.building_id, "version": row.version}


def removed_unit(world: Any, side: str) -> dict[str, Any]:
    """Nothing refers to the unit that addresses name."""
    return {"version": _row(world, side, "unit").version}


def new_household(world: Any, side: str) -> dict[str, Any]:
    """Dan and Finn share one."""
    people = {"adults": [_person(world, side, "Dan")], "children": [_person(world, side, "Finn")], "on": "2026-02-01"}
    return {"cooperative": world.cooperatives[side].pk, "name": "Shared", "external_id": "77", **people}


def household(world: Any, side: str) -> dict[str, Any]:
    """Another name for a household."""
    row = _row(world, side, "household")
    return {"cooperative": world.cooperatives[side].pk, "name": "Called anew", "external_id": "78", "version": row.version}


def ended_household(world: Any, side: str) -> dict[str, Any]:
    """The end of a household that lives nowhere: of another than addresses named, once that one has a home."""
    with enter([world.cooperatives[side].pk]):
        if _row(world, side, "household").occupancies.exists():
            world.choose(side, Household.objects.filter(occupancies=None, ended_on=None).latest("pk"))
    return {"on": "2027-01-01", "version": _row(world, side, "household").version}


def joined(world: Any, side: str) -> dict[str, Any]:
    """Dan joins the household of Eve and Finn."""
    return {"person": _person(world, side, "Dan"), "relation": "other", "starts_on": "2026-03-01"}


def left(world: Any, side: str) -> dict[str, Any]:
    """Finn leaves it."""
    return {"person": _person(world, side, "Finn"), "on": "2026-04-01"}


def new_occupancy(world: Any, side: str) -> dict[str, Any]:
    """Eve and Finn have a free flat."""
    rows = {
        "unit": str(_unit(world, side, "N-103").public_id),
        "household": str(_row(world, side, "household").public_id),
    }
    people = {"holders": [_person(world, side, "Eve")], "occupants": [_person(world, side, "Finn")]}
    return {**rows, "kind": "member", "starts_on": "2026-02-01", **people}


def occupancy(world: Any, side: str) -> dict[str, Any]:
    """An end for an agreement."""
    row = _row(world, side, "occupancy")
    with enter([world.cooperatives[side].pk]):
        rows = {"unit": str(row.unit.public_id), "household": str(row.household.public_id)}
    return {**rows, "starts_on": "2026-01-01", "ends_on": "2031-05-01", "note": "For five years.", "version": row.version}


def lasting(world: Any, side: str) -> Occupancy:
    """The agreement that addresses name, or that which followed it, once it has ended: addresses name that one then."""
    named: Occupancy = _row(world, side, "occupancy")
    with enter([world.cooperatives[side].pk]):
        theirs = Occupancy.objects.filter(household_id=named.household_id)
        found: Occupancy = theirs.filter(pk=named.pk, ends_on=None).first() or theirs.latest("starts_on", "pk")
        return found if found.pk == named.pk else world.choose(side, found)


def free_unit(world: Any, side: str) -> Unit:
    """A flat in which nobody lives."""
    with enter([world.cooperatives[side].pk]):
        taken = Occupancy.objects.filter(ends_on=None).values("unit")
        return Unit.objects.filter(building=_row(world, side, "building")).exclude(pk__in=taken).latest("pk")


def ended(world: Any, side: str) -> dict[str, Any]:
    """The end of an agreement."""
    row = lasting(world, side)
    day = max(date(2026, 6, 1), row.starts_on + timedelta(days=30))
    return {"on": day.isoformat(), "version": row.version}


def transferred(world: Any, side: str) -> dict[str, Any]:
    """Into the free flat."""
    return {**ended(world, side), "unit": str(free_unit(world, side).public_id)}


def swapped(world: Any, side: str) -> dict[str, Any]:
    """With Dan."""
    with enter([world.cooperatives[side].pk]):
        theirs = Occupancy.objects.get(unit=_unit(world, side, "N-104"))
    return {**ended(world, side), "occupancy": str(theirs.public_id)}


def added(world: Any, side: str) -> dict[str, Any]:
    """Eve lives with Amy and Cleo."""
    return {"person": _person(world, side, "Eve"), "starts_on": "2026-03-01"}


def gone(world: Any, side: str) -> dict[str, Any]:
    """Cleo lives there no more: in the agreement that followed, once the one that addresses named has ended."""
    with enter([world.cooperatives[side].pk]):
        row = _row(world, side, "occupancy")
        if row.ends_on is not None:
            cleos = Occupancy.objects.filter(occupants__person__name__startswith="Cleo")
            row = world.choose(side, cleos.latest("starts_on", "pk"))
    day = max(date(2026, 4, 1), row.starts_on + timedelta(days=30))
    return {"person": _person(world, side, "Cleo"), "on": day.isoformat()}


BODIES: dict[str, Body] = {
    "building-list": new_building,
    "building-detail": building,
    "unit-list": new_unit,
    "DELETE unit-detail": removed_unit,
    "unit-detail": unit,
    "household-list": new_household,
    "household-detail": household,
    "household-end": ended_household,
    "household-people": joined,
    "household-leave": left,
    "occupancy-list": new_occupancy,
    "occupancy-detail": occupancy,
    "occupancy-end": ended,
    "occupancy-transfer": transferred,
    "occupancy-swap": swapped,
    "occupancy-people": added,
    "occupancy-leave": gone,
}
