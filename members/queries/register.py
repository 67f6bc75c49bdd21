"""Questions about who belongs: standings of a user, the members of a cooperative, whom a user may know."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, Standing
from cooperatives.queries import Compiled, enter

from ..models import ApiKey, Membership, RoleGrant, User
from ..roles import Role, while_paused

Dates = tuple[date, date | None]


def today_in(zone: str) -> date:
    """Today's date in a time zone by name."""
    return timezone.now().astimezone(ZoneInfo(zone)).date()


def stands(dates: Dates, day: date) -> bool:
    """Whether a half-open span [first, last) holds a day; an open end holds every later day."""
    first, last = dates
    return first <= day and (last is None or day < last)


def memberships_on(day: date) -> Q:
    """The condition for memberships that stand on a day."""
    return Q(joined_on__lte=day) & (Q(left_on=None) | Q(left_on__gt=day))


def staying() -> Q:
    """The condition for memberships that have not ended and do not end before the day after tomorrow, on whichever clock."""
    return Q(left_on=None) | Q(left_on__gt=timezone.now().date() + timedelta(days=1))


def stays(member: Membership) -> bool:
    """Whether one membership is `staying`."""
    return member.left_on is None or member.left_on > timezone.now().date() + timedelta(days=1)


def grants_on(day: date) -> Q:
    """The condition for role grants that stand on a day."""
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


def pauses_on(day: date) -> Q:
    """The condition for pauses that stand on a day."""
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


# --- Standings ------------------------------------------------------------------------------------------------------


def standings_of(user: User) -> dict[int, Standing]:
    """In which cooperatives the user stands today, and as what: two queries. A membership without a role is none."""
    if not user.is_active:
        return {}
    current, days = _current(user)
    return _with_roles(user, current, days) if current else {}


_standing = Compiled(
    lambda first, last: (
        Membership.mine.filter(joined_on__lte=last)
        .filter(Q(left_on=None) | Q(left_on__gte=first))
        .values_list("cooperative_id", "pk", "joined_on", "left_on", "cooperative__time_zone")
    ),
    first=date,
    last=date,
)
_grants = Compiled(
    lambda user: RoleGrant.objects.filter(membership__user=user).values_list(
        "cooperative_id", "membership_id", "role", "starts_on", "ends_on",
        "membership__pauses__starts_on", "membership__pauses__ends_on",
    ),
    user=int,
)  # fmt: skip

_Found = dict[int, tuple[int, date | None, str]]  # cooperative -> membership, its end, the cooperative's zone


def _current(user: User) -> tuple[_Found, dict[int, date]]:
    with enter((), user.pk):
        # A day of slack in SQL; the exact day is the cooperative's own.
        horizon = timezone.now().date()
        found = _standing(first=horizon - timedelta(days=1), last=horizon + timedelta(days=1))
    days = {cooperative: today_in(zone) for cooperative, _pk, _joined, _left, zone in found}
    current = {
        cooperative: (pk, left, zone)
        for cooperative, pk, joined, left, zone in found
        if stands((joined, left), days[cooperative])
    }
    return current, days


def _with_roles(user: User, current: _Found, days: Mapping[int, date]) -> dict[int, Standing]:
    standings = {}
    for cooperative, (roles, pauses) in _held(user, current, days).items():
        pk, left, zone = current[cooperative]
        day = days[cooperative]
        counted = while_paused(roles) if any(stands(pause, day) for pause in pauses) else frozenset(roles)
        ahead = [first for first, _last in pauses if first > day and while_paused(roles) != counted]
        until = _earliest([left, *roles.values(), *ahead], zone)
        standings[cooperative] = Standing(cooperative, pk, counted, until, zone)
    return standings


