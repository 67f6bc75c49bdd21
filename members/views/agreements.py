"""One agreement: its days and terms, its people, its end, and moves of its household inside the house."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cooperatives.web import CoopRequest, fetch, needs, tell

from ..actions import add_occupant, change_occupancy, end_occupancy, end_occupant, swap, transfer
from ..forms import AgreementEditForm, EndAgreementForm, EndOccupantForm, OccupantForm, SwapForm, TransferForm
from ..models import Occupancy, Occupant
from ..queries import agreements_to_choose, people_for, today_in, units_to_choose
from .asking import Asked, ask
from .homes import POSTED
from .units import unit_at, way_to_unit

SHOWN = ("unit__building__cooperative", "household", "cooperative")


def agreement_for(request: CoopRequest, public_id: UUID) -> Occupancy:
    """The agreement with unit and household, for those who may change it."""
    rows = Occupancy.objects.select_related(*SHOWN).filter(cooperative=request.cooperative)
    found: Occupancy = fetch(request, rows, "members.house", public_id=public_id)
    return found


def _page(request: CoopRequest, row: Occupancy, title: str, confirm: str, here: str, **more: Any) -> Asked:
    """The words around a form; the title tells the household and its unit."""
    said = title % {"household": row.household, "unit": row.unit.code}
    return Asked(said, confirm, unit_at(row.unit), here=here, way=way_to_unit(request, row.unit), **more)


def _first_day(request: CoopRequest, row: Occupancy) -> date:
    """The day that a form offers: today, or the first day of an agreement that is to come."""
    return max(row.starts_on, today_in(request.cooperative.time_zone))


@require_http_methods(POSTED)
@needs("members.house")
def agreement(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Change days, kind and note of an agreement."""
    row = agreement_for(request, public_id)
    form = AgreementEditForm.of(row, request.POST or None)
    if request.method == "POST" and form.act(change_occupancy, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(unit_at(row.unit))
    about = _("Who belongs to it from its first day, or to its last, goes along with these days.")
    title = _("Change the agreement of %(household)s for %(unit)s")
    return ask(request, form, _page(request, row, title, _("Save"), _("Change the agreement"), about=about))


@require_http_methods(POSTED)
@needs("members.house")
def move_out(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """End an agreement on a day."""
    row = agreement_for(request, public_id)
    form = EndAgreementForm(request.POST or None, initial={"on": _first_day(request, row), "version": row.version})
    if request.method == "POST" and form.act(end_occupancy, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(unit_at(row.unit))
    title = _("End the agreement of %(household)s for %(unit)s")
    return ask(request, form, _page(request, row, title, _("End the agreement"), _("End an agreement"), danger=True))


@require_http_methods(POSTED)
@needs("members.house")
def transfer_home(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Let a household go over into another unit."""
    row = agreement_for(request, public_id)
    day = _first_day(request, row)
    form = TransferForm(request.POST or None, units=units_to_choose(row.unit, day), initial={"on": day, "version": row.version})
    if request.method == "POST" and form.act(transfer, request.actor, row):
        tell(request, form, _("%(household)s has %(unit)s.") % {"household": row.household, "unit": form.result.unit.code})
        return redirect("members:unit", request.cooperative.slug, form.result.unit.public_id)
    title = _("Move %(household)s from %(unit)s to another unit")
    about = _("The same people go over, on the same terms. What was stays in the history of both units.")
    return ask(request, form, _page(request, row, title, _("Move them"), _("Move"), about=about, once=True))


@require_http_methods(POSTED)
@needs("members.house")
def swap_homes(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Let two households change places."""
    row = agreement_for(request, public_id)
    day = _first_day(request, row)
    others = agreements_to_choose(row.unit, day)
    form = SwapForm(request.POST or None, agreements=others, initial={"on": day, "version": row.version})
    if request.method == "POST" and form.act(swap, request.actor, row):
        tell(request, form, _("They change places."))
        return redirect(unit_at(row.unit))
    title = _("Swap the home of %(household)s, %(unit)s")
    about = _("Both households keep their people and terms, each in the home of the other.")
    return ask(request, form, _page(request, row, title, _("Swap the homes"), _("Swap"), about=about, once=True))


# --- People -----------------------------------------------------------------------------------------------------------


@require_http_methods(POSTED)
@needs("members.house")
def occupant_new(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Let somebody hold an agreement, live there, or both."""
    row = agreement_for(request, public_id)
    day = _first_day(request, row)
    form = OccupantForm(request.POST or None, people=people_for(row.household, day), today=day)
    if request.method == "POST" and form.act(add_occupant, request.actor, row):
        tell(request, form, _("%(person)s belongs to the agreement.") % {"person": form.result.person})
        return redirect(unit_at(row.unit))
    title = _("Add a person to the agreement of %(household)s for %(unit)s")
    page = _page(request, row, title, _("Add the person"), _("Add a person"), before="members/new_person.html", once=True)
    return ask(request, form, page, household=row.household)


@require_http_methods(POSTED)
@needs("members.house")
def occupant_end(request: CoopRequest, pk: int) -> HttpResponse:
    """End somebody's part in an agreement."""
    rows = Occupant.objects.select_related("person", "cooperative", *(f"occupancy__{name}" for name in SHOWN))
    row = fetch(request, rows, "members.house", pk=pk, cooperative=request.cooperative)
    form = EndOccupantForm(request.POST or None, initial={"on": max(row.starts_on, today_in(request.cooperative.time_zone))})
    if request.method == "POST" and form.act(end_occupant, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect(unit_at(row.occupancy.unit))
    title = _("%(person)s leaves %(unit)s") % {"person": row.person, "unit": row.occupancy.unit.code}
    about = _("The agreement goes on without them. On the first day of their part, it is as if it had never begun.")
    way = way_to_unit(request, row.occupancy.unit)
    page = Asked(title, _("End their part"), unit_at(row.occupancy.unit), about=about, here=_("Leaves"), way=way, danger=True)
    return ask(request, form, page)
