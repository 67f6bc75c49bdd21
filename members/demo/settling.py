"""Settling the demo's people: units and households are written in bulk, as an import writes them; the board is seated."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cooperatives.actions import action
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..actions import add_building, found_committee, seat_member
from ..models import Building, Guardianship, Household, HouseholdMember, Membership, Occupancy, Occupant, Person, Unit
from ..names import name_of
from ..queries import members_now, today_in
from .days import first_of
from .homes import HOMES_OF, Family, homes

TERM = 24  # months
BOARD, PURPOSE = "Board", "Runs the cooperative between general meetings. Seven seats, two years each."
Relation = HouseholdMember.Relation


@action
def settle(actor: Actor, cooperative: Cooperative) -> None:
    """Give Linden Court its homes, the people in them and its board; where there is a building already, all is as it is."""
    if cooperative.slug != HOMES_OF or Building.objects.filter(cooperative=cooperative).exists():
        return
    members = {member.person.name: member for member in members_now([cooperative.pk])}
    _Settling(cooperative, members, _units(actor, cooperative)).run()
    _seat_board(actor, cooperative, members)


def _units(actor: Actor, cooperative: Cooperative) -> dict[str, Unit]:
    plan, rows = homes(), []
    for house in plan.houses:
        facts = {"name": house.name, "address": house.address, "built_in": house.built_in}
        building = add_building(actor, cooperative, **facts)  # type: ignore[arg-type]
        for code, floor, size in house.flats(plan.sizes):
            like = {"type": size.type, "rooms": size.rooms, "area": size.area, "cost_share": size.area}
            like |= {"monthly_charge": size.charge * 100, "fewest": size.fewest, "most": size.most}
            rows.append(Unit(cooperative=cooperative, building=building, code=code, floor=floor, **like))
    return {unit.code: unit for unit in Unit.objects.bulk_create(rows)}


class _Settling:
    """Households with everybody in them, gathered first and written at once."""

    def __init__(self, cooperative: Cooperative, members: dict[str, Membership], units: dict[str, Unit]) -> None:
        self.own = {"cooperative": cooperative}
        self.members, self.units = members, units
        self.today = today_in(cooperative.time_zone)
        self.rows: dict[type[Any], list[Any]] = {
            model: [] for model in (Person, Household, HouseholdMember, Guardianship, Occupancy, Occupant)
        }

    def run(self) -> None:
        """Write every household of which an adult is still a member."""
        for family in homes().families:
            adults = [self.members[name] for name in family.adults if name in self.members]
            if adults:
                self._household(family, adults)
        for model, rows in self.rows.items():
            model.objects.bulk_create(rows)

    def _add(self, model: type[Any], **facts: Any) -> Any:
        row = model(**self.own, **facts)
        self.rows[model].append(row)
        return row

    def _household(self, family: Family, adults: list[Membership]) -> None:
        household = self._add(Household, name=family.name)
        days = [member.joined_on for member in adults]
        begins, whole = min(days), max(days)
        grown = [(member.person, Relation.ADULT, member.joined_on) for member in adults]
        young = [(child, Relation.CHILD, max(child.birth_date or whole, whole)) for child in self._children(family)]
        more = [(self._person(name), Relation.OTHER, whole) for name in family.others]
        people: list[tuple[Person, str, date]] = [*grown, *young, *more]
        for person, relation, day in people:
            self._add(HouseholdMember, household=household, person=person, relation=relation, starts_on=day)
        for child, guardian in ((child, adult) for child, *_ in young for adult, *_ in grown):
            self._add(Guardianship, child=child, guardian=guardian)
        for unit, starts, ends in self._homes(family, begins):
            agreement = self._add(Occupancy, household=household, unit=unit, starts_on=starts, ends_on=ends)
            for person, relation, day in people:
                if ends is None or day < ends:
                    part = {"is_holder": relation == Relation.ADULT, "starts_on": max(day, starts), "ends_on": ends}
                    self._add(Occupant, occupancy=agreement, person=person, **part)

    def _children(self, family: Family) -> Iterator[Person]:
        for name, age in family.children:
            place = len(self.rows[Person])  # birthdays lie all over the year
            yield self._person(name, birth_date=date(self.today.year - age, place % 12 + 1, place * 7 % 28 + 1))

    def _person(self, name: str, **facts: Any) -> Person:
        given, _space, rest = name.partition(" ")
        parts = name_of(name, given, rest)
        said = {"name": parts.name, "given_name": parts.given, "family_name": parts.family, "sort_name": parts.sort}
        person: Person = self._add(Person, **said, **facts)
        return person

    def _homes(self, family: Family, begins: date) -> Iterator[tuple[Unit, date, date | None]]:
        """The units of a household, each from when to when."""
        unit = self.units[family.unit]
        if family.before:
            moved = first_of(self.today, family.moved)
            yield self.units[family.before], begins, moved
            begins = moved
        since = self.today.replace(day=family.since) if family.since else begins
        yield unit, since, self.today.replace(day=family.until) if family.until else None


def _seat_board(actor: Actor, cooperative: Cooperative, members: dict[str, Membership]) -> None:
    board, today = found_committee(actor, cooperative, name=BOARD, purpose=PURPOSE), today_in(cooperative.time_zone)
    for place in homes().board:
        if member := members.get(place.name):
            term = {"starts_on": first_of(today, place.since), "ends_on": first_of(today, place.since - TERM)}
            seat_member(actor, board, member=member, position=place.position, **term)
