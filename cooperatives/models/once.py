"""OnceKey: what was asked for under a one-time key, and what was answered."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .personal import PersonalModel


class OnceKey(PersonalModel):
    """A one-time key that has done its work. It is written in the transaction of the effect, or not at all.

    The key itself is not kept, only its digest. `answer` is null while the work is being done, which nobody but
    the worker ever sees; `cooperatives` are those which the answer speaks of.
    """

    route = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    cooperatives = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(PersonalModel.Meta):
        verbose_name = _("one-time key")
        verbose_name_plural = _("one-time keys")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "route", "digest"], name="one_use_of_each_key")]
        indexes: ClassVar = [models.Index(fields=["user", "created_at"], name="keys_by_age")]

    def __str__(self) -> str:
        return self.route
