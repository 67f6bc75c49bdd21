"""A leave of absence: the member keeps number and membership; offices rest while it lasts."""

from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check, validate
from cooperatives.events import record
from cooperatives.policy import Actor

from ...events import PAUSED, RESUMED
from ...models import Membership, Pause
from ...queries import days_of, overlap
from .locking import an_admin_stays, iso, locked, ordered, planned, public, standing_day


@action
def pause(
    actor: Actor, member: Membership, *, starts_on: date | None = None, ends_on: date | None = None, reason: str = ""
) -> Pause:
    """Pause a membership for [starts_on, ends_on), from today on when no day is named. Roles stay, but until its end the
    member acts as a plain member. Pausing somebody with an office takes the right to decide about offices.

    Raises Conflict when it is paused on one of these days, has ended, or a day would be left without an admin.
    """
    check(actor, "members.pause", member)
    actor, member = locked(actor, member, "members.pause")
    first = standing_day(member)
    starts = planned(starts_on or first, first, "starts_on")
    ordered(starts, ends_on)
    if member.left_on is not None and starts >= member.left_on:
        raise RuleBroken("left_by_then", _("By that day the membership will have ended. Choose an earlier day."), "starts_on")
    wanted = days_of(starts, ends_on)
    if any(overlap(wanted, days_of(one.starts_on, one.ends_on)) for one in member.pauses.all()):
        raise Conflict("is_paused", _("This membership is paused in these days already. End that pause first."), "starts_on")
    row = Pause(cooperative=member.cooperative, membership=member, starts_on=starts, ends_on=ends_on, reason=reason.strip())
    validate(row, exclude=("cooperative", "membership"))
    with an_admin_stays(member.cooperative):
        row.save()
    _touch(member)
    record(PAUSED, actor, member, user_id=public(member.user), starts_on=iso(starts), ends_on=iso(ends_on))
    return row


@action
def resume(actor: Actor, member: Membership, *, on: date | None = None) -> None:
    """End the pause of a membership on a day, today when none is named, and take planned ones back.

    Raises Conflict when it is not paused then.
    """
    check(actor, "members.pause", member)
    actor, member = locked(actor, member, "members.pause")
    first = standing_day(member)
    day = planned(on or first, first, "on")
    beyond = Q(ends_on=None) | Q(ends_on__gt=day)
    rows = list(member.pauses.filter(beyond).exclude(ends_on=F("starts_on")))
    if not rows:
        raise Conflict("not_paused", _("This membership is not paused."))
    for row in rows:
        row.ends_on = max(day, row.starts_on)
        row.save(update_fields=["ends_on"])
    _touch(member)
    record(RESUMED, actor, member, user_id=public(member.user), on=iso(day))


def _touch(member: Membership) -> None:
    member.version += 1
    member.save(update_fields=["version"])
