"""Schedule: when something comes again, by the cooperative's own clock."""

from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

EVERY_LIMIT = 366
TIMES_LIMIT = 5_000
ALL_WEEK = 127


class Unit(models.TextChoices):
    """What is counted between two times."""

    ONCE = "once", _("Once")
    DAY = "day", _("Days")
    WEEK = "week", _("Weeks")
    MONTH = "month", _("Months")


class MonthBy(models.TextChoices):
    """Which day of a month is meant."""

    DAY = "day", _("the same day, or the last one of a shorter month")
    LAST_DAY = "last_day", _("the last day")
    WEEKDAY = "weekday", _("a weekday, such as the second Tuesday")


class Nth(models.IntegerChoices):
    """Which of a month's four or five weekdays of one name."""

    FIRST = 1, _("first")
    SECOND = 2, _("second")
    THIRD = 3, _("third")
    FOURTH = 4, _("fourth")
    LAST = -1, _("last")


class Weekday(models.IntegerChoices):
    """As Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Schedule(models.Model):
    """From an anchor on, every so many days, weeks or months, until a day or a number of times, both counted from the anchor.

    `weekdays` is a sum of 2**weekday (0: the weekday of the anchor). `at` is a time by the cooperative's clock; None means
    the whole day. What came due up to `made_until` (UTC) was made, or will never be: before it lies what was paused or
    stood under an earlier rule. `settled_at` (UTC) is when it was last begun, changed or resumed: nothing is late before.
    """

    unit = models.CharField(_("comes again every"), max_length=6, choices=Unit, default=Unit.WEEK)
    every = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1), MaxValueValidator(EVERY_LIMIT)]
    )
    weekdays = models.PositiveSmallIntegerField(_("on these weekdays"), default=0, validators=[MaxValueValidator(ALL_WEEK)])
    month_by = models.CharField(_("in a month on"), max_length=8, choices=MonthBy, default=MonthBy.DAY)
    nth = models.SmallIntegerField(_("which one"), choices=Nth, default=Nth.FIRST)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, default=Weekday.MONDAY)
    starts_on = models.DateField(_("first day"))
    at = models.TimeField(_("time"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(
        _("how many times"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(TIMES_LIMIT)]
    )
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    made_until = models.DateTimeField(editable=False)
    settled_at = models.DateTimeField(editable=False)

    FIELDS: ClassVar = ("unit", "every", "weekdays", "month_by", "nth", "weekday", "starts_on", "at", "ends_on", "times")

    class Meta:
        abstract = True

    @property
    def runs(self) -> bool:
        """Whether anything is made of it now."""
        return self.paused_at is None and self.ended_at is None

    def weekday_set(self) -> list[int]:
        """The chosen weekdays, Monday as 0; that of the anchor when none is chosen."""
        chosen = [day for day in range(7) if self.weekdays >> day & 1]
        return chosen or [self.starts_on.weekday()]

    @staticmethod
    def constraints_for(prefix: str) -> list[models.BaseConstraint]:
        """What the database keeps, whoever writes: for the Meta of a model with a schedule."""
        return [
            models.CheckConstraint(
                condition=models.Q(every__range=(1, EVERY_LIMIT)) & models.Q(weekdays__lte=ALL_WEEK), name=f"{prefix}_comes_again"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name=f"{prefix}_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(times=None) | models.Q(times__range=(1, TIMES_LIMIT)), name=f"{prefix}_comes_once_at_least"
            ),
        ]


EARLIEST = date(2000, 1, 1)
