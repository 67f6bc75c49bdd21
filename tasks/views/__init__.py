"""Pages of the work room."""

from .boards import board, due, project_new, projects
from .calendars import day, month
from .duties import duties, duty, duty_edit, duty_new, duty_rules, my_duties
from .efforts import effort_correct, effort_new, efforts
from .feeds import calendar, calendar_feed
from .hanging import (
    checklist,
    checklist_new,
    comment,
    comment_new,
    comment_remove,
    history,
    relation_new,
    relation_remove,
    step,
    step_new,
    step_tick,
    watch,
)
from .imports import import_page
from .lists import choose, listing
from .mine import mine
from .people import label, label_new, people, person
from .quick import quick
from .recurring import recurring, recurring_edit, recurring_new
from .saved import filter_edit, filter_new, filter_remove, my_filters
from .settings import lane, lane_new, lane_step, project
from .take import take
from .tasks import card, move, new, task
from .turns import confirming, part_act, turn, turn_act, turn_cancel

__all__ = [
    "board",
    "calendar",
    "calendar_feed",
    "card",
    "checklist",
    "checklist_new",
    "choose",
    "comment",
    "comment_new",
    "comment_remove",
    "confirming",
    "day",
    "due",
    "duties",
    "duty",
    "duty_edit",
    "duty_new",
    "duty_rules",
    "effort_correct",
    "effort_new",
    "efforts",
    "filter_edit",
    "filter_new",
    "filter_remove",
    "history",
    "import_page",
    "label",
    "label_new",
    "lane",
    "lane_new",
    "lane_step",
    "listing",
    "mine",
    "month",
    "move",
    "my_duties",
    "my_filters",
    "new",
    "part_act",
    "people",
    "person",
    "project",
    "project_new",
    "projects",
    "quick",
    "recurring",
    "recurring_edit",
    "recurring_new",
    "relation_new",
    "relation_remove",
    "step",
    "step_new",
    "step_tick",
    "take",
    "task",
    "turn",
    "turn_act",
    "turn_cancel",
    "watch",
]  # fmt: skip
