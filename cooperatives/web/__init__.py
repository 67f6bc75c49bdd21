"""The bases of pages. `frame` is the context processor that draws what stands around every page."""

from .forms import ActionForm
from .frame import frame
from .pages import CoopRequest, Page, fetch, is_partial, needs, pager, respond
from .places import panel, panels_for, place, places_for

__all__ = [
    "ActionForm", "CoopRequest", "Page", "fetch", "frame", "is_partial", "needs", "pager", "panel", "panels_for", "place",
    "places_for", "respond",
]  # fmt: skip
