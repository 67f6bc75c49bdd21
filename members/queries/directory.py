"""Questions of the directory and the register: who is found by which words, where they live, what of them shows."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may

from ..models import Membership, Occupant, RoleGrant, Shown, Unit
from ..names import folded
from ..roles import Role, offices
from .homes import lasting_on
from .register import grants_on, members_on

LONGEST = 100
_BIGGEST = 2**31 - 1


def words_of(text: str) -> str:
    """What somebody typed into a search box, without what cannot be seen and not too long."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST]


def directory_of(cooperative: Cooperative, day: date, *, text: str = "", whole: bool = False) -> "QuerySet[Membership]":
    """Who belongs on a day and is found by a text in name, home or skills: in the order of lists, with roles of the day.

    Unless `whole`, a home finds only those who show theirs.
    """
    rows = members_on(day).filter(cooperative=cooperative).order_by("person__sort_name", "number")
    return rows.filter(found_by(text, day, whole=whole)) if text else rows


def officers_of(cooperative: Cooperative, day: date) -> "QuerySet[Membership]":
    """Who holds an office on a day, in the order of lists, with roles of the day."""
    held = RoleGrant.objects.filter(grants_on(day), role__in=offices(Role.values), membership=OuterRef("pk"))
    return directory_of(cooperative, day).filter(Exists(held))


def found_by(text: str, day: date, *, whole: bool) -> Q:
    """The condition for memberships that a text finds; `whole` looks at what members may hide, too."""
    named = Q()
    for word in folded(text).split():
        named &= Q(person__sort_name__contains=word)
    found = named | Q(person__skills__icontains=text) | _at_home(text, day, whole=whole)
    if text.isascii() and text.isdigit() and int(text) <= _BIGGEST:
        found |= Q(number=int(text))
    if whole:
        found |= Q(person__email__icontains=text) | Q(person__phone__icontains=text) | Q(person__external_id=text)
    return found


def _at_home(text: str, day: date, *, whole: bool) -> Q:
    living = Occupant.objects.filter(lasting_on(day), lives_there=True, occupancy__unit__code__icontains=text)
    if not whole:
        living = living.annotate(said=Cast("person__shown", TextField())).filter(said__contains=f'"{Shown.UNIT}"')
    return Q(Exists(living.filter(person=OuterRef("person"))))


def living_in(person_ids: Iterable[int], day: date) -> dict[int, list[Unit]]:
    """The units in which people live on a day, by person: one query."""
    living = Occupant.objects.filter(lasting_on(day), person__in=list(person_ids), lives_there=True)
    found: dict[int, list[Unit]] = {}
    for row in living.select_related("occupancy__unit__building").order_by("occupancy__unit__code", "pk"):
        found.setdefault(row.person_id, []).append(row.occupancy.unit)
    return found


def knows_home(actor: Actor, member: Membership) -> bool:
    """Whether the actor may know where a member lives: offices, the member, and everybody when the member shows it."""
    own = actor.user_id is not None and member.user_id == actor.user_id
    return own or Shown.UNIT in member.person.shown or may(actor, "members.read_register", member)
