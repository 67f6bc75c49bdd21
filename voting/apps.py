"""Rank 4: what the cooperative decides, and how it is counted."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotingConfig(AppConfig):
    """So far the counting alone: `voting.tally` and `voting.rules` are pure, `voting.reading` reads files of ballots."""

    name = "voting"
    verbose_name = _("Decisions")
