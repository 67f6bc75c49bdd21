"""Households: people who live together, from when to when, and who answers for a child."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, expect, validate
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ...events import (
    GUARDIAN_ENDED,
    GUARDIAN_NAMED,
    HOUSEHOLD_CHANGED,
    HOUSEHOLD_ENDED,
    HOUSEHOLD_JOINED,
    HOUSEHOLD_LEFT,
    HOUSEHOLD_MADE,
)
from ...models import Guardianship, Household, HouseholdMember, Occupancy, Occupant, Person
from ...queries import meeting
from .ground import anew, apply, begin, differing, in_order, named, person_of, said, save, span_spoken, spoken
from .occupants import let_out

Relation = HouseholdMember.Relation
_LATER = Q(ends_on=None)


@action
def make_household(
    actor: Actor,
    cooperative: Cooperative,
    *,
    name: str,
    adults: Iterable[Person] = (),
    children: Iterable[Person] = (),
    on: date | None = None,
    external_id: str = "",
) -> Household:
    """Enter a household with its people from a day on (None: since nobody knows when).

    Raises RuleBroken naming the field that is wrong.
    """
    actor, cooperative = begin(actor, "members.house", cooperative)
    row = Household(cooperative=cooperative, name=name, external_id=external_id.strip())
    _sound(row)
    row.save()
    record(HOUSEHOLD_MADE, actor, row)
    for people, relation in ((adults, Relation.ADULT), (children, Relation.CHILD)):
        for person in people:
            _join(actor, row, person, relation, (on, None))
    return row


@action
def change_household(actor: Actor, household: Household, *, version: int | None, **facts: Any) -> Household:
    """Change name or external_id. Raises Stale, RuleBroken naming the field that is wrong."""
    actor, _cooperative = begin(actor, "members.house", household)
    row = anew(household)
    expect(row, version)
    before = apply(row, facts, ("name", "external_id"))
    _sound(row)
    if changed := differing(row, before):
        save(row, changed)
        record(HOUSEHOLD_CHANGED, actor, row, changed=changed)
    return row


def _sound(row: Household) -> None:
    row.name = named(row.name, "name", _("Write by which name the household is known, such as the family's."))
    validate(row, exclude=("cooperative",))


@action
def end_household(actor: Actor, household: Household, *, version: int | None, on: date) -> Household:
    """End a household on a day, and with it the time of everybody in it.

    Raises Stale, Conflict when it has ended by then or has an agreement beyond that day.
    """
    actor, _cooperative = begin(actor, "members.house", household)
    row = anew(household)
    expect(row, version)
    if row.ended_on is not None and row.ended_on <= on:
        raise Conflict("has_ended", _("This household has ended on %(day)s.") % {"day": spoken(row.ended_on)}, "on")
    _keep_homes(row, on)
    _let_go(row, on)
    row.ended_on = on
    save(row, ["ended_on"])
    record(HOUSEHOLD_ENDED, actor, row, ends_on=said(on))
    return row


def _keep_homes(row: Household, on: date) -> None:
    beyond = Occupancy.objects.filter(_LATER | Q(ends_on__gt=on), household=row)
    if (home := beyond.select_related("unit").order_by("starts_on", "pk").first()) is not None:
        sentence = _("This household has %(unit)s %(days)s. End that agreement first.")
        raise Conflict("has_home", sentence % {"unit": home.unit.code, "days": span_spoken(home.starts_on, home.ends_on)}, "on")


def _let_go(row: Household, on: date) -> None:
    """Everybody's time in a household ends with it; who would have come later never comes."""
    people = HouseholdMember.objects.filter(_LATER | Q(ends_on__gt=on), household=row)
    people.filter(starts_on__gt=on).delete()
    people.update(ends_on=on)


