"""What a person may decide about their own data: consents, views of lists, erasure."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned

from .register import Membership, Person


class Consent(OwnedModel):
    """A person agreed to something, or withdrew that. Appended, never changed: the newest of a kind counts."""

    class Kind(models.TextChoices):
        DATA = "data", _("Keeping my data")
        PHOTO = "photo", _("Showing my photo")
        NEWSLETTER = "newsletter", _("News by e-mail")
        DIRECTORY = "directory", _("Standing in the directory")

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    is_given = models.BooleanField(_("given"))
    at = models.DateTimeField(default=timezone.now, editable=False)
    wording = models.CharField(_("wording"), max_length=500, blank=True)

    append_only = True

    class Meta(OwnedModel.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes: ClassVar = [models.Index(fields=["cooperative", "person", "kind", "-at"], name="consent_by_person")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Photo(OwnedModel):
    """A person's picture, as it is shown: re-encoded, square, small, without what a camera adds."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="photo", verbose_name=_("person"))
    content = models.BinaryField(editable=False)
    digest = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")


class SavedView(OwnedModel, Versioned):
    """A list of the register as a member keeps it: its columns, filters and order."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="views", verbose_name=_("member"))
    name = models.CharField(_("name"), max_length=80)
    columns = models.JSONField(default=list)
    filters = models.JSONField(default=dict)

    class Meta(OwnedModel.Meta):
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative", "membership", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Erasure(OwnedModel, Versioned):
    """A person's contact data are to be erased on a day, after a hold of 14 days. `receipt` says what went and what stays."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="erasures", verbose_name=_("person"))
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("will be erased on"))
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    receipt = models.JSONField(default=dict, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cooperative", "person"],
                condition=models.Q(done_at=None, cancelled_at=None),
                name="one_open_erasure_of_a_person",
            )
        ]

    def __str__(self) -> str:
        return str(self.due_on)
