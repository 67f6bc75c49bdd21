"""Has a job run as soon as what is happening is committed."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

_log = logging.getLogger(__name__)


def wake(job: str, *args: int) -> None:
    """Have a job run after the commit. Where no broker answers, its own schedule finds what is due."""
    transaction.on_commit(lambda: _send(job, args))


def _send(job: str, args: tuple[int, ...]) -> None:
    try:
        current_app.send_task(job, args=args, retry=False)
    except (OperationalError, OSError):
        _log.warning("the job %s could not be woken; its schedule will run it", job, exc_info=True)
