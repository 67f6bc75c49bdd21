"""Nouns of the work room: projects, lanes, tasks, and what a task holds."""

from .comment import COMMENT_LIMIT, Comment, Mention
from .depth import CHECK_LENGTH, LABEL_LENGTH, Assignment, CheckItem, Checklist, Label, Labelling, Relation, Watch
from .draft import BoardDraft
from .duties import NAME_LENGTH, PLACE_LENGTH, PLACES_LIMIT, REASON_LENGTH, Duty, Part, Rotation, Turn
from .effort import Effort
from .project import Colour, Lane, Project, ProjectMember, default_key, free_status
from .recurring import RecurringAssignee, RecurringLabel, RecurringTask, Run
from .reminding import CalendarFeed, FeedEntry, Quiet, Reminder, Step
from .saved import SAVED_NAME, SAVED_QUERY, SavedFilter
from .schedule import EARLIEST, MonthBy, Nth, Schedule, Unit, Weekday
from .task import DESCRIPTION_LIMIT, MINUTES_LIMIT, POINTS_LIMIT, TITLE_LIMIT, UNREAD, Kind, Priority, Task, TaskQuerySet

__all__ = [
    "CHECK_LENGTH",
    "COMMENT_LIMIT",
    "DESCRIPTION_LIMIT",
    "EARLIEST",
    "LABEL_LENGTH",
    "MINUTES_LIMIT",
    "NAME_LENGTH",
    "PLACES_LIMIT",
    "PLACE_LENGTH",
    "POINTS_LIMIT",
    "REASON_LENGTH",
    "SAVED_NAME",
    "SAVED_QUERY",
    "TITLE_LIMIT",
    "UNREAD",
    "Assignment",
    "BoardDraft",
    "CalendarFeed",
    "CheckItem",
    "Checklist",
    "Colour",
    "Comment",
    "Duty",
    "Effort",
    "FeedEntry",
    "Kind",
    "Label",
    "Labelling",
    "Lane",
    "Mention",
    "MonthBy",
    "Nth",
    "Part",
    "Priority",
    "Project",
    "ProjectMember",
    "Quiet",
    "RecurringAssignee",
    "RecurringLabel",
    "RecurringTask",
    "Relation",
    "Reminder",
    "Rotation",
    "Run",
    "SavedFilter",
    "Schedule",
    "Step",
    "Task",
    "TaskQuerySet",
    "Turn",
    "Unit",
    "Watch",
    "Weekday",
    "default_key",
    "free_status",
]  # fmt: skip
