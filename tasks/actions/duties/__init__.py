"""Verbs of duties, of what comes again, and of the effort ledger."""

from .doing import confirm_part, mark_done
from .efforts import correct_effort, note_effort
from .filling import fill_turns, release_leavers
from .keeping import cancel_turn, change_duty, create_duty
from .making import make_cards, make_turns
from .parts import ask_stand_in, give_place, keep_part, remove_part, sign_up, stand_in, withdraw
from .recurring import change_recurring, create_recurring

__all__ = [
    "ask_stand_in",
    "cancel_turn",
    "change_duty",
    "change_recurring",
    "confirm_part",
    "correct_effort",
    "create_duty",
    "create_recurring",
    "fill_turns",
    "give_place",
    "keep_part",
    "make_cards",
    "make_turns",
    "mark_done",
    "note_effort",
    "release_leavers",
    "remove_part",
    "sign_up",
    "stand_in",
    "withdraw",
]  # fmt: skip
