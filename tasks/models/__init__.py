"""Nouns of the work room: projects, lanes, tasks."""

from .draft import BoardDraft
from .project import Lane, Project, default_key, free_status
from .task import DESCRIPTION_LIMIT, TITLE_LIMIT, Task, TaskQuerySet

__all__ = [
    "DESCRIPTION_LIMIT", "TITLE_LIMIT", "BoardDraft", "Lane", "Project", "Task", "TaskQuerySet", "default_key", "free_status",
]  # fmt: skip
