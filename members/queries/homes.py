"""Questions about homes: who lived where on a day, what stands empty, who may know it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from cooperatives.policy import Actor, visible

from ..models import Building, Household, HouseholdMember, Occupancy, Occupant, Person, Shown, Unit
from ..roles import SEE_HOMES
from .register import each, today_in_each

DWELLINGS = (Unit.Kind.FLAT, Unit.Kind.ROOM, Unit.Kind.HOUSE)
"""The kinds of units in which people live."""


# --- Days -----------------------------------------------------------------------------------------------------------


def lasting_on(day: date) -> Q:
    """The condition for rows whose days [starts_on, ends_on) hold a day; an unknown beginning lies before every day."""
    return (Q(starts_on=None) | Q(starts_on__lte=day)) & (Q(ends_on=None) | Q(ends_on__gt=day))


def meeting(starts: date | None, ends: date | None) -> Q:
    """The condition for rows which share a day with [starts, ends). A span without a day meets nothing."""
    if starts is not None and ends is not None and ends <= starts:
        return Q(pk__in=[])
    found = Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on"))
    if starts is not None:
        found &= Q(ends_on=None) | Q(ends_on__gt=starts)
    if ends is not None:
        found &= Q(starts_on=None) | Q(starts_on__lt=ends)
    return found


def in_use_on(day: date) -> Q:
    """The condition for units that are in use on a day."""
    return (Q(active_from=None) | Q(active_from__lte=day)) & (Q(active_to=None) | Q(active_to__gt=day))


def holds_today(cooperative_ids: Iterable[int], condition: Callable[[date], Q]) -> Q:
    """A condition that speaks of a day, for today in the zone of each cooperative: one query for the zones."""
    return each(today_in_each(cooperative_ids), condition)


# --- Who lives where --------------------------------------------------------------------------------------------------


def with_homes(occupancies: "QuerySet[Occupancy]", people: "QuerySet[Occupant] | None" = None) -> "QuerySet[Occupancy]":
    """The same with unit, building, household and people (`.people`, holders first): one more query for all of them."""
    rows = Occupant.objects.all() if people is None else people
    ordered = rows.select_related("person").order_by("-is_holder", "starts_on", "person__sort_name", "pk")
    return occupancies.select_related("unit__building", "household").prefetch_related(
        Prefetch("occupants", ordered, to_attr="people")
    )


def occupancies_on(day: date) -> "QuerySet[Occupancy]":
    """The agreements that stand on a day, by building and unit, each with its people of that day (`.people`)."""
    rows = with_homes(Occupancy.objects.filter(lasting_on(day)), Occupant.objects.filter(lasting_on(day)))
    return rows.order_by("unit__building__name", "unit__code", "starts_on", "pk")


def who_lived(unit: Unit, day: date) -> "QuerySet[Occupant]":
    """The people who lived in a unit on a day, with person and agreement, by name."""
    rows = Occupant.objects.filter(lasting_on(day), occupancy__unit=unit, lives_there=True)
    return rows.select_related("person", "occupancy__household").order_by("person__sort_name", "pk")


def history_of(unit: Unit) -> "QuerySet[Occupancy]":
    """Every agreement of a unit, the latest first, each with all its people."""
    return with_homes(Occupancy.objects.filter(unit=unit)).order_by("-starts_on", "-pk")


def homes_of(person: Person) -> "QuerySet[Occupant]":
    """Where a person lived or what they held, the latest first, with unit, building and household."""
    rows = Occupant.objects.filter(person=person)
    return rows.select_related("occupancy__unit__building", "occupancy__household").order_by("-starts_on", "-pk")


def households_of(person: Person) -> "QuerySet[HouseholdMember]":
    """The households a person is or was in, the latest first."""
    rows = HouseholdMember.objects.filter(person=person).select_related("household")
    return rows.order_by(F("ends_on").desc(nulls_first=True), F("starts_on").desc(nulls_last=True), "-pk")


def people_of(household: Household, day: date) -> "QuerySet[HouseholdMember]":
    """The people of a household on a day, adults before children."""
    rows = HouseholdMember.objects.filter(lasting_on(day), household=household)
    return rows.select_related("person").order_by("relation", "person__sort_name", "pk")


# --- What stands empty, where it is narrow ----------------------------------------------------------------------------

# Of units that were counted.
VACANT = Q(agreement_count=0) & ~Q(kind=Unit.Kind.COMMON)
UNDER = Q(agreement_count__gt=0, people_count__lt=F("fewest"))
OVER = Q(people_count__gt=F("most"))


def units_with_people(day: date) -> "QuerySet[Unit]":
    """Units in use on a day, each with `people_count` of that day, guests apart, and `agreement_count`."""
    return counted(Unit.objects.filter(in_use_on(day)), lasting_on(day))


def counted(units: "QuerySet[Unit]", lasting: Q) -> "QuerySet[Unit]":
    """Units, each with `people_count` and `agreement_count` by those people and agreements that satisfy a condition."""
    agreements = Occupancy.objects.filter(lasting, unit=OuterRef("pk"))
    # Not by a join: SQLite would read every occupant of the cooperative again for each unit.
    lets = Occupancy.objects.filter(unit=OuterRef(OuterRef("pk"))).exclude(kind=Occupancy.Kind.GUEST)
    residents = Occupant.objects.filter(lasting, lives_there=True, occupancy__in=lets.values("pk"))
    return units.annotate(
        people_count=_counted(residents, "cooperative", "person"),
        agreement_count=_counted(agreements, "unit", "pk"),
    )


def _counted(rows: "QuerySet[Any]", by: str, what: str) -> Coalesce:
    count = rows.order_by().values(by).annotate(count=Count(what, distinct=True)).values("count")
    return Coalesce(Subquery(count), 0)


def _in_order(units: "QuerySet[Unit]") -> "QuerySet[Unit]":
    return units.select_related("building").order_by("building__name", "code", "pk")


def vacant_on(day: date) -> "QuerySet[Unit]":
    """Units in use on a day for which no agreement stands; common rooms are nobody's to rent."""
    return _in_order(units_with_people(day).filter(VACANT))


