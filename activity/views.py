"""The activity page."""

from django.http import HttpResponse

from cooperatives.web import CoopRequest, needs, pager, respond

from .forms import Filters
from .queries import records_for
from .web import rows_of


@needs("activity.see")
def activity(request: CoopRequest) -> HttpResponse:
    """What happened in the cooperative, as far as it is meant for the reader; the newest first."""
    filters = Filters(request.GET, request.cooperative)
    page = pager(request, filters.narrow(records_for(request.actor)))
    context = {"rows": rows_of(page.items, request.cooperative), "filters": filters, "pager": page}
    return respond(request, "activity/list.html", "activity/_rows.html", context)
