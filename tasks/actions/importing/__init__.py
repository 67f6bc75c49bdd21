"""A board of another system becomes ours: all of it or nothing, and a second time changes nothing."""

from .boards import Outcome, import_board
from .drafts import discard_old_drafts, keep_draft, outcome_of, refuse_imported

__all__ = ["Outcome", "discard_old_drafts", "import_board", "keep_draft", "outcome_of", "refuse_imported"]
