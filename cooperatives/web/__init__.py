"""The bases of pages. `frame` is the context processor that draws what stands around every page."""

from .amounts import EXPONENTS, AmountField
from .forms import ONCE, ActionForm, VersionField, as_page
from .frame import frame
from .pages import PAGE, CoopRequest, Page, fetch, is_partial, needs, pager, put_away, respond, seen_version, tell
from .places import panel, panels_for, place, places_for
from .tables import as_written, csv_answer, csv_rows, inert, xlsx_answer

__all__ = [
    "EXPONENTS",
    "ONCE",
    "PAGE",
    "ActionForm",
    "AmountField",
    "CoopRequest",
    "Page",
    "VersionField",
    "as_page",
    "as_written",
    "csv_answer",
    "csv_rows",
    "fetch",
    "frame",
    "inert",
    "is_partial",
    "needs",
    "pager",
    "panel",
    "panels_for",
    "place",
    "places_for",
    "put_away",
    "respond",
    "seen_version",
    "tell",
    "xlsx_answer",
]  # fmt: skip
