"""A task that comes again: what its cards say, and which were made."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned
from members.models import Membership

from .depth import Label
from .project import Lane, Project
from .schedule import Schedule
from .task import DESCRIPTION_LIMIT, MINUTES_LIMIT, POINTS_LIMIT, TITLE_LIMIT, Priority, Task

DUE_LIMIT = 366


class RecurringTask(OwnedModel, Versioned, Schedule):
    """Makes a card each time it comes due. The card is due `due_after` days later (None: without a date)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", verbose_name=_("project"))
    lane = models.ForeignKey(Lane, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lane"))
    title = models.CharField(_("title"), max_length=TITLE_LIMIT)
    description = models.TextField(_("description"), max_length=DESCRIPTION_LIMIT, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    estimate = models.PositiveIntegerField(
        _("estimate in minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MINUTES_LIMIT)]
    )
    points = models.PositiveIntegerField(_("points"), null=True, blank=True, validators=[MaxValueValidator(POINTS_LIMIT)])
    due_after = models.PositiveSmallIntegerField(
        _("due, days later"), null=True, blank=True, default=0, validators=[MaxValueValidator(DUE_LIMIT)]
    )
    created_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    waiting: Any = None  # why its card waits, filled in by waiting.with_waiting()

    class Meta(OwnedModel.Meta):
        verbose_name = _("recurring task")
        verbose_name_plural = _("recurring tasks")
        constraints: ClassVar = Schedule.constraints_for("recurring_task")
        indexes: ClassVar = [models.Index(fields=["cooperative", "project", "title"], name="recurring_by_project")]

    def __str__(self) -> str:
        return self.title


class RecurringAssignee(OwnedModel):
    """Who is given each card."""

    rule = models.ForeignKey(RecurringTask, models.CASCADE, related_name="assignees", verbose_name=_("recurring task"))
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("assignee of a recurring task")
        verbose_name_plural = _("assignees of recurring tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "rule", "member"], name="recurring_assigned_once"),
        ]

    def __str__(self) -> str:
        return str(self.member)


class RecurringLabel(OwnedModel):
    """A label that each card bears."""

    rule = models.ForeignKey(RecurringTask, models.CASCADE, related_name="labels", verbose_name=_("recurring task"))
    label = models.ForeignKey(Label, models.CASCADE, related_name="+", verbose_name=_("label"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("label of a recurring task")
        verbose_name_plural = _("labels of recurring tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "rule", "label"], name="recurring_labelled_once"),
        ]

    def __str__(self) -> str:
        return str(self.label)


class Run(OwnedModel):
    """A card that a recurring task made. `late`: after its time; it then stands for `missed` times, itself included."""

    rule = models.ForeignKey(RecurringTask, models.PROTECT, related_name="runs_made", verbose_name=_("recurring task"))
    due_at = models.DateTimeField(_("came due"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="+", verbose_name=_("task"))
    made_at = models.DateTimeField(_("made"))
    late = models.BooleanField(_("made late"), default=False)
    missed = models.PositiveIntegerField(_("missed times it stands for"), default=0)

    class Meta(OwnedModel.Meta):
        verbose_name = _("card of a recurring task")
        verbose_name_plural = _("cards of recurring tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "rule", "due_at"], name="one_run_per_instant"),
            models.UniqueConstraint(fields=["cooperative", "task"], name="one_run_per_task"),
        ]

    def __str__(self) -> str:
        return str(self.task)
