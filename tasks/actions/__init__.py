"""Verbs of the work room: the only writers of projects, lanes and tasks."""

from .importing import Outcome, discard_old_drafts, import_board, keep_draft
from .moves import move_task, nudge_task, reorder_lane
from .projects import change_lane, change_project, create_lane, create_project
from .tasks import change_task, create_task, revise_task

__all__ = [
    "Outcome", "change_lane", "change_project", "change_task", "create_lane", "create_project", "create_task",
    "discard_old_drafts", "import_board", "keep_draft", "move_task", "nudge_task", "reorder_lane", "revise_task",
]  # fmt: skip
