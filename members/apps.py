"""Rank 2: who belongs, and what they are."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Registers the finder of standings, the reader of tokens, the subscribers and what other rooms may ask."""

    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        """Tell rank 0 how a user's cooperatives are found and whose a token is."""
        from allauth.account import signals
        from django.contrib.auth.signals import user_logged_out

        from cooperatives.policy import register_finder, register_token_resolver

        from . import facts, policy, subscribers, tokens  # noqa: F401
        from .endings import password_is_new, signed_out
        from .queries import standings_of

        register_finder(standings_of)
        register_token_resolver(tokens.resolve)
        user_logged_out.connect(signed_out, dispatch_uid="sockets_of_the_signed_out")
        for signal in (signals.password_changed, signals.password_set, signals.password_reset):
            signal.connect(password_is_new, dispatch_uid="sockets_of_the_old_password")
