"""Memberships: who belongs to the caller's cooperatives today."""

from typing import ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet

from cooperatives.rest import Reading, ViewSet

from ..models import Membership
from ..queries import members_now
from ..serializers import MembershipSerializer


class _Key(django_filters.Filter):
    """A row's key; what cannot be one is an error that names the field."""

    field_class = forms.IntegerField


class MembershipFilter(django_filters.FilterSet):
    """`cooperative`: only the memberships of this one."""

    cooperative = _Key(field_name="cooperative_id", min_value=1, max_value=2**31 - 1)

    class Meta:
        model = Membership
        fields: ClassVar = ["cooperative"]


class MembershipViewSet(Reading, ViewSet):
    """Who belongs, by number. Names and roles are for members of the same cooperative only."""

    queryset = Membership.objects.none()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter
    needed: ClassVar = {"list": "members.see", "retrieve": "members.see"}
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

    def get_queryset(self) -> "QuerySet[Membership]":
        """Standing memberships in the actor's cooperatives."""
        return members_now(self.actor.cooperative_ids).order_by("cooperative_id", "number")
