"""The first steps of a cooperative, on its overview and as a page; sample data in and out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from cooperatives.web import CoopRequest, needs, respond

from ..actions import dismiss_beginning, fill_sample, remove_sample
from ..queries.beginning import first_steps, has_sample, is_dismissed


@require_safe
@needs("members.begin")
def beginning(request: CoopRequest) -> HttpResponse:
    """What is done of the first steps, and where to do the rest."""
    steps = first_steps(request.actor, request.cooperative)
    done = sum(step.is_done for step in steps)
    context: dict[str, Any] = {
        "steps": steps,
        "done": done,
        "percent": round(100 * done / len(steps)) if steps else 100,
        "sample": has_sample(request.cooperative),
        "is_filled": any(step.key == "register" and step.is_done for step in steps),
        "dismissed": is_dismissed(request.cooperative),
    }
    return respond(request, "members/beginning.html", "members/_beginning.html", context)


@require_POST
@needs("members.begin")
def dismiss(request: CoopRequest) -> HttpResponse:
    """Show the first steps on the overview no more."""
    dismiss_beginning(request.actor, request.cooperative)
    messages.success(request, _("The first steps are put away."))
    return redirect("cooperatives:overview", request.cooperative.slug)


@require_POST
@needs("members.begin")
def sample(request: CoopRequest) -> HttpResponse:
    """Fill in sample data, or take them out."""
    if request.POST.get("sample") == "remove":
        gone, kept = remove_sample(request.actor, request.cooperative)
        said = ngettext("%(n)d sample row is removed.", "%(n)d sample rows are removed.", gone) % {"n": gone}
        if kept:
            more = ngettext("%(n)d stays, because real rows use it.", "%(n)d stay, because real rows use them.", kept)
            said = f"{said} {more % {'n': kept}}"
    else:
        filled = fill_sample(request.actor, request.cooperative)
        said = ngettext("%(n)d sample row is there.", "%(n)d sample rows are there.", filled) % {"n": filled}
    messages.success(request, said)
    return redirect("members:beginning", request.cooperative.slug)
