"""The register of one cooperative: persons, their membership, their dated roles."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cooperatives.models import FinderManager, OwnedManager, OwnedModel, Versioned

from ..roles import Role


class Person(OwnedModel, Versioned):
    """A human in the register of one cooperative; may have no login."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes: ClassVar = [models.Index(fields=["cooperative", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class Membership(OwnedModel, Versioned):
    """A person's dated standing in one cooperative, [joined_on, left_on), with a number that is never used twice."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("login")
    )
    number = models.PositiveIntegerField(_("member number"), editable=False)
    joined_on = models.DateField(_("joined"))
    left_on = models.DateField(_("left"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="membership_ends_after_it_begins"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "person"], name="membership_by_person")]

    def __str__(self) -> str:
        return self.person.name

    def is_current(self, *, on: date) -> bool:
        """Whether it stands on that day in the cooperative's zone."""
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)


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
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="grant_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return str(Role(self.role).label)
