"""What the members' room does by itself: forgets what no longer opens anything."""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from . import keys, tokens
from .security.sessions import forget_ended


@shared_task(name="members.forget_tokens", every=timedelta(days=1))
def forget_tokens() -> None:
    """Delete tokens, keys and sessions that are over."""
    tokens.forget_old(now=timezone.now())
    keys.forget_old(now=timezone.now())
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    forget_ended()
