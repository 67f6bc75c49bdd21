"""Duties, their turns, and the parts that members have in them."""

from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet, one_of

from ..actions import (
    ask_stand_in,
    cancel_turn,
    change_duty,
    confirm_part,
    create_duty,
    give_place,
    keep_part,
    mark_done,
    remove_part,
    sign_up,
    stand_in,
    withdraw,
)
from ..duty_queries import with_parts
from ..duty_serializers import (
    CancelSerializer,
    CannotComeSerializer,
    DoneSerializer,
    DutySerializer,
    EffortSerializer,
    GiveSerializer,
    NewDutySerializer,
    NothingSerializer,
    PartSerializer,
    TurnSerializer,
)
from ..models import Duty, Part, Turn
from .filters import Key, ListsOnly, Ordering
from .rows import member_for


class DutyFilter(django_filters.FilterSet):
    """`cooperative`, `paused`, `ended`, `ordering`."""

    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    paused = django_filters.BooleanFilter(
        field_name="paused_at", lookup_expr="isnull", exclude=True, help_text=_("true: what is paused. false: what is not.")
    )
    ended = django_filters.BooleanFilter(
        field_name="ended_at", lookup_expr="isnull", exclude=True, help_text=_("true: what has ended. false: what has not.")
    )
    ordering = Ordering(
        fields=[("title", "title"), ("created_at", "created_at")],
        help_text=_("By what the list is ordered; a minus before it turns the order round."),
    )

    class Meta:
        model = Duty
        fields: ClassVar[list[str]] = []


class TurnFilter(django_filters.FilterSet):
    """`cooperative`, `duty`, `due_after`, `due_before` (both days included), `member` (a user's id)."""

    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    duty = Key(field_name="duty_id", help_text=_("Only those of this duty, by its number."))
    due_after = django_filters.DateFilter(
        field_name="day", lookup_expr="gte", help_text=_("Only those due on this day or later.")
    )
    due_before = django_filters.DateFilter(
        field_name="day", lookup_expr="lte", help_text=_("Only those due on this day or earlier.")
    )
    member = django_filters.UUIDFilter(
        method="with_member", help_text=_("Only those in which this user has a part, by their id.")
    )

    class Meta:
        model = Turn
        fields: ClassVar[list[str]] = []

    def with_member(self, turns: "QuerySet[Any]", name: str, user_id: Any) -> "QuerySet[Any]":
        """That user has a part in it."""
        return turns.filter(pk__in=Part.objects.filter(member__user__public_id=user_id).values("turn"))


