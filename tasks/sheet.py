"""What the page of a task shows besides the task, put together in a fixed number of statements."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, may_each

from .board import card_frame
from .durations import told
from .forms import ChecklistForm, CommentForm, RelationForm, StepForm
from .models import CheckItem, Checklist, Comment, Relation, Task
from .queries import watched_by

COMMENTS = 20  # on the page at once; older ones are a link away
_WORDS = {
    ("blocks", True): _("Blocks"),
    ("blocks", False): _("Waits for"),
    ("duplicates", True): _("Is a duplicate of"),
    ("duplicates", False): _("Has the duplicate"),
    ("relates", True): _("Belongs to"),
    ("relates", False): _("Belongs to"),
}


@dataclass(frozen=True)
class Stand:
    """A relation as one of its two tasks sees it."""

    pk: int
    words: Any
    other: Task
    waits: bool


def sheet(actor: Actor, cooperative: Cooperative, task: Task, *, page: Any = None) -> dict[str, Any]:
    """The context of a task's page; `page` is the page of comments that is asked for."""
    open_for = {"may_change": may(actor, "tasks.change", task), "may_comment": may(actor, "tasks.comment", task)}
    if task.archived_at or task.project.archived_at:
        open_for["may_comment"] = False
    frame = card_frame(actor, cooperative, task.project)
    blank = {
        "comment_form": CommentForm(auto_id="comment_%s"),
        "checklist_form": ChecklistForm(auto_id="checklist_%s"),
        "relation_form": RelationForm(task=task, auto_id="relation_%s"),
    }
    return {
        **frame,
        **open_for,
        "task": task,
        "may_write": open_for["may_change"] and not task.archived_at and not task.project.archived_at,
        "menu": frame["menus"].get(task.lane_id, "") if task.archived_at is None else "",
        "estimate": told(task.estimate),
        "parts": _parts(task),
        "checklists": checklists_of(task),
        "stands": _stands(task),
        "comments": Comments(actor, task, page),
        "watching": _watches(actor, task),
        "is_mine": any(member.pk == frame["me"] for member in task.people),
        **blank,
    }


def _parts(task: Task) -> list[Task]:
    """Its subtasks, the unfinished ones first."""
    rows = Task.objects.filter(parent=task, archived_at=None).select_related("lane").order_by("lane__is_done", "number")
    return list(rows)


def checklists_of(task: Task) -> list[Checklist]:
    """Its checklists with their steps, in order, each with `done_count` and the form for one more step."""
    steps = Prefetch("items", CheckItem.objects.order_by("position", "pk"))
    lists = list(Checklist.objects.filter(task=task).prefetch_related(steps).order_by("position", "pk"))
    for one in lists:
        one.done_count = sum(step.done_at is not None for step in one.items.all())
        one.form = StepForm(auto_id=f"step_{one.pk}_%s")
    return lists


def _stands(task: Task) -> list[Stand]:
    joined = ("task__project", "task__lane", "other__project", "other__lane")
    rows = Relation.objects.select_related(*joined)
    found = []
    for row in [*rows.filter(task=task).order_by("pk"), *rows.filter(other=task).order_by("pk")]:
        forth = row.task_id == task.pk
        other = row.other if forth else row.task
        waits = row.kind == Relation.Kind.BLOCKS and not forth and not other.lane.is_done and other.archived_at is None
        found.append(Stand(row.pk, _WORDS[row.kind, forth], other, waits))
    return sorted(found, key=lambda stand: not stand.waits)


def _watches(actor: Actor, task: Task) -> bool:
    standing = actor.standing(task.cooperative_id)
    return standing is not None and Task.objects.filter(watched_by([standing.membership_id]), pk=task.pk).exists()


class Comments:
    """One page of a task's comments, oldest first; without a wish the page with the newest."""

    def __init__(self, actor: Actor, task: Task, wish: Any = None) -> None:
        rows = Comment.objects.filter(task=task).select_related("author__person", "author__user").order_by("created_at", "pk")
        paginator = Paginator(rows, COMMENTS)
        shown = paginator.get_page(wish or paginator.num_pages)
        self.total, self.number, self.pages = paginator.count, shown.number, paginator.num_pages
        self.items: list[Any] = list(shown.object_list)
        for row in self.items:
            row.task = task
            row.may_edit = row.may_remove = False
        there = [row for row in self.items if row.removed_at is None]
        for name, act in (("may_edit", "tasks.edit_comment"), ("may_remove", "tasks.remove_comment")):
            for row, held in zip(there, may_each(actor, act, there), strict=True):
                setattr(row, name, held)

    @property
    def earlier(self) -> int | None:
        """The page before, where there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def later(self) -> int | None:
        """The page after, where there is one."""
        return self.number + 1 if self.number < self.pages else None


def address_of(task: Task, anchor: str = "") -> str:
    """The page of a task, at one of its parts."""
    return reverse("tasks:task", args=[task.cooperative.slug, task.pk]) + (f"#{anchor}" if anchor else "")