@action
def join_household(
    actor: Actor,
    household: Household,
    person: Person,
    *,
    relation: str = Relation.ADULT,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> HouseholdMember:
    """Let a person belong to a household, [starts_on, ends_on). It does not by itself let them live in its home.

    Raises Conflict when they belong to it in these days already, RuleBroken for days beyond the household's end.
    """
    actor, _cooperative = begin(actor, "members.house", household)
    row = anew(household)
    member = _join(actor, row, person, relation, (starts_on, ends_on))
    save(row, ())
    return member


def _join(
    actor: Actor, household: Household, person: Person, relation: str, days: tuple[date | None, date | None]
) -> HouseholdMember:
    person = person_of(household.cooperative, person, "person")
    starts, ends = days
    in_order(starts, ends)
    if household.ended_on is not None and (ends is None or ends > household.ended_on):
        sentence = _("This household ends on %(day)s. Choose an end until then.") % {"day": spoken(household.ended_on)}
        raise RuleBroken("household_ended", sentence, "ends_on")
    if relation not in Relation.values:
        raise RuleBroken("relation", _("Choose adult, child or another person."), "relation")
    if HouseholdMember.objects.filter(meeting(starts, ends), household=household, person=person).exists():
        sentence = _("%(person)s belongs to this household in these days already.") % {"person": person.name}
        raise Conflict("in_household", sentence, "person")
    member = HouseholdMember.objects.create(
        cooperative_id=household.cooperative_id,
        household=household,
        person=person,
        relation=relation,
        starts_on=starts,
        ends_on=ends,
    )
    record(HOUSEHOLD_JOINED, actor, household, person=person.name)
    return member


@action
def leave_household(actor: Actor, member: HouseholdMember, *, on: date, moves_out: bool = True) -> HouseholdMember:
    """End a person's time in a household on a day. Unless told otherwise, they move out of its home that day, too.

    Raises Conflict when it has ended by then, RuleBroken for a day before it began.
    """
    actor, _cooperative = begin(actor, "members.house", member)
    row = anew(member, "household", "person")
    if row.ends_on is not None and row.ends_on <= on:
        sentence = _("%(person)s has left this household on %(day)s.")
        raise Conflict("has_left", sentence % {"person": row.person.name, "day": spoken(row.ends_on)}, "on")
    in_order(row.starts_on, on, "on", empty=True)
    row.ends_on = on
    row.save(update_fields=["ends_on"])
    save(row.household, ())
    record(HOUSEHOLD_LEFT, actor, row.household, person=row.person.name, ends_on=said(on))
    if moves_out:
        stays = Occupant.objects.filter(_LATER | Q(ends_on__gt=on), person=row.person, occupancy__household=row.household)
        for stay in stays.select_related("person", "occupancy__unit", "occupancy__household").order_by("pk"):
            let_out(actor, stay, on)
    return row


@action
def name_guardian(actor: Actor, child: Person, guardian: Person) -> Guardianship:
    """Say that a person answers for a child. Raises Conflict when it is said already, RuleBroken for who cannot."""
    actor, cooperative = begin(actor, "members.house", child)
    child, guardian = person_of(cooperative, child, "child"), person_of(cooperative, guardian, "guardian")
    if child.pk == guardian.pk or child.is_organization or guardian.is_organization:
        raise RuleBroken("guardian", _("Choose another person, who answers for the child."), "guardian")
    if Guardianship.objects.filter(child=guardian, guardian=child).exists():
        sentence = _("%(child)s answers for %(guardian)s. It cannot be both ways.")
        raise RuleBroken("guardian", sentence % {"child": child.name, "guardian": guardian.name}, "guardian")
    if Guardianship.objects.filter(child=child, guardian=guardian).exists():
        raise Conflict("is_guardian", _("%(person)s answers for this child already.") % {"person": guardian.name}, "guardian")
    row = Guardianship.objects.create(cooperative=cooperative, child=child, guardian=guardian)
    record(GUARDIAN_NAMED, actor, child, person=guardian.name)
    return row


@action
def end_guardianship(actor: Actor, guardianship: Guardianship) -> None:
    """Say that somebody no longer answers for a child; the record of events keeps that they did."""
    actor, _cooperative = begin(actor, "members.house", guardianship)
    row = anew(guardianship, "child", "guardian")
    record(GUARDIAN_ENDED, actor, row.child, person=row.guardian.name)
    row.delete()
