"""Work on the days it falls on: a month, one of its weeks as a list, and a single day in full."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.views.decorators.http import require_safe

from cooperatives.web import CoopRequest, fetch, needs, pager, respond
from members.queries import today_in

from .. import calendar
from ..calendar import EARLIEST, LATEST, View
from ..models import Project
from ..wishes import day as day_in

MARGIN = timedelta(days=42)  # the weeks of a month reach beyond it


@require_safe
@needs("tasks.see")
def month(request: CoopRequest, pk: int | None = None) -> HttpResponse:
    """A month and, as a list, the week of `?day=`; without one, of today."""
    view = _view(request, pk)
    day = _day(request.GET.get("day", "")) or view.today
    weeks = calendar.month_of(day)
    days = calendar.drawn(view, [one for week in weeks for one in week], calendar.DRAWN, day.month)
    week = calendar.week_of(day)
    context = {
        "project": view.project,
        "here": "calendar",
        "day": day,
        "heads": [{"short": WEEKDAYS_ABBR[one.weekday()], "name": WEEKDAYS[one.weekday()]} for one in week],
        "weeks": [days[start : start + 7] for start in range(0, len(days), 7)],
        "week": calendar.drawn(view, week, calendar.LISTED),
        "before": calendar.before(day),
        "after": calendar.after(day),
        "week_before": max(day - timedelta(days=7), EARLIEST),
        "week_after": min(day + timedelta(days=7), LATEST),
    }
    return respond(request, "tasks/calendar.html", "tasks/_calendar.html", {**context, **_places(request, view)})


@require_safe
@needs("tasks.see")
def day(request: CoopRequest, pk: int | None = None) -> HttpResponse:
    """Everything that falls on `?on=`, tasks and what else, page by page; without it, on today."""
    view = _view(request, pk)
    found = _day(request.GET.get("on", "")) or view.today
    page = pager(request, calendar.OnDay(view, found))
    context = {"project": view.project, "here": "calendar", "day": found, "pager": page}
    context |= {"previous": max(found - calendar.DAY, EARLIEST), "next": min(found + calendar.DAY, LATEST)}
    return respond(request, "tasks/day.html", "tasks/_day.html", {**context, **_places(request, view)})


def _view(request: CoopRequest, pk: int | None) -> View:
    project = fetch(request, Project.objects.all(), "tasks.see", pk=pk) if pk else None
    if project:
        request.live_url = f"/ws/projects/{project.pk}/"  # type: ignore[attr-defined]
    return View(request.actor, request.cooperative, project, today_in(request.cooperative.time_zone))


def _day(text: str) -> date | None:
    """A day that a calendar can show, with whole weeks around it."""
    found = day_in(text)
    return found if found and EARLIEST + MARGIN <= found <= LATEST - MARGIN else None


def _places(request: CoopRequest, view: View) -> dict[str, Any]:
    """Addresses that the page repeats: of this calendar, and what a day's own address begins with."""
    arguments = [request.cooperative.slug, *([view.project.pk] if view.project else [])]
    root = reverse("tasks:calendar" if view.project else "tasks:calendar_all", args=arguments)
    return {"root": root, "today": view.today}
