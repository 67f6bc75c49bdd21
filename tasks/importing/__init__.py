"""Boards of other systems, read into one plan."""

from .plan import BoardPlan, CardPlan, ListPlan, left_behind, report
from .trello import FILE_LIMIT, read_trello

__all__ = ["FILE_LIMIT", "BoardPlan", "CardPlan", "ListPlan", "left_behind", "read_trello", "report"]
