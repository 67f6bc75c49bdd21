"""My work: across all cooperatives, on a page of the reader's own."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from activity.queries import heads_of
from cooperatives.web import CoopRequest, needs, pager, respond

from .. import mine as work

MOST_ROOMS = 8  # cooperatives that the page listens to; of further ones it learns when it is opened


@require_safe
@needs("tasks.mine")
def mine(request: CoopRequest) -> HttpResponse:
    """What is unfinished and mine, by how soon it is due; `?part=` shows one part whole, page by page."""
    heads = sorted(heads_of(request.actor.cooperative_ids).items())[:MOST_ROOMS]  # before the rows: nothing falls between
    key = request.GET.get("part", "")
    context: dict[str, Any]
    if key in work.PARTS:
        page = pager(request, work.Whole(request.actor, key))
        section = work.Section(key, work.PARTS[key], page.items, page.total)
        context = {"sections": [section], "page": page, "one": section}
    else:
        found = work.sections(request.actor)
        context = {"sections": found, "total": sum(section.total for section in found if section.key != "watching")}
    context["rooms"] = [{"url": f"/ws/cooperatives/{pk}/", "seq": seq} for pk, seq in heads]
    return respond(request, "tasks/mine.html", "tasks/_mine.html", context)
