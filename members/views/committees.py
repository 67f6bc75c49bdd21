"""Pages of committees: all of them, one with its terms, the forms of those who may change them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, respond, tell

from ..actions import change_committee, end_committee, end_seat, found_committee, seat_member
from ..forms import CommitteeEditForm, CommitteeForm, EndCommitteeForm, EndSeatForm, SeatForm
from ..models import Committee, Seat
from ..queries import committees_of, other_terms, sitting, today_in
from .asking import Asked, ask

POSTED = ["GET", "HEAD", "POST"]


@require_safe
@needs("members.see_committees")
def committees(request: CoopRequest) -> HttpResponse:
    """Every committee with who sits on it today; those that have ended below."""
    today = _today(request)
    rows = [(row, sitting(row, today)) for row in committees_of([request.cooperative.pk])]
    context = {
        "rows": [pair for pair in rows if pair[0].ended_on is None],
        "ended": [row for row, _seats in rows if row.ended_on is not None],
        "may_change": may(request.actor, "members.change_committees", request.cooperative),
    }
    return respond(request, "members/committees.html", "members/_committees.html", context)


@require_http_methods(POSTED)
@needs("members.change_committees")
def committee_new(request: CoopRequest) -> HttpResponse:
    """Found one."""
    form = CommitteeForm(request.POST or None)
    if request.method == "POST" and form.act(found_committee, request.actor, request.cooperative):
        tell(request, form, _("The committee %(name)s is founded. Now seat its members.") % {"name": form.result.name})
        return redirect(form.address(form.result))
    page = Asked(
        _("New committee"),
        _("Found the committee"),
        _address(request, "committees"),
        about=_("Afterwards seat its members, each for a term."),
        way=((_("Committees"), _address(request, "committees")),),
        once=True,
    )
    return ask(request, form, page)


@require_http_methods(POSTED)
@needs("members.see_committees")
def committee(request: CoopRequest, pk: int) -> HttpResponse:
    """One committee: who sits on it, who did. `?edit=1` opens the form, a post saves it."""
    row = fetch(request, committees_of([request.cooperative.pk]), "members.see_committees", pk=pk)
    form = None
    if request.method == "POST" or "edit" in request.GET:
        fetch(request, Committee.objects.all(), "members.change_committees", pk=pk)
        form = CommitteeEditForm.of(row, request.POST or None)
        if request.method == "POST" and form.act(change_committee, request.actor, row):
            messages.success(request, _("Saved."))
            return redirect("members:committee", request.cooperative.slug, row.pk)
    context = {"committee": row, "form": form, **_terms(request, row)}
    return render(request, "members/committee.html", context, status=form.status if form else 200)


def _terms(request: CoopRequest, row: Committee) -> dict[str, Any]:
    today = _today(request)
    others = other_terms(row, today)
    return {
        "sitting": sitting(row, today),
        "ahead": [seat for seat in others if seat.starts_on > today],
        "past": [seat for seat in others if seat.starts_on <= today],
        "may_change": may(request.actor, "members.change_committees", row) and row.ended_on is None,
    }


@require_http_methods(POSTED)
@needs("members.change_committees")
def committee_end(request: CoopRequest, pk: int) -> HttpResponse:
    """End one, after saying what that means."""
    row = fetch(request, committees_of([request.cooperative.pk]), "members.change_committees", pk=pk)
    form = EndCommitteeForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.act(end_committee, request.actor, row):
        messages.success(request, _("The committee %(name)s has ended.") % {"name": row.name})
        return redirect("members:committee", request.cooperative.slug, row.pk)
    page = Asked(
        _("End the committee %(name)s?") % {"name": row.name},
        _("End the committee"),
        _address(request, "committee", row.pk),
        here=_("End"),
        about=_("The terms of all who sit on it end today. Who sat on it stays written."),
        way=_way(request, row),
        danger=True,
        refuse=_("Keep it"),
    )
    return ask(request, form, page)


@require_http_methods(POSTED)
@needs("members.change_committees")
def seat_new(request: CoopRequest, pk: int) -> HttpResponse:
    """Give a member a seat."""
    row = fetch(request, committees_of([request.cooperative.pk]), "members.change_committees", pk=pk)
    form = SeatForm(request.POST or None, cooperative_id=request.cooperative.pk, today=_today(request))
    if request.method == "POST" and form.act(seat_member, request.actor, row):
        tell(request, form, _("%(name)s has a seat.") % {"name": form.result.membership})
        return redirect("members:committee", request.cooperative.slug, row.pk)
    page = Asked(
        _("Seat a member"), _("Seat the member"), _address(request, "committee", row.pk), way=_way(request, row), once=True
    )
    return ask(request, form, page)


@require_http_methods(POSTED)
@needs("members.change_committees")
def seat_end(request: CoopRequest, pk: int) -> HttpResponse:
    """Let a term end on a day."""
    seats = Seat.objects.select_related("committee__cooperative", "membership__person")
    row = fetch(request, seats, "members.change_committees", pk=pk, cooperative=request.cooperative)
    form = EndSeatForm(request.POST or None, initial={"on": max(_today(request), row.starts_on)})
    if request.method == "POST" and form.act(end_seat, request.actor, row):
        messages.success(request, _("Saved."))
        return redirect("members:committee", request.cooperative.slug, row.committee_id)
    page = Asked(
        _("End the term of %(name)s") % {"name": row.membership},
        _("Save the day"),
        here=_("End a term"),
        back=_address(request, "committee", row.committee_id),
        way=_way(request, row.committee),
    )
    return ask(request, form, page)


def _way(request: CoopRequest, row: Committee) -> tuple[tuple[str, str], ...]:
    """The breadcrumbs to a committee."""
    return (_("Committees"), _address(request, "committees")), (row.name, _address(request, "committee", row.pk))


def _address(request: CoopRequest, name: str, *keys: Any) -> str:
    return reverse(f"members:{name}", args=[request.cooperative.slug, *keys])


def _today(request: CoopRequest) -> date:
    return today_in(request.cooperative.time_zone)
