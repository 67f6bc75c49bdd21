"""The wiring as a Django app, so that `serve` and `full` are found among the management commands."""

from django.apps import AppConfig

from . import celery

__all__ = ["ConfigConfig", "celery"]


class ConfigConfig(AppConfig):
    """Holds commands only; importing the Celery app here lets shared jobs find it."""

    name = "config"
