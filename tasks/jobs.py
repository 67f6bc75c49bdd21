"""What runs by itself."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import each_cooperative

from .actions import discard_old_drafts, fill_turns, make_cards, make_turns, release_leavers, send_reminders

_log = logging.getLogger(__name__)
# In this order: who has left frees places before they are given out.
_ROUTINE: tuple[Callable[..., int], ...] = (make_cards, make_turns, release_leavers, fill_turns)


@shared_task(name="tasks.discard_old_drafts", every=timedelta(hours=6))
def discard_drafts() -> None:
    """Remove board uploads that nobody confirmed."""
    for _cooperative in each_cooperative():
        discard_old_drafts(SYSTEM, now=timezone.now())


@shared_task(name="tasks.make_what_is_due", every=timedelta(minutes=5))
def make_what_is_due() -> None:
    """Make the cards and turns that have come due, and give places out; what a missed run left is made by the next one."""
    for cooperative in each_cooperative():
        for act in _ROUTINE:
            _try(act, cooperative, timezone.now())


@shared_task(name="tasks.send_reminders", every=timedelta(minutes=15))
def remind() -> None:
    """Remind members of what is due, in the morning of each cooperative."""
    for cooperative in each_cooperative():
        _try(send_reminders, cooperative, timezone.now())


def _try(act: Callable[..., int], cooperative: Cooperative, now: datetime) -> None:
    """Trouble in one cooperative must not keep the others waiting."""
    try:
        act(cooperative, now=now)
    except Exception:  # noqa: BLE001  (whatever is wrong in one, the others go on)
        _log.exception("%s failed in cooperative %s", act.__name__, cooperative.pk)
