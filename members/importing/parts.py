"""The parts of a plan: units, households and homes as the good rows of a file say them together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .matching import PersonPlan, people_of
from .plan import Change, Entry, Reading, RowPlan, UnitKey, counts
from .register import KnownAgreement, KnownUnit, Register


@dataclass
class UnitPlan:
    """A unit, and which it is in the register (`known`, else new)."""

    key: UnitKey
    rows: list[int]
    building: str
    code: str
    facts: dict[str, Any]
    known: KnownUnit | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass
class HomePlan:
    """A household's use of a unit: who lives there with the day they came, from when until when."""

    unit: UnitKey
    household: tuple[Any, ...]
    rows: list[int]
    people: dict[str, date | None]
    starts_on: date
    ends_on: date | None
    known: KnownAgreement | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass
class HouseholdPlan:
    """People who live together. `known` is its id in the register."""

    key: tuple[Any, ...]
    rows: list[int]
    name: str
    number: str
    people: dict[str, date | None]
    known: int | None = None


@dataclass
class Plan:
    """All that would be written, and what each row has to do with it."""

    reading: Reading
    register: Register
    people: dict[str, PersonPlan]
    units: dict[UnitKey, UnitPlan]
    households: dict[tuple[Any, ...], HouseholdPlan]
    homes: list[HomePlan]
    rows: list[RowPlan] = field(default_factory=list)
    _homes: dict[tuple[Any, ...], list[HomePlan]] | None = None

    def homes_of(self, household: tuple[Any, ...]) -> list[HomePlan]:
        """The homes of a household."""
        if self._homes is None:
            self._homes = {}
            for home in self.homes:
                self._homes.setdefault(home.household, []).append(home)
        return self._homes.get(household, [])

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have which verdict."""
        return counts(self.rows)

    def written(self) -> list[Entry]:
        """The entries of rows that are neither wrong nor asked about."""
        left_out = {row.number for row in self.rows if row.verdict in ("error", "ask")}
        return [entry for entry in self.reading.entries if entry.row not in left_out]


def built(reading: Reading, register: Register) -> Plan:
    """The plan of the good rows, before anything of it is found in the register."""
    blocked = reading.blocked()
    good = [entry for entry in reading.entries if entry.row not in blocked]
    people = people_of(good)
    units: dict[UnitKey, UnitPlan] = {}
    households: dict[tuple[Any, ...], HouseholdPlan] = {}
    homes: dict[tuple[Any, ...], HomePlan] = {}
    for entry in good:
        if entry.unit:
            _unit(units, entry, register)
        if entry.person and entry.household:
            _household(households, entry)
            if entry.unit:
                _home(homes, entry, people[entry.person], register)
    for home in homes.values():  # who has left already came at the latest on that day
        home.starts_on = min(home.starts_on, home.ends_on or home.starts_on)
    for household in households.values():
        household.name = household.name or _called(people[key] for key in household.people)
    return Plan(reading, register, people, units, households, list(homes.values()))


def _unit(units: dict[UnitKey, UnitPlan], entry: Entry, register: Register) -> None:
    facts, key = entry.facts, entry.unit
    assert key is not None  # noqa: S101 - asked for by the caller
    building = str(facts.get("building") or register.home)
    plan = units.setdefault(key, UnitPlan(key, [], building, str(facts["unit"]), {}))
    if entry.row not in plan.rows:
        plan.rows.append(entry.row)
    values = {"type": facts.get("unit_type"), "floor": facts.get("floor"), "area": facts.get("area")}
    if facts.get("rooms") is not None:
        values["rooms"] = facts["rooms"].quantize(Decimal("0.1"))
    if facts.get("charge") is not None and str(facts.get("charge_frequency", "monthly")).casefold() in (
        "monthly",
        "monatlich",
        "",
    ):
        values["monthly_charge"] = int(facts["charge"] * (10**register.digits))
    for name, value in values.items():
        if value is not None:
            plan.facts.setdefault(name, value)


def _household(households: dict[tuple[Any, ...], HouseholdPlan], entry: Entry) -> None:
    assert entry.household is not None  # noqa: S101 - asked for by the caller
    plan = households.setdefault(entry.household, HouseholdPlan(entry.household, [], "", "", {}))
    if entry.row not in plan.rows:
        plan.rows.append(entry.row)
    plan.name = plan.name or str(entry.facts.get("household_name", ""))
    plan.number = plan.number or str(entry.facts.get("household_id", ""))
    day = entry.facts.get("move_in")
    before = plan.people.get(entry.person)
    plan.people[entry.person] = min(day, before) if day and before else day or before


def _home(homes: dict[tuple[Any, ...], HomePlan], entry: Entry, person: PersonPlan, register: Register) -> None:
    assert entry.unit is not None and entry.household is not None  # noqa: S101 - asked for by the caller
    facts = entry.facts
    starts = facts.get("move_in") or person.facts.get("joined_on") or register.today
    ends = facts.get("move_out") or facts.get("left_on")
    plan = homes.setdefault((entry.unit, entry.household), HomePlan(entry.unit, entry.household, [], {}, starts, ends))
    if entry.row not in plan.rows:
        plan.rows.append(entry.row)
        plan.ends_on = None if plan.ends_on is None or ends is None else max(plan.ends_on, ends)
    plan.people[entry.person] = facts.get("move_in")
    plan.starts_on = min(plan.starts_on, starts)


def _called(people: Iterable[PersonPlan]) -> str:
    """A household's name: its family names, each once."""
    names = [str(one.facts.get("last_name") or one.facts["name"]) for one in people]
    return " & ".join(dict.fromkeys(names))[:150]
