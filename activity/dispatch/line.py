"""One line: one target of one cooperative. It is leased, told what came after its cursor, and released."""

import logging
import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cooperatives.queries import Compiled, enter

from ..models import Cursor, DeadLetter, Event, Head
from . import leasing
from .targets import Away, Target

BATCH = 100
JITTER = 0.25
_log = logging.getLogger(__name__)


_later = Compiled(
    lambda cooperative, told: (
        Event.objects.filter(cooperative_id=cooperative, seq__gt=told).select_related("detail", "actor").order_by("seq")[:BATCH]
    ),
    cooperative=int,
    told=int,
)
_behind = Compiled(
    lambda cooperative, told, target: (
        Head.objects.filter(cooperative_id=cooperative)
        .filter(
            Q(seq__gt=told)
            | Exists(DeadLetter.objects.filter(cooperative_id=OuterRef("cooperative_id"), target=target, is_due=True))
        )
        .values_list("seq")
    ),
    cooperative=int,
    told=int,
    target=str,
)
_letters = Compiled(
    lambda cooperative, target: (
        DeadLetter.objects.filter(cooperative_id=cooperative, target=target, is_due=True)
        .select_related("event__detail", "event__actor")
        .order_by("event__seq")[:BATCH]
    ),
    cooperative=int,
    target=str,
)


def run(target: Target, cooperative_id: int) -> None:
    """Tell the target all it has not been told. Returns at once when another process is doing so."""
    with enter([cooperative_id]):
        line = Line(target, cooperative_id)
        while line.take():
            # A waker that found the line taken has gone away, so look at the head again after each release.
            if not line.work() or not line.is_behind():
                return


def is_free(now: datetime) -> Q:
    """The condition under which a cursor may be taken: not leased, and no retry ahead."""
    return (Q(lease_until=None) | Q(lease_until__lte=now)) & (Q(retry_at=None) | Q(retry_at__lte=now))


class Line:
    """A lease on one cursor. The end of the lease is also its token: whoever lost it cannot move the cursor."""

    def __init__(self, target: Target, cooperative_id: int) -> None:
        self.target, self.cooperative_id = target, cooperative_id
        self.cursors = Cursor.objects.filter(cooperative_id=cooperative_id, target=target.name)
        self.until = timezone.now()  # the end of the lease
        self.told = 0  # the last record the target has taken
        self.saved = 0  # the same as the database knows it
        self.attempts = 0
        self.has_letters = False  # that somebody wants sent again

    def take(self) -> bool:
        """Lease the cursor by one conditional UPDATE; make it when the target is new here."""
        if self._take():
            return True
        if self.cursors.exists():
            return False
        Cursor.objects.bulk_create([Cursor(cooperative_id=self.cooperative_id, target=self.target.name)], ignore_conflicts=True)
        return self._take()

    def _take(self) -> bool:
        now = timezone.now()
        until = now + self.target.lease
        found = leasing.take(self.cooperative_id, self.target.name, now, until)
        if found is None:
            return False
        self.until = until
        self.told, self.attempts, self.has_letters = found
        self.saved = self.told
        return True

    def work(self) -> bool:
        """Deliver what is due; True when the line was released with nothing wrong."""
        if self.has_letters and not self._resend():
            return False
        while events := self._next():
            for event in events:
                if not self._tell(event):
                    return False
            if len(events) < BATCH:
                break
        return self._move(lease_until=None, retry_at=None, error="")

    def is_behind(self) -> bool:
        """Whether the chain has grown meanwhile, or a dead letter is to be sent again."""
        return bool(_behind(cooperative=self.cooperative_id, told=self.told, target=self.target.name))

    def _next(self) -> list[Event]:
        return _later(cooperative=self.cooperative_id, told=self.told)

    def _tell(self, event: Event) -> bool:
        """Deliver one record and renew the lease in time. False when the line must stop here."""
        if self._lease_runs_out() and not self._renew():
            return False
        try:
            self.target.deliver(event)
        except Away as error:
            self._wait(self.target.away, error, attempts=self.attempts)
            return False
        except Exception as error:  # noqa: BLE001  (whatever a target raises must not stop the others)
            return self._failed(event, error)
        self.told, self.attempts = event.seq, 0
        return True

    def _lease_runs_out(self) -> bool:
        return timezone.now() > self.until - self.target.lease * 3 / 4

    def _renew(self) -> bool:
        until = timezone.now() + self.target.lease
        if not self._move(lease_until=until):
            return False
        self.until = until
        return True

    def _move(self, **change: Any) -> bool:
        """Write how far the target has been told; False when the lease was lost to somebody else."""
        now = {"told": self.told, "attempts": self.attempts}
        moved = leasing.move(self.cooperative_id, self.target.name, self.until, self.saved, **now, **change)
        self.saved = self.told if moved else self.saved
        return moved

    def _failed(self, event: Event, error: Exception) -> bool:
        if self.attempts < len(self.target.delays):
            delay = self.target.delays[self.attempts]
            self._wait(delay, error, attempts=self.attempts + 1)
            _log.warning("%s: a record failed, next try in %.0f s: %r", self.target.name, delay, error, extra=_ids(event))
            return False
        _log.error("%s: a record is given up", self.target.name, exc_info=error, extra=_ids(event))
        with transaction.atomic():
            self._bury(event, error)
            self.told, self.attempts = event.seq, 0
            return self._move(error="")

    def _bury(self, event: Event, error: Exception) -> None:
        DeadLetter.objects.update_or_create(
            cooperative_id=self.cooperative_id,
            target=self.target.name,
            event=event,
            defaults={"error": repr(error)[:500], "is_due": False, "solved_at": None},
        )

    def _wait(self, delay: float, error: Exception, *, attempts: int) -> None:
        spread = delay * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311  (no secret: it keeps retries apart)
        self.attempts = attempts
        again = timezone.now() + timedelta(seconds=spread)
        self._move(lease_until=None, retry_at=again, error=repr(error)[:500])

    def _due(self) -> list[DeadLetter]:
        return _letters(cooperative=self.cooperative_id, target=self.target.name)

    def _resend(self) -> bool:
        """Deliver the dead letters that somebody wants sent again; each once, whatever comes of it."""
        for letter in self._due():
            try:
                self.target.deliver(letter.event)
                change = {"is_due": False, "solved_at": timezone.now()}
            except Away as error:
                self._wait(self.target.away, error, attempts=self.attempts)
                return False
            except Exception as error:  # noqa: BLE001
                change = {"is_due": False, "error": repr(error)[:500]}
            DeadLetter.objects.filter(pk=letter.pk).update(**change)
        return True


def _ids(event: Event) -> dict[str, object]:
    return {"cooperative": event.cooperative_id, "seq": event.seq, "kind": event.kind}
