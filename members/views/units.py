"""One unit: what it is, who had it from when until when, and the forms of those who may change that."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cooperatives.policy import may, visible
from cooperatives.web import CoopRequest, fetch, needs, pager, tell

from ..actions import add_unit, change_unit, house, remove_unit
from ..forms import HouseForm, SeenForm, UnitEditForm, UnitForm
from ..models import Building, Unit
from ..queries import history_of, households_to_choose, offers_to, today_in, who_lived
from .asking import Asked, ask
from .homes import POSTED, asked_day, building_for, floors_at, way_home


def unit_for(request: CoopRequest, public_id: UUID, to: str) -> Unit:
    """The unit, if the actor may do `to` to it."""
    units = Unit.objects.select_related("building__cooperative", "cooperative").filter(cooperative=request.cooperative)
    found: Unit = fetch(request, units, to, public_id=public_id)
    return found


@require_http_methods(POSTED)
@needs("members.change_homes")
def unit_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Add a unit to a building; `?floor=` says where."""
    row = building_for(request, pk)
    asked = {"kind": Unit.Kind.FLAT, "floor": request.GET.get("floor", "")}
    form = UnitForm(request.POST or None, cooperative=request.cooperative, initial=asked)
    if request.method == "POST" and form.act(add_unit, request.actor, row):
        tell(request, form, _("Added %(unit)s.") % {"unit": form.result.code})
        return redirect(floors_at(row))
    title = _("Add a unit to %(building)s") % {"building": row.name}
    return ask(
        request, form, Asked(title, _("Add the unit"), floors_at(row), here=_("Add a unit"), way=_way(request, row), once=True)
    )


def _way(request: CoopRequest, row: Building) -> tuple[tuple[str, str], ...]:
    return (*way_home(request), (row.name, floors_at(row)))


def way_to_unit(request: CoopRequest, row: Unit) -> tuple[tuple[str, str], ...]:
    """The breadcrumbs to a unit."""
    return (*_way(request, row.building), (row.code, unit_at(row)))


def unit_at(row: Unit) -> str:
    """The unit's page."""
    return reverse("members:unit", args=[row.building.cooperative.slug, row.public_id])


@require_http_methods(POSTED)
@needs("members.see_homes")
def unit(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """One unit with its agreements, the latest first; `?on=` says who lived there on a day, `?edit=1` opens the form."""
    row = unit_for(request, public_id, "members.see_homes")
    if request.method != "POST" and "edit" not in request.GET:
        return render(request, "members/unit.html", {"unit": row, **_shown(request, row)})
    unit_for(request, public_id, "members.change_homes")
    form = UnitEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_unit, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(unit_at(row))
    title = _("Edit %(unit)s") % {"unit": row.code}
    return ask(request, form, Asked(title, _("Save"), here=_("Edit"), back=unit_at(row), way=way_to_unit(request, row)))


def _shown(request: CoopRequest, row: Unit) -> dict[str, Any]:
    sees = may(request.actor, "members.read_register", row)
    day = asked_day(request)
    agreements = pager(request, visible(request.actor, "members.see_occupancy", history_of(row)))
    return {
        "sees": sees,
        "offer": offers_to(request.actor).filter(unit=row).first(),
        "day": day,
        "today": today_in(request.cooperative.time_zone),
        "asked": "on" in request.GET,
        "lived": list(who_lived(row, day)) if sees and "on" in request.GET else [],
        "pager": agreements,
        "agreements": agreements.items,
        "may_change": may(request.actor, "members.change_homes", row),
        "may_house": may(request.actor, "members.house", row),
    }


@require_http_methods(POSTED)
@needs("members.house")
def move_in(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """An agreement: a household has the unit from a day on."""
    row = unit_for(request, public_id, "members.house")
    today = today_in(request.cooperative.time_zone)
    form = HouseForm(request.POST or None, households=households_to_choose(request.cooperative.pk, today), today=today)
    if request.method == "POST" and form.act(house, request.actor, row):
        tell(request, form, _("%(household)s has %(unit)s.") % {"household": form.result.household, "unit": row.code})
        return redirect(unit_at(row))
    page = Asked(
        _("Start an agreement for %(unit)s") % {"unit": row.code},
        _("Start the agreement"),
        unit_at(row),
        here=_("Start an agreement"),
        about=_("The adults of the household hold it, and everybody of the household lives there from that day."),
        way=way_to_unit(request, row),
        before="members/new_household.html",
        once=True,
    )
    return ask(request, form, page)


@require_http_methods(POSTED)
@needs("members.change_homes")
def unit_remove(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Remove a unit that was added by mistake."""
    row = unit_for(request, public_id, "members.change_homes")
    form = SeenForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.act(remove_unit, request.actor, row):
        messages.success(request, _("%(unit)s is removed.") % {"unit": row.code})
        return redirect(floors_at(row.building))
    page = Asked(
        _("Remove %(unit)s?") % {"unit": row.code},
        _("Remove the unit"),
        unit_at(row),
        here=_("Remove"),
        about=_("It goes from its building. A unit that anybody had, or was offered, gets an end of use instead."),
        way=way_to_unit(request, row),
        danger=True,
    )
    return ask(request, form, page)
