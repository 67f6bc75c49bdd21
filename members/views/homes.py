"""Homes: the buildings drawn by floor, lists of what stands empty or is narrow, the forms of buildings."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cooperatives.models import Cooperative
from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, pager, tell

from ..actions import add_building, change_building
from ..forms import BuildingEditForm, BuildingForm, DayForm
from ..models import Building
from ..queries import (
    buildings_with_counts,
    entry_of,
    floors_of,
    over_occupied,
    today_in,
    under_occupied,
    units_by_floor,
    vacant_on,
)
from .asking import Asked, ask

POSTED = ["GET", "HEAD", "POST"]

DRAWN = 240
"""How many units one page draws."""
LISTS = {"vacant": vacant_on, "under": under_occupied, "over": over_occupied}


def asked_day(request: CoopRequest) -> date:
    """The day of `?on=`, today where none is named or what is named is none."""
    form = DayForm(request.GET)
    return (form.is_valid() and form.cleaned_data["on"]) or today_in(request.cooperative.time_zone)


@require_safe
@needs("members.see_homes")
def homes(request: CoopRequest) -> HttpResponse:
    """One building by floor on a day (`?building=`, `?on=`), with the way to the others."""
    here, day = request.cooperative, asked_day(request)
    buildings = list(buildings_with_counts(here.pk, day))
    shown = next((row for row in buildings if str(row.pk) == request.GET.get("building")), buildings[0] if buildings else None)
    page = pager(request, units_by_floor(shown, day), DRAWN) if shown else None
    sees = may(request.actor, "members.read_register", here)
    context = {
        "buildings": buildings,
        "building": shown,
        "pager": page,
        "floors": floors_of(request.actor, page.items, day) if page else [],
        "figures": _figures(buildings, day, here) if sees and buildings else [],
        "sees": sees,
        "waits": entry_of(request.actor, here) is not None,
        **_dated(request, day),
    }
    return render(request, "members/homes.html", context)


def _dated(request: CoopRequest, day: date) -> dict[str, Any]:
    today = today_in(request.cooperative.time_zone)
    return {
        "day": day,
        "is_today": day == today,
        "may_change": may(request.actor, "members.change_homes", request.cooperative),
    }


def _figures(buildings: list[Building], day: date, here: Cooperative) -> list[dict[str, Any]]:
    """How many units there are, and how many of them ask for attention."""
    units = sum(row.unit_count for row in buildings)  # type: ignore[attr-defined]
    found: list[dict[str, Any]] = [{"label": _("Units in use"), "value": units}]
    words = {"vacant": _("Vacant"), "under": _("Under-occupied"), "over": _("Over-occupied")}
    for key, label in words.items():
        address = f"{reverse(f'members:homes_{key}', args=[here.slug])}?on={day.isoformat()}"
        found.append({"label": label, "value": LISTS[key](day).filter(cooperative=here).count(), "url": address})
    return found


@require_safe
@needs("members.read_register")
def homes_list(request: CoopRequest, which: str) -> HttpResponse:
    """Units that stand empty, or in which fewer or more people live than they are for."""
    day = asked_day(request)
    titles = {"vacant": _("Vacant units"), "under": _("Under-occupied units"), "over": _("Over-occupied units")}
    page = pager(request, LISTS[which](day).filter(cooperative=request.cooperative))
    context = {"which": which, "title": titles[which], "pager": page, "units": page.items, **_dated(request, day)}
    return render(request, "members/homes_list.html", context)


@require_http_methods(POSTED)
@needs("members.change_homes")
def building_new(request: CoopRequest) -> HttpResponse:
    """Add a building."""
    form = BuildingForm(request.POST or None)
    if request.method == "POST" and form.act(add_building, request.actor, request.cooperative):
        tell(request, form, _("Added %(name)s. Now add its units.") % {"name": form.result.name})
        return redirect(floors_at(form.result))
    page = Asked(_("Add a building"), _("Add the building"), _root(request), way=way_home(request), once=True)
    return ask(request, form, page)


@require_http_methods(POSTED)
@needs("members.change_homes")
def building(request: CoopRequest, pk: int) -> HttpResponse:
    """Change a building."""
    row = building_for(request, pk)
    form = BuildingEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_building, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(floors_at(row))
    title = _("Edit %(name)s") % {"name": row.name}
    return ask(request, form, Asked(title, _("Save"), here=_("Edit"), back=floors_at(row), way=way_home(request)))


def building_for(request: CoopRequest, pk: int) -> Building:
    """The building, if the actor may change homes."""
    rows = Building.objects.select_related("cooperative").filter(cooperative=request.cooperative)
    found: Building = fetch(request, rows, "members.change_homes", pk=pk)
    return found


def floors_at(row: Building) -> str:
    """The floors of a building."""
    return f"{reverse('members:homes', args=[row.cooperative.slug])}?building={row.pk}"


def way_home(request: CoopRequest) -> tuple[tuple[str, str], ...]:
    """The breadcrumb of homes."""
    return ((_("Homes"), _root(request)),)


def _root(request: CoopRequest) -> str:
    return reverse("members:homes", args=[request.cooperative.slug])
