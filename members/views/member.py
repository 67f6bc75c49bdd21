"""One member: what the register says, and the form that corrects it; the way in for a new one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.queries import history_of as records_of
from activity.web import rows_of
from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, panels_for, respond, tell

from ..actions import admit, correct_person
from ..forms import AdmitForm, PersonForm
from ..models import Membership, Occupant
from ..queries import (
    STANDING,
    contact_for,
    homes_of,
    households_of,
    knows_home,
    lasting_on,
    register_of,
    roles_of,
    terms_of,
    today_in,
)
from ..queries.privacy import photo_for
from ..roles import label
from .asking import Asked, ask
from .directory import small_photo
from .links import of_member

POSTED = ["GET", "HEAD", "POST"]
RECORDS = 20


def member_for(request: CoopRequest, public_id: UUID, to: str) -> Membership:
    """The membership with person and login, if the actor may do `to` to it. Who is no member now is the office's alone."""
    found: Membership = fetch(request, register_of([request.cooperative.pk]), to, public_id=public_id)
    stands = found.status in STANDING  # type: ignore[attr-defined]
    if not stands and not _is_own(request, found) and not may(request.actor, "members.read_register", found):
        raise Http404
    return found


def _is_own(request: CoopRequest, member: Membership) -> bool:
    return member.user_id is not None and member.user_id == request.actor.user_id


def way_to(member: Membership) -> tuple[tuple[str, str], ...]:
    """The breadcrumb of the member's page."""
    return ((str(member), address_of(member)),)


def address_of(member: Membership) -> str:
    """The member's page."""
    return _inside(member, "members:member")


@require_http_methods(POSTED)
@needs("members.admit")
def member_new(request: CoopRequest) -> HttpResponse:
    """Enter somebody into the register."""
    form = AdmitForm(request.POST or None, initial={"on": today_in(request.cooperative.time_zone), "role": "member"})
    if request.method == "POST" and form.act(admit, request.actor, request.cooperative):
        made = form.result
        tell(request, form, _("%(name)s is member %(number)s.") % {"name": made, "number": made.number})
        return redirect(form.address(made))
    page = Asked(
        _("Add a member"),
        _("Add the member"),
        reverse("members:directory", args=[request.cooperative.slug]),
        about=_("They get the next member number. A login comes later, with an invitation."),
        once=True,
    )
    return ask(request, form, page)


@require_http_methods(POSTED)
@needs("members.see")
def member(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """What the reader may know of a member; `?edit=1` opens the form, a post saves it."""
    row = member_for(request, public_id, "members.see")
    form = None
    if request.method == "POST" or "edit" in request.GET:
        fetch(request, Membership.objects.select_related("person"), "members.correct", pk=row.pk)
        form = _form(request, row)
        if request.method == "POST" and form.act(correct_person, request.actor, row.person):
            messages.success(request, _("Saved."))
            return redirect(address_of(row))
        return _edit(request, row, form)
    return respond(request, "members/member.html", "members/_member.html", _context(request, row))


def _form(request: CoopRequest, row: Membership) -> PersonForm:
    is_office = may(request.actor, "members.admit", row)
    may_show = _is_own(request, row) or (is_office and row.user_id is None)
    return PersonForm(request.POST or None, person=row.person, is_office=is_office, may_show=may_show)


def _edit(request: CoopRequest, row: Membership, form: PersonForm) -> HttpResponse:
    own = _is_own(request, row)
    title = _("My entry in the register") if own else _("Edit %(name)s") % {"name": row}
    about = "" if may(request.actor, "members.admit", row) else _("Your name and dates are for the office to change.")
    return ask(request, form, Asked(title, _("Save"), here=_("Edit"), back=address_of(row), about=about, way=way_to(row)))


def _context(request: CoopRequest, row: Membership) -> dict[str, Any]:
    own, whole = _is_own(request, row), may(request.actor, "members.read_register", row)
    return {
        "member": row,
        "person": row.person,
        "photo": small_photo(request.cooperative, row) if photo_for(request.actor, row.person) else "",
        "contact": contact_for(request.actor, row),
        "role_labels": [label(role) for role in roles_of(row)],
        "own": own,
        "whole": whole,
        "living": _living(request, row, ever=own or whole),
        "terms": list(terms_of(row.pk)),
        "panels": [(panel, _inside(row, panel.url_name)) for panel in panels_for(request.actor, "member", row)],
        "today": _today(request),
        "links": of_member(request, row, own=own, is_over=row.left_on is not None and row.left_on <= _today(request)),
        **(_past(request, row) if own or whole else {}),
        **_rights(request, row),
    }


def _past(request: CoopRequest, row: Membership) -> dict[str, Any]:
    """What the member and the office see: everything that has a date."""
    pauses = list(row.pauses.order_by("-starts_on", "pk"))
    return {
        "households": list(households_of(row.person)),
        "grants": [(label(grant.role), grant) for grant in row.grants.order_by("-starts_on", "pk")],
        "pauses": pauses,
        "paused_still": any(one.ends_on is None or one.ends_on > _today(request) for one in pauses),
        "records": rows_of(_records(request, row), request.cooperative),
    }


def _living(request: CoopRequest, row: Membership, *, ever: bool) -> list[Occupant]:
    """The homes that the reader may know: of today, or all that ever were."""
    if not may(request.actor, "members.see_homes", row) or not knows_home(request.actor, row):
        return []
    found = homes_of(row.person)
    return list(found if ever else found.filter(lasting_on(_today(request)), lives_there=True))


def _inside(row: Membership, url_name: str) -> str:
    return reverse(url_name, args=[row.cooperative.slug, row.public_id])


def _records(request: CoopRequest, row: Membership) -> Any:
    found = records_of(request.actor, row) | records_of(request.actor, row.person)
    return found[:RECORDS]


def _rights(request: CoopRequest, row: Membership) -> dict[str, bool]:
    """What the reader may do here, as far as the membership lets anybody."""
    open_still = row.left_on is None or row.left_on > _today(request)
    rights = {"edit": "members.correct", "grant": "members.grant", "pause": "members.pause", "end": "members.end"}
    may_do = {f"may_{key}": may(request.actor, name, row) for key, name in rights.items()}
    for key in ("grant", "pause", "end"):
        may_do[f"may_{key}"] = may_do[f"may_{key}"] and open_still
    return may_do


def _today(request: CoopRequest) -> date:
    return today_in(request.cooperative.time_zone)
