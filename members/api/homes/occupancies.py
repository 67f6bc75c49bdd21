"""Agreements: officers see all, everybody else their own."""

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible

from ...actions import add_occupant, change_occupancy, end_occupancy, end_occupant, house, swap, transfer
from ...models import Occupancy
from ...queries import with_homes
from ...serializers import (
    AddOccupantSerializer,
    EndOccupantSerializer,
    EndSerializer,
    NewOccupancySerializer,
    OccupancySerializer,
    SwapSerializer,
    TransferSerializer,
)
from .base import PUBLIC_ID, Homes, part_of
from .filters import OccupancyFilter

ACTS = ("update", "partial_update", "end", "transfer", "swap", "add_person", "end_person")


class OccupancyViewSet(Homes):
    """Agreements of the actor's cooperatives, the latest first. They are ended, never deleted."""

    queryset = Occupancy.objects.none()
    serializer_class = OccupancySerializer
    creating = NewOccupancySerializer
    filterset_class = OccupancyFilter
    known = "people"
    needed: ClassVar = dict.fromkeys(ACTS, "members.house")
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID

    def get_queryset(self) -> "QuerySet[Occupancy]":
        """Those the actor may see, with unit, household and people."""
        rows = visible(self.actor, "members.see_occupancy", Occupancy.objects.select_related("cooperative"))
        return with_homes(rows).order_by("-starts_on", "-pk")

    def create(self, request: Request) -> Response:
        """Let a household have a unit. 409 when another agreement of the unit shares a day with it."""
        facts = self.parsed()
        return self.done(house(self.actor, facts.pop("unit"), facts.pop("household"), **facts), 201)

    def update(self, request: Request, id: str, *, partial: bool = False) -> Response:  # noqa: A002
        """Change days, kind, whether it is shared, or the note."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        for fixed in ("unit", "household"):
            facts.pop(fixed, None)
        return self.done(change_occupancy(self.actor, row, **facts))

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change some of it."""
        return self.update(request, id, partial=True)

    @extend_schema(request=EndSerializer, responses=OccupancySerializer)
    @action(detail=True, methods=["post"], serializer_class=EndSerializer)
    def end(self, request: Request, id: str) -> Response:  # noqa: A002
        """End it on a day, and with it the time of everybody in it; others may move in that same day."""
        row = self.get_object()
        return self.done(end_occupancy(self.actor, row, **self.versioned(partial=False, instance=None)))

    @extend_schema(request=TransferSerializer, responses={201: OccupancySerializer})
    @action(detail=True, methods=["post"], serializer_class=TransferSerializer)
    def transfer(self, request: Request, id: str) -> Response:  # noqa: A002
        """Let its household go over into another unit; answers with the new agreement."""
        row = self.get_object()
        facts = self.versioned(partial=False, instance=None)
        return self.done(transfer(self.actor, row, facts.pop("unit"), **facts), 201)

    @extend_schema(request=SwapSerializer, responses={201: OccupancySerializer})
    @action(detail=True, methods=["post"], serializer_class=SwapSerializer)
    def swap(self, request: Request, id: str) -> Response:  # noqa: A002
        """Let two households change places; answers with the new agreement of this one."""
        row = self.get_object()
        facts = self.versioned(partial=False, instance=None)
        return self.done(swap(self.actor, row, facts.pop("occupancy"), **facts)[0], 201)

    @extend_schema(request=AddOccupantSerializer, responses={201: OccupancySerializer})
    @action(detail=True, methods=["post"], serializer_class=AddOccupantSerializer, url_path="people", url_name="people")
    def add_person(self, request: Request, id: str) -> Response:  # noqa: A002
        """Let a person hold it, live there, or both."""
        row = self.get_object()
        facts = self.parsed()
        add_occupant(self.actor, row, facts.pop("person"), **facts)
        return self.done(row, 201)

    @extend_schema(request=EndOccupantSerializer, responses=OccupancySerializer)
    @action(detail=True, methods=["post"], serializer_class=EndOccupantSerializer, url_path="leave", url_name="leave")
    def end_person(self, request: Request, id: str) -> Response:  # noqa: A002
        """End a person's part in it."""
        row = self.get_object()
        facts = self.parsed()
        end_occupant(self.actor, part_of(row.occupants, facts["person"], facts["on"]), on=facts["on"])
        return self.done(row)
