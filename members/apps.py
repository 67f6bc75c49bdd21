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
        from allauth.mfa.models import Authenticator
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.core.checks import register
        from django.db.models.signals import post_delete, post_save

        from cooperatives.policy import register_finder, register_sign_ins, register_token_resolver

        from . import checkups, facts, policy, subscribers, telling  # noqa: F401
        from .credentials import resolve
        from .endings import password_is_new, signed_out
        from .queries import standings_of
        from .security.answers import Answers
        from .security.factors import refuse_unknown_roles
        from .security.sessions import began, factors_changed

        register_finder(standings_of)
        register_token_resolver(resolve)
        register_sign_ins(Answers())
        register(refuse_unknown_roles)
        user_logged_in.connect(began, dispatch_uid="sign_in_began")
        # Not allauth's own signals: those come after the commit, and only from its own pages.
        for stored in (post_save, post_delete):
            stored.connect(factors_changed, sender=Authenticator, dispatch_uid="factors_changed")
        user_logged_out.connect(signed_out, dispatch_uid="sockets_of_the_signed_out")
        for signal in (signals.password_changed, signals.password_set, signals.password_reset):
            signal.connect(password_is_new, dispatch_uid="sockets_of_the_old_password")
