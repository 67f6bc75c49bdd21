"""The activity page."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cooperatives.web import CoopRequest, csv_answer, needs, pager, respond

from .forms import Filters
from .models import Event
from .queries import records_for
from .web import plain_sentence, rows_of

LONGEST_FILE = 100_000  # records; a longer history is taken in parts, by the filters of the page


@require_safe
@needs("activity.see")
def activity(request: CoopRequest) -> HttpResponse:
    """What happened in the cooperative, as far as it is meant for the reader; the newest first."""
    filters = Filters(request.GET, request.cooperative)
    page = pager(request, filters.narrow(records_for(request.actor)))
    context = {"rows": rows_of(page.items, request.cooperative), "filters": filters, "pager": page}
    return respond(request, "activity/list.html", "activity/_rows.html", context)


@require_safe
@needs("activity.see", fresh=True)
def export(request: CoopRequest) -> StreamingHttpResponse:
    """The same records as a file, the oldest first, with the hashes by which anybody can check the chain."""
    filters = Filters(request.GET, request.cooperative)
    records = filters.narrow(records_for(request.actor)).order_by("pk")[:LONGEST_FILE]
    head = [_("No."), _("Time (UTC)"), _("Kind"), _("What happened"), _("Previous hash"), _("Hash")]
    return csv_answer(f"{request.cooperative.slug}-activity", head, _lines(records.iterator(chunk_size=500)))


def _lines(records: Iterator[Event]) -> Iterator[list[Any]]:
    for record in records:
        yield [record.seq, record.at.isoformat(), record.kind, plain_sentence(record), record.previous, record.hash]
