"""What the members' room does by itself: forgets what no longer opens anything."""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import each_cooperative, enter

from . import keys, tokens
from .actions import carry_out_erasures, carry_out_orders, expire_offers, forget_imports
from .mailing import send_due
from .security.sessions import forget_ended


@shared_task(name="members.forget_tokens", every=timedelta(days=1))
def forget_tokens() -> None:
    """Delete tokens, keys and sessions that are over."""
    tokens.forget_old(now=timezone.now())
    keys.forget_old(now=timezone.now())
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    forget_ended()


# Importing


@shared_task(name="members.forget_imports", every=timedelta(days=1))
def forget_imported_files() -> None:
    """Let the bytes of imported files go, and what would be needed to undo them, once that is past."""
    for _cooperative in each_cooperative():
        forget_imports(SYSTEM, now=timezone.now())


@shared_task(name="members.import_ordered", every=timedelta(minutes=5))
def import_ordered(cooperative_id: int | None = None) -> None:
    """Import the long files that were ordered in one cooperative; by schedule in all, whatever a crash or a lost call left."""
    if cooperative_id is None:
        for _cooperative in each_cooperative():
            carry_out_orders(now=timezone.now())
        return
    with enter([cooperative_id]):
        carry_out_orders(now=timezone.now())


@shared_task(name="members.send_invitations", every=timedelta(minutes=5))
def send_invitations(cooperative_id: int | None = None) -> None:
    """Send the invitations that are due in one cooperative; by schedule in all, whatever a crash or a lost call left."""
    if cooperative_id is None:
        for cooperative in each_cooperative():
            send_due(cooperative)
        return
    with enter([cooperative_id]):
        for cooperative in Cooperative.objects.filter(pk=cooperative_id):
            send_due(cooperative)


@shared_task(name="members.expire_offers", every=timedelta(hours=1))
def end_offers() -> None:
    """End the offers of homes that nobody answered in time."""
    for cooperative in each_cooperative():
        expire_offers(cooperative, now=timezone.now())


@shared_task(name="members.carry_out_erasures", every=timedelta(days=1))
def carry_out_what_is_due() -> None:
    """Erase people whose hold is over: few in one run, so that a mistake is seen before it has gone far."""
    carry_out_erasures(now=timezone.now())
