"""Valid requests for the writing doors of these pages: what an honest browser would send."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from cooperatives.queries import enter
from members.models import Household, HouseholdMember, Membership, Occupancy, Person

from ..homes.bodies import free_unit, lasting

Body = Callable[[Any, str], dict[str, Any]]
DAY = "2027-05-03"


def _row(world: Any, side: str, name: str) -> Any:
    return world.row(side, f"members.{name}")


def _now(world: Any, side: str, name: str) -> Any:
    """The row as it is stored: its version may be newer than the world's."""
    row = _row(world, side, name)
    with enter([world.cooperatives[side].pk]):
        return type(row).objects.get(pk=row.pk)


def today(world: Any, side: str) -> str:
    """Today, where the side is."""
    return timezone.localtime(timezone.now(), world.cooperatives[side].zone).date().isoformat()


def member(world: Any, side: str) -> dict[str, Any]:
    """A new member."""
    return {"given_name": "Nora", "family_name": "New", "email": "nora@example.org", "on": today(world, side), "role": "member"}


def person(world: Any, side: str) -> dict[str, Any]:
    """Another telephone for a member."""
    with enter([world.cooperatives[side].pk]):
        row = Membership.objects.select_related("person").get(pk=_row(world, side, "membership").pk).person
    return {"name": row.name, "phone": "030 77", "version": row.version}


def role(world: Any, side: str) -> dict[str, Any]:
    """An office."""
    return {"role": "secretary", "starts_on": today(world, side), "ends_on": ""}


def on_a_day(world: Any, side: str) -> dict[str, Any]:
    """From today on."""
    return {"on": today(world, side)}


def pause(world: Any, side: str) -> dict[str, Any]:
    """A pause next year."""
    return {"starts_on": DAY, "ends_on": "2027-06-03", "reason": "Abroad"}


def leaving(world: Any, side: str) -> dict[str, Any]:
    """Leaving today."""
    return {"on": today(world, side), "reason": "moved", "note": "To the coast", "despite": "Agreed by the board"}


def committee(world: Any, side: str) -> dict[str, Any]:
    """A new committee."""
    return {"name": "Garden", "purpose": "Beds."}


def committee_changed(world: Any, side: str) -> dict[str, Any]:
    """Another name for one."""
    return {"name": "Trustees", "purpose": "Leads.", "version": _now(world, side, "committee").version}


def committee_ended(world: Any, side: str) -> dict[str, Any]:
    """Its end."""
    return {"version": _now(world, side, "committee").version}


def seat(world: Any, side: str) -> dict[str, Any]:
    """A term in some years, on days that nobody of the world sits."""
    with enter([world.cooperatives[side].pk]):
        who = Membership.objects.filter(left_on=None).order_by("number")[0]
    return {"member": who.pk, "position": "vice", "starts_on": "2035-01-01", "ends_on": "2036-01-01"}


def building(world: Any, side: str) -> dict[str, Any]:
    """A new building."""
    return {"name": "West", "address": "Elm Road 9", "built_in": 1999}


def building_changed(world: Any, side: str) -> dict[str, Any]:
    """Another name for one."""
    return {**building(world, side), "version": _now(world, side, "building").version}


def unit(world: Any, side: str) -> dict[str, Any]:
    """A new unit."""
    return {"code": "W-1", "kind": "flat", "floor": 1, "rooms": "2.5", "monthly_charge": "780.00"}


def unit_changed(world: Any, side: str) -> dict[str, Any]:
    """Another code for one."""
    return {**unit(world, side), "version": _now(world, side, "unit").version}


def move_in(world: Any, side: str) -> dict[str, Any]:
    """An agreement of a household that has no people, for one old week, shared: nothing stands in its way."""
    with enter([world.cooperatives[side].pk]):
        home = Household.objects.filter(ended_on=None).order_by("-pk")[0]
    return {"household": home.pk, "starts_on": "1991-01-01", "ends_on": "1991-01-08", "kind": "guest", "is_shared": "on"}


def agreement_ended(world: Any, side: str) -> dict[str, Any]:
    """The end of an agreement."""
    row = lasting(world, side)
    return {"on": max(today(world, side), row.starts_on.isoformat()), "version": row.version}


