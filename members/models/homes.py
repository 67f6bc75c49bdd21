"""Homes: buildings with units, households of people, and the dated agreements by which a household uses a unit."""

import uuid
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Span, Versioned

from .register import Person, ends_after_it_begins


class Building(OwnedModel, Versioned):
    """A house of the cooperative."""

    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=300, blank=True)
    built_in = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints: ClassVar = [models.UniqueConstraint(fields=["cooperative", "name"], name="one_building_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Unit(OwnedModel, Versioned):
    """A part of a building that a household may use, [active_from, active_to). Ended, never deleted, once referenced.

    `monthly_charge` is in minor units of the cooperative's currency, `area` in square metres; `cost_share` is its
    weight when costs are shared out. Fewer people than `fewest` are under-, more than `most` over-occupation.
    """

    class Kind(models.TextChoices):
        FLAT = "flat", _("Flat")
        ROOM = "room", _("Room")
        HOUSE = "house", _("House")
        PARKING = "parking", _("Parking space")
        STORAGE = "storage", _("Storage")
        COMMERCIAL = "commercial", _("Commercial")
        COMMON = "common", _("Common room")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="units", verbose_name=_("building"))
    code = models.CharField(_("unit"), max_length=40)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.FLAT)
    type = models.CharField(_("type"), max_length=60, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    rooms = models.DecimalField(_("rooms"), max_digits=4, decimal_places=1, null=True, blank=True)
    area = models.DecimalField(_("area, m²"), max_digits=8, decimal_places=2, null=True, blank=True)
    cost_share = models.DecimalField(
        _("share of costs"), max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    monthly_charge = models.PositiveBigIntegerField(_("monthly charge"), null=True, blank=True)
    fewest = models.PositiveSmallIntegerField(_("fewest people"), null=True, blank=True)
    most = models.PositiveSmallIntegerField(_("most people"), null=True, blank=True)
    active_from = models.DateField(_("in use from"), null=True, blank=True)
    active_to = models.DateField(_("in use until"), null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "building", "code"], name="one_unit_of_a_code"),
            models.CheckConstraint(
                condition=Q(active_to=None) | Q(active_from=None) | Q(active_to__gte=F("active_from")),
                name="unit_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(fewest=None) | Q(most=None) | Q(most__gte=F("fewest")), name="most_people_are_not_fewer_than_fewest"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Household(OwnedModel, Versioned):
    """People who live together, [.., ended_on)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    external_id = models.CharField(_("number in the old system"), max_length=60, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes: ClassVar = [models.Index(fields=["cooperative", "name"], name="household_by_name")]

    def __str__(self) -> str:
        return self.name


class HouseholdMember(OwnedModel):
    """A person in a household, [starts_on, ends_on). An unknown beginning is None."""

    class Relation(models.TextChoices):
        ADULT = "adult", _("Adult")
        CHILD = "child", _("Child")
        OTHER = "other", _("Another person")

    household = models.ForeignKey(Household, models.PROTECT, related_name="people", verbose_name=_("household"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="households", verbose_name=_("person"))
    relation = models.CharField(_("relation"), max_length=10, choices=Relation, default=Relation.ADULT)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    apart = Span("starts_on", "ends_on", of=("household", "person"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("person of a household")
        verbose_name_plural = _("people of households")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="household_member_ends_after_it_begins",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "household"], name="people_by_household"),
            models.Index(fields=["cooperative", "person"], name="households_by_person"),
        ]

    def __str__(self) -> str:
        return self.person.name


class Guardianship(OwnedModel):
    """Who answers for a child."""

    child = models.ForeignKey(Person, models.PROTECT, related_name="guardians", verbose_name=_("child"))
    guardian = models.ForeignKey(Person, models.PROTECT, related_name="wards", verbose_name=_("guardian"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "child", "guardian"], name="one_guardianship_of_a_pair"),
            models.CheckConstraint(condition=~Q(child=F("guardian")), name="nobody_is_their_own_guardian"),
        ]

    def __str__(self) -> str:
        return self.guardian.name


class Occupancy(OwnedModel, Versioned):
    """The agreement by which a household uses a unit, [starts_on, ends_on).

    Two agreements of one unit do not overlap unless both are shared: the database itself refuses it on both engines.
    """

    class Kind(models.TextChoices):
        MEMBER = "member", _("Member's agreement")
        SUBLET = "sublet", _("Sublet")
        GUEST = "guest", _("Guest")
        STAFF = "staff", _("Staff")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="occupancies", verbose_name=_("unit"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="occupancies", verbose_name=_("household"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    is_shared = models.BooleanField(_("shared with other households"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)

    apart = Span("starts_on", "ends_on", of=("unit",), unless="is_shared")

    class Meta(OwnedModel.Meta):
        verbose_name = _("occupancy")
        verbose_name_plural = _("occupancies")
        constraints: ClassVar = [ends_after_it_begins("starts_on", "ends_on", name="occupancy_ends_after_it_begins")]
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "unit", "starts_on"], name="occupancy_by_unit"),
            models.Index(fields=["cooperative", "household"], name="occupancy_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code} · {self.household.name}"


class Occupant(OwnedModel):
    """A person of an agreement, [starts_on, ends_on) inside it: who holds it and who lives there are kept apart."""

    occupancy = models.ForeignKey(Occupancy, models.PROTECT, related_name="occupants", verbose_name=_("occupancy"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="occupancies", verbose_name=_("person"))
    is_holder = models.BooleanField(_("holds the agreement"), default=False)
    lives_there = models.BooleanField(_("lives there"), default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    apart = Span("starts_on", "ends_on", of=("occupancy", "person"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("occupant")
        verbose_name_plural = _("occupants")
        constraints: ClassVar = [
            ends_after_it_begins("starts_on", "ends_on", name="occupant_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(is_holder=True) | Q(lives_there=True), name="occupant_holds_or_lives_there"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "occupancy"], name="occupant_by_occupancy"),
            models.Index(fields=["cooperative", "person"], name="occupant_by_person"),
        ]

    def __str__(self) -> str:
        return self.person.name
