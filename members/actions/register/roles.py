"""Dated roles: giving one from a day on, ending one on a day."""

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check
from cooperatives.events import record
from cooperatives.policy import Actor

from ...events import ROLE_ENDED, ROLE_GRANTED
from ...models import Membership, RoleGrant
from ...queries import days_of, overlap
from .locking import an_admin_stays, iso, known, locked, ordered, planned, public, standing_day


def give(actor: Actor, member: Membership, role: str, starts_on: date, ends_on: date | None = None) -> RoleGrant:
    """Write and record one grant; who may and whether it fits was asked before."""
    dates = {"starts_on": starts_on, "ends_on": ends_on}
    grant: RoleGrant = RoleGrant.objects.create(cooperative_id=member.cooperative_id, membership=member, role=role, **dates)
    said: dict[str, Any] = {key: iso(day) for key, day in dates.items()}
    record(ROLE_GRANTED, actor, member, user_id=public(member.user), role=str(role), **said)
    return grant


@action
def grant_role(
    actor: Actor, member: Membership, *, role: str, starts_on: date | None = None, ends_on: date | None = None
) -> RoleGrant:
    """Give a member a role for [starts_on, ends_on), from today on when no day is named, at most from a year ahead.

    Raises Conflict when they hold it on one of these days or have left by then, RuleBroken for an unknown role or
    days that cannot be.
    """
    check(actor, "members.grant", member)
    known([role])
    actor, member = locked(actor, member, "members.grant")
    first = standing_day(member)
    starts = planned(starts_on or first, first, "starts_on")
    ordered(starts, ends_on)
    if member.left_on is not None and starts >= member.left_on:
        raise RuleBroken("left_by_then", _("By that day the membership will have ended. Choose an earlier day."), "starts_on")
    ends = ends_on if member.left_on is None else min(ends_on or member.left_on, member.left_on)
    wanted = days_of(starts, ends)
    if any(overlap(wanted, days_of(grant.starts_on, grant.ends_on)) for grant in member.grants.filter(role=role)):
        raise Conflict("has_role", _("This member holds that role already in these days. End it first."), "role")
    return give(actor, member, role, starts, ends)


@action
def end_role(actor: Actor, member: Membership, *, role: str, on: date | None = None) -> None:
    """End a role of a member on a day, today when none is named; what was planned for later days is taken back.

    Raises Conflict when they do not hold it then, or when a day would be left without an admin.
    """
    check(actor, "members.grant", member)
    known([role])
    actor, member = locked(actor, member, "members.grant")
    day = planned(on or standing_day(member), standing_day(member), "on")
    with an_admin_stays(member.cooperative):
        ended = end_grants(actor, member, day, Q(role=role))
    if not ended:
        raise Conflict("has_not_role", _("This member does not hold that role."), "role")


def end_grants(actor: Actor, member: Membership, day: date, which: Q) -> list[str]:
    """End on that day what reaches beyond it; returns which roles these were. Who may was asked before."""
    beyond = member.grants.filter(which, Q(ends_on=None) | Q(ends_on__gt=day)).exclude(ends_on=F("starts_on"))
    ended = []
    for grant in beyond.order_by("starts_on", "pk"):
        grant.ends_on = max(day, grant.starts_on)
        grant.save(update_fields=["ends_on"])
        record(ROLE_ENDED, actor, member, user_id=public(member.user), role=grant.role, ends_on=iso(grant.ends_on))
        ended.append(grant.role)
    return ended
