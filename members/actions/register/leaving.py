"""Leaving: today, on a day ahead, or as it is entered late; the history stays."""

from datetime import date
from typing import Any

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, RuleBroken, action, check, refuse_invisible, validate
from cooperatives.events import record
from cooperatives.policy import Actor, may

from ...events import LEAVES, LEFT, LEFT_DESPITE
from ...models import Leaving, Membership
from ...queries import obstacles_of
from .locking import an_admin_stays, iso, locked, not_far_ahead, public, today_of
from .roles import end_grants


@action
def end_membership(
    actor: Actor, member: Membership, *, on: date | None = None, reason: str = "", note: str = "", despite: str = ""
) -> Membership:
    """End a membership on a day, today when none is named; its history stays. Members may end their own.

    A day ahead plans the leaving and may be named anew; only officers enter one that is past. `despite` is the reason
    for which an admin lets somebody go whose matters are open; it is recorded.
    Raises Conflict for the last admin and for who has left, RuleBroken "open_matters" with what is open.
    """
    check(actor, "members.end", member)
    refuse_invisible(despite.strip(), "despite")
    actor, member = locked(actor, member, "members.end")
    today = today_of(member)
    if member.left_on is not None and (member.left_on <= today or member.left_on == member.joined_on):
        raise Conflict("has_left", _("This membership has ended."))
    day = _day(actor, member, on, today)
    _settle(actor, member, day, despite.strip())
    with an_admin_stays(member.cooperative):
        _write(actor, member, day, today, {"left_reason": reason, "left_note": note.strip()})
    return member


def _day(actor: Actor, member: Membership, on: date | None, today: date) -> date:
    day = max(on or today, member.joined_on) if on is None else not_far_ahead(on, today, "on")
    if day < member.joined_on:
        raise RuleBroken("before_joining", _("Choose a day on or after the day of joining."), "on")
    later = Membership.objects.filter(person=member.person_id, joined_on__gte=member.joined_on, joined_on__lt=day)
    if later.exclude(pk=member.pk).exists():
        raise Conflict("already_member", _("By that day they have come back as another member. Choose an earlier day."), "on")
    if day < today and not may(actor, "members.admit", member):
        raise RuleBroken("in_the_past", _("Choose today or a later day: what was, stays as it was."), "on")
    return day


def _settle(actor: Actor, member: Membership, day: date, despite: str) -> None:
    """Raise RuleBroken when matters are open, unless an admin says why the member may go despite them."""
    found = obstacles_of(member, on=day)
    if not found:
        return
    if not despite:
        named = [{"kind": one.kind, "sentence": str(one.sentence)} for one in found]
        sentence = _("Settle this first: %(matters)s") % {"matters": " ".join(one["sentence"] for one in named)}
        raise RuleBroken("open_matters", sentence, open=named)
    if not may(actor, "members.end_despite", member):
        raise Forbidden("forbidden", _("Only an administrator may let somebody leave whose matters are open."), "despite")
    said: dict[str, Any] = {"user_id": public(member.user), "open": [one.kind for one in found], "reason": despite[:500]}
    record(LEFT_DESPITE, actor, member, **said)


def _write(actor: Actor, member: Membership, day: date, today: date, said: dict[str, Any]) -> None:
    before = member.left_on
    if day <= today:
        end_grants(actor, member, day, Q())
    else:
        reaching = Q(ends_on=None) | Q(ends_on__gt=day)
        if before is not None and before < day:  # the leaving moves on, and with it the roles that it had cut
            reaching |= Q(ends_on=before, starts_on__lt=before)
        last = Greatest(F("starts_on"), Value(day, output_field=DateField()))
        member.grants.filter(reaching).exclude(ends_on=F("starts_on")).update(ends_on=last)
    member.left_on = day
    member.left_name = member.person.name
    for key, value in said.items():
        setattr(member, key, value)
    member.version += 1
    _validate(member)
    member.save(update_fields=["left_on", "left_name", "left_reason", "left_note", "version"])
    if day <= today:
        record(LEFT, actor, member, user_id=public(member.user))
    else:
        record(LEAVES, actor, member, user_id=public(member.user), on=iso(day))


def _validate(member: Membership) -> None:
    if member.left_reason and member.left_reason not in Leaving.values:
        raise RuleBroken("unknown_reason", _("Choose one of the reasons from the list."), "reason")
    fields = {field.name for field in Membership._meta.get_fields()} - {"left_note", "left_name"}
    try:
        validate(member, exclude=fields)
    except RuleBroken as broken:
        broken.field = "note"
        raise
