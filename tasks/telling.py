"""Mails what a member is reminded of: each record once, whatever is tried again."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from activity.events import Target, tell_target
from activity.models import Event
from members.models import Membership, User

from .actions import still_due
from .duty_events import REMINDED
from .models import Quiet, Reminder

KEPT = timedelta(days=7)  # longer than a record that failed is tried again
_log = logging.getLogger(__name__)


class NotSent(Exception):
    """The mail server did not take the letter."""


def deliver(event: Event) -> None:
    """Write to the member whom a record reminds, of what is still due. Raises NotSent when it has to be tried again."""
    if event.kind != REMINDED.name or event.told is None:
        return
    member = Membership.objects.select_related("user", "person", "cooperative").filter(pk=event.subject_id).first()
    if member is None or member.user is None or member.user.is_demo or not member.user.can_sign_in:
        return
    rows = still_due(event.told.data["payload"].get("reminders", ()))
    if not rows or Quiet.objects.filter(member=member).exists():
        return
    # Noted before it leaves: a crash in between loses one letter rather than sending it twice.
    note = f"reminded:{event.uid}"
    if not cache.add(note, True, KEPT.total_seconds()):
        return
    if not _write(member.user, member, rows):
        cache.delete(note)
        raise NotSent


def _write(user: User, member: Membership, rows: list[Reminder]) -> bool:
    cooperative = member.cooperative
    with translation.override(user.locale or cooperative.locale or settings.LANGUAGE_CODE):
        shown = {
            "lines": [_line(row, cooperative.slug) for row in rows],
            "cooperative": cooperative,
            "site": settings.SITE_URL,
            "settings_url": settings.SITE_URL + reverse("tasks:calendar_feed", args=[cooperative.slug]),
        }
        parts = [render_to_string(f"tasks/letters/reminder_{part}.txt", shown).strip() for part in ("subject", "message")]
    try:
        EmailMessage(" ".join(parts[0].split()), parts[1] + "\n", to=[user.email]).send()
    except OSError:
        _log.exception("the reminder of member %s could not be sent", member.pk)
        return False
    return True


def _line(row: Reminder, slug: str) -> dict[str, Any]:
    if row.task is not None:
        url = reverse("tasks:task", args=[slug, row.task_id])
        return {"title": row.task.title, "row": row, "url": settings.SITE_URL + url, "where": row.task.project.name}
    duty: Any = row.turn and row.turn.duty  # a reminder is of a task or of a turn
    url = reverse("tasks:turn", args=[slug, row.turn_id])
    return {"title": duty.title, "row": row, "url": settings.SITE_URL + url, "where": duty.place}


tell_target(Target("reminders", deliver, where="sweep"))
