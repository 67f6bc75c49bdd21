"""The beginning of a cooperative: whether its admins still want to be led through it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel

from .register import Membership


class Beginning(OwnedModel):
    """The first steps of a cooperative are no longer shown. There is no row as long as they are."""

    dismissed_at = models.DateTimeField(default=timezone.now, editable=False)
    dismissed_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(OwnedModel.Meta):
        verbose_name = _("beginning")
        verbose_name_plural = _("beginnings")
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative"], name="one_beginning_of_a_cooperative")]
