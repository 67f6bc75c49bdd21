"""Duties: shared work that comes again. A turn is one time of a duty, a part what one member does of it."""

from datetime import datetime
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned
from members.models import Household, Membership

from .schedule import Schedule
from .task import DESCRIPTION_LIMIT, MINUTES_LIMIT, POINTS_LIMIT

NAME_LENGTH = 200
PLACE_LENGTH = 200
REASON_LENGTH = 500
PLACES_LIMIT = 100
AHEAD_LIMIT = 366


class Rotation(models.TextChoices):
    """Who is given the places that nobody has taken when sign-up closes."""

    NOBODY = "nobody", _("nobody: whoever signs up")
    MEMBERS = "members", _("members in turn")
    HOUSEHOLDS = "households", _("households in turn")


def _some(limit: int, least: int = 0) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(least), MaxValueValidator(limit)]


class Duty(OwnedModel, Versioned, Schedule):
    """Shared work with a schedule. A turn is made when its sign-up opens, `opens_before` days before it is due."""

    title = models.CharField(_("name"), max_length=NAME_LENGTH)
    place = models.CharField(_("where"), max_length=PLACE_LENGTH, blank=True)
    notes = models.TextField(_("what is to be done"), max_length=DESCRIPTION_LIMIT, blank=True)
    places = models.PositiveSmallIntegerField(_("people needed"), default=1, validators=_some(PLACES_LIMIT, 1))
    minutes = models.PositiveIntegerField(_("minutes for each"), default=60, validators=_some(MINUTES_LIMIT))
    points = models.PositiveIntegerField(_("points for each"), default=0, validators=_some(POINTS_LIMIT))
    opens_before = models.PositiveSmallIntegerField(_("sign-up opens, days before"), default=28, validators=_some(AHEAD_LIMIT))
    closes_before = models.PositiveSmallIntegerField(_("sign-up closes, days before"), default=0, validators=_some(AHEAD_LIMIT))
    rotation = models.CharField(_("places left over go to"), max_length=10, choices=Rotation, default=Rotation.NOBODY)
    remind_days = models.PositiveSmallIntegerField(_("reminder, days before"), default=1, validators=_some(30))
    coordinator = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coordinator")
    )
    created_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints: ClassVar = [
            *Schedule.constraints_for("duty"),
            models.CheckConstraint(condition=models.Q(places__range=(1, PLACES_LIMIT)), name="a_duty_needs_somebody"),
            models.CheckConstraint(
                condition=models.Q(closes_before__lte=models.F("opens_before")), name="sign_up_opens_before_it_closes"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "title"], name="duty_by_title")]

    def __str__(self) -> str:
        return self.title


class Turn(OwnedModel, Versioned):
    """One time that a duty is due. How much it needs and gives stays as the duty said when the turn was made.

    `late` marks one made after its sign-up should have opened; it then stands for `missed` times that nobody made, itself
    included. Once `closes_at` (UTC) is past, places can only be given and handed on.
    """

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="turns", verbose_name=_("duty"))
    due_at = models.DateTimeField(_("due"))
    day = models.DateField(_("day"))
    is_all_day = models.BooleanField(_("the whole day"), default=False)
    places = models.PositiveSmallIntegerField(_("people needed"))
    minutes = models.PositiveIntegerField(_("minutes for each"))
    points = models.PositiveIntegerField(_("points for each"))
    closes_at = models.DateTimeField(_("sign-up closes"))
    made_at = models.DateTimeField(_("made"))
    late = models.BooleanField(_("made late"), default=False)
    missed = models.PositiveIntegerField(_("missed times it stands for"), default=0)
    filled_at = models.DateTimeField(_("rest given out"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("called off"), null=True, blank=True)
    cancelled_why = models.CharField(_("why it is called off"), max_length=REASON_LENGTH, blank=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "duty", "due_at"], name="one_turn_per_instant"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "due_at"], name="turn_by_instant")]

    def __str__(self) -> str:
        return str(self.duty)

    def is_open(self, *, now: datetime) -> bool:
        """Whether people sign up and withdraw by themselves."""
        return self.cancelled_at is None and now < self.closes_at


class Part(OwnedModel):
    """A place in a turn that a member has. `place` counts from 1 and no two share one, so that a turn is never over-filled.

    Whoever cannot come stays responsible until somebody stands in: `asked_at` says since when a stand-in is looked for,
    `stands_in_for` who had the place before.
    """

    class How(models.TextChoices):
        SIGNED_UP = "signed_up", _("signed up")
        ROTATION = "rotation", _("in turn")
        ASSIGNED = "assigned", _("given by the coordinator")
        STAND_IN = "stand_in", _("stands in")

    turn = models.ForeignKey(Turn, models.CASCADE, related_name="parts", verbose_name=_("turn"))
    place = models.PositiveSmallIntegerField(_("place"))
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household"))
    how = models.CharField(_("how"), max_length=10, choices=How, default=How.SIGNED_UP)
    created_at = models.DateTimeField(_("since"))
    asked_at = models.DateTimeField(_("looks for a stand-in"), null=True, blank=True)
    asked_why = models.CharField(_("why"), max_length=REASON_LENGTH, blank=True)
    stands_in_for = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stands in for")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )

    class Meta(OwnedModel.Meta):
        verbose_name = _("part in a turn")
        verbose_name_plural = _("parts in turns")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "turn", "place"], name="one_part_per_place"),
            models.UniqueConstraint(fields=["cooperative", "turn", "member"], name="one_part_per_member"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("member")),
                name="nobody_confirms_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(done_at__isnull=False), name="done_before_it_is_confirmed"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "member", "turn"], name="part_by_member")]

    def __str__(self) -> str:
        return f"{self.turn}: {self.member}"
