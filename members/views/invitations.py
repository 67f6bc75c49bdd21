"""Pages of the office about invitations."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperatives.actions import RuleBroken
from cooperatives.policy import may, sign_ins
from cooperatives.web import CoopRequest, fetch, needs, pager, respond, tell

from ..actions import Made, invite, invite_many, print_slips, resend, revoke
from ..actions.invitations import PLAIN, parted
from ..codes import written
from ..forms import LinkForm, MailForm, OnceForm, SeenForm
from ..mailing import address
from ..models import Invitation
from ..pictures import qr
from ..queries import (
    InvitationState,
    addresses_with_login,
    counts_by_state,
    due_invitations,
    invitations_of,
    open_slips,
    to_invite,
)
from ..roles import label

_COLOURS = {
    InvitationState.JOINED: "good",
    InvitationState.OPENED: "info",
    InvitationState.FAILED: "bad",
    InvitationState.EXPIRED: "warn",
}
_OF_SLIPS = {InvitationState.WAITING: gettext_lazy("Not printed yet"), InvitationState.SENT: gettext_lazy("Printed")}
_OVER = {InvitationState.JOINED, InvitationState.REVOKED}


@require_safe
@needs("members.see_ways")
def invitations(request: CoopRequest) -> HttpResponse:
    """All invitations with what came of them; `state` narrows the list."""
    everything = invitations_of(request.cooperative, now=timezone.now())
    state = request.GET.get("state", "")
    shown = everything.filter(state=state) if state in InvitationState.values else everything
    page = pager(request, shown)
    decides = may(request.actor, "members.invite", request.cooperative)
    context = {
        "rows": [_row(row, decides=decides) for row in page.items],
        "pager": page,
        "counts": _counts(counts_by_state(everything), state),
        "decides": decides,
        "is_leaving": due_invitations(request.cooperative).exists(),
        "has_slips": decides and open_slips(request.cooperative).exists(),
    }
    return respond(request, "members/invitations.html", "members/_invitations.html", context)


def _row(row: Any, *, decides: bool) -> dict[str, Any]:
    state = InvitationState(row.state)
    return {
        "invitation": row,
        "name": str(row),
        "role": label(row.role),
        "state": _OF_SLIPS.get(state, state.label) if row.way == Invitation.Way.SLIP else state.label,
        "colour": _COLOURS.get(state, ""),
        "may_resend": decides and state not in _OVER and row.way != Invitation.Way.SLIP,
        "may_revoke": decides and state not in _OVER,
    }


def _counts(found: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    """The states in which some are, with how many; everything first."""
    first = {"value": "", "label": _("All"), "count": sum(found.values()), "current": chosen not in InvitationState.values}
    rest = [
        {"value": state.value, "label": state.label, "count": found[state.value], "current": chosen == state.value}
        for state in InvitationState
        if state.value in found
    ]
    return [first, *rest]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.invite")
def invitation_new(request: CoopRequest) -> HttpResponseBase:
    """Invite one person by mail. Who gives an office away signs in anew first, if it is long ago."""
    form = MailForm(request.POST or None, grants=may(request.actor, "members.grant", request.cooperative))
    if request.method == "POST":
        if request.POST.get("role") not in PLAIN and not sign_ins().is_fresh(request):
            found: HttpResponseBase = sign_ins().prove(request)
            return found
        if form.act(_invite, request.actor, request.cooperative, way=Invitation.Way.MAIL):
            tell(request, form, _("Invited %(email)s.") % {"email": form.cleaned_data["email"]})
            return redirect("members:invitations", request.cooperative.slug)
    return render(request, "members/invitation_new.html", {"form": form}, status=form.status)


def _invite(*args: Any, **facts: Any) -> Invitation:
    """The row alone, so that a form that was sent twice finds it again."""
    return invite(*args, **facts).invitation


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.invite")
def invitation_link(request: CoopRequest) -> HttpResponse:
    """Make a link. The next page shows it, when it is asked to: no page that can be opened again may."""
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.act(_invite, request.actor, request.cooperative, way=Invitation.Way.LINK):
        return redirect(form.address(form.result))
    return render(request, "members/invitation_link.html", {"form": form}, status=form.status)


def _handed_over(request: CoopRequest, made: Made) -> HttpResponse:
    url = address(made.code)
    context = {"invitation": made.invitation, "url": url, "picture": qr(url), "role": label(made.invitation.role)}
    return render(request, "members/invitation_made.html", context, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.invite")
def invite_everyone(request: CoopRequest) -> HttpResponse:
    """Who would get a mail and who a slip; then all of them in one act."""
    form = OnceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.act(invite_many, request.actor, request.cooperative):
        tell(request, form, _invited(form.result) if form.result else "")
        return redirect("members:invitations", request.cooperative.slug)
    waiting = list(to_invite(request.cooperative, now=timezone.now()))
    mails, slip_rows = parted(waiting, addresses_with_login(request.cooperative))
    context = {"form": form, "mails": mails, "slips": slip_rows}
    return render(request, "members/invite_everyone.html", context, status=form.status)


def _invited(many: Any) -> str:
    mails = ngettext("%(n)d invitation leaves by e-mail.", "%(n)d invitations leave by e-mail.", many.mails) % {"n": many.mails}
    if not many.slips:
        return mails
    slip = ngettext("%(n)d slip waits to be printed.", "%(n)d slips wait to be printed.", many.slips) % {"n": many.slips}
    return f"{mails} {slip}"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.invite")
def slips(request: CoopRequest) -> HttpResponse:
    """Who is to get a slip; then the slips themselves, each with a new code: the page that answers is printed."""
    waiting = list(open_slips(request.cooperative))
    form = SeenForm(request.POST or None, initial={"version": sum(row.version for row in waiting)})
    if request.method == "POST" and form.act(print_slips, request.actor, request.cooperative):
        shown = {"slips": [_slip(each) for each in form.result], "short": _short()}
        return render(request, "members/slips.html", shown, status=201)
    return render(request, "members/slips_ask.html", {"rows": waiting, "form": form}, status=form.status)


def _slip(made: Made) -> dict[str, Any]:
    return {
        "name": str(made.invitation),
        "code": written(made.code),
        "picture": qr(address(made.code)),
        "until": made.invitation.expires_at,
    }


def _short() -> str:
    """The address to type, without what browsers add."""
    return urlsplit(settings.SITE_URL).netloc + reverse("members:join_code")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.invite")
def invitation_again(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Send one again, after saying what that means; of a link, show the new one."""
    row = fetch(request, Invitation.objects.select_related("cooperative", "person"), "members.invite", public_id=public_id)
    form = SeenForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.act(resend, request.actor, row):
        if form.result.code:
            return _handed_over(request, form.result)
        messages.success(request, _("Sent again. What was sent before opens nothing any more."))
        return redirect("members:invitations", request.cooperative.slug)
    return render(request, "members/invitation_again.html", {"invitation": row, "form": form}, status=form.status)


@require_POST
@needs("members.invite")
def invitation_revoke(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """Take it back."""
    row = fetch(request, Invitation.objects.select_related("cooperative"), "members.invite", public_id=public_id)
    try:
        revoke(request.actor, row)
        messages.success(request, _("Taken back. It lets nobody in any more."))
    except RuleBroken as broken:
        messages.error(request, broken.sentence)
    return redirect("members:invitations", request.cooperative.slug)
