"""Pages of rank 0: home, founding, overview, settings, search."""

from collections import defaultdict
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .actions import change_cooperative, found
from .forms import FoundingForm, SettingsForm
from .models import Cooperative
from .policy import may
from .queries import SEARCH, Found, fact
from .web import CoopRequest, needs, panels_for, respond, tell

HITS = 20


@require_safe
def home(request: CoopRequest) -> HttpResponse:
    """What waits for me across my cooperatives; for a visitor, what Cooperator is."""
    if not request.actor.is_signed_in:
        return render(request, "cooperatives/landing.html")
    news = _merged(fact("news").ask(actor=request.actor))
    cooperatives = [
        {"cooperative": row, "role_label": _role(request.actor, row), "new_count": news.get(row.pk, 0)}
        for row in Cooperative.objects.filter(pk__in=request.actor.cooperative_ids)
    ]
    my_tasks = list(chain.from_iterable(fact("my_work").ask(actor=request.actor, limit=7)))
    return render(request, "cooperatives/home.html", {"cooperatives": cooperatives, "my_tasks": my_tasks})


def _role(actor: Any, cooperative: Cooperative) -> str:
    return next(iter(fact("role_label").ask(actor=actor, cooperative=cooperative)), "")


def _merged(answers: list[dict[int, int]]) -> dict[int, int]:
    return {pk: count for answer in answers for pk, count in answer.items()}


@needs("cooperatives.found")
def new(request: CoopRequest) -> HttpResponse:
    """Found a cooperative."""
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.act(found, request.actor):
        tell(request, form, _("%(name)s is founded. You are its first admin.") % {"name": form.result.name})
        return redirect(form.address(form.result))
    return render(request, "cooperatives/new.html", {"form": form}, status=form.status)


@require_safe
@needs("cooperatives.see")
def overview(request: CoopRequest) -> HttpResponse:
    """The cooperative at a glance: figures, what happened, what other rooms show."""
    question = {"actor": request.actor, "cooperative": request.cooperative}
    context = {
        "figures": list(chain.from_iterable(fact("figures").ask(**question))),
        "feed": list(chain.from_iterable(fact("feed").ask(**question, limit=12))),
        "panels": panels_for(request.actor, "overview", request.cooperative),
    }
    return respond(request, "cooperatives/overview.html", "cooperatives/_overview.html", context)


@needs("cooperatives.change")
def change(request: CoopRequest) -> HttpResponse:
    """Settings of the cooperative."""
    form = SettingsForm.of(request.cooperative, request.POST or None)
    if request.method == "POST" and form.act(change_cooperative, request.actor, request.cooperative):
        messages.success(request, _("Saved."))
        return redirect("cooperatives:settings", request.cooperative.slug)
    return render(request, "cooperatives/settings.html", {"form": form}, status=form.status)


@require_safe
def search(request: CoopRequest) -> HttpResponseBase:
    """One box over everything that rooms register and the reader may see."""
    action = "cooperatives.search" if request.cooperative else "cooperatives.found"
    return _search(request) if may(request.actor, action, request.cooperative) else needs(action)(_search)(request)


def _search(request: CoopRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    groups: dict[str, list[Found]] = defaultdict(list)
    if text:
        ids = (request.cooperative.pk,) if request.cooperative else request.actor.cooperative_ids
        answers = SEARCH.ask(actor=request.actor, cooperative_ids=ids, text=text, limit=HITS)
        for hit in chain.from_iterable(answers):
            groups[hit.kind].append(hit)
    context = {"query": text, "groups": dict(groups)}
    return respond(request, "cooperatives/search.html", "cooperatives/_hits.html", context)


@require_safe
def components(request: CoopRequest) -> HttpResponse:
    """Every part in every state, for those who build."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "cooperatives/components.html")