def agreement_changed(world: Any, side: str) -> dict[str, Any]:
    """Another note on an agreement."""
    row = lasting(world, side)
    return {"starts_on": row.starts_on, "ends_on": "", "kind": row.kind, "note": "By word of mouth", "version": row.version}


def transfer(world: Any, side: str) -> dict[str, Any]:
    """Over into the free flat."""
    return {**agreement_ended(world, side), "unit": free_unit(world, side).pk}


def swap(world: Any, side: str) -> dict[str, Any]:
    """With the other household that has a home."""
    mine = lasting(world, side)
    with enter([world.cooperatives[side].pk]):
        others = Occupancy.objects.filter(ends_on=None, unit__building=mine.unit.building).exclude(unit=mine.unit)
        return {**agreement_ended(world, side), "other": others.order_by("pk")[0].pk}


def occupant(world: Any, side: str) -> dict[str, Any]:
    """Somebody who holds an agreement without living there, and has no part in it yet."""
    with enter([world.cooperatives[side].pk]):
        free = Person.objects.filter(erased_at=None).exclude(occupancies__occupancy=_row(world, side, "occupancy"))
        return {"person": free.order_by("pk")[0].pk, "is_holder": "on"}


def unit_removed(world: Any, side: str) -> dict[str, Any]:
    """A button, with the version it was shown with: nothing refers to the unit that addresses name."""
    return {"version": _now(world, side, "unit").version}


def household(world: Any, side: str) -> dict[str, Any]:
    """A new household."""
    return {"name": "The Marshes"}


def household_changed(world: Any, side: str) -> dict[str, Any]:
    """Another name for one."""
    return {**household(world, side), "external_id": "17", "version": _now(world, side, "household").version}


def household_ended(world: Any, side: str) -> dict[str, Any]:
    """Its end in the far future, when all of its agreements are over."""
    return {"on": "2090-01-01", "version": _now(world, side, "household").version}


def joins(world: Any, side: str) -> dict[str, Any]:
    """A child that the register does not know yet."""
    return {"name": "Mia", "birth_date": "2019-02-03", "relation": "child", "starts_on": today(world, side)}


def guardian(world: Any, side: str) -> dict[str, Any]:
    """Who answers for a child: somebody who does not yet."""
    with enter([world.cooperatives[side].pk]):
        home = _row(world, side, "household")
        child = HouseholdMember.objects.filter(household=home, relation="child").first()
        others = Person.objects.filter(erased_at=None, is_organization=False).exclude(pk=child.person_id if child else None)
        free = others.exclude(wards__child=child.person_id if child else None).exclude(
            guardians__guardian=child and child.person_id
        )
        return {"child": child.person_id if child else "", "guardian": free.order_by("pk")[0].pk}


def nothing(world: Any, side: str) -> dict[str, Any]:
    """A button: the address says it all."""
    return {}


BODIES: dict[str, Body] = {
    "members:member_new": member,
    "members:member": person,
    "members:role_new": role,
    "members:role_end": on_a_day,
    "members:role_keep": nothing,
    "members:member_stay": nothing,
    "members:member_pause": pause,
    "members:member_resume": on_a_day,
    "members:member_end": leaving,
    "members:leave": leaving,
    "members:committee_new": committee,
    "members:committee": committee_changed,
    "members:committee_end": committee_ended,
    "members:seat_new": seat,
    "members:seat_end": on_a_day,
    "members:building_new": building,
    "members:building": building_changed,
    "members:unit_new": unit,
    "members:unit": unit_changed,
    "members:move_in": move_in,
    "members:unit_remove": unit_removed,
    "members:agreement": agreement_changed,
    "members:move_out": agreement_ended,
    "members:transfer": transfer,
    "members:swap": swap,
    "members:occupant_new": occupant,
    "members:occupant_end": on_a_day,
    "members:household_new": household,
    "members:household": household_changed,
    "members:household_end": household_ended,
    "members:household_join": joins,
    "members:household_leave": on_a_day,
    "members:guardian_new": guardian,
    "members:guardian_end": nothing,
}
