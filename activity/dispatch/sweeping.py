"""The sweep: repeats whatever a crash, an outage or a waiting retry has left behind."""

import logging
from collections.abc import Iterator
from itertools import islice

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.queries import enter

from ..models import Cursor, DeadLetter, Head
from .line import is_free, run
from .targets import Target, registered

CHUNK = 500
MOST = 1000  # lines in one sweep; the next one comes in seconds
_log = logging.getLogger(__name__)


def sweep(most: int = MOST) -> int:
    """Tell every target that this process can serve what it has missed, in all cooperatives; returns how many lines."""
    swept = 0
    for target, cooperative_id in islice(_waiting(), most):
        swept += 1
        try:
            run(target, cooperative_id)
        except Exception:  # noqa: BLE001  (one broken line must not keep the others waiting)
            _log.exception("sweeping %s of cooperative %s failed", target.name, cooperative_id)
    return swept


def _waiting() -> Iterator[tuple[Target, int]]:
    """Lines with something to do, a chunk of cooperatives at a time."""
    targets = list(registered())
    last = 0
    while ids := list(Cooperative.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        last = ids[-1]
        for target in targets:
            with enter(ids):
                found = _behind(target)
            yield from ((target, cooperative_id) for cooperative_id in found)


def _behind(target: Target) -> list[int]:
    now = timezone.now()
    mine = Cursor.objects.filter(cooperative_id=OuterRef("cooperative_id"), target=target.name)
    busy_or_done = mine.filter(~is_free(now) | Q(seq__gte=OuterRef("seq")))
    late = Head.objects.filter(~Exists(busy_or_done)).values_list("cooperative_id", flat=True)
    free = Cursor.objects.filter(is_free(now), cooperative_id=OuterRef("cooperative_id"), target=target.name)
    due = DeadLetter.objects.filter(Exists(free), target=target.name, is_due=True)
    return sorted({*late, *due.values_list("cooperative_id", flat=True)})
