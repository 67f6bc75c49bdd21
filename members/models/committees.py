"""Committees with seats and terms."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Span, Versioned

from .register import Membership, ends_after_it_begins


class Committee(OwnedModel, Versioned):
    """A body of members with a purpose, until `ended_on`. Its name is free again then."""

    name = models.CharField(_("name"), max_length=100)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cooperative", "name"], condition=models.Q(ended_on=None), name="one_committee_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Seat(OwnedModel):
    """A member's term on a committee, [starts_on, ends_on)."""

    class Position(models.TextChoices):
        CHAIR = "chair", _("Chair")
        VICE = "vice", _("Vice-chair")
        MEMBER = "member", _("Member")

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="seats", verbose_name=_("committee"))
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="seats", verbose_name=_("member"))
    position = models.CharField(_("position"), max_length=10, choices=Position, default=Position.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    apart = Span("starts_on", "ends_on", of=("committee", "membership"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints: ClassVar = [ends_after_it_begins("starts_on", "ends_on", name="seat_ends_after_it_begins")]
        indexes: ClassVar = [models.Index(fields=["cooperative", "membership"], name="seat_by_membership")]

    def __str__(self) -> str:
        return str(self.membership)
