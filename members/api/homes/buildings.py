"""Buildings and units: every member may know what there is."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils.dateparse import parse_date
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible

from ...actions import add_building, add_unit, change_building, change_unit, remove_unit
from ...models import Building, Household, Occupancy, Unit
from ...queries import holds_today, lasting_on
from ...serializers import (
    BuildingSerializer,
    NewBuildingSerializer,
    NewUnitSerializer,
    UnitSerializer,
    VersionSerializer,
)
from .base import PUBLIC_ID, Homes
from .filters import BuildingFilter, UnitFilter


class BuildingViewSet(Homes):
    """Buildings of the actor's cooperatives, by name."""

    queryset = Building.objects.none()
    serializer_class = BuildingSerializer
    creating = NewBuildingSerializer
    filterset_class = BuildingFilter
    needed: ClassVar = {"update": "members.change_homes", "partial_update": "members.change_homes"}

    def get_queryset(self) -> "QuerySet[Building]":
        """Those the actor may see."""
        return visible(self.actor, "members.see_homes", Building.objects.select_related("cooperative")).order_by("name", "pk")

    def create(self, request: Request) -> Response:
        """Add a building."""
        facts = self.parsed()
        return self.answer(add_building(self.actor, facts.pop("cooperative"), **facts), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change name, address or year."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        facts.pop("cooperative", None)
        return self.answer(change_building(self.actor, row, **facts))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)


class UnitViewSet(Homes):
    """Units of the actor's cooperatives, by building and code. `on` also says of which day `households` are."""

    queryset = Unit.objects.none()
    serializer_class = UnitSerializer
    creating = NewUnitSerializer
    filterset_class = UnitFilter
    known = "known"
    needed: ClassVar = {
        "update": "members.change_homes",
        "partial_update": "members.change_homes",
        "destroy": "members.change_homes",
    }
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID

    def get_queryset(self) -> "QuerySet[Unit]":
        """Those the actor may see, with the households of which they may know."""
        rows = visible(self.actor, "members.see_homes", Unit.objects.select_related("cooperative", "building"))
        known = Prefetch("occupancies", self._known_agreements(), to_attr="known")
        return rows.prefetch_related(known).order_by("building__name", "code", "pk")

    def _known_agreements(self) -> "QuerySet[Occupancy]":
        day = self._day()
        lasting = lasting_on(day) if day else holds_today(self.actor.cooperative_ids, lasting_on)
        seen = visible(self.actor, "members.see_household", Household.objects.all()).order_by().values("pk")
        rows = Occupancy.objects.filter(lasting, household__in=seen).select_related("household")
        return rows.order_by("household__name", "pk")

    def _day(self) -> Any:
        try:
            return parse_date(self.request.query_params.get("on", ""))
        except ValueError:
            return None  # the filter names what is wrong with it

    def get_serializer_class(self) -> Any:
        """Removing parses a version only."""
        return VersionSerializer if self.action == "destroy" else super().get_serializer_class()

    def create(self, request: Request) -> Response:
        """Add a unit to a building."""
        facts = self.parsed()
        return self.done(add_unit(self.actor, facts.pop("building"), **facts), 201)

    def update(self, request: Request, id: str, *, partial: bool = False) -> Response:  # noqa: A002
        """Change a unit, or end it by `active_to`."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        facts.pop("building", None)
        return self.done(change_unit(self.actor, row, **facts))

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change some of it."""
        return self.update(request, id, partial=True)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Remove a unit to which nothing refers; any other is ended instead."""
        row = self.get_object()
        remove_unit(self.actor, row, **self.versioned(partial=True, instance=None))
        return Response(status=204)
