"""Homes of a plan: buildings, units, households with their people, agreements with their occupants."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from ...importing import HomePlan, HouseholdPlan, Plan, UnitPlan, is_dwelling, kind_of
from ...importing.plan import UnitKey
from ...importing.roles import GUEST, meaning
from ...models import Building, Household, HouseholdMember, Occupancy, Occupant, Unit
from ...names import folded
from .journal import Journal
from .people import refuse_moved

Ids = dict[str, int]


def write_homes(plan: Plan, journal: Journal, people: Ids) -> None:
    """Write the homes of the plan; `people` are the ids of its people by their keys."""
    units = _units(plan, journal)
    households = _households(plan, journal, people)
    _occupancies(plan, journal, people, units, households)


# --- Units ------------------------------------------------------------------------------------------------------------


def _units(plan: Plan, journal: Journal) -> dict[UnitKey, int]:
    cooperative = journal.batch.cooperative_id
    fresh = [one for one in plan.units.values() if one.known is None]
    buildings = _buildings(plan, journal, fresh)
    rows = [
        Unit(
            cooperative_id=cooperative,
            building_id=buildings[folded(one.building)],
            code=one.code,
            kind=kind_of(one.facts.get("type", "")),
            **one.facts,
        )
        for one in fresh
    ]
    made = journal.create(Unit, rows)
    _change_units(plan, journal)
    ids = {one.key: one.known.id for one in plan.units.values() if one.known}
    return ids | {one.key: row.pk for one, row in zip(fresh, made, strict=True)}


def _buildings(plan: Plan, journal: Journal, fresh: list[UnitPlan]) -> Ids:
    ids = {key: pk for key, (pk, _name) in plan.register.buildings.items()}
    names = {folded(one.building): one.building for one in reversed(fresh)}
    rows = [Building(cooperative_id=journal.batch.cooperative_id, name=name) for key, name in names.items() if key not in ids]
    rows.sort(key=lambda row: row.name)
    return ids | {folded(row.name): row.pk for row in journal.create(Building, rows)}


def _change_units(plan: Plan, journal: Journal) -> None:
    changed = {one.known.id: one for one in plan.units.values() if one.known and one.changes}
    rows = Unit.objects.filter(cooperative=journal.batch.cooperative_id).select_for_update().in_bulk(list(changed))
    changes: list[tuple[Unit, dict[str, Any]]] = []
    for pk, one in changed.items():
        refuse_moved(rows[pk], {change.field: change.old for change in one.changes})
        changes.append((rows[pk], {change.field: one.facts[change.field] for change in one.changes}))
    journal.change(Unit, changes)


# --- Households -------------------------------------------------------------------------------------------------------


def _households(plan: Plan, journal: Journal, people: Ids) -> dict[Any, int]:
    cooperative = journal.batch.cooperative_id
    fresh = [one for one in plan.households.values() if one.known is None]
    ended = {one.key: _ended(plan, one) for one in fresh}
    rows = [
        Household(cooperative_id=cooperative, name=one.name[:150], external_id=one.number, ended_on=ended[one.key])
        for one in fresh
    ]
    ids = {one.key: one.known for one in plan.households.values() if one.known is not None}
    ids |= {one.key: row.pk for one, row in zip(fresh, journal.create(Household, rows), strict=True)}
    members = []
    for one in plan.households.values():
        there = plan.register.members.get(one.known, set()) if one.known is not None else set()
        for key, day in one.people.items():
            if people[key] not in there:
                relation = _relation(plan, key)
                facts = {"household_id": ids[one.key], "person_id": people[key], "relation": relation, "starts_on": day}
                members.append(HouseholdMember(cooperative_id=cooperative, ends_on=ended.get(one.key), **facts))
    journal.create(HouseholdMember, _each_once(members, "household_id", "person_id"))
    return ids


def _relation(plan: Plan, key: str) -> str:
    return HouseholdMember.Relation.CHILD if plan.people[key].facts.get("is_child") else HouseholdMember.Relation.ADULT


def _ended(plan: Plan, household: HouseholdPlan) -> date | None:
    """The day on which the last of its homes ended; None while one goes on, or when it has none."""
    ends = [home.ends_on for home in plan.homes_of(household.key)]
    days = [day for day in ends if day is not None and day <= plan.register.today]
    return max(days) if ends and len(days) == len(ends) else None


def _each_once(rows: Iterable[Any], *columns: str) -> list[Any]:
    """The rows without those that say of the same pair what an earlier one says."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, name) for name in columns), row)
    return list(found.values())


# --- Agreements -------------------------------------------------------------------------------------------------------


def _occupancies(plan: Plan, journal: Journal, people: Ids, units: dict[UnitKey, int], households: dict[Any, int]) -> None:
    cooperative = journal.batch.cooperative_id
    fresh = [home for home in plan.homes if home.known is None]
    rows = [
        Occupancy(
            cooperative_id=cooperative,
            unit_id=units[home.unit],
            household_id=households[home.household],
            kind=_kind(plan, home),
            starts_on=home.starts_on,
            ends_on=home.ends_on,
        )
        for home in fresh
    ]
    made = journal.create(Occupancy, rows)
    ids = {id(home): row.pk for home, row in zip(fresh, made, strict=True)}
    _end(plan, journal)
    occupants = []
    for home in plan.homes:
        agreement = home.known.id if home.known else ids[id(home)]
        there = home.known.people if home.known else frozenset()
        for key, day in home.people.items():
            if people[key] not in there:
                occupants.append(_occupant(plan, home, key, day, agreement, people[key]))
    for row in occupants:
        row.cooperative_id = cooperative
    journal.create(Occupant, _each_once(occupants, "occupancy_id", "person_id"))


def _kind(plan: Plan, home: HomePlan) -> str:
    words = [meaning(word) for key in home.people for word in plan.people[key].facts.get("role", [])]
    return Occupancy.Kind.GUEST if words and set(words) == {GUEST} else Occupancy.Kind.MEMBER


def _occupant(plan: Plan, home: HomePlan, key: str, day: date | None, agreement: int, person: int) -> Occupant:
    """Members hold an agreement; whoever is in it lives there, where one can."""
    holds = plan.people[key].is_member
    known = home.known
    ends = (known.ends_on if known and known.ends_on else None) or home.ends_on
    begins = max(day or home.starts_on, home.starts_on)
    return Occupant(
        occupancy_id=agreement,
        person_id=person,
        is_holder=holds,
        lives_there=is_dwelling(plan.units[home.unit].facts.get("type", "")) or not holds,
        starts_on=min(begins, ends) if ends else begins,
        ends_on=ends,
    )


def _end(plan: Plan, journal: Journal) -> None:
    """End agreements, and who stands in them, that the file says have ended."""
    ending = {home.known.id: home.ends_on for home in plan.homes if home.known and home.changes}
    mine = {"cooperative": journal.batch.cooperative_id}
    rows = Occupancy.objects.filter(**mine, pk__in=ending).select_for_update().order_by("pk")
    journal.change(Occupancy, [(row, {"ends_on": ending[row.pk]}) for row in rows])
    inside = Occupant.objects.filter(**mine, occupancy__in=ending, ends_on=None).order_by("pk")
    journal.change(Occupant, [(row, {"ends_on": ending[row.occupancy_id]}) for row in inside])
