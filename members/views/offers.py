"""A member's own place on the waiting list: what is offered to them, and their answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cooperatives.web import CoopRequest, fetch, needs, respond

from ..actions import answer_offer
from ..forms import SeenForm
from ..models import UnitOffer
from ..queries import entry_of, offers_of, rank_of
from .asking import Asked, ask
from .homes import POSTED, way_home
from .waiting import told


@require_safe
@needs("members.see_homes")
def my_place(request: CoopRequest) -> HttpResponse:
    """My rank, what is offered to me, and what was."""
    entry = entry_of(request.actor, request.cooperative)
    offers = told(offers_of(entry)) if entry else []
    context = {
        "entry": entry,
        "rank": rank_of(entry) if entry else "",
        "offered": [each["offer"] for each in offers if each["is_open"]],
        "past": [each for each in offers if not each["is_open"]],
    }
    return respond(request, "members/my_place.html", "members/_my_place.html", context)


@require_http_methods(POSTED)
@needs("members.see_homes")
def my_offer(request: CoopRequest, pk: int, *, accepted: bool) -> HttpResponse:
    """Accept or decline what is offered, after saying what follows from it."""
    offers = UnitOffer.objects.select_related("entry", "unit__building", "cooperative")
    row = fetch(request, offers, "members.answer_offer", pk=pk, cooperative=request.cooperative)
    form = SeenForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.act(answer_offer, request.actor, row, accepted=accepted):
        messages.success(request, _("Accepted. The office sees it now.") if accepted else _("Declined. You keep your place."))
        return redirect(_place(request))
    return ask(request, form, _page(request, row, accepted=accepted), offer=row)


def _page(request: CoopRequest, row: UnitOffer, *, accepted: bool) -> Asked:
    way = (*way_home(request), (_("My place on the waiting list"), _place(request)))
    around: dict[str, Any] = {"way": way, "before": "members/offer_facts.html"}
    said = {"unit": row.unit.code, "building": row.unit.building.name}
    if accepted:
        about = _("You leave the waiting list, and the office prepares the agreement with you.")
        return Asked(_("Accept %(unit)s, %(building)s?") % said, _("Accept"), _place(request), about, _("Accept"), **around)
    about = _("You keep your place on the waiting list, and the home is offered to somebody else.")
    return Asked(_("Decline %(unit)s, %(building)s?") % said, _("Decline"), _place(request), about, _("Decline"), **around)


def _place(request: CoopRequest) -> str:
    return reverse("members:my_place", args=[request.cooperative.slug])
