"""The bases of pages. `frame` is the context processor that draws what stands around every page."""

from .forms import ActionForm
from .frame import frame
from .pages import PAGE, CoopRequest, Page, fetch, is_partial, needs, pager, put_away, respond
from .places import panel, panels_for, place, places_for

__all__ = [
    "PAGE", "ActionForm", "CoopRequest", "Page", "fetch", "frame", "is_partial", "needs", "pager", "panel", "panels_for", "place",
    "places_for", "put_away", "respond",
]  # fmt: skip
