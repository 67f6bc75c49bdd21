"""Effort: the ledger of who gave how much time. Rows are only added."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel
from members.models import Membership

from .duties import REASON_LENGTH, Turn
from .task import Task


class Effort(OwnedModel):
    """Minutes and points of one member for a turn or a task. What was wrong is set right by a row with the opposite sign.

    `confirmed_by` is who saw a part in a turn done: never the doer. Time on a task is noted by the doer alone.
    """

    append_only = True

    class Kind(models.TextChoices):
        DUTY = "duty", _("Duty")
        TASK = "task", _("Task")
        CORRECTION = "correction", _("Correction")

    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    turn = models.ForeignKey(Turn, models.PROTECT, null=True, blank=True, related_name="efforts", verbose_name=_("turn"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="efforts", verbose_name=_("task"))
    day = models.DateField(_("day"))
    minutes = models.IntegerField(_("minutes"))
    points = models.IntegerField(_("points"), default=0)
    note = models.CharField(_("note"), max_length=REASON_LENGTH, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    noted_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", verbose_name=_("noted by"))
    confirmed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    noted_at = models.DateTimeField(_("noted"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("effort")
        verbose_name_plural = _("efforts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cooperative", "turn", "member"], condition=models.Q(kind="duty"), name="one_effort_per_part"
            ),
            models.UniqueConstraint(fields=["cooperative", "corrects"], name="corrected_once"),
            models.CheckConstraint(
                condition=models.Q(kind="correction", corrects__isnull=False)
                | models.Q(kind="duty", turn__isnull=False, task=None, corrects=None, minutes__gte=0, points__gte=0)
                | models.Q(kind="task", task__isnull=False, turn=None, corrects=None, minutes__gt=0, points=0),
                name="an_effort_is_for_something",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("member")),
                name="no_effort_confirms_itself",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "member", "day"], name="effort_by_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.minutes}"
