"""Units, households and homes of a plan beside those of the register."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from ..names import folded
from .grouping import is_dwelling, kind_of, unit_key
from .parts import HomePlan, HouseholdPlan, Plan, UnitPlan
from .plan import Change, Problem, UnitKey, Weight
from .register import KnownUnit

_UNIT_FACTS = ("type", "floor", "rooms", "area", "monthly_charge")


def link(plan: Plan) -> None:
    """Find units, agreements and households of the plan in the register, and what of them would change."""
    register = plan.register
    by_code: dict[str, list[UnitKey]] = {}
    for key in register.units:
        by_code.setdefault(key[1], []).append(key)
    for unit in plan.units.values():
        key = unit.key if unit.key[0] else (folded(unit.building), unit.key[1])
        unit.known = register.units.get(key)
        if unit.known is None and not unit.key[0] and len(by_code.get(unit.key[1], [])) == 1:
            unit.known = register.units[by_code[unit.key[1]][0]]
        if unit.known:
            unit.changes = _unit_changes(unit, unit.known)
    homes: dict[tuple[Any, ...], list[HomePlan]] = {}
    for home in plan.homes:
        _link_home(plan, home)
        homes.setdefault(home.household, []).append(home)
    for household in plan.households.values():
        _link_household(plan, household, homes.get(household.key, []))


def _unit_changes(unit: UnitPlan, known: KnownUnit) -> list[Change]:
    changes = []
    for name in _UNIT_FACTS:
        new, old = unit.facts.get(name), getattr(known, name)
        same = Decimal(new) == Decimal(old) if isinstance(new, Decimal | int) and old is not None else new == old
        if new is not None and not same:
            changes.append(Change(name, "" if old is None else str(old), str(new)))
    return changes


def _link_home(plan: Plan, home: HomePlan) -> None:
    known = plan.units[home.unit].known
    if known is None:
        return
    ids = _ids(plan, home.people)
    there = plan.register.in_unit.get(unit_key(known.building, known.code), [])
    for agreement in there:
        theirs = bool(ids & (agreement.people | plan.register.members.get(agreement.household_id, set())))
        if theirs and _meets(home.starts_on, home.ends_on, agreement.starts_on, agreement.ends_on):
            home.known = agreement
            home.starts_on = agreement.starts_on
            if home.ends_on and agreement.ends_on is None:
                home.changes = [Change("move_out", "", home.ends_on.isoformat())]
            return


def _link_household(plan: Plan, household: HouseholdPlan, homes: list[HomePlan]) -> None:
    register = plan.register
    household.known = register.by_household_number.get(household.number) if household.number else None
    if household.known is None:
        household.known = next((home.known.household_id for home in homes if home.known), None)
    ids = _ids(plan, household.people)
    if household.known is None and ids:
        shared = set.intersection(*(register.by_member.get(one, set()) for one in ids))
        household.known = min(shared, default=None)


def _ids(plan: Plan, people: Iterable[str]) -> set[int]:
    return {known.id for key in people if (known := plan.people[key].known)}


def _meets(start: date, end: date | None, other_start: date, other_end: date | None) -> bool:
    return (end is None or other_start < end) and (other_end is None or start < other_end)


def conflicts(plan: Plan) -> list[Problem]:
    """Where the register, or a person's other home, stands in the way."""
    problems: list[Problem] = _in_the_file(plan)
    lives: dict[str, list[HomePlan]] = {}
    columns = {one.field: one.header for one in plan.reading.columns if one.field}
    column = columns.get("move_in") or columns.get("unit", "")
    for home in plan.homes:
        unit = plan.units[home.unit]
        if home.known is None and unit.known:
            there = plan.register.in_unit.get(unit_key(unit.known.building, unit.known.code), [])
            for other in there:
                if _meets(home.starts_on, home.ends_on, other.starts_on, other.ends_on):
                    more = {"other": other.household, "since": other.starts_on.isoformat()}
                    problems += [Problem(row, column, "overlap", Weight.ERROR, more=more) for row in home.rows]
                    break
        if is_dwelling(unit.facts.get("type", "")) and kind_of(unit.facts.get("type", "")) != "room":
            problems += _second_homes(plan, home, lives, columns.get("unit", ""))
    return problems


def _in_the_file(plan: Plan) -> list[Problem]:
    """Two households of the file in one unit at a time. Those that name their days were found on reading already."""
    problems: list[Problem] = []
    column = next((one.header for one in plan.reading.columns if one.field in ("move_in", "unit")), "")
    there: dict[UnitKey, list[HomePlan]] = {}
    for home in plan.homes:
        for other in there.setdefault(home.unit, []):
            if _meets(home.starts_on, home.ends_on, other.starts_on, other.ends_on):
                more = {"other": plan.households[other.household].name, "since": other.starts_on.isoformat()}
                problems += [Problem(row, column, "overlap", Weight.ERROR, other.rows[0], more) for row in home.rows]
                break
        there[home.unit].append(home)
    return problems


def _second_homes(plan: Plan, home: HomePlan, lives: dict[str, list[HomePlan]], column: str) -> list[Problem]:
    for key in home.people:
        for other in lives.setdefault(key, []):
            if _meets(home.starts_on, home.ends_on, other.starts_on, other.ends_on):
                more = {"name": plan.people[key].facts["name"], "other": plan.units[other.unit].code}
                return [Problem(home.rows[0], column, "second_home", Weight.ERROR, other.rows[0], more)]
        known = plan.people[key].known
        for agreement in plan.register.homes.get(known.id, []) if known else []:
            is_other = home.known is None or agreement.id != home.known.id
            unit = plan.register.units.get(agreement.unit)
            if (
                is_other
                and unit
                and unit.kind in ("flat", "house")
                and _meets(home.starts_on, home.ends_on, agreement.starts_on, agreement.ends_on)
            ):
                more = {"name": plan.people[key].facts["name"], "other": unit.code}
                return [Problem(home.rows[0], column, "second_home", Weight.ERROR, more=more)]
        lives[key].append(home)
    return []
