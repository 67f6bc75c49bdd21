"""My work: across all cooperatives, on a page of the reader's own."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cooperatives.web import CoopRequest, needs, pager, respond

from .. import mine as work


@require_safe
@needs("tasks.mine")
def mine(request: CoopRequest) -> HttpResponse:
    """What is unfinished and mine, by how soon it is due; `?part=` shows one part whole, page by page."""
    key = request.GET.get("part", "")
    if key in work.PARTS:
        part = work.Part(key, work.PARTS[key])
        page = pager(request, work.part(request.actor, key))
        part.tasks, part.total = page.items, page.total
        context = {"parts": [part], "page": page, "one": part}
    else:
        parts = work.parts(request.actor)
        context = {"parts": parts, "total": sum(part.total for part in parts if part.key != "watching")}
    return respond(request, "tasks/mine.html", "tasks/_mine.html", context)
