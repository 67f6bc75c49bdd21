"""Pages about erasing a person: what it would do, asking for it, calling it off, the receipt."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperatives.actions import RuleBroken
from cooperatives.queries import enter
from cooperatives.web import CoopRequest, fetch, needs, pager

from ..actions import ask_erasure, cancel_erasure
from ..models import Erasure, Person
from ..queries.erasure import dry_run, erasures, open_erasure, past_of


@require_safe
@needs("members.erase")
def listed(request: CoopRequest) -> HttpResponse:
    """Erasures that wait, and those that were done, with their receipts."""
    page = pager(request, erasures())
    return render(request, "members/erasures.html", {"rows": page.items, "pager": page})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.erase", fresh=True)
def erase(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """What erasing a person would do; pressed, it will be done after the hold."""
    person = fetch(request, Person.objects.select_related("cooperative"), "members.erase", public_id=public_id)
    broken = None
    if request.method == "POST":
        broken = _tried(request, lambda: ask_erasure(request.actor, person))
        if broken is None:
            messages.success(request, _("The data will be erased in 14 days. Until then it can be called off."))
            return redirect("members:erasures", request.cooperative.slug)
    context = {"person": person, "lines": dry_run(person), "broken": broken}
    return render(request, "members/erase.html", context, status=broken.status if broken else 200)


def _tried(request: CoopRequest, act: Callable[[], Any]) -> RuleBroken | None:
    try:
        act()
    except RuleBroken as broken:
        if broken.status in (403, 404):
            raise Http404 from broken
        return broken
    return None


@require_POST
@needs("members.erase")
def cancel(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Call one off."""
    row = fetch(request, Erasure.objects.select_related("person"), "members.erase", public_id=public_id)
    broken = _tried(request, lambda: cancel_erasure(request.actor, row))
    if broken is None:
        messages.success(request, _("The erasure is called off."))
    else:
        messages.error(request, broken.sentence)
    return redirect("members:erasures", request.cooperative.slug)


@require_safe
@needs("members.erase")
def receipt(request: CoopRequest, public_id: UUID) -> JsonResponse:
    """What went, what stays and why, where others name the person: as a file to hand over."""
    row = fetch(request, Erasure.objects.all(), "members.erase", public_id=public_id)
    dates = {"asked_at": row.asked_at, "due_on": row.due_on, "done_at": row.done_at, "cancelled_at": row.cancelled_at}
    answer = JsonResponse(
        {"erasure": row.public_id, **dates, **row.receipt}, json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = f'attachment; filename="erasure-{row.public_id}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.erase_own", fresh=True)
def erase_mine(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """The same for my own data in a cooperative that I have left; there I ask, and call it off, myself."""
    past = next((row for row in past_of(request.actor.user) if row.public_id == public_id), None)
    if past is None:
        raise Http404
    with enter([past.cooperative_id], request.actor.user_id):
        return _mine(request, Person.objects.select_related("cooperative").get(public_id=public_id))


def _mine(request: CoopRequest, person: Person) -> HttpResponse:
    broken, waiting = None, open_erasure(person)
    if request.method == "POST":
        actor = request.actor
        calls_off = waiting is not None and "cancel" in request.POST
        broken = _tried(request, lambda: cancel_erasure(actor, waiting) if waiting and calls_off else ask_erasure(actor, person))
        if broken is None:
            said = (
                _("The erasure is called off.")
                if calls_off
                else _("Your data will be erased in 14 days. Until then you can call it off.")
            )
            messages.success(request, said)
            return redirect("members:my_data")
    context = {"lines": dry_run(person), "broken": broken, "waiting": waiting}
    return render(request, "members/erase_mine.html", context, status=broken.status if broken else 200)
