"""Pages of the work room."""

from .boards import board, due, project_new, projects
from .imports import import_page
from .settings import lane, lane_new, lane_step, project
from .tasks import card, move, new, task

__all__ = [
    "board", "card", "due", "import_page", "lane", "lane_new", "lane_step", "move", "new", "project", "project_new", "projects",
    "task",
]  # fmt: skip
