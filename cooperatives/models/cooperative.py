"""Cooperative: the tenant."""

from functools import cache
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .owned import Versioned


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones; the library would walk through the whole zone database for each call."""
    return frozenset(available_timezones())


class Cooperative(Versioned):
    """A housing co-operative or a chama. Not an owned row: it is what rows are owned by."""

    class Kind(models.TextChoices):
        HOUSING = "housing", _("Housing co-operative")
        CHAMA = "chama", _("Developer chama")

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    locale = models.CharField(_("language"), max_length=10, default="en")
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    hue = models.PositiveSmallIntegerField(_("colour"), default=155, validators=[MaxValueValidator(359)])
    is_listed = models.BooleanField(_("listed, so that people can ask to join"), default=False)
    is_demo = models.BooleanField(default=False, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("creator")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("cooperative")
        verbose_name_plural = _("cooperatives")
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(fiscal_year_start__range=(1, 12)), name="fiscal_year_starts_in_a_month"),
            models.CheckConstraint(condition=models.Q(hue__lt=360), name="hue_is_an_angle"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its dates are meant and its times are shown."""
        return ZoneInfo(self.time_zone)

    @property
    def initials(self) -> str:
        """Two letters for its mark: of the first two words, else the first two of the name."""
        words = [word for word in self.name.split() if word[:1].isalnum()]
        letters = words[0][0] + words[1][0] if len(words) > 1 else self.name[:2]
        return letters.upper()
