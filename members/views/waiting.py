"""Pages of the waiting list."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperatives.actions import RuleBroken
from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, pager, respond, seen_version, tell

from ..actions import (
    answer_offer,
    change_waiting,
    enter_waiting,
    offer_unit,
    rank_waiting,
    withdraw_offer,
    withdraw_waiting,
)
from ..forms import NewWaitingForm, OfferForm, RankForm, WaitingEditForm
from ..models import UnitOffer, WaitingEntry
from ..queries import no_longer_waiting, offers_of, people_to_choose, rank_of, units_to_offer, waiting_of
from .asking import Asked, ask


@require_safe
@needs("members.see_ways")
def waiting(request: CoopRequest) -> HttpResponse:
    """Who waits, in order, with what was offered; `past` shows who does not any more."""
    past = "past" in request.GET
    page = pager(request, (no_longer_waiting if past else waiting_of)(request.cooperative))
    ranks = [""] * len(page.items) if past else range(page.first_index, page.first_index + len(page.items))
    context = {
        "rows": [{"entry": entry, "rank": rank} for entry, rank in zip(page.items, ranks, strict=True)],
        "pager": page,
        "past": past,
        "keeps": may(request.actor, "members.wait", request.cooperative),
    }
    return respond(request, "members/waiting.html", "members/_waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.wait")
def waiting_new(request: CoopRequest) -> HttpResponse:
    """Enter somebody."""
    form = NewWaitingForm(request.POST or None, people=people_to_choose(request.cooperative.pk))
    if request.method == "POST" and form.act(enter_waiting, request.actor, request.cooperative):
        tell(request, form, _("%(name)s is on the waiting list.") % {"name": form.result.name})
        return redirect(form.address(form.result))
    return render(request, "members/waiting_new.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.see_ways")
def waiting_entry(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """One who waits: what is known, the rank, the offers; `?edit=1` opens the form, a post saves it."""
    row = _entry(request, public_id, "members.see_ways")
    if request.method == "POST" or "edit" in request.GET:
        return _edit(request, _entry(request, public_id, "members.wait"))
    return respond(request, "members/waiting_entry.html", "members/_waiting_entry.html", _shown(request, row))


def _edit(request: CoopRequest, row: WaitingEntry) -> HttpResponse:
    form = WaitingEditForm.of(row, request.POST or None, people=people_to_choose(request.cooperative.pk))
    if request.method == "POST" and form.act(change_waiting, request.actor, row):
        messages.success(request, _("Saved."))
        return _back(request, row)
    back, title = _address(request, row), _("Edit %(name)s") % {"name": row.name}
    way = ((_("Waiting list"), reverse("members:waiting", args=[request.cooperative.slug])), (row.name, back))
    return ask(request, form, Asked(title, _("Save"), back, here=_("Edit"), way=way))


def _shown(request: CoopRequest, row: WaitingEntry) -> dict[str, Any]:
    waits, offers = row.state == WaitingEntry.State.WAITING, told(offers_of(row))
    keeps = may(request.actor, "members.wait", row)
    return {
        "entry": row,
        "rank": rank_of(row) if waits else "",
        "offers": offers,
        "keeps": waits and keeps,
        "houses": keeps and row.state == WaitingEntry.State.HOUSED,
        "offerable": not any(each["is_open"] for each in offers),
    }


def told(offers: Iterable[UnitOffer]) -> list[dict[str, Any]]:
    """Offers with what has come of them until now, as pages draw them."""
    now = timezone.now()
    return [{"offer": offer, "outcome": offer.outcome(now=now), "is_open": offer.is_open(now=now)} for offer in offers]


def _entry(request: CoopRequest, public_id: UUID, to: str) -> WaitingEntry:
    return fetch(request, WaitingEntry.objects.select_related("cooperative", "person"), to, public_id=public_id)


def _address(request: CoopRequest, row: WaitingEntry) -> str:
    return reverse("members:waiting_entry", args=[request.cooperative.slug, row.public_id])


def _back(request: CoopRequest, row: WaitingEntry) -> HttpResponse:
    return redirect(_address(request, row))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.wait")
def waiting_rank(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Let somebody wait since another day, and say why."""
    row = _entry(request, public_id, "members.wait")
    form = RankForm(request.POST or None, initial={"ranked_on": row.ranked_on, "version": row.version})
    if request.method == "POST" and form.act(rank_waiting, request.actor, row):
        messages.success(request, _("The rank is changed, and the record says why."))
        return _back(request, row)
    return render(request, "members/waiting_rank.html", {"entry": row, "form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.wait")
def waiting_offer(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Offer a home."""
    row = _entry(request, public_id, "members.wait")
    form = OfferForm(request.POST or None, units=units_to_offer(request.cooperative), initial={"version": row.version})
    if request.method == "POST" and form.act(offer_unit, request.actor, row):
        tell(request, form, _("Offered. It waits for an answer."))
        return _back(request, row)
    return render(request, "members/waiting_offer.html", {"entry": row, "form": form}, status=form.status)


@require_POST
@needs("members.wait")
def waiting_withdraw(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Take somebody off the list."""
    row = _entry(request, public_id, "members.wait")
    _try(request, lambda: withdraw_waiting(request.actor, row, version=seen_version(request)), _("Taken off the list."))
    return redirect("members:waiting", request.cooperative.slug)


@require_POST
@needs("members.wait")
def offer_answer(request: CoopRequest, pk: int) -> HttpResponse:
    """What came of an offer: accepted, refused, or taken back by the office."""
    offers = UnitOffer.objects.select_related("entry", "unit", "cooperative")
    row, version = fetch(request, offers, "members.wait", pk=pk), seen_version(request)
    answer = request.POST.get("answer")
    if answer == "withdrawn":
        _try(request, lambda: withdraw_offer(request.actor, row, version=version), _("The offer is taken back."))
    elif answer in ("accepted", "refused"):
        accepted = answer == "accepted"
        _try(request, lambda: answer_offer(request.actor, row, version=version, accepted=accepted), _("Noted."))
    return _back(request, row.entry)


def _try(request: CoopRequest, act: Callable[[], Any], sentence: str) -> None:
    try:
        act()
        messages.success(request, sentence)
    except RuleBroken as broken:
        messages.error(request, broken.sentence)
