"""Jobs of the record: tell the targets that need a worker, sweep, tidy."""

from datetime import timedelta

from celery import shared_task
from celery.schedules import crontab
from django.core.management import call_command
from django.utils import timezone

from cooperatives.queries import each_cooperative

from .dispatch import registered, run, sweep as sweep_lines
from .models import DeadLetter
from .probes import EVERY, beaten

KEPT = timedelta(days=90)  # how long a dead letter is kept after it was sent in the end


@shared_task(name="activity.deliver")
def deliver(cooperative_id: int) -> None:
    """Tell the targets that are served by a worker what happened in one cooperative."""
    for target in registered("worker"):
        run(target, cooperative_id)


@shared_task(name="activity.sweep", every=timedelta(seconds=5))
def sweep() -> None:
    """Repeat whatever a crash lost and whatever waits for its next attempt."""
    sweep_lines()


@shared_task(name="activity.heartbeat", every=timedelta(seconds=EVERY), expires=EVERY)
def heartbeat() -> None:
    """Show that the schedule, the broker and a worker work together; `/readyz` looks at it."""
    beaten()


@shared_task(name="activity.tidy", every=crontab(hour="3", minute="20"))
def tidy() -> None:
    """Forget sessions that have ended and dead letters that were sent long ago."""
    call_command("clearsessions")
    before = timezone.now() - KEPT
    for _cooperative in each_cooperative():
        DeadLetter.objects.filter(solved_at__lt=before).delete()
