"""Boards of other systems, read into one plan."""

from .people import suggested
from .plan import BoardPlan, CardPlan, ListPlan, PersonPlan, as_read, dropped, left_behind, report
from .reading import FILE_LIMIT, read_board

__all__ = [
    "FILE_LIMIT", "BoardPlan", "CardPlan", "ListPlan", "PersonPlan", "as_read", "dropped", "left_behind", "read_board", "report",
    "suggested",
]  # fmt: skip
