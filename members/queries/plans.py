"""Plans of files that are kept while somebody leafs through them."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.utils.translation import get_language

from ..importing import Plan
from ..models import ImportBatch
from .importing import choices_of, known_register, planned, wishes_of

MOST_ROWS = 10_000
"""Rows of all plans that a process keeps together: two files of the longest kind, about 50 MB."""
KEPT_FOR = 600.0  # seconds, until the next look at a file: what a register holds is not to lie about in memory
Asked = tuple[str, ...]


@dataclass(frozen=True)
class _Kept:
    """A plan with what it was made of besides the register, which it holds itself; `at` is by the steady clock."""

    asked: Asked
    plan: Plan
    at: float


_kept: OrderedDict[int, _Kept] = OrderedDict()
_lock = Lock()


def shown_plan_of(batch: ImportBatch) -> Plan:
    """What `plan_of` answers, for showing: planned once for each process while nothing that it depends on changes.

    A plan depends on the bytes, what was decided, the language of its words, and all that is compared of the register, today
    included: the register is read each time and compared with that of the kept plan, so that no writer has to say that it
    wrote. Who writes an import plans anew (`plan_of`): nobody may change a plan that is shown. Raises Unreadable.
    """
    register = known_register(batch.cooperative)
    choices = choices_of(batch, register.today)
    asked = (batch.digest, repr(wishes_of(batch.choices)), repr(choices), get_language() or "")
    with _lock:
        _drop_old()
        kept = _kept.get(batch.pk)
        if kept and kept.asked == asked and kept.plan.register == register:
            _kept.move_to_end(batch.pk)
            return kept.plan
    plan = planned(batch, register, choices)
    with _lock:
        _kept[batch.pk] = _Kept(asked, plan, time.monotonic())
        _kept.move_to_end(batch.pk)
        _drop_old()
    return plan


def _drop_old() -> None:
    """Let go of plans that are old, then of those not looked at for longest, until the rest is few enough; one may stay."""
    for pk in [pk for pk, kept in _kept.items() if time.monotonic() - kept.at > KEPT_FOR]:
        del _kept[pk]
    while len(_kept) > 1 and sum(len(kept.plan.rows) for kept in _kept.values()) > MOST_ROWS:
        _kept.popitem(last=False)