class DutyViewSet(ListsOnly, Reading, ViewSet):
    """Duties of the actor's cooperatives, by name."""

    queryset = Duty.objects.none()
    serializer_class = DutySerializer
    creating = NewDutySerializer
    filterset_class = DutyFilter
    needed: ClassVar = {"update": "tasks.change_duties", "partial_update": "tasks.change_duties"}

    def get_queryset(self) -> "QuerySet[Duty]":
        """Those the actor may see."""
        rows = Duty.objects.select_related("cooperative", "coordinator__user", "coordinator__person")
        return visible(self.actor, "tasks.see", rows).order_by("title", "pk")

    def create(self, request: Request) -> Response:
        """Set a duty up; the turns that are due for it are opened at once."""
        facts = self.parsed()
        cooperative = facts.pop("cooperative")
        return self.answer(create_duty(self.actor, cooperative, **self._known(facts, cooperative.pk)), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change it, pause, end or take it up again. Turns that were made stay as they are."""
        row = self.get_object()
        facts = self._known(self.versioned(partial=partial, instance=row), row.cooperative_id)
        if facts.pop("cooperative", row.cooperative) != row.cooperative:
            raise serializers.ValidationError({"cooperative": [_("A duty stays in its cooperative.")]})
        return self.answer(change_duty(self.actor, row, **facts))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)

    @staticmethod
    def _known(facts: dict[str, Any], cooperative_id: int) -> dict[str, Any]:
        if facts.get("coordinator") is not None:
            facts["coordinator"] = member_for(facts["coordinator"], cooperative_id, "coordinator")
        return facts


class TurnViewSet(ListsOnly, Reading, ViewSet):
    """Turns of duties, by the moment they are due."""

    queryset = Turn.objects.none()
    serializer_class = TurnSerializer
    filterset_class = TurnFilter
    needed: ClassVar = {"sign_up": "tasks.take_part"}

    def get_queryset(self) -> "QuerySet[Turn]":
        """Those the actor may see, with all their parts."""
        return visible(self.actor, "tasks.see", with_parts(Turn.objects.all())).order_by("due_at", "pk")

    def represent(self, obj: Any) -> Any:
        """A turn as it is now, whatever the method parses or gives."""
        pk = obj.turn_id if isinstance(obj, Part) else obj.pk
        return TurnSerializer(one_of(self.get_queryset(), pk), context=self.get_serializer_context()).data

    @extend_schema(request=NothingSerializer, responses=TurnSerializer)
    @action(detail=True, methods=["post"], serializer_class=NothingSerializer)
    def sign_up(self, request: Request, pk: str) -> Response:
        """Take a free place. 409 when there is none, or you have one; 422 once sign-up is closed."""
        self.parsed()
        return self.answer(sign_up(self.actor, self.get_object()))

    @extend_schema(request=GiveSerializer, responses=TurnSerializer)
    @action(detail=True, methods=["post"], serializer_class=GiveSerializer)
    def give(self, request: Request, pk: str) -> Response:
        """Give a free place to a member: for the coordinator."""
        row = self.get_object()
        member = self.parsed()["member"]
        return self.answer(give_place(self.actor, row, member=member_for(member, row.cooperative_id, "member")))

    @extend_schema(request=CancelSerializer, responses=TurnSerializer)
    @action(detail=True, methods=["post"], serializer_class=CancelSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """Call the turn off: for the coordinator."""
        row = self.get_object()
        return self.answer(cancel_turn(self.actor, row, **self.versioned(partial=False, instance=None)))


class PartFilter(django_filters.FilterSet):
    """`cooperative`, `turn`, `member` (a user's id), `looks_for_stand_in`, `to_confirm`."""

    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    turn = Key(field_name="turn_id", help_text=_("Only those of this turn, by its number."))
    member = django_filters.UUIDFilter(field_name="member__user__public_id", help_text=_("Only those of this user, by their id."))
    looks_for_stand_in = django_filters.BooleanFilter(
        field_name="asked_at",
        lookup_expr="isnull",
        exclude=True,
        help_text=_("true: those that look for a stand-in. false: those that do not."),
    )
    to_confirm = django_filters.BooleanFilter(
        method="waiting", help_text=_("true: what is done and waits to be confirmed. false: all else.")
    )

    class Meta:
        model = Part
        fields: ClassVar[list[str]] = []

    def waiting(self, parts: "QuerySet[Any]", name: str, wanted: bool) -> "QuerySet[Any]":
        """Done, and not confirmed by anybody."""
        waits = {"done_at__isnull": False, "confirmed_at": None}
        return parts.filter(**waits) if wanted else parts.exclude(**waits)


class PartViewSet(ListsOnly, Reading, ViewSet):
    """Places in turns that members have, by turn."""

    queryset = Part.objects.none()
    serializer_class = PartSerializer
    filterset_class = PartFilter
    # What is left out is for whoever has the place, or coordinates: their actions know.
    needed: ClassVar = {"stand_in": "tasks.take_part", "confirm": "tasks.take_part"}

    def get_queryset(self) -> "QuerySet[Part]":
        """Those the actor may see, with all that is shown of one."""
        people = ("turn__duty", "member__person", "member__user", "stands_in_for__person", "confirmed_by__person")
        rows = Part.objects.select_related(*people)
        return visible(self.actor, "tasks.see", rows).order_by("turn__due_at", "turn_id", "place")

    def represent(self, obj: Any) -> Any:
        """A part as it is now, whatever the method parses."""
        return PartSerializer(one_of(self.get_queryset(), obj.pk), context=self.get_serializer_context()).data

    def _gone(self, act: Callable[..., None]) -> Response:
        self.parsed()
        act(self.actor, self.get_object())
        return Response(status=204)

    @extend_schema(request=NothingSerializer, responses={204: None})
    @action(detail=True, methods=["post"], serializer_class=NothingSerializer)
    def withdraw(self, request: Request, pk: str) -> Response:
        """Give one's own place up, while sign-up is open."""
        return self._gone(withdraw)

    @extend_schema(request=NothingSerializer, responses={204: None})
    @action(detail=True, methods=["post"], serializer_class=NothingSerializer)
    def remove(self, request: Request, pk: str) -> Response:
        """Take somebody out: for the coordinator."""
        return self._gone(remove_part)

    @extend_schema(request=CannotComeSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"], serializer_class=CannotComeSerializer)
    def cannot_come(self, request: Request, pk: str) -> Response:
        """Ask for a stand-in. Until somebody is found, the place stays one's own."""
        return self.answer(ask_stand_in(self.actor, self.get_object(), **self.parsed()))

    @extend_schema(request=NothingSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"], serializer_class=NothingSerializer)
    def keep(self, request: Request, pk: str) -> Response:
        """Come after all."""
        self.parsed()
        return self.answer(keep_part(self.actor, self.get_object()))

    @extend_schema(request=NothingSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"], serializer_class=NothingSerializer)
    def stand_in(self, request: Request, pk: str) -> Response:
        """Take the place of who cannot come. 409 when somebody was faster."""
        self.parsed()
        return self.answer(stand_in(self.actor, self.get_object()))

    @extend_schema(request=DoneSerializer, responses=PartSerializer)
    @action(detail=True, methods=["post"], serializer_class=DoneSerializer)
    def done(self, request: Request, pk: str) -> Response:
        """Say that one's own part is done, or that it is not."""
        return self.answer(mark_done(self.actor, self.get_object(), **self.parsed()))

    @extend_schema(request=NothingSerializer, responses={201: EffortSerializer})
    @action(detail=True, methods=["post"], serializer_class=NothingSerializer)
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm somebody else's part: the ledger's row is the answer."""
        self.parsed()
        effort = confirm_part(self.actor, self.get_object())
        return Response(EffortSerializer(effort, context=self.get_serializer_context()).data, status=201)
