"""Moves inside the house: a household goes over into another unit, or two change places, in one act."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, action, expect
from cooperatives.events import record
from cooperatives.policy import Actor

from ...events import MOVED_IN
from ...models import Occupancy, Occupant, Unit
from .ground import anew, begin, same
from .occupancies import end, facts_of, present, standing_until, start
from .occupants import settle


@action
def transfer(actor: Actor, occupancy: Occupancy, unit: Unit, *, version: int | None, on: date) -> Occupancy:
    """Let a household go over into another unit on a day, with the same people and terms; gives the new agreement.

    Raises Stale, Conflict when the agreement has ended by then or the other unit is taken.
    """
    actor, cooperative = begin(actor, "members.house", occupancy)
    same(cooperative, unit, "unit")
    row = anew(occupancy, "unit__building", "household")
    expect(row, version)
    _other_unit(row.unit_id, unit.pk, "unit")
    people, last = _out(actor, row, on)
    return _into(actor, row, anew(unit, "building"), (on, last), people)


@action
def swap(actor: Actor, one: Occupancy, other: Occupancy, *, version: int | None, on: date) -> tuple[Occupancy, Occupancy]:
    """Let two households change places on a day, each with its people and terms; gives their new agreements.

    `version` is that of `one`. Raises Stale, Conflict when either agreement has ended by then.
    """
    actor, cooperative = begin(actor, "members.house", one)
    same(cooperative, other, "other")
    first, second = anew(one, "unit__building", "household"), anew(other, "unit__building", "household")
    expect(first, version)
    _other_unit(first.unit_id, second.unit_id, "occupancy")
    leaving, arriving = _out(actor, first, on), _out(actor, second, on)
    return (
        _into(actor, first, second.unit, (on, leaving[1]), leaving[0]),
        _into(actor, second, first.unit, (on, arriving[1]), arriving[0]),
    )


def _other_unit(one: int, other: int, field: str) -> None:
    if one == other:
        raise RuleBroken("same_unit", _("Choose another unit than the one they have."), field)


def _out(actor: Actor, row: Occupancy, on: date) -> tuple[list[Occupant], date | None]:
    """End an agreement; gives its people of that day, and when it would have ended."""
    standing_until(row, on)
    people, last = present(row, on), row.ends_on
    end(actor, row, on)
    return people, last


def _into(actor: Actor, old: Occupancy, unit: Unit, days: tuple[date, date | None], people: list[Occupant]) -> Occupancy:
    row = Occupancy(
        cooperative=old.cooperative,
        unit=unit,
        household=old.household,
        kind=old.kind,
        starts_on=days[0],
        ends_on=days[1],
        is_shared=old.is_shared,
    )
    start(row)
    for person in people:
        part = {"is_holder": person.is_holder, "lives_there": person.lives_there}
        settle(row, person.person, (row.starts_on, person.ends_on), **part, field="unit")
    record(MOVED_IN, actor, row, **facts_of(row))
    return row
