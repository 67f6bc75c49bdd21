"""The register of one cooperative: persons, their membership with its pauses, their dated roles."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cooperatives.models import FinderManager, OwnedManager, OwnedModel, Versioned

from ..names import name_of
from ..roles import Role


def ends_after_it_begins(starts: str, ends: str, *, name: str) -> models.CheckConstraint:
    """The constraint for a half-open span of days [starts, ends); an open end is None."""
    return models.CheckConstraint(condition=Q(**{ends: None}) | Q(**{f"{ends}__gte": F(starts)}), name=name)


class Shown(models.TextChoices):
    """What a person may show to fellow members in the directory. The name always shows."""

    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Telephone")
    ADDRESS = "address", _("Postal address")
    BIRTHDAY = "birthday", _("Birthday, without the year")
    UNIT = "unit", _("Home")
    PHOTO = "photo", _("Photo")


def _nothing() -> list[str]:
    return []


class Person(OwnedModel, Versioned):
    """A human, or an organisation, in the register of one cooperative; may have no login.

    `shown` holds what of it fellow members may see (`Shown`); officers see everything. `erased_at` (UTC) is set once
    its contact data were erased; the row stays, so that what the person did stays counted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    is_organization = models.BooleanField(_("is an organisation"), default=False)
    name = models.CharField(_("name"), max_length=150)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    sort_name = models.CharField(max_length=160, editable=False, default="")
    contact_person = models.CharField(_("contact person"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    other_phones = models.CharField(_("other telephones"), max_length=200, blank=True)
    address = models.TextField(_("postal address"), max_length=500, blank=True)
    birth_date = models.DateField(_("born"), null=True, blank=True)
    locale = models.CharField(_("language"), max_length=10, blank=True)
    skills = models.CharField(_("skills and interests"), max_length=300, blank=True)
    note = models.TextField(_("note of the office"), max_length=2000, blank=True)
    external_id = models.CharField(_("number in the old system"), max_length=60, blank=True)
    shown = models.JSONField(_("shown to members"), default=_nothing, blank=True)
    is_sample = models.BooleanField(default=False, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "name"], name="person_by_name"),
            models.Index(fields=["cooperative", "sort_name", "id"], name="person_by_sort_name"),
            models.Index(fields=["cooperative", "email"], name="person_by_email"),
            models.Index(fields=["cooperative", "external_id"], name="person_by_external_id"),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Erased person"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the key by which it stands in lists."""
        self.sort_name = name_of(self.name, self.given_name, self.family_name).sort
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_name"}
        super().save(*args, **kwargs)


class Leaving(models.TextChoices):
    """Why a membership ended."""

    RESIGNED = "resigned", _("Resigned")
    MOVED = "moved", _("Moved away")
    EXCLUDED = "excluded", _("Excluded")
    DECEASED = "deceased", _("Deceased")
    OTHER = "other", _("Another reason")


class Status(models.TextChoices):
    """What a membership is on a day. Computed from its dates, never written."""

    AHEAD = "ahead", _("Joins later")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    FORMER = "former", _("Former")


def called(name: str, left_name: str, number: int) -> str:
    """How a member is named: as the register does now, else as on leaving, else by the number, when both are gone."""
    return name or left_name or str(_("Former member %(number)s") % {"number": number})


class Membership(OwnedModel, Versioned):
    """A person's dated standing in one cooperative, [joined_on, left_on), with a number that is never used twice.

    `left_name` keeps the name as it was on leaving, for the record of what was done; empty once it was erased.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("login")
    )
    number = models.PositiveIntegerField(_("member number"), editable=False)
    joined_on = models.DateField(_("joined"))
    left_on = models.DateField(_("left"), null=True, blank=True)
    left_reason = models.CharField(_("reason for leaving"), max_length=10, choices=Leaving, blank=True)
    left_note = models.CharField(_("note on leaving"), max_length=500, blank=True)
    left_name = models.CharField(max_length=150, blank=True, editable=False)

    mine = FinderManager()
    objects: ClassVar[OwnedManager] = OwnedManager()
    own_rows = "user_id"

    class Meta(OwnedModel.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "number"], name="one_membership_per_number"),
            models.UniqueConstraint(
                fields=["cooperative", "user"], condition=Q(left_on=None), name="one_open_membership_per_user"
            ),
            models.UniqueConstraint(
                fields=["cooperative", "person"], condition=Q(left_on=None), name="one_open_membership_per_person"
            ),
            ends_after_it_begins("joined_on", "left_on", name="membership_ends_after_it_begins"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "person"], name="membership_by_person")]

    def __str__(self) -> str:
        return called(self.person.name, self.left_name, self.number)

    def is_current(self, *, on: date) -> bool:
        """Whether it stands on that day in the cooperative's zone."""
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)


class Pause(OwnedModel):
    """A leave of absence, [starts_on, ends_on): the member stays in the register and keeps their number."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="pauses", verbose_name=_("member"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "membership"], condition=Q(ends_on=None), name="one_open_pause"),
            ends_after_it_begins("starts_on", "ends_on", name="pause_ends_after_it_begins"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "membership"], name="pause_by_membership")]

    def __str__(self) -> str:
        return str(_("Pause"))


class RoleGrant(OwnedModel):
    """A dated right of a member, [starts_on, ends_on)."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="grants", verbose_name=_("member"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cooperative", "membership", "role"], condition=Q(ends_on=None), name="one_open_grant_per_role"
            ),
            ends_after_it_begins("starts_on", "ends_on", name="grant_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return str(Role(self.role).label)
