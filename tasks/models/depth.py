"""What a task holds besides itself: who does it, who watches, its labels, checklists and relations."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned
from members.models import Membership

from .project import Colour, Project
from .task import Task

LABEL_LENGTH = 100
CHECK_LENGTH = 500


class Assignment(OwnedModel):
    """Somebody who does a task. The first of several by `id` is named first."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments", verbose_name=_("task"))
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "task", "member"], name="assigned_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "member", "task"], name="assignment_by_member")]

    def __str__(self) -> str:
        return str(self.member)


class Watch(OwnedModel):
    """Whether somebody wants to hear of a task. Who added it or does it wants to, unless a row here is off."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="watches", verbose_name=_("task"))
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))
    is_off = models.BooleanField(_("wants to hear nothing"), default=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "task", "member"], name="watched_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "member", "task"], name="watch_by_member")]

    def __str__(self) -> str:
        return str(self.member)


class Label(OwnedModel, Versioned):
    """A word that sorts the tasks of a project. A label of another system may have no name, only a colour."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="labels", verbose_name=_("project"))
    name = models.CharField(_("name"), max_length=LABEL_LENGTH, blank=True)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.GREY)
    # Null and not empty: rows of our own must not collide in the unique constraint.
    source_id = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001

    class Meta(OwnedModel.Meta):
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "project", "name", "colour"], name="one_label_per_name_and_colour"),
            models.UniqueConstraint(fields=["cooperative", "project", "source_id"], name="one_label_per_source"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_colour_display()


class Labelling(OwnedModel):
    """A label on a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="labellings", verbose_name=_("task"))
    label = models.ForeignKey(Label, models.CASCADE, related_name="labellings", verbose_name=_("label"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("label on a task")
        verbose_name_plural = _("labels on tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "task", "label"], name="labelled_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "label", "task"], name="labelling_by_label")]

    def __str__(self) -> str:
        return str(self.label)


class Checklist(OwnedModel, Versioned):
    """A list of small steps within a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="checklists", verbose_name=_("task"))
    name = models.CharField(_("name"), max_length=200)
    position = models.PositiveIntegerField(_("position"))
    source_id = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001

    class Meta(OwnedModel.Meta):
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "task", "source_id"], name="one_checklist_per_source"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "task", "position"], name="checklist_by_task")]

    def __str__(self) -> str:
        return self.name


class CheckItem(OwnedModel, Versioned):
    """A step of a checklist; done when `done_at` is set."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items", verbose_name=_("checklist"))
    text = models.CharField(_("text"), max_length=CHECK_LENGTH)
    position = models.PositiveIntegerField(_("position"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by"))
    source_id = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001

    class Meta(OwnedModel.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "checklist", "source_id"], name="one_step_per_source"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "checklist", "position"], name="step_by_checklist")]

    def __str__(self) -> str:
        return self.text


class Relation(OwnedModel):
    """How one task stands to another: `task` blocks `other`, or is the duplicate of `other`."""

    class Kind(models.TextChoices):
        BLOCKS = "blocks", _("Blocks")
        DUPLICATES = "duplicates", _("Duplicates")
        RELATES = "relates", _("Belongs together")

    task = models.ForeignKey(Task, models.CASCADE, related_name="relations", verbose_name=_("task"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    other = models.ForeignKey(Task, models.CASCADE, related_name="related", verbose_name=_("other task"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("relation of tasks")
        verbose_name_plural = _("relations of tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "task", "kind", "other"], name="related_once"),
            models.CheckConstraint(condition=~models.Q(task=models.F("other")), name="no_task_relates_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.get_kind_display()} {self.other}"
