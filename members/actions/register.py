"""Verbs of the register: admit, grant, end. The members issue builds the whole register upon them."""

from collections.abc import Collection
from datetime import date

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check, refuse_invisible
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..events import JOINED, LEFT, ROLE_ENDED, ROLE_GRANTED
from ..models import Membership, Person, RoleGrant, User
from ..queries import admins_of, grants_on, today_in
from ..roles import Role


@action
def admit(
    actor: Actor,
    cooperative: Cooperative,
    *,
    name: str,
    user: User | None = None,
    email: str = "",
    roles: Collection[str] = (Role.MEMBER,),
    on: date | None = None,
) -> Membership:
    """Enter a person into the register with the next number and these roles from that day.

    Raises Conflict when the user is a member already, RuleBroken naming the field that is wrong.
    """
    check(actor, "members.admit", cooperative)
    if set(roles) - {Role.MEMBER, Role.OBSERVER}:
        check(actor, "members.grant", cooperative)
    if not name.strip():
        raise RuleBroken("no_name", _("Write the person's name."), "name")
    refuse_invisible(name)
    person = Person(cooperative=cooperative, name=name.strip()[:150], email=email or (user.email if user else ""))
    return _enter(actor, cooperative, person, user, roles, on)


@action
def admit_founder(actor: Actor, cooperative: Cooperative) -> Membership | None:
    """Make the founder the first member and admin; nobody when the system founded it."""
    if actor.user is None:
        return None
    person = Person(cooperative=cooperative, name=str(actor.user)[:150], email=actor.user.email)
    return _enter(actor, cooperative, person, actor.user, (Role.ADMIN, Role.MEMBER), None)


def _enter(
    actor: Actor, cooperative: Cooperative, person: Person, user: User | None, roles: Collection[str], on: date | None
) -> Membership:
    _known(roles)
    _lock(cooperative)
    day = on or today_in(cooperative.time_zone)
    open_or_ahead = Q(left_on=None) | Q(left_on__gt=day)
    if user and Membership.objects.filter(open_or_ahead, cooperative=cooperative, user=user).exists():
        raise Conflict("already_member", _("This person is a member already."), "user")
    person.save()
    last = Membership.objects.filter(cooperative=cooperative).aggregate(last=Max("number"))["last"]
    member = Membership.objects.create(cooperative=cooperative, person=person, user=user, number=(last or 0) + 1, joined_on=day)
    record(JOINED, actor, member, user_id=_public(user), number=member.number)
    for role in roles:
        _give(actor, member, role, day)
    return member


def _known(roles: Collection[str]) -> None:
    if not set(roles) <= set(Role.values):
        raise RuleBroken("unknown_role", _("Choose one of the roles from the list."), "role")


def _lock(cooperative: Cooperative) -> None:
    # Numbers are gap-free and the last admin is counted: both need one writer for each cooperative. Rows that
    # point to the cooperative share its key meanwhile, so the lock leaves the key alone.
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)


def _locked(actor: Actor, member: Membership, to: str) -> tuple[Actor, Membership]:
    """Actor and membership as they are now that nobody else can change them; both may be older than the lock."""
    _lock(member.cooperative)
    now = actor.again()
    row = Membership.objects.select_related("person", "user", "cooperative").get(pk=member.pk)
    check(now, to, row)
    return now, row


def _public(user: User | None) -> str:
    return str(user.public_id) if user else ""


def _give(actor: Actor, member: Membership, role: str, day: date) -> RoleGrant:
    grant = RoleGrant.objects.create(cooperative_id=member.cooperative_id, membership=member, role=role, starts_on=day)
    record(ROLE_GRANTED, actor, member, user_id=_public(member.user), role=str(role))
    return grant


@action
def grant_role(actor: Actor, member: Membership, *, role: str) -> RoleGrant:
    """Give a member a role from today on.

    Raises Conflict when they hold it or have left, RuleBroken for an unknown role.
    """
    check(actor, "members.grant", member)
    _known([role])
    actor, member = _locked(actor, member, "members.grant")
    day = _standing_day(member)
    if member.grants.filter(grants_on(day), role=role).exists():
        raise Conflict("has_role", _("This member holds that role already."), "role")
    return _give(actor, member, role, day)


def _standing_day(member: Membership) -> date:
    """Today, for a membership that stands today. Raises Conflict for one that does not."""
    day = today_in(member.cooperative.time_zone)
    if not member.is_current(on=day):
        raise Conflict("has_left", _("This membership has ended."))
    return day


@action
def end_role(actor: Actor, member: Membership, *, role: str) -> None:
    """End a role of a member today.

    Raises Conflict when they do not hold it, or when it would leave the cooperative without an admin.
    """
    check(actor, "members.grant", member)
    actor, member = _locked(actor, member, "members.grant")
    if not _end(actor, member, [role], today_in(member.cooperative.time_zone)):
        raise Conflict("has_not_role", _("This member does not hold that role."), "role")


def _end(actor: Actor, member: Membership, roles: list[str], day: date) -> list[str]:
    """End what the member holds of these roles; returns which they were."""
    ended = list(member.grants.filter(grants_on(day), role__in=roles))
    for grant in ended:
        grant.ends_on = day
        grant.save(update_fields=["ends_on"])
        record(ROLE_ENDED, actor, member, user_id=_public(member.user), role=grant.role)
    if any(grant.role == Role.ADMIN for grant in ended) and not admins_of(member.cooperative).exists():
        raise Conflict("last_admin", _("A cooperative needs an admin. Make somebody else admin first."), "role")
    return [grant.role for grant in ended]


@action
def end_membership(actor: Actor, member: Membership) -> None:
    """End a membership today; its history stays. Members may end their own. Raises Conflict for the last admin."""
    check(actor, "members.end", member)
    actor, member = _locked(actor, member, "members.end")
    day = _standing_day(member)
    _end(actor, member, list(Role.values), day)
    member.left_on = day
    member.version += 1
    member.save(update_fields=["left_on", "version"])
    record(LEFT, actor, member, user_id=_public(member.user))


@action
def follow_zone(cooperative: Cooperative, day: date) -> None:
    """Let dates of the register that had come by `day`, today in the zone before, have come in the present zone, too.

    Otherwise a founder who moves the clock back would be out until midnight, and a removed member in.
    """
    today = today_in(cooperative.time_zone)
    for model, columns in ((Membership, ("joined_on", "left_on")), (RoleGrant, ("starts_on", "ends_on"))):
        for column in columns:
            early = {f"{column}__gt": today, f"{column}__lte": day}
            model.objects.filter(cooperative=cooperative, **early).update(**{column: today})
