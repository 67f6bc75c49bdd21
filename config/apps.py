"""The wiring as a Django app, so that `serve` and `full` are found among the management commands."""

from django.apps import AppConfig
from django.conf import settings

from . import celery
from .watch import store

__all__ = ["ConfigConfig", "celery"]

store.begin(settings.METRICS_FOLDER)  # before any room makes a figure


class ConfigConfig(AppConfig):
    """Holds commands; importing the Celery app here lets shared jobs find it. Begins to watch."""

    name = "config"

    def ready(self) -> None:
        """Connect logs, figures and reports to Django and Celery."""
        from django.core.signals import request_finished

        from . import logs, sentry
        from .watch import figures, jobs, security

        jobs.connect()
        security.connect()
        request_finished.connect(figures.note_pool, dispatch_uid="watch")
        sentry.begin(settings.SENTRY_DSN, settings.RELEASE)
        if not settings.TESTING:
            logs.catch_the_rest()
