"""Rank 1: what happened. The record of every cooperative, its way out of the house, the live sockets."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivityConfig(AppConfig):
    """Registers the writer of events, the live target, the rules, the place in the navigation and the answers to facts."""

    name = "activity"
    verbose_name = _("Activity")

    def ready(self) -> None:
        """Take over what rank 0 leaves open."""
        from cooperatives.events import register_writer

        from . import checkups, events, facts, policy  # noqa: F401
        from .actions import write
        from .dispatch import register
        from .live.target import LIVE

        register_writer(write)
        register(LIVE)
