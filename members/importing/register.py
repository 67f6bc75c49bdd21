"""What the register knows, as plain data: what a file is compared with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..names import folded
from .plan import UnitKey


@dataclass(frozen=True)
class KnownPerson:
    """A person of the register. `number` and the days are those of the newest membership; None without one."""

    id: int
    name: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    other_phones: str = ""
    birth_date: date | None = None
    external_id: str = ""
    number: int | None = None
    joined_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True)
class KnownUnit:
    """A unit of the register."""

    id: int
    building_id: int
    building: str
    code: str
    type: str = ""
    floor: int | None = None
    rooms: Decimal | None = None
    area: Decimal | None = None
    monthly_charge: int | None = None
    kind: str = "flat"


@dataclass(frozen=True)
class KnownAgreement:
    """An agreement: who lives there are ids of people."""

    id: int
    unit: UnitKey
    household_id: int
    household: str
    starts_on: date
    ends_on: date | None
    people: frozenset[int] = frozenset()


@dataclass
class Register:
    """A cooperative's register. `digits`: of minor units in its currency; `home`: the building of units that name none."""

    today: date
    digits: int = 2
    home: str = ""
    people: list[KnownPerson] = field(default_factory=list)
    buildings: dict[str, tuple[int, str]] = field(default_factory=dict)
    units: dict[UnitKey, KnownUnit] = field(default_factory=dict)
    households: dict[int, tuple[str, str]] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=dict)
    agreements: list[KnownAgreement] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index people by what they are known again by, and agreements by their unit."""
        self.by_id = {one.id: one for one in self.people}
        self.by_number = _index(self.people, lambda one: one.external_id)
        self.by_mail = _index(self.people, lambda one: one.email)
        self.by_name = _index(self.people, lambda one: folded(one.name))
        self.in_unit: dict[UnitKey, list[KnownAgreement]] = {}
        self.homes: dict[int, list[KnownAgreement]] = {}
        for agreement in self.agreements:
            self.in_unit.setdefault(agreement.unit, []).append(agreement)
            for person in agreement.people:
                self.homes.setdefault(person, []).append(agreement)
        self.by_member: dict[int, set[int]] = {}
        for household, people in self.members.items():
            for one in people:
                self.by_member.setdefault(one, set()).add(household)
        self.by_household_number = {number: pk for pk, (_name, number) in self.households.items() if number}


def _index(people: list[KnownPerson], key: Callable[[KnownPerson], str]) -> dict[str, list[KnownPerson]]:
    found: dict[str, list[KnownPerson]] = {}
    for one in people:
        if value := key(one):
            found.setdefault(value, []).append(one)
    return found
