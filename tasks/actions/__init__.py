"""Verbs of the work room: the only writers of projects, lanes and tasks."""

from .bulk import BULK_LIMIT, change_tasks
from .checklists import add_step, change_checklist, change_step, create_checklist, remove_checklist, remove_step
from .comments import add_comment, change_comment, remove_comment
from .duties import (
    ask_stand_in,
    cancel_turn,
    change_duty,
    change_recurring,
    confirm_part,
    correct_effort,
    create_duty,
    create_recurring,
    fill_turns,
    give_place,
    keep_part,
    make_cards,
    make_turns,
    mark_done,
    note_effort,
    release_leavers,
    remove_part,
    sign_up,
    stand_in,
    withdraw,
)  # fmt: skip
from .importing import Outcome, discard_old_drafts, import_board, keep_draft, outcome_of, refuse_imported
from .labels import change_label, create_label, remove_label
from .moves import move_task, nudge_task, reorder_lane
from .people import more_than_allowed
from .people_in import take_in, take_out
from .projects import change_lane, change_project, create_lane, create_project
from .relations import BACK, WORDS, relate_tasks, unrelate_tasks
from .reminding import choose_reminders, send_reminders, still_due
from .saved import FILTERS_LIMIT, change_filter, forget_filters_of, keep_filter, remove_filter
from .taking import take_task
from .tasks import change_task, create_task, revise_task
from .watching import watch_task

__all__ = [
    "BACK",
    "BULK_LIMIT",
    "FILTERS_LIMIT",
    "WORDS",
    "Outcome",
    "add_comment",
    "add_step",
    "ask_stand_in",
    "cancel_turn",
    "change_checklist",
    "change_comment",
    "change_duty",
    "change_filter",
    "change_label",
    "change_lane",
    "change_project",
    "change_recurring",
    "change_step",
    "change_task",
    "change_tasks",
    "choose_reminders",
    "confirm_part",
    "correct_effort",
    "create_checklist",
    "create_duty",
    "create_label",
    "create_lane",
    "create_project",
    "create_recurring",
    "create_task",
    "discard_old_drafts",
    "fill_turns",
    "forget_filters_of",
    "give_place",
    "import_board",
    "keep_draft",
    "keep_filter",
    "keep_part",
    "make_cards",
    "make_turns",
    "mark_done",
    "more_than_allowed",
    "move_task",
    "note_effort",
    "nudge_task",
    "outcome_of",
    "refuse_imported",
    "relate_tasks",
    "release_leavers",
    "remove_checklist",
    "remove_comment",
    "remove_filter",
    "remove_label",
    "remove_part",
    "remove_step",
    "reorder_lane",
    "revise_task",
    "send_reminders",
    "sign_up",
    "stand_in",
    "still_due",
    "take_in",
    "take_out",
    "take_task",
    "unrelate_tasks",
    "watch_task",
    "withdraw",
]  # fmt: skip
