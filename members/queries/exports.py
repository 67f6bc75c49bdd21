"""Lists of the register to take away: which rows, which columns, and who may be looked up in an address book."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative

from ..models import Consent, HouseholdMember, Membership, Occupant, Pause, Person, RoleGrant, Shown, Status
from ..roles import Role, label
from .register import grants_on, memberships_on, today_in

CHUNK = 500
_NUMBER = re.compile(r"[0-9]{1,9}")
WITHOUT = "without"
"""The choice for people who are in the register but were never members, such as children."""


@dataclass(frozen=True)
class Filters:
    """Which rows of the register: words in name or number, what the membership is today, a role of today."""

    q: str = ""
    status: str = Status.ACTIVE
    role: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a list: a person with one membership, or with none."""

    person: Person
    member: Membership | None
    on: date

    @property
    def status(self) -> str:
        """What the membership is on the day of the list."""
        if self.member is None:
            return str(_("Not a member"))
        return str(status_of(self.member, on=self.on).label)

    @property
    def roles(self) -> str:
        """The roles of that day, the foremost first."""
        held = {grant.role for grant in self.member.standing_grants} if self.member else set()  # type: ignore[attr-defined]
        return ", ".join(label(role) for role in Role.values if role in held)


def status_of(member: Membership, *, on: date) -> Status:
    """What a membership with prefetched `standing_pauses` is on a day."""
    if on < member.joined_on:
        return Status.AHEAD
    if not member.is_current(on=on):
        return Status.FORMER
    return Status.PAUSED if member.standing_pauses else Status.ACTIVE  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Column:
    """A column that a list can have; `usual` ones are chosen until somebody chooses."""

    title: str | Promise
    of: Callable[[Line], Any] = field(repr=False)
    usual: bool = False


def _person(name: str) -> Callable[[Line], Any]:
    return lambda line: getattr(line.person, name)


def _member(name: str) -> Callable[[Line], Any]:
    return lambda line: getattr(line.member, name) if line.member else None


def _reason(line: Line) -> str:
    return str(line.member.get_left_reason_display()) if line.member else ""


def _households(line: Line) -> str:
    return ", ".join(row.household.name for row in line.person.standing_households)  # type: ignore[attr-defined]


def _units(line: Line) -> str:
    return ", ".join(row.occupancy.unit.code for row in line.person.standing_homes)  # type: ignore[attr-defined]


def _login(line: Line) -> str:
    return str(_("yes") if line.member and line.member.user_id else _("no"))


COLUMNS: dict[str, Column] = {
    "number": Column(_("Number"), _member("number"), usual=True),
    "name": Column(_("Name"), lambda line: str(line.member or line.person), usual=True),
    "given_name": Column(_("Given name"), _person("given_name")),
    "family_name": Column(_("Family name"), _person("family_name")),
    "organization": Column(_("Organisation"), lambda line: str(_("yes") if line.person.is_organization else _("no"))),
    "contact_person": Column(_("Contact person"), _person("contact_person")),
    "email": Column(_("E-mail"), _person("email"), usual=True),
    "phone": Column(_("Telephone"), _person("phone"), usual=True),
    "other_phones": Column(_("Other telephones"), _person("other_phones")),
    "address": Column(_("Postal address"), _person("address")),
    "birth_date": Column(_("Born"), _person("birth_date")),
    "locale": Column(_("Language"), _person("locale")),
    "skills": Column(_("Skills and interests"), _person("skills")),
    "unit": Column(_("Home"), _units, usual=True),
    "household": Column(_("Household"), _households),
    "status": Column(_("Status"), lambda line: line.status, usual=True),
    "roles": Column(_("Roles"), lambda line: line.roles, usual=True),
    "joined_on": Column(_("Joined"), _member("joined_on"), usual=True),
    "left_on": Column(_("Left"), _member("left_on")),
    "left_reason": Column(_("Reason for leaving"), _reason),
    "login": Column(_("Has a login"), _login),
    "external_id": Column(_("Number in the old system"), _person("external_id")),
    "note": Column(_("Note of the office"), _person("note")),
}
USUAL = [key for key, column in COLUMNS.items() if column.usual]


