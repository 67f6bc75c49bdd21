"""Two agreements of one unit never overlap: the database itself refuses it on both engines, by insert and by update."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import Building, Household, Occupancy, Unit

DAYS = [date(2026, 1, day) for day in (1, 5, 9, 13, 17)]
SPANS = [(first, last) for first in DAYS for last in (*DAYS, None) if last is None or first <= last]


@pytest.fixture
def home(alder: Cooperative) -> Iterator[dict[str, Any]]:
    """A unit and a household of Alder Yard."""
    with enter([alder.pk]):
        building = Building.objects.create(cooperative=alder, name="North")
        unit = Unit.objects.create(cooperative=alder, building=building, code="N-101")
        yield {"cooperative": alder, "unit": unit, "household": Household.objects.create(cooperative=alder, name="Quist")}


def meet(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two half-open spans share a day, by counting days."""
    last = date(2026, 2, 1)
    days = [set(range(first.toordinal(), (end or last).toordinal())) for first, end in (one, other)]
    return bool(days[0] & days[1])


def accepted(write: Any) -> bool:
    """Whether the database takes it."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError:
        return False
    return True


def spans(one: tuple[date, date | None]) -> dict[str, date | None]:
    return dict(zip(("starts_on", "ends_on"), one, strict=True))


def test_of_all_pairs_exactly_those_that_share_a_day_are_refused(home: dict[str, Any]) -> None:
    wrong = []
    for one, other in product(SPANS, SPANS):
        Occupancy.objects.create(**home, **spans(one))
        if accepted(lambda other=other: Occupancy.objects.create(**home, **spans(other))) == meet(one, other):
            wrong.append(("insert", one, other))
        Occupancy.objects.all().delete()
    assert wrong == []


def test_an_update_is_held_to_the_same_rule(home: dict[str, Any]) -> None:
    wrong = []
    free = (date(2027, 1, 1), date(2027, 1, 1))
    for one, other in product(SPANS, SPANS):
        Occupancy.objects.create(**home, **spans(one))
        second = Occupancy.objects.create(**home, **spans(free))
        moved = Occupancy.objects.filter(pk=second.pk)
        if accepted(lambda moved=moved, other=other: moved.update(**spans(other))) == meet(one, other):
            wrong.append(("update", one, other))
        Occupancy.objects.all().delete()
    assert wrong == []


@pytest.mark.parametrize(("one", "other", "may"), [(True, True, True), (True, False, False), (False, True, False)])
def test_only_two_shared_agreements_may_overlap(home: dict[str, Any], one: bool, other: bool, may: bool) -> None:
    open_end = spans((DAYS[0], None))
    Occupancy.objects.create(**home, **open_end, is_shared=one)
    assert accepted(lambda: Occupancy.objects.create(**home, **open_end, is_shared=other)) is may


def test_an_agreement_that_stops_being_shared_must_stand_alone(home: dict[str, Any]) -> None:
    open_end = spans((DAYS[0], None))
    Occupancy.objects.create(**home, **open_end, is_shared=True)
    second = Occupancy.objects.create(**home, **open_end, is_shared=True)
    assert not accepted(lambda: Occupancy.objects.filter(pk=second.pk).update(is_shared=False))


def test_another_unit_is_another_matter(home: dict[str, Any]) -> None:
    open_end = spans((DAYS[0], None))
    Occupancy.objects.create(**home, **open_end)
    next_door = Unit.objects.create(cooperative=home["cooperative"], building=home["unit"].building, code="N-102")
    later = Occupancy.objects.create(**{**home, "unit": next_door}, **open_end)
    assert not accepted(lambda: Occupancy.objects.filter(pk=later.pk).update(unit=home["unit"]))


def test_a_row_may_be_saved_again(home: dict[str, Any]) -> None:
    row = Occupancy.objects.create(**home, **spans((DAYS[0], DAYS[2])))
    row.ends_on = DAYS[3]
    row.save()
    row.refresh_from_db()
    assert row.ends_on == DAYS[3]
