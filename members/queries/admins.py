"""Who can let people in, on which days: the answer on which the rule of the last admin stands."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cooperatives.models import Cooperative

from ..models import Membership, Pause, RoleGrant, User
from ..roles import Role
from .register import grants_on, memberships_on, pauses_on, today_in
from .spans import FOREVER, Days, days_of, met, without


def admins_of(cooperative: Cooperative) -> "QuerySet[RoleGrant]":
    """The grants that make someone who can sign in an admin today: a person without a login cannot let anybody in."""
    return _held_today(cooperative, Role.ADMIN)


def deciders_of(cooperative: Cooperative) -> "QuerySet[User]":
    """The logins that decide today who joins: admins and secretaries who are not paused."""
    grants = _held_today(cooperative, Role.ADMIN, Role.SECRETARY)
    found: QuerySet[User] = User.objects.filter(pk__in=list(grants.values_list("membership__user_id", flat=True)))
    return found.order_by("pk")


def _held_today(cooperative: Cooperative, *roles: Role) -> "QuerySet[RoleGrant]":
    day = today_in(cooperative.time_zone)
    paused = Pause.objects.filter(pauses_on(day), membership=OuterRef("pk"))
    current = Membership.objects.filter(memberships_on(day), ~Exists(paused), cooperative=cooperative, user__is_active=True)
    held: QuerySet[RoleGrant] = RoleGrant.objects.filter(grants_on(day), role__in=roles, cooperative=cooperative)
    return held.filter(membership__in=current.values("pk"))


def both_offices(cooperative: Cooperative) -> "QuerySet[Membership]":
    """Who is admin and treasurer of a chama at once today: no rule forbids it, but nobody looks over their shoulder."""
    members: QuerySet[Membership] = Membership.objects.filter(cooperative=cooperative).select_related("person")
    if cooperative.kind != Cooperative.Kind.CHAMA:
        return members.none()
    day = today_in(cooperative.time_zone)
    held = RoleGrant.objects.filter(grants_on(day), membership=OuterRef("pk"))
    both = Exists(held.filter(role=Role.ADMIN)) & Exists(held.filter(role=Role.TREASURER))
    return members.filter(memberships_on(day), both).order_by("number")


def admin_days(cooperative: Cooperative, *, since: date) -> list[Days]:
    """The spans of days from `since` on in which a member who can sign in is admin, from dates alone: grants, memberships
    and pauses, ahead ones as well. Spans of several admins may overlap. One query."""
    grants = RoleGrant.objects.filter(Q(ends_on=None) | Q(ends_on__gt=since), cooperative=cooperative, role=Role.ADMIN)
    columns = ("pk", "starts_on", "ends_on", "membership__joined_on", "membership__left_on")
    pauses = ("membership__pauses__starts_on", "membership__pauses__ends_on")
    held: dict[int, Days] = {}
    holes: dict[int, list[Days]] = {}
    for pk, starts, ends, joined, left, pause, resumed in grants.filter(membership__user__is_active=True).values_list(
        *columns, *pauses
    ):
        held[pk] = met((since, FOREVER), met(days_of(starts, ends), days_of(joined, left)))
        if pause is not None:
            holes.setdefault(pk, []).append(days_of(pause, resumed))
    return [days for pk, span in held.items() for days in without(span, holes.get(pk, []))]
