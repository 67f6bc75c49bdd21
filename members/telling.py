"""Tells those who decide, by mail, that somebody asks to join: each of them once, whatever is tried again."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from activity.events import Target, tell_target
from activity.models import Event

from .events import ASKED_TO_JOIN
from .letters import tell
from .models import JoinRequest, User
from .queries import deciders_of

KEPT = timedelta(days=7)  # longer than a record that failed is tried again


class NotSent(Exception):
    """The mail server took not all of the letters."""


def deliver(event: Event) -> None:
    """Write to those who may decide a request that still waits. Raises NotSent when some letter has to be tried again."""
    if event.kind != ASKED_TO_JOIN.name:
        return
    request = JoinRequest.objects.select_related("cooperative").filter(pk=event.subject_id, state=JoinRequest.State.OPEN).first()
    unsent = [user for user in deciders_of(request.cooperative) if not _told(request, user)] if request else []
    if unsent:
        raise NotSent


def _told(request: JoinRequest, user: User) -> bool:
    # Noted before it leaves: a crash in between loses one letter rather than sending it twice.
    note = f"told-of-request:{request.public_id}:{user.pk}"
    if user.is_demo or not cache.add(note, True, KEPT.total_seconds()):
        return True
    page = reverse("members:request", args=[request.cooperative.slug, request.public_id])
    sent = tell(user, "request_waits", request=request, cooperative=request.cooperative, request_url=settings.SITE_URL + page)
    if not sent:
        cache.delete(note)
    return sent


tell_target(Target("requests", deliver, where="sweep"))
