"""Pages for who wants to come in: an invitation, the code of a slip, the public face of a listed cooperative."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cooperatives.actions import NotFound, RuleBroken
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from cooperatives.web import CoopRequest, seen_version

from ..actions import Joined, Opened, accept, ask_again, join, open_invitation, request_to_join, withdraw_request
from ..forms import AskForm, CodeForm, JoinForm
from ..queries import listed_cooperative, open_request_of, questions_of
from ..roles import label
from .people import BACKEND


@require_http_methods(["GET", "HEAD", "POST"])
def join_code(request: CoopRequest) -> HttpResponse:
    """Type the code of a slip."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("members:invitation", form.cleaned_data["code"])
    return render(request, "members/join_code.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: CoopRequest, code: str) -> HttpResponse:
    """Who invites whom to what, and the way in: with the login of who is signed in, with a new one, or by signing in."""
    try:
        opened = open_invitation(code, noted=request.method != "HEAD")
    except NotFound:
        return render(request, "members/invitation_unknown.html", status=404)
    if request.method == "POST" and "again" in request.POST:
        return _asked_again(request, code)
    if request.actor.standing(opened.invitation.cooperative_id) is not None:
        return render(request, "members/invitation_member.html", _shown(opened))
    if opened.over is not None:
        return _over(request, opened, opened.over)
    if request.actor.is_signed_in:
        return _with_login(request, code, opened)
    return _as_newcomer(request, code, opened)


def _shown(opened: Opened, **more: Any) -> dict[str, Any]:
    row = opened.invitation
    return {
        "invitation": row,
        "cooperative": row.cooperative,
        "role": label(row.role),
        "inviter": str(row.invited_by) if row.invited_by else "",
        "opened": opened,
        **more,
    }


def _over(request: CoopRequest, opened: Opened, over: RuleBroken) -> HttpResponse:
    again = over.code == "expired" and opened.invitation.way == "mail"
    context = _shown(opened, sentence=over.sentence, may_ask_again=again, is_used=over.code == "used")
    return render(request, "members/invitation_over.html", context, status=410)


def _asked_again(request: CoopRequest, code: str) -> HttpResponse:
    try:
        row = ask_again(code)
    except RuleBroken as broken:
        messages.error(request, broken.sentence)
        return redirect("members:invitation", code)
    return render(request, "members/invitation_sent.html", {"invitation": row, "cooperative": row.cooperative})


def _with_login(request: CoopRequest, code: str, opened: Opened) -> HttpResponse:
    status = 200
    if request.method == "POST":
        try:
            return _welcome(request, opened, accept(request.actor, code, sure=request.POST.get("sure") == "yes"))
        except RuleBroken as broken:
            messages.error(request, broken.sentence)
            status = broken.status
    row = opened.invitation
    other = bool(row.email) and row.email != request.actor.user.email
    return render(request, "members/invitation_join.html", _shown(opened, other=other), status=status)


def _welcome(request: CoopRequest, opened: Opened, joined: Joined) -> HttpResponse:
    """The overview; for whom the register knew already, what it says of them: where they live, how they are reached."""
    messages.success(request, _("Welcome to %(name)s.") % {"name": joined.cooperative.name})
    if opened.invitation.person is None:
        return redirect("cooperatives:overview", joined.cooperative.slug)
    return redirect("members:member", joined.cooperative.slug, joined.membership.public_id)


def _as_newcomer(request: CoopRequest, code: str, opened: Opened) -> HttpResponse:
    row = opened.invitation
    form = JoinForm(request.POST or None, initial={"name": row.person.name if row.person else ""})
    if request.method == "POST" and form.act(join, code):
        login(request, form.result.user, backend=BACKEND)
        return _welcome(request, opened, form.result)
    context = _shown(opened, form=form, by_mail=row.way == "mail", here=request.path)
    return render(request, "members/invitation_new_login.html", context, status=form.status)


# --- Asking -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def join_cooperative(request: CoopRequest, slug: str) -> HttpResponse:
    """What a listed cooperative is, and the way to ask; one that does not list itself is not there."""
    cooperative = listed_cooperative(slug)
    if cooperative is None:
        raise Http404
    with enter([cooperative.pk], request.actor.user_id):
        return _asking(request, cooperative)


def _asking(request: CoopRequest, cooperative: Cooperative) -> HttpResponse:
    actor = request.actor
    if request.method == "POST" and not actor.is_signed_in:
        return redirect_to_login(request.path)
    waiting = open_request_of(actor.user, cooperative)
    if request.method == "POST" and "withdraw" in request.POST:
        return _withdrawn(request, cooperative, waiting)
    form = AskForm(request.POST if request.method == "POST" else None, questions=questions_of(cooperative))
    if request.method == "POST" and form.act(request_to_join, actor, cooperative):
        messages.success(request, _("Your request is on its way. You get a mail when it is answered."))
        return redirect("members:join", cooperative.slug)
    if form.broken is not None and form.broken.code == "already_asked":
        return redirect("members:join", cooperative.slug)  # pressed twice: the page says that it is on its way
    context = {
        "cooperative": cooperative,
        "form": form,
        "waiting": waiting,
        "is_member": actor.standing(cooperative.pk) is not None,
        "here": reverse("members:join", args=[cooperative.slug]),
    }
    return render(request, "members/join.html", context, status=form.status)


def _withdrawn(request: CoopRequest, cooperative: Cooperative, waiting: Any) -> HttpResponse:
    try:
        if waiting is not None:
            withdraw_request(request.actor, waiting, version=seen_version(request))
            messages.success(request, _("You took your request back."))
    except RuleBroken as broken:
        messages.error(request, broken.sentence)
    return redirect("members:join", cooperative.slug)
