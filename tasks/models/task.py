"""Task: a card on a board."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedManager, OwnedModel, OwnedQuerySet, Versioned
from members.models import Membership

from .project import Lane, Project

TITLE_LIMIT = 500
DESCRIPTION_LIMIT = 20_000


class TaskQuerySet(OwnedQuerySet):
    """Questions to a set of tasks."""

    def open(self) -> "TaskQuerySet":
        """Those that are on a board: neither archived themselves nor in an archived lane or project."""
        return self.filter(archived_at=None, lane__archived_at=None, project__archived_at=None)

    def unfinished(self) -> "TaskQuerySet":
        """Open ones whose lane is not marked as done."""
        return self.open().filter(lane__is_done=False)

    def of(self, membership_ids: Any) -> "TaskQuerySet":
        """Those that are assigned to one of these members."""
        return self.filter(assignee__in=membership_ids)

    def in_order(self) -> "TaskQuerySet":
        """As the board shows them: lane by lane, top to bottom."""
        return self.order_by("lane__position", "lane_id", "rank")

    def placed(self) -> "TaskQuerySet":
        """With `place`: which card of its lane it is, counted from 1 at the top, among those asked for."""
        return self.alias(place=Window(RowNumber(), partition_by=F("lane_id"), order_by="rank"))

    def with_people(self) -> "TaskQuerySet":
        """With everything a card or its page names, in the same query."""
        return self.select_related("lane", "project", "assignee__person", "assignee__user", "created_by__person")


class TaskManager(OwnedManager.from_queryset(TaskQuerySet)):  # type: ignore[misc]
    """Tasks of the active cooperatives."""


class Task(OwnedModel, Versioned):
    """A card. Its place is `rank` within the lane; only actions write it, under the lane's lock."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="tasks", verbose_name=_("project"))
    lane = models.ForeignKey(Lane, models.PROTECT, related_name="tasks", verbose_name=_("lane"))
    number = models.PositiveIntegerField(_("number"), editable=False)
    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    description = models.TextField(_("description"), max_length=DESCRIPTION_LIMIT, blank=True)
    rank = models.BigIntegerField(editable=False)
    created_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    assignee = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assigned to")
    )
    due_date = models.DateField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    # Null and not empty: rows of our own must not collide in the unique constraint.
    source_id = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001

    objects: ClassVar[TaskManager] = TaskManager()

    class Meta(OwnedModel.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "lane", "rank"], name="one_task_per_rank"),
            models.UniqueConstraint(fields=["cooperative", "project", "number"], name="one_task_per_number"),
            models.UniqueConstraint(fields=["cooperative", "project", "source_id"], name="one_task_per_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "assignee", "due_date"], name="task_by_assignee"),
            models.Index(fields=["cooperative", "due_date"], name="task_by_due_date"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How people call it: the project's key and the number."""
        return f"{self.project.key}-{self.number}"

    def is_late(self, *, on: date) -> bool:
        """Whether it should have been done before that day and is not."""
        return self.due_date is not None and self.due_date < on and not self.lane.is_done
