"""Pages of the work room."""

from .boards import board, project_new, projects
from .imports import import_page
from .tasks import card, move, new, task

__all__ = ["board", "card", "import_page", "move", "new", "project_new", "projects", "task"]
