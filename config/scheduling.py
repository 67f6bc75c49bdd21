"""Beat's scheduler: writes the rhythms which jobs declare into the database, and drops those no job declares any more."""

from contextlib import suppress
from typing import Any

from celery import Celery
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import OperationalError

FIRST = "activity.heartbeat"


def declared(app: Celery) -> dict[str, dict[str, Any]]:
    """The beat entries of all jobs that have an `every`: a timedelta or any Celery schedule."""
    rhythms = {name: getattr(task, "every", None) for name, task in app.tasks.items()}
    return {name: {"task": name, "schedule": every} for name, every in rhythms.items() if every is not None}


class DeclaredScheduler(DatabaseScheduler):
    """The database scheduler, settled from the code at each start."""

    max_interval: float = 5

    def setup_schedule(self) -> None:
        """Settle the tables before the first tick, so that a stale row never fires."""
        self.app.loader.import_default_modules()
        PeriodicTask.objects.exclude(task__in=list(self.app.tasks)).delete()
        self.app.conf.beat_schedule = declared(self.app)
        super().setup_schedule()
        self._begin_at_once()

    def _begin_at_once(self) -> None:
        """Let the heartbeat beat now: its first turn would come only after its own span."""
        with suppress(OperationalError):  # without a broker there is nothing to show yet
            self.app.send_task(FIRST, retry=False)
