"""What an import is compared with, and what would become of it: the register as plain data, the plan of a file."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from cooperatives.models import Cooperative, digits_of
from cooperatives.reading import Order, Table, Wishes, country_of_zone, read_table

from ..importing import (
    Choices,
    KnownAgreement,
    KnownPerson,
    KnownUnit,
    Plan,
    Register,
    likes,
    plan,
    read,
    unit_key,
)
from ..models import Building, Household, HouseholdMember, ImportBatch, Membership, Occupancy, Occupant, Person, Unit
from ..names import folded
from .register import today_in

_PERSON = ("pk", "name", "given_name", "family_name", "email", "phone", "other_phones", "birth_date", "external_id")
_UNIT = ("type", "floor", "rooms", "area", "monthly_charge", "kind")


def imports_of(cooperative: Cooperative) -> "QuerySet[ImportBatch]":
    """The imports of a cooperative without their bytes, the newest first."""
    return (
        ImportBatch.objects.filter(cooperative=cooperative).select_related("created_by__person").defer("content").order_by("-pk")
    )


def known_register(cooperative: Cooperative) -> Register:
    """The register of a cooperative as plain data: eight queries, however much there is. Erased people are left out."""
    buildings = {folded(name): (pk, name) for pk, name in _of(Building, cooperative, "pk", "name")}
    units = _units(cooperative)
    households = {pk: (name, number) for pk, name, number in _of(Household, cooperative, "pk", "name", "external_id")}
    members: dict[int, set[int]] = {}
    for household, person in _of(HouseholdMember, cooperative, "household_id", "person_id"):
        members.setdefault(household, set()).add(person)
    return Register(
        today=today_in(cooperative.time_zone),
        digits=digits_of(cooperative.currency),
        home=_home(cooperative, buildings),
        people=_people(cooperative),
        buildings=buildings,
        units={unit_key(unit.building, unit.code): unit for unit in units.values()},
        households=households,
        members=members,
        agreements=_agreements(cooperative, units, households),
    )


def _of(model: Any, cooperative: Cooperative, *columns: str) -> Any:
    return model.objects.filter(cooperative=cooperative).order_by("pk").values_list(*columns)


def _home(cooperative: Cooperative, buildings: dict[str, tuple[int, str]]) -> str:
    """The building of units that name none: the only one there is, else one called like the cooperative."""
    names = [name for _pk, name in buildings.values()]
    return names[0] if len(names) == 1 else cooperative.name[:100]


def _people(cooperative: Cooperative) -> list[KnownPerson]:
    newest: dict[int, tuple[int, date, date | None]] = {}
    for person, *standing in _of(Membership, cooperative, "person_id", "number", "joined_on", "left_on").order_by("number"):
        newest[person] = (standing[0], standing[1], standing[2])
    rows = _of(Person, cooperative, *_PERSON).filter(erased_at=None)
    return [KnownPerson(*row, *newest.get(row[0], (None, None, None))) for row in rows]


def _units(cooperative: Cooperative) -> dict[int, KnownUnit]:
    rows = _of(Unit, cooperative, "pk", "building_id", "building__name", "code", *_UNIT)
    return {row[0]: KnownUnit(*row) for row in rows}


def _agreements(
    cooperative: Cooperative, units: dict[int, KnownUnit], households: dict[int, tuple[str, str]]
) -> list[KnownAgreement]:
    people: dict[int, set[int]] = {}
    for agreement, person in _of(Occupant, cooperative, "occupancy_id", "person_id"):
        people.setdefault(agreement, set()).add(person)
    found = []
    for pk, unit, household, starts, ends in _of(Occupancy, cooperative, "pk", "unit_id", "household_id", "starts_on", "ends_on"):
        key = unit_key(units[unit].building, units[unit].code)
        name = households[household][0]
        found.append(KnownAgreement(pk, key, household, name, starts, ends, frozenset(people.get(pk, ()))))
    return found


# --- The plan ---------------------------------------------------------------------------------------------------------


def wishes_of(choices: dict[str, Any]) -> Wishes:
    """How somebody decided that the file is to be read."""
    return Wishes(
        encoding=str(choices.get("encoding", "")),
        delimiter=str(choices.get("delimiter", "")),
        sheet=str(choices.get("sheet", "")),
        header_row=int(choices.get("header_row") or 0),
    )


def table_in(batch: ImportBatch) -> Table:
    """The table in its file. Raises Unreadable."""
    return read_table(bytes(batch.content), wishes_of(batch.choices), likes)


def choices_of(batch: ImportBatch, today: date) -> Choices:
    """What was decided about its rows."""
    said = batch.choices
    order = said.get("order", "")
    return Choices(
        today=today,
        country=said.get("country", "") or country_of_zone(batch.cooperative.time_zone),
        order=Order(order) if order else None,
        columns={int(index): field for index, field in said.get("columns", {}).items()},
        answers=said.get("answers", {}),
        edits={int(row): cells for row, cells in said.get("edits", {}).items()},
        fill_down=bool(said.get("fill_down")),
        has_homes=batch.cooperative.kind == Cooperative.Kind.HOUSING,
    )


def plan_of(batch: ImportBatch) -> Plan:
    """What would become of each row now: the file read as decided, beside the register. Raises Unreadable."""
    register = known_register(batch.cooperative)
    return planned(batch, register, choices_of(batch, register.today))


def planned(batch: ImportBatch, register: Register, choices: Choices) -> Plan:
    """What would become of each row beside this register. Raises Unreadable."""
    return plan(read(table_in(batch), choices, register.units), register, choices)


def mark_of(found: Plan) -> str:
    """A mark of all that a plan would do: who confirms sends back the one they saw, and nothing else is written."""
    said = [[row.number, row.verdict, row.does, [[one.field, one.old, one.new] for one in row.changes]] for row in found.rows]
    return sha256(json.dumps(said, default=str).encode()).hexdigest()
