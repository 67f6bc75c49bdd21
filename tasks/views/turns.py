"""One turn of a duty: who comes, and every button about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperatives.actions import RuleBroken
from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, pager, respond
from cooperatives.web.forms import as_page

from ..actions import (
    ask_stand_in,
    cancel_turn,
    confirm_part,
    give_place,
    keep_part,
    mark_done,
    remove_part,
    sign_up,
    stand_in,
    withdraw,
)
from ..duty_forms import CancelForm, CannotComeForm, GiveForm
from ..duty_queries import to_confirm, with_parts
from ..models import Part, Turn
from .duties import own_membership

Act = Callable[..., Any]
_ACTS: dict[str, Act] = {
    "withdraw": withdraw,
    "keep": keep_part,
    "stand_in": stand_in,
    "done": mark_done,
    "undone": lambda actor, part: mark_done(actor, part, done=False),
    "confirm": confirm_part,
    "remove": remove_part,
}


def _said(act: str) -> str:
    """What a button has done, for the page that comes next."""
    return {
        "withdraw": _("You gave your place up."),
        "keep": _("You come after all. Nobody is asked to stand in any more."),
        "stand_in": _("The place is yours now. Thank you."),
        "done": _("Marked as done. Somebody else confirms it now."),
        "undone": _("It is no longer marked as done."),
        "confirm": _("Confirmed. It stands in the ledger."),
        "remove": _("Taken out. The place is free."),
    }[act]


@require_safe
@needs("tasks.see")
def turn(request: CoopRequest, pk: int) -> HttpResponse:
    """A turn: when, who comes, what I can do about it."""
    row = fetch(request, with_parts(Turn.objects.all()), "tasks.see", pk=pk)
    return respond(request, "tasks/turn.html", "tasks/_turn.html", _context(request, row))


def _context(request: CoopRequest, row: Turn, **more: Any) -> dict[str, Any]:
    me, now = own_membership(request), timezone.now()
    parts = row.taken  # type: ignore[attr-defined]
    mine = next((part for part in parts if part.member_id == me), None)
    coordinates = may(request.actor, "tasks.coordinate", row.duty)
    free = row.places - len(parts)
    return {
        "turn": row,
        "duty": row.duty,
        "parts": parts,
        "mine": mine,
        "me": me,
        "free": free,
        "takes_part": may(request.actor, "tasks.take_part", row),
        "coordinates": coordinates,
        "is_open": row.is_open(now=now),
        "has_come": timezone.localtime(now, request.cooperative.zone).date() >= row.day,
        "give": GiveForm(cooperative=request.cooperative) if coordinates and free > 0 and row.cancelled_at is None else None,
        "cannot": CannotComeForm(),
        **more,
    }


@require_POST
@needs("tasks.take_part")
def turn_act(request: CoopRequest, pk: int) -> HttpResponse:
    """Sign up, or (with `member`) give a place to somebody."""
    row = fetch(request, with_parts(Turn.objects.all()), "tasks.take_part", pk=pk)
    if "member" in request.POST:
        form = GiveForm(request.POST, cooperative=request.cooperative)
        if not form.act(give_place, request.actor, row):
            return render(request, "tasks/turn.html", _context(request, row, give=form), status=form.status)
        messages.success(request, _("%(name)s has a place now.") % {"name": form.result.member})
    else:
        _tried(request, sign_up, row, _("You are in. It is in your calendar feed, too."))
    return redirect("tasks:turn", request.cooperative.slug, row.pk)


@require_POST
@needs("tasks.take_part")
def part_act(request: CoopRequest, pk: int) -> HttpResponse:
    """Whatever a button about one place says (`act`)."""
    part = fetch(request, Part.objects.select_related("turn__duty", "member__person"), "tasks.take_part", pk=pk)
    act = request.POST.get("act", "")
    if act == "cannot":
        form = CannotComeForm(request.POST)
        if not form.act(ask_stand_in, request.actor, part):
            row = with_parts(Turn.objects.filter(pk=part.turn_id)).get()
            return render(request, "tasks/turn.html", _context(request, row, cannot=form), status=form.status)
        messages.success(request, _("Everybody who may stand in sees it. Until somebody does, the place stays with you."))
    elif act in _ACTS:
        _tried(request, _ACTS[act], part, _said(act))
    else:
        messages.error(request, _("Press one of the buttons of the page."))
    if request.POST.get("back") == "confirm":
        return redirect("tasks:confirming", request.cooperative.slug)
    return redirect("tasks:turn", request.cooperative.slug, part.turn_id)


def _tried(request: CoopRequest, act: Act, row: Any, sentence: str) -> None:
    try:
        act(request.actor, row)
    except RuleBroken as broken:
        as_page(broken)
        messages.error(request, broken.sentence)
    else:
        messages.success(request, sentence)


@needs("tasks.coordinate")
def turn_cancel(request: CoopRequest, pk: int) -> HttpResponse:
    """Call a turn off, with a reason that everybody in it reads."""
    row = fetch(request, Turn.objects.select_related("duty", "cooperative"), "tasks.see", pk=pk)
    fetch(request, type(row.duty).objects.all(), "tasks.coordinate", pk=row.duty_id)
    form = CancelForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.act(cancel_turn, request.actor, row):
        messages.success(request, _("The turn is called off."))
        return redirect("tasks:turn", request.cooperative.slug, row.pk)
    return render(request, "tasks/turn_cancel.html", {"turn": row, "duty": row.duty, "form": form}, status=form.status)


@require_safe
@needs("tasks.take_part")
def confirming(request: CoopRequest) -> HttpResponse:
    """What others say they have done, and nobody has confirmed."""
    rows = pager(request, to_confirm(request.cooperative.pk, own_membership(request)))
    return render(request, "tasks/confirming.html", {"parts": rows})
