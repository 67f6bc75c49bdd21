"""What runs by itself."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from cooperatives.policy import SYSTEM
from cooperatives.queries import each_cooperative

from .actions import discard_old_drafts


@shared_task(name="tasks.discard_old_drafts", every=timedelta(hours=6))
def discard_drafts() -> None:
    """Remove board uploads that nobody confirmed."""
    for _cooperative in each_cooperative():
        discard_old_drafts(SYSTEM, now=timezone.now())
