"""Places in a turn: signing up, withdrawing, standing in, and what the coordinator does. Never more than there are."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, RuleBroken, action, check
from cooperatives.events import Kind, record
from cooperatives.policy import Actor
from members.models import Household, Membership

from ...duty_events import (
    ASSIGNED,
    REMOVED,
    SIGNED_UP,
    STAND_IN_KEPT,
    STAND_IN_WANTED,
    STOOD_IN,
    WITHDREW,
    part_facts,
    public_id,
)
from ...models import REASON_LENGTH, Part, Turn
from .base import lock_turn, me, part_now, parts_of, sound_line, sound_partaker


@action
def sign_up(actor: Actor, turn: Turn) -> Part:
    """Take a free place in a turn. Raises Conflict when there is none or the actor has one, RuleBroken once closed."""
    check(actor, "tasks.take_part", turn)
    row = lock_turn(turn)
    _refuse_closed(row)
    parts = parts_of(row)
    part = place_for(row, parts, me(actor, row.cooperative_id), Part.How.SIGNED_UP)
    _tell(SIGNED_UP, actor, part, row, len(parts))
    return part


@action
def withdraw(actor: Actor, part: Part) -> None:
    """Give one's own place up while sign-up is open. Raises RuleBroken afterwards: then somebody has to stand in."""
    check(actor, "tasks.take_part", part.turn)
    row = lock_turn(part.turn)
    parts = parts_of(row)
    found = _own(actor, part, parts)
    if not row.is_open(now=timezone.now()):
        raise RuleBroken("closed", _("Sign-up is closed. Ask for a stand-in; until somebody takes it, it stays with you."))
    _let_go(WITHDREW, actor, found, row, parts)


@action
def give_place(actor: Actor, turn: Turn, *, member: Membership | None) -> Part:
    """Give a member a free place, also after sign-up has closed. For the coordinator."""
    check(actor, "tasks.coordinate", turn.duty)
    row = lock_turn(turn)
    _refuse_cancelled(row)
    who = sound_partaker(member, row.cooperative, "member")
    if who is None:
        raise RuleBroken("member", _("Choose a member of this cooperative."), "member")
    parts = parts_of(row)
    part = place_for(row, parts, who, Part.How.ASSIGNED)
    _tell(ASSIGNED, actor, part, row, len(parts))
    return part


@action
def remove_part(actor: Actor, part: Part) -> None:
    """Take somebody out of a turn. For the coordinator."""
    check(actor, "tasks.coordinate", part.turn.duty)
    row = lock_turn(part.turn)
    parts = parts_of(row)
    _let_go(REMOVED, actor, part_now(part, parts), row, parts)


@action
def ask_stand_in(actor: Actor, part: Part, *, reason: str = "") -> Part:
    """Say that one cannot come. Whoever takes the place first has it; until then it stays one's own."""
    check(actor, "tasks.take_part", part.turn)
    row = lock_turn(part.turn)
    _refuse_cancelled(row)
    parts = parts_of(row)
    found = _own(actor, part, parts)
    if found.asked_at is not None:
        raise Conflict("asked", _("You asked already. Everybody who may take it sees it."))
    _refuse_done(found)
    found.asked_at, found.asked_why = timezone.now(), sound_line(reason, REASON_LENGTH, "reason")
    found.save(update_fields=["asked_at", "asked_why"])
    _tell(STAND_IN_WANTED, actor, found, row, len(parts))
    return found


@action
def keep_part(actor: Actor, part: Part) -> Part:
    """Come after all: the search for a stand-in ends."""
    check(actor, "tasks.take_part", part.turn)
    row = lock_turn(part.turn)
    parts = parts_of(row)
    found = _own(actor, part, parts)
    if found.asked_at is None:
        raise Conflict("not_asked", _("Nobody is asked to stand in for you."))
    found.asked_at, found.asked_why = None, ""
    found.save(update_fields=["asked_at", "asked_why"])
    _tell(STAND_IN_KEPT, actor, found, row, len(parts))
    return found


@action
def stand_in(actor: Actor, part: Part) -> Part:
    """Take the place of who cannot come. Raises Conflict when somebody was faster or the actor has a place already."""
    check(actor, "tasks.take_part", part.turn)
    row = lock_turn(part.turn)
    _refuse_cancelled(row)
    parts = parts_of(row)
    found, mine = part_now(part, parts), me(actor, row.cooperative_id)
    if found.asked_at is None:
        raise Conflict("taken", _("Somebody else stands in already, or no stand-in is needed any more."))
    if any(other.member_id == mine.pk for other in parts):
        raise Conflict("already_in", _("You have a place in this turn already."))
    before = found.member
    found.member, found.stands_in_for, found.household, found.how = mine, before, None, Part.How.STAND_IN
    found.asked_at, found.asked_why, found.created_at = None, "", timezone.now()
    found.save()
    record(STOOD_IN, actor, row, **part_facts(found, row, len(parts)), before=public_id(before))
    return found


def place_for(turn: Turn, parts: list[Part], member: Membership, how: Part.How, household: Household | None = None) -> Part:
    """The lowest free place of a locked turn, for a member; it is added to `parts`. Raises Conflict."""
    if any(part.member_id == member.pk for part in parts):
        raise Conflict("already_in", _("This member has a place in this turn already."), "member")
    taken = {part.place for part in parts}
    free = next((place for place in range(1, turn.places + 1) if place not in taken), None)
    if free is None:
        raise Conflict("turn_full", _("All places of this turn are taken."))
    part = Part(
        cooperative_id=turn.cooperative_id,
        turn=turn,
        place=free,
        member=member,
        household=household,
        how=how,
        created_at=timezone.now(),
    )
    part.save()
    parts.append(part)
    return part


def _own(actor: Actor, part: Part, parts: list[Part]) -> Part:
    found = part_now(part, parts)
    if found.member_id != me(actor, part.cooperative_id).pk:
        raise Forbidden("forbidden", _("This place belongs to somebody else."))
    return found


def _let_go(what: Kind, actor: Actor, part: Part, turn: Turn, parts: list[Part]) -> None:
    _refuse_done(part)
    facts = part_facts(part, turn, len(parts) - 1)
    part.delete()
    record(what, actor, turn, **facts)


def _tell(what: Kind, actor: Actor, part: Part, turn: Turn, taken: int) -> None:
    record(what, actor, turn, **part_facts(part, turn, taken))


def _refuse_done(part: Part) -> None:
    if part.done_at is not None:
        raise Conflict("done", _("This part is done already."))


def _refuse_cancelled(turn: Turn) -> None:
    if turn.cancelled_at is not None:
        raise RuleBroken("cancelled", _("This turn is called off."))


def _refuse_closed(turn: Turn) -> None:
    _refuse_cancelled(turn)
    if not turn.is_open(now=timezone.now()):
        raise RuleBroken("closed", _("Sign-up for this turn is closed. Ask its coordinator for a place."))
