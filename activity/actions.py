"""Verbs of the record: write what happened, erase a personal detail, send a dead letter again."""

import uuid
from collections.abc import Sequence
from functools import partial
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check
from cooperatives.events import Audience, Occurrence, record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import Compiled, enter

from .chain import commitment, detail_text, new_salt
from .dispatch import wake
from .events import ERASED, REPLAYED
from .models import DeadLetter, Detail, Event, Head

MOST_ERASED = 1000


def write(occurrences: Sequence[Occurrence]) -> None:
    """Write what an action has gathered: its last step. Heads are locked in order of cooperative, then nothing else.

    The dispatcher is woken only when all of it is committed.
    """
    ordered = sorted(occurrences, key=lambda occurrence: occurrence.cooperative_id)  # stable: order within is kept
    for cooperative_id, group in groupby(ordered, key=lambda occurrence: occurrence.cooperative_id):
        with enter([cooperative_id]):
            _append(cooperative_id, list(group))
        transaction.on_commit(partial(wake, cooperative_id), robust=True)


def _append(cooperative_id: int, occurrences: list[Occurrence]) -> None:
    head = _locked_head(cooperative_id)
    seq, previous = head.seq, head.hash
    events, details = [], []
    for occurrence in occurrences:
        seq += 1
        event, detail = _record_of(occurrence, seq, previous)
        previous = event.hash
        events.append(event)
        details.append(detail)
    Event.objects.bulk_create(events)
    Detail.objects.bulk_create(details)
    Head.objects.filter(pk=head.pk).update(seq=seq, hash=previous)


_head = Compiled(
    lambda cooperative_id: Head.objects.select_for_update().filter(cooperative_id=cooperative_id), cooperative_id=int
)


def _locked_head(cooperative_id: int) -> Head:
    heads = Head.objects.select_for_update()
    found: Head | None = _head.first(cooperative_id=cooperative_id)
    if found is None:
        Head.objects.get_or_create(cooperative_id=cooperative_id)  # two first records at once: one waits for the other
        found = heads.get(cooperative_id=cooperative_id)
    return found


def _record_of(occurrence: Occurrence, seq: int, previous: str) -> tuple[Event, Detail]:
    salt = new_salt()
    text = detail_text(occurrence.actor.name, occurrence.subject_label, occurrence.payload)
    event = Event(
        cooperative_id=occurrence.cooperative_id,
        seq=seq,
        uid=occurrence.uid,
        kind=occurrence.kind.name,
        at=occurrence.at,
        actor_id=occurrence.actor.user_id,
        subject_type=occurrence.subject_type,
        subject_id=occurrence.subject_id,
        commitment=commitment(salt, text),
        previous=previous,
    )
    event.hash = event.link.digest()
    about = _about(occurrence)
    return event, Detail(cooperative_id=event.cooperative_id, event=event, salt=salt, text=text, about=about)


def _about(occurrence: Occurrence) -> uuid.UUID | None:
    named = occurrence.payload.get("user_id") if occurrence.kind.audience is Audience.PERSON else None
    return uuid.UUID(str(named)) if named else None


@action
def erase(actor: Actor, cooperative: Cooperative, *, seqs: Sequence[int], reason: str) -> int:
    """Erase the personal detail of these records; the chain stays whole and says what was erased, when and why.

    Returns how many there were. Raises RuleBroken for none or too many, and for records of erasures themselves.
    """
    check(actor, "activity.erase", cooperative)
    if not 1 <= len(seqs) <= MOST_ERASED:
        raise RuleBroken("how_many", _("Name between 1 and 1000 records."), "seqs")
    found = Event.objects.filter(cooperative=cooperative, seq__in=seqs, detail__isnull=False)
    if found.filter(kind=ERASED.name).exists():
        raise RuleBroken("keeps", _("The record of an erasure cannot be erased itself."), "seqs")
    erased = sorted(found.values_list("seq", flat=True))
    if erased:
        Detail.objects.filter(event__in=found).delete()
        record(ERASED, actor, cooperative, seqs=erased, count=len(erased), reason=reason[:500])
    return len(erased)


@action
def replay(actor: Actor, letter: DeadLetter) -> None:
    """Have a dead letter sent again. Raises Conflict when it has been sent meanwhile."""
    check(actor, "activity.replay", letter)
    if not DeadLetter.objects.filter(pk=letter.pk, solved_at=None).update(is_due=True):
        raise Conflict("solved", _("This has been sent already."))
    record(REPLAYED, actor, letter.cooperative, seq=letter.event.seq, target=letter.target)
