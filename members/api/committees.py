"""Committees: read here, changed on their pages."""

from typing import ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet

from ..models import Committee
from ..queries import committees_of
from ..serializers import CommitteeSerializer
from .filters import of_cooperative


class CommitteeFilter(django_filters.FilterSet):
    """`cooperative`: only the committees of this one; `ended`: those that have ended, or those that have not."""

    cooperative = of_cooperative()
    ended = django_filters.BooleanFilter(
        field_name="ended_on",
        lookup_expr="isnull",
        exclude=True,
        help_text=_("true: only those that have ended; false: only those that have not."),
    )

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
