"""Pages of the office about who asks to join."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cooperatives.policy import may
from cooperatives.web import CoopRequest, fetch, needs, pager, respond, tell

from ..actions import approve_request, decline_request, set_questions
from ..forms import DecideForm, QuestionsForm
from ..models import JoinRequest
from ..queries import questions_of, requests_of

State = JoinRequest.State
_COLOURS = {State.OPEN: "info", State.APPROVED: "good", State.DECLINED: "bad"}


@require_safe
@needs("members.see_ways")
def requests(request: CoopRequest) -> HttpResponse:
    """Who asks to join: those that wait first."""
    page = pager(request, requests_of([request.cooperative.pk]))
    rows = [{"request": row, "colour": _COLOURS.get(State(row.state), "")} for row in page.items]
    context = {
        "rows": rows,
        "pager": page,
        "asks": may(request.actor, "members.questions", request.cooperative),
        "is_listed": request.cooperative.is_listed,
    }
    return respond(request, "members/requests.html", "members/_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.see_ways")
def request_to_decide(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """One request with its answers, and the two buttons while it waits."""
    row = fetch(request, requests_of([request.cooperative.pk]), "members.see_request", public_id=public_id)
    form = DecideForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and _decided(request, form, row):
        return redirect("members:requests", request.cooperative.slug)
    decides = row.state == State.OPEN and may(request.actor, "members.decide", row)
    context = {"asked": row, "form": form, "decides": decides, "colour": _COLOURS.get(State(row.state), "")}
    return render(request, "members/request.html", context, status=form.status)


def _decided(request: CoopRequest, form: DecideForm, row: JoinRequest) -> bool:
    if request.POST.get("decision") != "approve":
        done, sentence = form.act(decline_request, request.actor, row), _("Declined. %(name)s is told by mail.")
    else:
        done, sentence = form.act(_approve, request.actor, row), _("%(name)s has joined and is told by mail.")
    if done:
        tell(request, form, sentence % {"name": row.name})
    return done


def _approve(actor: Any, row: JoinRequest, *, version: int | None, reason: str) -> JoinRequest:
    """Whoever approves gives no reason."""
    return approve_request(actor, row, version=version)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.questions")
def questions(request: CoopRequest) -> HttpResponse:
    """What who wants to join is asked."""
    form = QuestionsForm(request.POST or None, questions=questions_of(request.cooperative))
    if request.method == "POST" and form.act(set_questions, request.actor, request.cooperative):
        tell(request, form, _("Saved."))
        return redirect("members:requests", request.cooperative.slug)
    return render(request, "members/questions.html", {"form": form}, status=form.status)