def under_occupied(day: date) -> "QuerySet[Unit]":
    """Units let on a day in which fewer people live than their fewest; a unit without that limit never is."""
    return _in_order(units_with_people(day).filter(UNDER))


def over_occupied(day: date) -> "QuerySet[Unit]":
    """Units in which more people live on a day than their most; a unit without that limit never is."""
    return _in_order(units_with_people(day).filter(OVER))


# --- Overviews --------------------------------------------------------------------------------------------------------


def buildings_with_counts(cooperative_id: int, day: date) -> "QuerySet[Building]":
    """The buildings of a cooperative by name, each with `unit_count` in use and `vacant_count` on a day."""
    units = Unit.objects.filter(in_use_on(day), building=OuterRef("pk"))
    let = Occupancy.objects.filter(lasting_on(day)).values("unit")
    vacant = units.exclude(pk__in=let).exclude(kind=Unit.Kind.COMMON)
    return (
        Building.objects.filter(cooperative=cooperative_id)
        .annotate(unit_count=_counted(units, "building", "pk"), vacant_count=_counted(vacant, "building", "pk"))
        .order_by("name", "pk")
    )


@dataclass(frozen=True)
class Home:
    """A unit as an overview draws it on a day. `households` are those of which the viewer may know that they live here.

    `people`, `is_under` and `is_over` are None and False for a viewer who may not know who lives there.
    """

    unit: Unit
    is_let: bool
    households: tuple[Household, ...] = ()
    people: int | None = None
    is_under: bool = False
    is_over: bool = False


@dataclass(frozen=True)
class Floor:
    """The units of one floor by code; `number` is None for units whose floor is not known."""

    number: int | None
    homes: list[Home] = field(default_factory=list)


