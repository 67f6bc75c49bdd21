"""What was reminded of, who wants no reminders, and calendars that others read."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel
from members.models import Membership

from .duties import Turn
from .task import Task


class Step(models.TextChoices):
    """How near it is."""

    SOON = "soon", _("due soon")
    OVERDUE = "overdue", _("overdue")


class Reminder(OwnedModel):
    """Somebody was reminded of a task or a turn: once for each step, and anew when it is due on another day."""

    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="+", verbose_name=_("task"))
    turn = models.ForeignKey(Turn, models.CASCADE, null=True, related_name="+", verbose_name=_("turn"))
    step = models.CharField(_("step"), max_length=8, choices=Step)
    due_on = models.DateField(_("due"))
    sent_at = models.DateTimeField(_("reminded"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "task", "member", "step", "due_on"], name="one_reminder_of_a_task"),
            models.UniqueConstraint(fields=["cooperative", "turn", "member", "step", "due_on"], name="one_reminder_of_a_turn"),
            models.CheckConstraint(
                condition=Q(task=None, turn__isnull=False) | Q(task__isnull=False, turn=None), name="reminded_of_one_thing"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "member", "sent_at"], name="reminder_by_member")]

    def __str__(self) -> str:
        return str(self.task or self.turn)


class Quiet(OwnedModel):
    """A member who wants no reminders by mail. Without a row they get them."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("member"))
    since = models.DateTimeField(_("since"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("member without reminders")
        verbose_name_plural = _("members without reminders")
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative", "member"], name="quiet_once")]

    def __str__(self) -> str:
        return str(self.member)


class CalendarFeed(models.Model):
    """The secret address under which a calendar program reads the work of one member. Only its SHA-256 is kept.

    No owned row: the address is looked up before anybody has entered a cooperative.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("login"))
    cooperative = models.ForeignKey("cooperatives.Cooperative", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"))
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative", "user"], name="one_feed_per_login")]

    def __str__(self) -> str:
        return str(self.cooperative)


class FeedEntry(OwnedModel):
    """What a calendar was told of one thing: so that a change raises its sequence, and what is gone is called off."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("member"))
    uid = models.CharField(max_length=100)
    sequence = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("entry of a calendar feed")
        verbose_name_plural = _("entries of calendar feeds")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "member", "uid"], name="one_entry_per_uid"),
        ]

    def __str__(self) -> str:
        return self.uid
