"""The calendar that programs read by its secret address, and the page where it is made and ended."""

import hashlib
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _, override
from django.views.decorators.http import require_safe

from cooperatives.actions import RuleBroken, count
from cooperatives.web import CoopRequest, needs
from cooperatives.web.forms import as_page

from ..actions.feeding import digest, end_feed, feed_of, make_feed, told
from ..actions.reminding import choose_reminders
from ..feed import draw
from ..models import CalendarFeed, Quiet
from .duties import own_membership

MEDIA_TYPE = "text/calendar; charset=utf-8"
MOST, SPAN = 60, 3600  # readings of one address in an hour; calendars ask every hour or every quarter
NOTED = timedelta(minutes=10)


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A member's calendar, by its secret address alone: a calendar program can sign in nowhere and send no header.

    An address that is unknown, was ended, or whose member has left is the same 404. Read too often: 429.
    """
    counted = count(f"feed:{digest(token)}", MOST, SPAN)
    if not counted.has_room:
        return HttpResponse(status=429, headers={"Retry-After": str(counted.wait)})
    found = feed_of(token)
    if found is None:
        raise Http404
    feed, actor = found
    now = timezone.now()
    with override(feed.user.locale or feed.cooperative.locale):
        body = draw(feed.cooperative, told(feed, actor, now=now))
    if feed.read_at is None or now - feed.read_at > NOTED:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    answer = HttpResponse(body, content_type=MEDIA_TYPE, headers={"ETag": etag})
    answer["Content-Disposition"] = 'inline; filename="work.ics"'
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=answer) or answer


@needs("tasks.feed")
def calendar_feed(request: CoopRequest) -> HttpResponse:
    """Make, replace or end the address of one's own calendar; turn reminders by mail on or off."""
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "make":
        made = make_feed(request.actor, request.cooperative)
        address = request.build_absolute_uri(reverse("calendars:read", args=[made.token]))
        return render(request, "tasks/calendar_feed.html", _context(request, address=address))
    if act:
        _do(request, act)
        return redirect("tasks:calendar_feed", request.cooperative.slug)
    return render(request, "tasks/calendar_feed.html", _context(request))


def _do(request: CoopRequest, act: str) -> None:
    actor, cooperative = request.actor, request.cooperative
    try:
        if act == "end":
            end_feed(actor, cooperative)
            messages.success(request, _("The address is ended. Calendars that use it get nothing any more."))
        elif act in ("remind", "quiet"):
            choose_reminders(actor, cooperative, wanted=act == "remind")
            messages.success(request, _("Saved."))
    except RuleBroken as broken:
        as_page(broken)
        messages.error(request, broken.sentence)


def _context(request: CoopRequest, **more: str) -> dict[str, object]:
    feed = CalendarFeed.objects.filter(user=request.actor.user, cooperative=request.cooperative).first()
    quiet = Quiet.objects.filter(member=own_membership(request)).exists()
    return {"feed": feed, "quiet": quiet, "address": "", **more}
