"""Households: officers know all, plain members their own and those of people who show their home."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible

from ...actions import change_household, end_household, join_household, leave_household, make_household
from ...models import Household
from ...queries import people_known_to
from ...serializers import EndSerializer, HouseholdSerializer, JoinHouseholdSerializer, LeaveSerializer, NewHouseholdSerializer
from .base import PUBLIC_ID, Homes, part_of
from .filters import HouseholdFilter


class HouseholdViewSet(Homes):
    """Households of the actor's cooperatives, by name."""

    queryset = Household.objects.none()
    serializer_class = HouseholdSerializer
    creating = NewHouseholdSerializer
    filterset_class = HouseholdFilter
    known = "known"
    needed: ClassVar = dict.fromkeys(("update", "partial_update", "end", "join", "leave"), "members.house")
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID

    def get_queryset(self) -> "QuerySet[Household]":
        """Those the actor may know, with the people of whom they may know."""
        rows = visible(self.actor, "members.see_household", Household.objects.select_related("cooperative"))
        people = people_known_to(self.actor).select_related("person").order_by("relation", "person__sort_name", "pk")
        return rows.prefetch_related(Prefetch("people", people, to_attr="known")).order_by("name", "pk")

    def create(self, request: Request) -> Response:
        """Enter a household with its people."""
        facts = self.parsed()
        return self.done(make_household(self.actor, facts.pop("cooperative"), **facts), 201)

    def update(self, request: Request, id: str, *, partial: bool = False) -> Response:  # noqa: A002
        """Change name or number in the old system."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        facts.pop("cooperative", None)
        return self.done(change_household(self.actor, row, **facts))

    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Change some of it."""
        return self.update(request, id, partial=True)

    @extend_schema(request=EndSerializer, responses=HouseholdSerializer)
    @action(detail=True, methods=["post"], serializer_class=EndSerializer)
    def end(self, request: Request, id: str) -> Response:  # noqa: A002
        """End a household, and with it everybody's time in it. 409 while it has an agreement beyond that day."""
        return self._act(end_household)

    def _act(self, act: Any) -> Response:
        row = self.get_object()
        facts = self.versioned(partial=False, instance=None)
        return self.done(act(self.actor, row, **facts))

    @extend_schema(request=JoinHouseholdSerializer, responses=HouseholdSerializer)
    @action(detail=True, methods=["post"], serializer_class=JoinHouseholdSerializer, url_path="people", url_name="people")
    def join(self, request: Request, id: str) -> Response:  # noqa: A002
        """Let a person belong to the household."""
        row = self.get_object()
        facts = self.parsed()
        join_household(self.actor, row, facts.pop("person"), **facts)
        return self.done(row, 201)

    @extend_schema(request=LeaveSerializer, responses=HouseholdSerializer)
    @action(detail=True, methods=["post"], serializer_class=LeaveSerializer)
    def leave(self, request: Request, id: str) -> Response:  # noqa: A002
        """End a person's time in the household."""
        row = self.get_object()
        facts = self.parsed()
        leave_household(self.actor, part_of(row.people, facts.pop("person"), facts["on"]), **facts)
        return self.done(row)
