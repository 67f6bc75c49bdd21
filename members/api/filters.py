"""What lists of the register can be narrowed to."""

from typing import Any, ClassVar

import django_filters
from django import forms

from ..models import Membership, Status
from ..queries import STANDING, called, holding
from ..roles import Role


class KeyFilter(django_filters.Filter):
    """A row's key; what cannot be one is an error that names the field."""

    field_class = forms.IntegerField


class _Status(django_filters.MultipleChoiceFilter):
    """What memberships are today; those that stand, unless others are asked for."""

    def filter(self, qs: Any, value: list[str]) -> Any:
        """Leave former and future members out by default."""
        return qs.filter(status__in=value or STANDING)


class RegisterFilter(django_filters.FilterSet):
    """`status` (several may be named), `role`, `search` (in names, and the number)."""

    status = _Status(choices=Status.choices)
    role = django_filters.ChoiceFilter(choices=Role.choices, method="having")
    search = django_filters.CharFilter(method="named", max_length=100)

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

    cooperative = KeyFilter(field_name="cooperative_id", min_value=1, max_value=2**31 - 1)