def _held(user: User, current: _Found, days: Mapping[int, date]) -> dict[int, tuple[dict[str, date | None], set[Dates]]]:
    """In each cooperative the roles of its day with their ends, and the member's pauses."""
    held: dict[int, tuple[dict[str, date | None], set[Dates]]] = {}
    with enter(current, user.pk):
        for cooperative, membership, role, starts, ends, paused, resumed in _grants(user=user.pk):
            if membership == current[cooperative][0] and stands((starts, ends), days[cooperative]):
                roles, pauses = held.setdefault(cooperative, ({}, set()))
                roles[role] = ends
                if paused is not None:
                    pauses.add((paused, resumed))
    return held


def _earliest(ends: Iterable[date | None], zone: str) -> datetime | None:
    first = min((day for day in ends if day is not None), default=None)
    return datetime.combine(first, time.min, ZoneInfo(zone)) if first else None


def ended_of(user: User) -> "QuerySet[Membership]":
    """The memberships of the entered user that have an end, in any cooperative. Read it with `values_list` only."""
    found: QuerySet[Membership] = Membership.mine.filter(user=user).exclude(left_on=None)
    return found


# --- The register ---------------------------------------------------------------------------------------------------


def members_on(day: date) -> "QuerySet[Membership]":
    """Memberships that stand on a day, with person, login and the roles of that day (`.standing_grants`)."""
    return _with_people(Membership.objects.filter(memberships_on(day)), RoleGrant.objects.filter(grants_on(day)))


def members_now(cooperative_ids: Iterable[int]) -> "QuerySet[Membership]":
    """Memberships that stand today, each in its own cooperative's zone, as `members_on`: one query for the zones."""
    days = today_in_each(cooperative_ids)
    return _with_people(Membership.objects.filter(each(days, memberships_on)), RoleGrant.objects.filter(each(days, grants_on)))


def today_in_each(cooperative_ids: Iterable[int]) -> dict[date, list[int]]:
    """The cooperatives by what day it is there: at most three days. One query."""
    zones = Cooperative.objects.filter(pk__in=list(cooperative_ids)).order_by().values_list("pk", "time_zone")
    days: dict[date, list[int]] = {}
    for pk, zone in zones:
        days.setdefault(today_in(zone), []).append(pk)
    return days


def each(days: Mapping[date, list[int]], condition: Callable[[date], Q]) -> Q:
    """The condition on the day of each cooperative."""
    parts = [Q(cooperative_id__in=ids) & condition(day) for day, ids in days.items()]
    return reduce(or_, parts, Q(pk__in=[]))


def _with_people(memberships: "QuerySet[Membership]", grants: "QuerySet[RoleGrant]") -> "QuerySet[Membership]":
    standing = Prefetch("grants", grants, to_attr="standing_grants")
    return memberships.select_related("person", "user").prefetch_related(standing).order_by("person__name", "number")


def roles_of(member: Membership) -> list[str]:
    """The roles of a membership that came from `members_on` or `members_now`, the foremost first."""
    held = {grant.role for grant in member.standing_grants}  # type: ignore[attr-defined]
    return [role for role in Role.values if role in held]


def cooperatives_of(actor: Actor) -> "QuerySet[Cooperative]":
    """The cooperatives an actor stands in, by name."""
    return Cooperative.objects.filter(pk__in=actor.cooperative_ids)


def keys_of(user: User) -> "QuerySet[ApiKey]":
    """The keys of a login that were not ended, the newest first; those that are over show until they are forgotten."""
    return ApiKey.objects.filter(user=user, ended_at=None).select_related("cooperative", "user").order_by("-created_at", "pk")


# --- People -----------------------------------------------------------------------------------------------------------


def shared_memberships(actor: Actor, user: User) -> "QuerySet[Membership]":
    """The standing memberships of a user in cooperatives where the actor stands too."""
    shared = members_now(actor.cooperative_ids).filter(user=user)
    return shared.select_related("person", "user", "cooperative").order_by("cooperative__name")


def fellows_of(actor: Actor) -> Q:
    """The condition for users who share a cooperative with the actor."""
    fellows = members_now(actor.cooperative_ids).exclude(user=None).order_by()
    return Q(pk__in=fellows.prefetch_related(None).values("user_id"))
