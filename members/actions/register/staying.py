"""Taking back what was planned: a leaving, or the end of a role, before its day has come."""

from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from activity.models import Event
from cooperatives.actions import Conflict, Forbidden, action, check
from cooperatives.events import record
from cooperatives.policy import Actor, may

from ...events import LEAVES, ROLE_ENDED, ROLE_GRANTED, ROLE_KEPT, STAYS
from ...models import Membership, RoleGrant
from .locking import iso, known, locked, public, standing_day, today_of

_ABOUT_ROLES = (ROLE_GRANTED.name, ROLE_ENDED.name, ROLE_KEPT.name)


@action
def withdraw_leaving(actor: Actor, member: Membership) -> Membership:
    """Take a planned leaving back before its day; roles that it had cut last as long as they were given for.

    Members may take back what they planned themselves. Seats on committees are given anew.
    Raises Conflict when no leaving is planned or they come back as another member, Forbidden for what the office planned.
    """
    check(actor, "members.end", member)
    actor, member = locked(actor, member, "members.end")
    day = member.left_on
    if day is None or day <= today_of(member) or day == member.joined_on:
        raise Conflict("not_leaving", _("No leaving is planned, or its day has come."))
    if not may(actor, "members.pause", member) and _planner(member) != actor.user_id:
        raise Forbidden("forbidden", _("The office planned this. Ask it to take it back."))
    _refuse_come_back(member)
    _give_back(member, day)
    member.left_on, member.left_name, member.left_reason, member.left_note = None, "", "", ""
    member.version += 1
    member.save(update_fields=["left_on", "left_name", "left_reason", "left_note", "version"])
    record(STAYS, actor, member, user_id=public(member.user), on=iso(day))
    return member


def _planner(member: Membership) -> int | None:
    """The login that planned the leaving as it stands now."""
    return _records(member, LEAVES.name).values_list("actor_id", flat=True).last()


def _records(member: Membership, *kinds: str) -> "QuerySet[Event]":
    subject = {"subject_type": "members.membership", "subject_id": member.pk}
    return Event.objects.filter(cooperative_id=member.cooperative_id, kind__in=kinds, **subject).order_by("seq")


def _refuse_come_back(member: Membership) -> None:
    same = Q(person=member.person_id) | Q(user=member.user_id, user__isnull=False)
    others = Membership.objects.filter(same, cooperative=member.cooperative_id, joined_on__gte=member.joined_on)
    if others.exclude(pk=member.pk).exclude(left_on=F("joined_on")).exists():
        raise Conflict("already_member", _("They have come back as another member. End that membership first."))


def _give_back(member: Membership, day: date) -> None:
    """Let the roles that the leaving had cut last until the day for which they were given."""
    given = _given_until(member)
    cut = Q(ends_on=day) | Q(ends_on=F("starts_on"), starts_on__gte=day)
    for grant in member.grants.filter(cut):
        until = given.get((grant.role, iso(grant.starts_on)))
        if until is not None and (not until or until > iso(grant.ends_on)):
            grant.ends_on = date.fromisoformat(until) if until else None
            grant.save(update_fields=["ends_on"])


def _given_until(member: Membership) -> dict[tuple[str, str], str]:
    """Until when each role was given, by role and first day, as the record has it; empty for no end."""
    until: dict[tuple[str, str], str] = {}
    told = [event.told for event in _records(member, *_ABOUT_ROLES).select_related("detail")]
    for said in [detail.data["payload"] for detail in told if detail is not None]:
        role, starts, ends = said["role"], said.get("starts_on"), said.get("ends_on", "")
        if starts is not None:
            until[role, starts] = ends
            continue
        reaching = [key for key, last in until.items() if key[0] == role and (not last or last > ends)]
        until.update({key: max(key[1], ends) for key in reaching})
    return until


@action
def keep_role(actor: Actor, member: Membership, *, role: str) -> RoleGrant:
    """Take back that a role ends on a day ahead: it lasts on, without an end or until a planned leaving.

    Raises Conflict when no end of it is planned.
    """
    check(actor, "members.grant", member)
    known([role])
    actor, member = locked(actor, member, "members.grant")
    day = standing_day(member)
    lasting = member.grants.filter(Q(ends_on=None) | Q(ends_on__gt=day), role=role).exclude(ends_on=F("starts_on"))
    grant: RoleGrant | None = lasting.order_by("starts_on", "pk").last()
    if grant is None or grant.ends_on in (None, member.left_on):
        raise Conflict("not_ending", _("No end of this role is planned."), "role")
    grant.ends_on = member.left_on
    grant.save(update_fields=["ends_on"])
    record(ROLE_KEPT, actor, member, user_id=public(member.user), role=str(role), starts_on=iso(grant.starts_on))
    return grant
