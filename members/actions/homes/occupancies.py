"""Agreements: a household has a unit from when to when. Two of one unit never share a day unless both are shared."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, expect, validate
from cooperatives.events import record
from cooperatives.policy import Actor

from ...events import MOVED_IN, MOVED_OUT, OCCUPANCY_CHANGED
from ...models import Household, HouseholdMember, Occupancy, Occupant, Person, Unit
from ...queries import DWELLINGS, meeting, people_of
from .ground import anew, apply, begin, differing, in_order, said, same, save, span_spoken, spoken
from .occupants import Days, live_in_one_place, settle

FACTS = ("starts_on", "ends_on", "kind", "is_shared", "note")
Kind = Occupancy.Kind


@action
def house(
    actor: Actor,
    unit: Unit,
    household: Household,
    *,
    starts_on: date,
    ends_on: date | None = None,
    kind: str = Kind.MEMBER,
    is_shared: bool = False,
    note: str = "",
    holders: Iterable[Person] | None = None,
    occupants: Iterable[Person] | None = None,
) -> Occupancy:
    """Let a household have a unit, [starts_on, ends_on): who holds the agreement, and who lives there.

    None for `holders` means the adults of the household on the first day; None for `occupants` everybody in it, where the
    unit is a home. Moving in on the day on which others move out is fine. Raises Conflict("unit_taken") naming the other
    agreement, RuleBroken when the unit is not in use in these days or somebody lives elsewhere.
    """
    actor, cooperative = begin(actor, "members.house", unit)
    same(cooperative, household, "household")
    row = Occupancy(
        cooperative=cooperative,
        unit=anew(unit, "building"),
        household=anew(household),
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        is_shared=is_shared,
        note=note.strip(),
    )
    start(row)
    _settle_people(row, holders, occupants)
    record(MOVED_IN, actor, row, **facts_of(row))
    return row


def start(row: Occupancy) -> None:
    """Write a new agreement, if every rule allows it."""
    in_order(row.starts_on, row.ends_on)
    _fits(row)
    validate(row, exclude=("cooperative", "unit", "household"))
    row.save()


def facts_of(row: Occupancy) -> dict[str, Any]:
    """What an event says about an agreement."""
    return {
        "occupancy_id": str(row.public_id),
        "household": row.household.name,
        "unit": row.unit.code,
        "starts_on": said(row.starts_on),
        "ends_on": said(row.ends_on),
    }


def _fits(row: Occupancy) -> None:
    """Raise Conflict or RuleBroken unless unit and household are there in all days of the agreement, and it stands alone."""
    unit, household = row.unit, row.household
    early = unit.active_from is not None and row.starts_on < unit.active_from
    if early or _beyond(row.ends_on, unit.active_to):
        sentence = _("%(unit)s is in use %(days)s only. Choose days inside of that.")
        days = span_spoken(unit.active_from, unit.active_to)
        field = "starts_on" if early else "ends_on"
        raise RuleBroken("unit_inactive", sentence % {"unit": unit.code, "days": days}, field)
    if household.ended_on is not None and _beyond(row.ends_on, household.ended_on):
        sentence = _("The household %(household)s ends on %(day)s. Choose an end until then.")
        said_so = {"household": household.name, "day": spoken(household.ended_on)}
        raise RuleBroken("household_ended", sentence % said_so, "ends_on")
    _stands_alone(row)


def _beyond(ends: date | None, last: date | None) -> bool:
    return last is not None and (ends is None or ends > last)


def _stands_alone(row: Occupancy) -> None:
    others = Occupancy.objects.filter(meeting(row.starts_on, row.ends_on), unit=row.unit).exclude(pk=row.pk)
    if row.is_shared:
        others = others.filter(is_shared=False)
    other: Any = others.select_related("household").order_by("starts_on", "pk").first()
    if other is not None:
        sentence = _("%(household)s has %(unit)s %(days)s. End that agreement first, choose other days, or mark both as shared.")
        days = span_spoken(other.starts_on, other.ends_on)
        named = {"household": other.household.name, "unit": row.unit.code, "days": days}
        raise Conflict("unit_taken", sentence % named, "unit", occupancy=str(other.public_id))


def _settle_people(row: Occupancy, holders: Iterable[Person] | None, occupants: Iterable[Person] | None) -> None:
    people = list(people_of(row.household, row.starts_on)) if holders is None or occupants is None else []
    if holders is None:
        holders = [member.person for member in people if member.relation == HouseholdMember.Relation.ADULT]
    if occupants is None:
        occupants = [member.person for member in people] if row.unit.kind in DWELLINGS else []
    holding, living = {person.pk: person for person in holders}, {person.pk: person for person in occupants}
    for pk, person in {**holding, **living}.items():
        part = {"is_holder": pk in holding, "lives_there": pk in living}
        settle(row, person, (row.starts_on, row.ends_on), **part, field="occupants" if pk in living else "holders")


@action
def change_occupancy(actor: Actor, occupancy: Occupancy, *, version: int | None, **facts: Any) -> Occupancy:
    """Change starts_on, ends_on, kind, is_shared or note of an agreement.

    Who was there from its first day, or to its last, stays so; nobody stays longer than the agreement. Raises Stale,
    Conflict("unit_taken") naming the other agreement, RuleBroken when somebody would live elsewhere too, or nowhere in it.
    """
    actor, _cooperative = begin(actor, "members.house", occupancy)
    row = anew(occupancy, "unit__building", "household")
    expect(row, version)
    before = apply(row, facts, FACTS)
    changed = differing(row, before)
    if not changed:
        return row
    days = (before["starts_on"], before["ends_on"])
    in_order(row.starts_on, row.ends_on, empty=days == (row.starts_on, row.ends_on))
    _fits(row)
    validate(row, exclude=("cooperative", "unit", "household"))
    for person in follow(row, days):
        live_in_one_place(person, "starts_on")
    save(row, changed)
    record(OCCUPANCY_CHANGED, actor, row, **facts_of(row), changed=changed)
    return row


def follow(row: Occupancy, before: Days) -> list[Occupant]:
    """Let the people of an agreement follow its days, which were `before`; gives them."""
    people = list(row.occupants.select_related("person").order_by("pk"))
    for person in people:
        first, last = person.starts_on, person.ends_on
        person.starts_on = row.starts_on if first == before[0] else max(first, row.starts_on)
        person.ends_on = row.ends_on if last == before[1] or _beyond(last, row.ends_on) else last
        if person.ends_on is not None and person.ends_on < person.starts_on:
            sentence = _("%(person)s is part of this agreement %(days)s, which would lie outside of it. Change that first.")
            named = {"person": person.person.name, "days": span_spoken(first, last)}
            raise RuleBroken("occupant_outside", sentence % named)
        person.occupancy = row
        person.save(update_fields=["starts_on", "ends_on"])
    return people


@action
def end_occupancy(actor: Actor, occupancy: Occupancy, *, version: int | None, on: date) -> Occupancy:
    """End an agreement on a day, and with it the time of everybody in it; others may move in that same day.

    Raises Stale, Conflict when it has ended by then, RuleBroken for a day before it began.
    """
    actor, _cooperative = begin(actor, "members.house", occupancy)
    row = anew(occupancy, "unit__building", "household")
    expect(row, version)
    standing_until(row, on)
    end(actor, row, on)
    return row


def standing_until(row: Occupancy, on: date) -> None:
    """Raise Conflict when an agreement has ended by a day, RuleBroken when it had not begun."""
    if row.ends_on is not None and row.ends_on <= on:
        sentence = _("The agreement of %(household)s about %(unit)s ended on %(day)s.")
        named = {"household": row.household.name, "unit": row.unit.code, "day": spoken(row.ends_on)}
        raise Conflict("has_ended", sentence % named, "on")
    in_order(row.starts_on, on, "on", empty=True)


def end(actor: Actor, row: Occupancy, on: date) -> None:
    """End an agreement that was read under the lock, and stands until then."""
    before = (row.starts_on, row.ends_on)
    row.ends_on = on
    follow(row, before)
    save(row, ["ends_on"])
    record(MOVED_OUT, actor, row, **facts_of(row))


def present(row: Occupancy, day: date) -> list[Occupant]:
    """Who is part of an agreement on a day."""
    rows = row.occupants.filter(Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day)))
    return list(rows.select_related("person").order_by("pk"))
