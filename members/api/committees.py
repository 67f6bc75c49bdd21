"""Committees: read here, changed on their pages."""

from typing import ClassVar

import django_filters
from django.db.models import QuerySet

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet

from ..models import Committee
from ..queries import committees_of
from ..serializers import CommitteeSerializer
from .filters import KeyFilter


class CommitteeFilter(django_filters.FilterSet):
    """`cooperative`: only the committees of this one; `ended`: those that have ended, or those that have not."""

    cooperative = KeyFilter(field_name="cooperative_id", min_value=1, max_value=2**31 - 1)
    ended = django_filters.BooleanFilter(field_name="ended_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Committee
        fields: ClassVar = ["cooperative", "ended"]


class CommitteeViewSet(Reading, ViewSet):
    """Bodies of members with their terms, by name; those that have ended last."""

    queryset = Committee.objects.none()
    serializer_class = CommitteeSerializer
    filterset_class = CommitteeFilter
    needed: ClassVar = {"list": "members.see_committees", "retrieve": "members.see_committees"}

    def get_queryset(self) -> "QuerySet[Committee]":
        """Those of the actor's cooperatives."""
        return visible(self.actor, "members.see_committees", committees_of(self.actor.cooperative_ids))
