"""Task: a card on a board."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Prefetch, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedManager, OwnedModel, OwnedQuerySet, Versioned
from members.models import Membership

from .gathering import Keys, PublicIds
from .project import Lane, Project

TITLE_LIMIT = 500
DESCRIPTION_LIMIT = 20_000


MINUTES_LIMIT = 60_000
POINTS_LIMIT = 1_000


class Kind(models.TextChoices):
    """What sort of work it is."""

    TASK = "task", _("Task")
    BUG = "bug", _("Bug")
    DUTY = "duty", _("Duty")
    WORK_ORDER = "work_order", _("Work order")


class Priority(models.IntegerChoices):
    """How soon it matters, the most urgent first in every order."""

    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")


# What is read together with the rows that hang on tasks, in their order.
_JOINED = {"assignments": ("member__person", "member__user"), "labellings": ("label",)}


UNREAD: Any = object()


def _rows(name: str) -> Any:
    """What hangs on tasks under this name: those models stand below this one."""
    return Task._meta.get_field(name).related_model._default_manager.all()  # type: ignore[union-attr]


def _held(name: str) -> Prefetch:  # type: ignore[type-arg]
    return Prefetch(name, _rows(name).select_related(*_JOINED[name]).order_by("pk"))


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
        return self.filter(pk__in=_rows("assignments").filter(member__in=membership_ids).values("task"))

    def in_order(self) -> "TaskQuerySet":
        """As the board shows them: lane by lane, top to bottom."""
        return self.order_by("lane__position", "lane_id", "rank")

    def placed(self) -> "TaskQuerySet":
        """With `place`: which card of its lane it is, counted from 1 at the top, among those asked for."""
        return self.alias(place=Window(RowNumber(), partition_by=F("lane_id"), order_by="rank"))

    def with_faces(self) -> "TaskQuerySet":
        """With `people` and `tags`: two more statements however many tasks there are."""
        return self.prefetch_related(*map(_held, _JOINED))

    def with_user_ids(self) -> "TaskQuerySet":
        """With `user_ids`, without a statement more: for who locks a task and tells of it."""
        people = _rows("assignments").filter(task=OuterRef("pk"), member__user__isnull=False).order_by("pk")
        return self.annotate(read_user_ids=PublicIds(people.annotate(one=F("member__user__public_id")).values("one")))

    def with_ids(self) -> "TaskQuerySet":
        """With `user_ids`, `label_ids` and `author_id`, without a statement more: for who answers with them alone."""
        labels = _rows("labellings").filter(task=OuterRef("pk")).order_by("pk").annotate(one=F("label_id"))
        author = F("created_by__user__public_id")
        return self.with_user_ids().annotate(read_label_ids=Keys(labels.values("one")), read_author_id=author)

    def with_faces_apart(self) -> "TaskQuerySet":
        """With `member_ids` and `label_ids`, without a statement more: for who draws many, most of them of the same people."""
        keys = {
            name: Keys(_rows(hanging).filter(task=OuterRef("pk")).order_by("pk").annotate(one=F(column)).values("one"))
            for name, hanging, column in (
                ("read_member_ids", "assignments", "member_id"),
                ("read_label_ids", "labellings", "label_id"),
            )
        }
        return self.annotate(**keys)

    def with_people(self) -> "TaskQuerySet":
        """With everything a card or its page names."""
        return self.select_related("lane", "project", "created_by__person").with_faces()


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
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TASK)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    start_date = models.DateField(_("start"), null=True, blank=True)
    due_date = models.DateField(_("due"), null=True, blank=True)
    estimate = models.PositiveIntegerField(
        _("estimate in minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MINUTES_LIMIT)]
    )
    points = models.PositiveIntegerField(_("points"), null=True, blank=True, validators=[MaxValueValidator(POINTS_LIMIT)])
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subtasks", verbose_name=_("part of"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)  # one that was imported is older than its row
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    # Null and not empty: rows of our own must not collide in the unique constraint.
    source_id = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001

    objects: ClassVar[TaskManager] = TaskManager()
    _people: list[Membership] | None = None
    _tags: list[Any] | None = None
    read_user_ids: list[str] | None = None
    read_label_ids: list[int] | None = None
    read_member_ids: list[int] | None = None
    read_author_id: Any = UNREAD
    read_above: Any = UNREAD
    read_steps = read_done = read_comments = 0
    read_blocked = False

    class Meta(OwnedModel.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "lane", "rank"], name="one_task_per_rank"),
            models.UniqueConstraint(fields=["cooperative", "project", "number"], name="one_task_per_number"),
            models.UniqueConstraint(fields=["cooperative", "project", "source_id"], name="one_task_per_source"),
            models.CheckConstraint(
                condition=models.Q(start_date=None) | models.Q(due_date=None) | models.Q(start_date__lte=models.F("due_date")),
                name="a_task_starts_before_it_is_due",
            ),
            models.CheckConstraint(
                condition=models.Q(estimate=None) | models.Q(estimate__gte=1), name="an_estimate_is_some_time"
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="no_task_is_part_of_itself"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "due_date"], name="task_by_due_date"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        """How people call it: the project's key and the number."""
        return f"{self.project.key}-{self.number}"

    @property
    def people(self) -> list[Membership]:
        """Who does it, first assigned first. Whoever writes them says so by setting this."""
        if self._people is None:
            self._people = [row.member for row in self._hanging("assignments")]
        return self._people

    @people.setter
    def people(self, members: list[Membership]) -> None:
        self._people = members

    @property
    def member_ids(self) -> list[int]:
        """The keys of its people's memberships."""
        if self._people is None and self.read_member_ids is not None:
            return self.read_member_ids
        return [member.pk for member in self.people]

    @property
    def user_ids(self) -> list[str]:
        """The public ids of its people's users."""
        if self._people is None and self.read_user_ids is not None:
            return self.read_user_ids
        return [str(member.user.public_id) for member in self.people if member.user]

    @property
    def author_id(self) -> UUID | None:
        """The public id of the user who added it; None for somebody without a login, and for nobody."""
        if self.read_author_id is UNREAD:
            user = self.created_by.user if self.created_by else None
            self.read_author_id = user.public_id if user else None
        found: UUID | None = self.read_author_id
        return found

    @property
    def tags(self) -> list[Any]:
        """Its labels. Whoever writes them says so by setting this."""
        if self._tags is None:
            self._tags = [row.label for row in self._hanging("labellings")]
        return self._tags

    @tags.setter
    def tags(self, labels: list[Any]) -> None:
        self._tags = labels

    @property
    def label_ids(self) -> list[int]:
        """The keys of its labels."""
        if self._tags is None and self.read_label_ids is not None:
            return self.read_label_ids
        return [label.pk for label in self.tags]

    def _hanging(self, name: str) -> Any:
        """The rows of that name, read at most once: with many tasks at a time by `with_faces`."""
        if name not in getattr(self, "_prefetched_objects_cache", ()):
            prefetch_related_objects([self], _held(name))
        return getattr(self, name).all()

    def is_late(self, *, on: date) -> bool:
        """Whether it should have been done before that day and is not."""
        return self.due_date is not None and self.due_date < on and not self.lane.is_done
