"""Done, and seen to be done: the doer says so, somebody else confirms it, and the ledger has it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, RuleBroken, action, check
from cooperatives.events import record
from cooperatives.policy import Actor
from members.queries import today_in

from ...duty_events import PART_CONFIRMED, PART_DONE, part_facts
from ...models import Effort, Part
from .base import lock_turn, me, part_now, parts_of


@action
def mark_done(actor: Actor, part: Part, *, done: bool = True) -> Part:
    """Say that one's own part is done, from its day on, or (done=False) that it is not. Once confirmed it stays."""
    check(actor, "tasks.take_part", part.turn)
    row = lock_turn(part.turn)
    parts = parts_of(row)
    found = part_now(part, parts)
    if found.member_id != me(actor, row.cooperative_id).pk:
        raise Forbidden("forbidden", _("Only who has the place can say that it is done."))
    if row.cancelled_at is not None:
        raise RuleBroken("cancelled", _("This turn is called off."))
    if found.confirmed_at is not None:
        raise Conflict("confirmed", _("This part is confirmed and stands in the ledger."))
    if done and today_in(row.cooperative.time_zone) < row.day:
        raise RuleBroken("too_early", _("This can be marked as done from its day on."))
    if done == (found.done_at is not None):
        return found
    found.done_at = timezone.now() if done else None
    found.asked_at, found.asked_why = None, ""
    found.save(update_fields=["done_at", "asked_at", "asked_why"])
    record(PART_DONE, actor, row, **part_facts(found, row, len(parts)), done=done)
    return found


@action
def confirm_part(actor: Actor, part: Part) -> Effort:
    """Confirm that somebody else's part was done: its minutes and points go into the ledger, once."""
    check(actor, "tasks.take_part", part.turn)
    row = lock_turn(part.turn)
    parts = parts_of(row)
    found, peer = part_now(part, parts), me(actor, row.cooperative_id)
    if found.member_id == peer.pk:
        raise RuleBroken("not_oneself", _("Somebody else has to confirm what you did."))
    if found.done_at is None:
        raise Conflict("not_done", _("Nobody has said that this is done. Who has the place says so first."))
    if found.confirmed_at is not None:
        raise Conflict("confirmed", _("This part is confirmed already."))
    found.confirmed_at, found.confirmed_by = timezone.now(), peer
    found.save(update_fields=["confirmed_at", "confirmed_by"])
    effort = Effort.objects.create(
        cooperative_id=row.cooperative_id,
        member=found.member,
        kind=Effort.Kind.DUTY,
        turn=row,
        day=row.day,
        minutes=row.minutes,
        points=row.points,
        note=row.duty.title,
        noted_by=found.member,
        confirmed_by=peer,
        noted_at=timezone.now(),
    )
    record(PART_CONFIRMED, actor, row, **part_facts(found, row, len(parts)), minutes=row.minutes)
    return effort
