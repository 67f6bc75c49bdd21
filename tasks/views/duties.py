"""Duties: what is to be done this week, who does it, and the rules behind."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import may, visible
from cooperatives.web import CoopRequest, fetch, is_partial, needs, pager, respond, seen_version, tell
from cooperatives.web.forms import as_page

from ..actions import change_duty, create_duty
from ..actions.duties.base import refuse_endless_mistakes, sound_schedule
from ..duty_forms import DutyEditForm, DutyForm, ScheduleForm
from ..duty_queries import duties_of, my_parts, open_to, to_confirm, turns_ahead, turns_behind, turns_of
from ..models import Duty, Schedule, Turn
from ..schedules import Due, following

VIEWS = ("ahead", "open", "mine", "past")
MOST_MINE = 8
SHOWN_DATES = 5


def own_membership(request: CoopRequest) -> int | None:
    """The key of the reader's membership."""
    standing = request.actor.standing(request.cooperative.pk)
    return standing.membership_id if standing else None


@require_safe
@needs("tasks.see")
def duties(request: CoopRequest) -> HttpResponse:
    """Turns week by week: all ahead, those that take somebody, mine, or what is past."""
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "ahead"
    rows = pager(request, visible(request.actor, "tasks.see", _turns(request, view)))
    context = {
        "turns": rows,
        "weeks": _by_week(rows.items),
        "view": view,
        "me": own_membership(request),
        "may_change": may(request.actor, "tasks.change_duties", request.cooperative),
        "has_duties": bool(rows.items) or duties_of(request.cooperative.pk).exists(),
        "waiting": to_confirm(request.cooperative.pk, own_membership(request)).count() if _takes_part(request) else 0,
    }
    return respond(request, "tasks/duties.html", "tasks/_turns.html", context)


def _takes_part(request: CoopRequest) -> bool:
    return may(request.actor, "tasks.take_part", request.cooperative)


def _turns(request: CoopRequest, view: str) -> Any:
    cooperative, me = request.cooperative, own_membership(request)
    now = timezone.now()
    if view == "past":
        return turns_behind(cooperative.pk, now)
    today = timezone.localtime(now, cooperative.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = turns_ahead(cooperative.pk, today)
    if view == "open":
        return open_to(ahead, me, now)
    return ahead.filter(pk__in=turns_of([me] if me else []).values("pk")) if view == "mine" else ahead


def _by_week(turns: list[Turn]) -> list[tuple[date, list[Turn]]]:
    """The turns under the Mondays of their weeks, in their order."""
    return [(monday, list(rows)) for monday, rows in groupby(turns, lambda turn: turn.day - timedelta(days=turn.day.weekday()))]


@require_safe
@needs("tasks.see")
def my_duties(request: CoopRequest) -> HttpResponse:
    """What I have taken on in this cooperative, the most urgent first; a panel of the overview, and a page."""
    me = own_membership(request)
    rows = pager(request, my_parts([me] if me else []), MOST_MINE if is_partial(request) else 50)
    context = {"parts": rows, "whole": not is_partial(request), "me": me}
    return respond(request, "tasks/my_duties.html", "tasks/_my_duties.html", context)


@require_safe
@needs("tasks.see")
def duty_rules(request: CoopRequest) -> HttpResponse:
    """The duties themselves: how often, for how many, and what is paused or over."""
    rows = pager(request, visible(request.actor, "tasks.see", duties_of(request.cooperative.pk)))
    may_change = may(request.actor, "tasks.change_duties", request.cooperative)
    return render(request, "tasks/duty_rules.html", {"duties": rows, "may_change": may_change})


@needs("tasks.change_duties")
def duty_new(request: CoopRequest) -> HttpResponse:
    """Set a duty up. The button that shows its dates saves nothing."""
    form = DutyForm(request.POST or None, cooperative=request.cooperative)
    dates = preview(request, form, Duty(cooperative=request.cooperative))
    if dates is None and request.method == "POST" and form.act(create_duty, request.actor, request.cooperative):
        tell(request, form, _("Set up %(title)s.") % {"title": form.result.title})
        return redirect(form.address(form.result))
    return render(request, "tasks/duty_form.html", {"form": form, "dates": dates}, status=form.status)


def preview(request: CoopRequest, form: ScheduleForm, rule: Schedule) -> list[Due] | None:
    """The next dates of what was typed, when that is asked for; None when the form is to be saved. Sets the form's status."""
    if request.method != "POST" or "preview" not in request.POST:
        return None
    if not form.is_valid():
        form.status = 400
        return []
    shown = form.previewed(rule)
    try:
        sound_schedule(form.cleaned_data, request.cooperative)
        refuse_endless_mistakes(shown)
    except RuleBroken as broken:
        form.refuse(broken)
        return []
    return next_dates(shown, request.cooperative)


def next_dates(rule: Schedule, cooperative: Cooperative) -> list[Due]:
    """The next five times from today on."""
    now = timezone.localtime(timezone.now(), cooperative.zone)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return following(rule, cooperative.zone, today - timedelta(seconds=1), SHOWN_DATES)


@require_safe
@needs("tasks.see")
def duty(request: CoopRequest, pk: int) -> HttpResponse:
    """One duty: what is to be done, its turns ahead, and the dates that follow."""
    row = fetch(request, Duty.objects.select_related("coordinator__person", "cooperative"), "tasks.see", pk=pk)
    now = timezone.now()
    turns = turns_ahead(request.cooperative.pk, now - timedelta(days=1)).filter(duty=row)[:20]
    context = {
        "duty": row,
        "turns": list(turns),
        "dates": next_dates(row, request.cooperative) if row.runs else [],
        "me": own_membership(request),
        "may_change": may(request.actor, "tasks.change_duties", row),
    }
    return render(request, "tasks/duty.html", context)


@needs("tasks.change_duties")
def duty_edit(request: CoopRequest, pk: int) -> HttpResponse:
    """Change a duty, pause it, end it. What was made stays as it is."""
    row = fetch(request, Duty.objects.select_related("cooperative"), "tasks.change_duties", pk=pk)
    if switched(request, change_duty, row):
        return redirect("tasks:duty", request.cooperative.slug, row.pk)
    form = DutyEditForm.of(row, request.POST or None)
    dates = preview(request, form, Duty(cooperative=request.cooperative))
    if dates is None and request.method == "POST" and form.act(change_duty, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect("tasks:duty", request.cooperative.slug, row.pk)
    return render(request, "tasks/duty_form.html", {"form": form, "duty": row, "dates": dates}, status=form.status)


def switched(request: CoopRequest, change: Any, row: Any) -> bool:
    """Whether the pressed button pauses, ends or takes up again (`switch`), and that is done or refused with a message."""
    wishes = {"pause": {"paused": True}, "resume": {"paused": False}, "end": {"ended": True}, "reopen": {"ended": False}}
    wish = wishes.get(request.POST.get("switch", ""))
    if wish is None:
        return False
    try:
        change(request.actor, row, version=seen_version(request), **wish)
    except RuleBroken as broken:
        as_page(broken)
        messages.error(request, broken.sentence)
    else:
        messages.success(request, _("Saved."))
    return True
