"""What lists of the register can be narrowed to."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Membership, Status
from ..queries import STANDING, called, holding
from ..roles import Role


class KeyFilter(django_filters.Filter):
    """A row's key; what cannot be one is an error that names the field."""

    field_class = forms.IntegerField


def of_cooperative() -> KeyFilter:
    """Only rows of one cooperative."""
    words = _("Only those of this cooperative, by its number.")
    return KeyFilter(field_name="cooperative_id", min_value=1, max_value=2**31 - 1, help_text=words)


class _Status(django_filters.MultipleChoiceFilter):
    """What memberships are today; those that stand, unless others are asked for."""

    def filter(self, qs: Any, value: list[str]) -> Any:
        """Leave former and future members out by default."""
        return qs.filter(status__in=value or STANDING)


class RegisterFilter(django_filters.FilterSet):
    """`status` (several may be named), `role`, `search` (in names, and the number)."""

    status = _Status(
        choices=Status.choices,
        help_text=_("What they are today; may be named several times. Without it, nobody who has left or is yet to join."),
    )
    role = django_filters.ChoiceFilter(choices=Role.choices, method="having", help_text=_("Only those who hold this role today."))
    search = django_filters.CharFilter(method="named", max_length=100, help_text=_("A part of the name, or the member number."))

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = []

    def having(self, rows: Any, name: str, role: str) -> Any:
        """Those who hold the role today."""
        return holding(rows, role, self.request._request.actor.cooperative_ids)

    def named(self, rows: Any, name: str, text: str) -> Any:
        """Those who are called so."""
        return called(rows, text)


class MembershipFilter(RegisterFilter):
    """The same, and `cooperative`: only the memberships of this one."""

    cooperative = of_cooperative()