def units_by_floor(building: Building, day: date) -> "QuerySet[Unit]":
    """The units of a building in use on a day, the highest floor first, units without a floor last, as `floors_of` needs them."""
    units = units_with_people(day).filter(building=building)
    return units.order_by(F("floor").desc(nulls_last=True), "code", "pk")


def floors_of(actor: Actor, units: Sequence[Unit], day: date) -> list[Floor]:
    """The floors on which some units of `units_by_floor` lie on a day, in their order: one query whatever their number."""
    seen = _households_in(actor, units, day)
    homes = [
        _home(unit, tuple(seen.get(unit.pk, {}).values()), knows=may_see_everybody(actor, unit.cooperative_id)) for unit in units
    ]
    return [Floor(number, list(group)) for number, group in groupby(homes, key=lambda home: home.unit.floor)]


def _home(unit: Any, households: tuple[Household, ...], *, knows: bool) -> Home:
    if not knows:
        return Home(unit, bool(unit.agreement_count), households)
    few = unit.fewest is not None and unit.agreement_count > 0 and unit.people_count < unit.fewest
    many = unit.most is not None and unit.people_count > unit.most
    return Home(unit, bool(unit.agreement_count), households, unit.people_count, few, many)


def _households_in(actor: Actor, units: Sequence[Unit], day: date) -> dict[int, dict[int, Household]]:
    seen = visible(actor, "members.see_household", Household.objects.all()).values("pk")
    rows = Occupancy.objects.filter(lasting_on(day), unit__in=units, household__in=seen).select_related("household")
    found: dict[int, dict[int, Household]] = {}
    for row in rows.order_by("household__name", "pk"):
        found.setdefault(row.unit_id, {})[row.household_id] = row.household
    return found


# --- Who may know it --------------------------------------------------------------------------------------------------


def may_see_everybody(actor: Actor, cooperative_id: int) -> bool:
    """Whether the actor is one of those who know who lives where in a cooperative."""
    standing = actor.standing(cooperative_id)
    return actor.is_system or (standing is not None and bool(standing.roles & SEE_HOMES))


def shows_home() -> Q:
    """The condition for people of a household who show fellow members where they live."""
    # Neither engine's test for an element of a list is the other's; the text of the list is the same on both.
    showing = Person.objects.annotate(shown_text=Cast("shown", TextField())).filter(
        shown_text__contains=f'"{Shown.UNIT}"', erased_at=None
    )
    return Q(person__in=showing.values("pk"))


def households_known_to(actor: Actor) -> Q:
    """The condition for households of which a plain member may know: their own, and those of people who show their home."""
    mine = Q(person__memberships__in=[standing.membership_id for standing in actor.standings.values()])
    today = holds_today(actor.cooperative_ids, lasting_on)
    people = HouseholdMember.objects.filter(today & (mine | shows_home()))
    return Q(pk__in=people.order_by().values("household"))


def occupancies_of(actor: Actor) -> Q:
    """The condition for agreements that the actor holds, or under which they live, today."""
    mine = Q(person__memberships__in=[standing.membership_id for standing in actor.standings.values()])
    people = Occupant.objects.filter(holds_today(actor.cooperative_ids, lasting_on) & mine)
    return Q(pk__in=people.order_by().values("occupancy"))


def people_known_to(actor: Actor) -> "QuerySet[HouseholdMember]":
    """The people of households of whom the actor may know that they are in them.

    Officers know all. Others know everybody of today who is in their own household, and who shows their home.
    """
    everywhere = [pk for pk in actor.cooperative_ids if may_see_everybody(actor, pk)]
    mine = Q(person__memberships__in=[standing.membership_id for standing in actor.standings.values()])
    today = holds_today(actor.cooperative_ids, lasting_on)
    own = HouseholdMember.objects.filter(today & mine).order_by().values("household")
    known = Q(cooperative__in=everywhere) | today & (shows_home() | Q(household__in=own))
    return HouseholdMember.objects.filter(known)
