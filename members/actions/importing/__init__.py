"""Verbs of importing: keep a file, decide how it is read, write it, take it back, throw it away."""

from .applying import apply_import
from .batches import LONGEST_PASTE, UNDO_FOR, can_undo, decide, drop_import, forget_imports, start_import
from .ordering import AT_ONCE, carry_out_orders, confirm_import
from .undoing import undo_import

__all__ = [
    "AT_ONCE", "LONGEST_PASTE", "UNDO_FOR", "apply_import", "can_undo", "carry_out_orders", "confirm_import", "decide",
    "drop_import", "forget_imports", "start_import", "undo_import",
]  # fmt: skip
