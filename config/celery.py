"""The Celery app. A job says its own rhythm: `@shared_task(name="activity.sweep", every=timedelta(seconds=30))`."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cooperator", amqp="config.broker:SteadyAMQP")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    broker_connection_retry_on_startup=True,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    beat_scheduler="config.scheduling.DeclaredScheduler",
    timezone="UTC",
)
app.autodiscover_tasks(related_name="jobs")
app.set_default()  # threads started later, such as the embedded worker, find the same app


@signals.setup_logging.connect
def leave_logging_alone(**_: Any) -> None:
    """Connected so that Celery finds logging already set up by Django."""
