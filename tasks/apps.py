"""Rank 4: the cooperative's work, on boards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    """Registers the rules, the kinds of events, the place in the navigation and the answers to facts."""

    name = "tasks"
    verbose_name = _("Work")

    def ready(self) -> None:
        """Import what registers itself."""
        from . import (  # noqa: F401
            checkups,
            demo,
            duty_calendar,
            duty_events,
            duty_facts,
            duty_policy,
            events,
            facts,
            policy,
            subscribers,
            telling,
        )