def members_listed(cooperative: Cooperative, filters: Filters) -> "QuerySet[Membership]":
    """The memberships that the filters leave, in the order of names. Nobody for those who never were members."""
    day = today_in(cooperative.time_zone)
    rows = Membership.objects.filter(_of_status(filters.status, day), cooperative=cooperative)
    if filters.q:
        named = Q(person__name__icontains=filters.q)
        rows = rows.filter(named | Q(number=int(filters.q)) if _NUMBER.fullmatch(filters.q) else named)
    if filters.role:
        rows = rows.filter(pk__in=RoleGrant.objects.filter(grants_on(day), role=filters.role).values("membership"))
    return rows.order_by("person__sort_name", "number")


def _of_status(status: str, day: date) -> Q:
    pausing = Q(pk__in=Pause.objects.filter(grants_on(day)).values("membership"))
    return {
        Status.ACTIVE: memberships_on(day) & ~pausing,
        Status.PAUSED: memberships_on(day) & pausing,
        Status.FORMER: Q(left_on__lte=day),
        Status.AHEAD: Q(joined_on__gt=day),
        WITHOUT: Q(pk__in=[]),
    }.get(status, Q())


def others_listed(cooperative: Cooperative, filters: Filters) -> "QuerySet[Person]":
    """People without any membership, where the filters ask for them."""
    if filters.role or filters.status not in ("", WITHOUT):
        return Person.objects.none()
    rows = Person.objects.filter(cooperative=cooperative, memberships=None, erased_at=None)
    return (rows.filter(name__icontains=filters.q) if filters.q else rows).order_by("sort_name", "pk")


def count_of(cooperative: Cooperative, filters: Filters) -> int:
    """How many rows the list has: two queries."""
    return members_listed(cooperative, filters).count() + others_listed(cooperative, filters).count()


def lines_of(cooperative: Cooperative, filters: Filters, columns: Sequence[str]) -> Iterator[list[Any]]:
    """The cells of every row, read in chunks: memory stays bounded, and queries grow by the chunk, not by the row."""
    day = today_in(cooperative.time_zone)
    chosen = [COLUMNS[key].of for key in columns]
    members = (
        members_listed(cooperative, filters)
        .select_related("person")
        .prefetch_related(*_standing(day), *_at_home("person__", day))
    )
    others = others_listed(cooperative, filters).prefetch_related(*_at_home("", day))
    lines = chain(
        (Line(member.person, member, day) for member in members.iterator(chunk_size=CHUNK)),
        (Line(person, None, day) for person in others.iterator(chunk_size=CHUNK)),
    )
    for line in lines:
        yield [of(line) for of in chosen]


def _standing(day: date) -> list[Any]:
    return [
        Prefetch("grants", RoleGrant.objects.filter(grants_on(day)), to_attr="standing_grants"),
        Prefetch("pauses", Pause.objects.filter(grants_on(day)), to_attr="standing_pauses"),
    ]


def _at_home(path: str, day: date) -> list[Any]:
    begun = Q(starts_on=None) | Q(starts_on__lte=day)
    open_end = Q(ends_on=None) | Q(ends_on__gt=day)
    households = HouseholdMember.objects.filter(begun & open_end).select_related("household")
    homes = Occupant.objects.filter(begun & open_end).select_related("occupancy__unit")
    return [
        Prefetch(f"{path}households", households, to_attr="standing_households"),
        Prefetch(f"{path}occupancies", homes, to_attr="standing_homes"),
    ]


# --- Address book -----------------------------------------------------------------------------------------------------


def listed_people(cooperative: Cooperative) -> Iterator[Person]:
    """Members of today who show an e-mail address or a telephone and have not withdrawn from the directory."""
    day = today_in(cooperative.time_zone)
    newest = Consent.objects.filter(person=OuterRef("pk"), kind=Consent.Kind.DIRECTORY).order_by("-at", "-pk")
    standing = Membership.objects.filter(memberships_on(day), cooperative=cooperative)
    people = Person.objects.filter(pk__in=standing.values("person")).annotate(agrees=Subquery(newest.values("is_given")[:1]))
    for person in people.filter(Q(agrees=None) | Q(agrees=True)).order_by("sort_name", "pk").iterator(chunk_size=CHUNK):
        if {Shown.EMAIL, Shown.PHONE} & set(person.shown):
            yield person
