"""The homes of Linden Court on any day, and in a demo of an earlier version."""

from datetime import date
from typing import Any

import pytest
import time_machine

from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import end_membership
from members.demo import load as loading
from members.models import (
    HouseholdMember,
    Membership,
    Person,
    Seat,
    Unit,
    User,
)
from members.queries import (
    today_in,
    vacant_on,
    who_lived,
)

Relation = HouseholdMember.Relation


def codes(units: Any) -> list[str]:
    return [unit.code for unit in units]


def living_in(code: str, day: date) -> list[str]:
    return [row.person.name for row in who_lived(Unit.objects.get(code=code), day)]


@pytest.mark.parametrize("day", ["2028-02-29", "2027-12-31T22:59", "2028-01-01", "2027-05-15", "2027-05-14T22:01"])
def test_it_can_be_loaded_on_any_day(day: str, db: None, settings: Any) -> None:
    settings.DEMO = True
    with time_machine.travel(f"{day}Z" if "T" in day else day, tick=False):
        linden = loading.load()[0]
        today = today_in(linden.time_zone)
        with enter([linden.pk]):
            assert codes(vacant_on(today)) == ["S-104"]
            assert living_in("N-305", today) == ["Walter Schmid" if today.day < 15 else "Milena Stojanova"]
            assert Person.objects.count() == 71 + 29 + 4
            assert not Person.objects.filter(birth_date__gt=today).exists()


def test_a_demo_without_homes_gets_them_and_who_has_left_is_not_settled(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    with monkeypatch.context() as earlier:
        earlier.setattr("members.demo.load.settle", lambda *_args: None)
        linden = loading.load()[0]
    with enter([linden.pk]):
        assert not Unit.objects.exists()
        aoife = Actor.of(User.objects.get(name="Aoife Brennan"))
        for name in ("David Chan", "Ewa Nowak", "Giulia Conti"):
            end_membership(aoife, Membership.objects.get(person__name=name))
    loading.load()
    with enter([linden.pk]):
        today = today_in(linden.time_zone)
        assert living_in("N-206", today) == ["Mei-Ling Chan"]
        assert codes(vacant_on(today)) == ["S-104", "S-201"]
        assert Seat.objects.count() == 6
