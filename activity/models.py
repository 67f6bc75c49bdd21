"""What happened, and how far it has been carried."""

import json
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.events import KINDS, Kind
from cooperatives.models import OwnedManager, OwnedModel, OwnedQuerySet

from .chain import GENESIS, Link, subject_key


class Event(OwnedModel):
    """One record: audit row and outbox row in one. Nothing in it is personal but the key of who acted."""

    seq = models.PositiveBigIntegerField(_("number"))
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=100)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=100)
    subject_id = models.BigIntegerField(null=True)
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    append_only = True

    class Meta(OwnedModel.Meta):
        verbose_name = _("record")
        verbose_name_plural = _("records")
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative", "seq"], name="one_record_per_number")]
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "at"], name="record_by_time"),
            models.Index(fields=["cooperative", "kind", "seq"], name="record_by_kind"),
            models.Index(fields=["cooperative", "actor", "seq"], name="record_by_actor"),
            models.Index(fields=["cooperative", "subject_type", "subject_id", "seq"], name="record_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

    @property
    def what(self) -> Kind | None:
        """Its declared kind; None when the code no longer knows it."""
        return KINDS.get(self.kind)

    @property
    def link(self) -> Link:
        """What its hash is made of."""
        subject = subject_key(self.subject_type, self.subject_id)
        return Link(self.previous, self.seq, self.uid, self.kind, self.at, self.actor_id, subject, self.commitment)

    @property
    def told(self) -> "Detail | None":
        """Its detail, or None when that was erased."""
        try:
            return self.detail
        except Detail.DoesNotExist:
            return None


class DetailQuerySet(OwnedQuerySet):
    """Details are written once; they can only be erased."""

    def update(self, **kwargs: Any) -> int:
        """Refused: the chain has committed to the text."""
        raise TypeError("a detail is never changed, only erased")


class DetailManager(OwnedManager.from_queryset(DetailQuerySet)):  # type: ignore[misc]
    """Details of the active cooperatives."""


class Detail(OwnedModel):
    """The personal part of a record, kept apart so that it can be erased without breaking the chain."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="detail")
    salt = models.CharField(max_length=32)
    # The very text that was committed to: a JSON column would respell numbers and lose the proof.
    text = models.TextField()
    about = models.UUIDField(_("about"), null=True, editable=False)  # the user whom a personal record names

    objects: ClassVar[DetailManager] = DetailManager()

    class Meta(OwnedModel.Meta):
        verbose_name = _("detail")
        verbose_name_plural = _("details")
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "about"], name="detail_about", condition=models.Q(about__isnull=False))
        ]

    def __str__(self) -> str:
        return self.subject_label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once. Raises TypeError for a second time."""
        if not self._state.adding:
            raise TypeError("a detail is never changed, only erased")
        super().save(*args, **kwargs)

    @property
    def data(self) -> dict[str, Any]:
        """The text as an object: actor, subject, payload."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def subject_label(self) -> str:
        """How the subject was called when it happened."""
        return str(self.data["subject"])


class Head(OwnedModel):
    """The end of one cooperative's chain. Locked last, so that the order of `seq` is the order of commits."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta(OwnedModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative"], name="one_head_per_cooperative")]

    def __str__(self) -> str:
        return str(self.seq)


class Cursor(OwnedModel):
    """How far one target has been told what happened in one cooperative, and who is telling it now."""

    target = models.CharField(max_length=60)
    seq = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta(OwnedModel.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative", "target"], name="one_cursor_per_target")]

    def __str__(self) -> str:
        return f"{self.target} {self.seq}"


class DeadLetter(OwnedModel):
    """A record that one target could not take. It no longer holds up the others; it can be sent again."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name=_("record"))
    target = models.CharField(_("target"), max_length=60)
    error = models.CharField(_("error"), max_length=500)
    died_at = models.DateTimeField(_("given up"), auto_now_add=True)
    is_due = models.BooleanField(_("to be sent again"), default=False)
    solved_at = models.DateTimeField(_("sent"), null=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "target", "event"], name="one_dead_letter_per_record")
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "target"], name="letter_due", condition=models.Q(is_due=True))]

    def __str__(self) -> str:
        return f"{self.target} {self.event_id}"
