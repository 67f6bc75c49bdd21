"""What must be true of the record of each cooperative and of those who are told of it."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.queries import Finding, checkup, doubtful, wrong

from .models import Cursor, DeadLetter, Event, Head
from .verifying import verify

LATE = timedelta(minutes=15)  # a target that is away is told within seconds of its return


@checkup("record", "the chain of records is whole, and numbered without a gap")
def record_is_whole(*, cooperative: Cooperative) -> Iterator[Finding]:
    """Every link, every detail, the head."""
    verdict = verify(cooperative)
    for fault in verdict.faults:
        yield wrong(fault, "Compare with a backup or an exported anchor: `manage.py verify_activity --anchor FILE`.")
    if verdict.further:
        yield wrong(f"and {verdict.further} more")


@checkup("told", "everybody who is to be told has been told")
def targets_are_told(*, cooperative: Cooperative) -> Iterator[Finding]:
    """How far each target lags behind the record, and whether any is ahead of it."""
    head = Head.objects.filter(cooperative=cooperative).values_list("seq", flat=True).first() or 0
    for target, seq in Cursor.objects.order_by("target").values_list("target", "seq"):
        if seq > head:
            yield wrong(f"{target} has been told up to {seq}, but the record ends at {head}", "The end of the record is lost.")
            continue
        waiting = Event.objects.filter(cooperative=cooperative, seq__gt=seq).order_by("seq").values_list("at", flat=True).first()
        if waiting is not None and timezone.now() - waiting > LATE:
            sentence = f"{target} waits for {head - seq} records, the oldest of {waiting:%Y-%m-%d %H:%M} UTC"
            yield doubtful(sentence, "Are worker and beat running?")


@checkup("dead letters", "no record was given up")
def no_dead_letters(*, cooperative: Cooperative) -> Iterator[Finding]:
    """Records that a target could not take and that were not sent since."""
    letters = DeadLetter.objects.filter(cooperative=cooperative, solved_at=None).select_related("event").order_by("pk")
    for letter in letters.iterator(chunk_size=500):
        yield doubtful(f"{letter.target} could not take record {letter.event.seq}", "Send it again on the page Activity.")


@checkup("clock", "no record is of the future")
def records_are_of_the_past(*, cooperative: Cooperative) -> Iterator[Finding]:
    """A record later than now: a clock was wrong, now or then."""
    ahead = timezone.now() + timedelta(minutes=1)
    for seq, at in (
        Event.objects.filter(cooperative=cooperative, at__gt=ahead).order_by("seq").values_list("seq", "at").iterator()
    ):
        yield doubtful(f"record {seq} is of {at:%Y-%m-%d %H:%M} UTC, which is still to come", "Set the clock of this machine.")
