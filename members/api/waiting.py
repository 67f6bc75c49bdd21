"""The waiting list and its offers, for the office."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet, one_of

from ..actions import (
    answer_offer,
    change_waiting,
    enter_waiting,
    offer_unit,
    rank_waiting,
    withdraw_offer,
    withdraw_waiting,
)
from ..models import UnitOffer, WaitingEntry
from ..queries import ranked
from ..serializers import (
    AnswerSerializer,
    NewWaitingSerializer,
    OfferSerializer,
    RankSerializer,
    UnitOfferSerializer,
    VersionSerializer,
    WaitingSerializer,
)
from .filters import of_cooperative
from .homes.base import PUBLIC_ID

State, Answer = WaitingEntry.State, UnitOffer.Answer


class _State(django_filters.MultipleChoiceFilter):
    """Who waits, unless others are asked for."""

    def filter(self, qs: Any, value: list[str]) -> Any:
        """Leave those out who wait no more, by default."""
        return qs.filter(state__in=value or [State.WAITING])


class WaitingFilter(django_filters.FilterSet):
    """`cooperative`, `state` (several may be named), `search` (in names)."""

    cooperative = of_cooperative()
    state = _State(
        choices=State.choices, help_text=_("What came of them; may be named several times. Without it, those who wait.")
    )
    search = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", max_length=100, help_text=_("A part of the name.")
    )

    class Meta:
        model = WaitingEntry
        fields: ClassVar[list[str]] = []


class _Waiting(Reading, ViewSet):
    """Rows for the office: the list holds what the actor may see, and one by its id is refused to a plain member."""

    def rows(self) -> "QuerySet[Any]":
        """All of the actor's cooperatives."""
        raise NotImplementedError

    def get_queryset(self) -> "QuerySet[Any]":
        """As far as they are listed."""
        return visible(self.actor, "members.see_ways", self.rows()) if self.action == "list" else self.rows()

    def filter_queryset(self, queryset: Any) -> Any:
        """Filters narrow lists, never the way to one row."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def represent(self, obj: Any) -> Any:
        """As it is now, whatever the method parses."""
        kind: Any = type(self).serializer_class
        return kind(one_of(self.get_queryset(), obj.pk)).data

    def now(self, obj: Any, status: int = 200) -> Response:
        """The row as it is after what was done."""
        return self.answer(one_of(self.get_queryset(), obj.pk), status)


class WaitingViewSet(_Waiting):
    """Who waits for a home, by rank."""

    queryset = WaitingEntry.objects.none()
    serializer_class = WaitingSerializer
    creating = NewWaitingSerializer
    filterset_class = WaitingFilter
    needed: ClassVar = {
        "retrieve": "members.see_ways",
        **dict.fromkeys(("update", "partial_update", "rank", "offers", "withdraw"), "members.wait"),
    }
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID

    def rows(self) -> "QuerySet[Any]":
        """With rank and open offer, those first who wait longest."""
        rows = WaitingEntry.objects.filter(cooperative_id__in=self.actor.cooperative_ids)
        return ranked(rows.select_related("cooperative", "person"))

    @extend_schema(request=NewWaitingSerializer, responses={201: WaitingSerializer})
    def create(self, request: Request) -> Response:
        """Enter somebody."""
        facts = self.parsed()
        return self.now(enter_waiting(self.actor, facts.pop("cooperative"), **facts), 201)

    def update(self, request: Request, *, partial: bool = False, **_key: str) -> Response:
        """Change what is known of them; never the rank."""
        row = self.get_object()
        return self.now(change_waiting(self.actor, row, **self.versioned(partial=partial, instance=row)))

    def partial_update(self, request: Request, **_key: str) -> Response:
        """Change some of it."""
        return self.update(request, partial=True)

    @extend_schema(request=RankSerializer, responses=WaitingSerializer)
    @action(detail=True, methods=["post"], serializer_class=RankSerializer, filter_backends=[])
    def rank(self, request: Request, **_key: str) -> Response:
        """Let them wait since another day, for a reason that the record keeps."""
        row = self.get_object()
        return self.now(rank_waiting(self.actor, row, **self.versioned(partial=False, instance=None)))

    @extend_schema(request=OfferSerializer, responses={201: WaitingSerializer})
    @action(detail=True, methods=["post"], serializer_class=OfferSerializer, filter_backends=[])
    def offers(self, request: Request, **_key: str) -> Response:
        """Offer them a home. 409 while it, or they, have an open offer."""
        row = self.get_object()
        offer_unit(self.actor, row, **self.versioned(partial=False, instance=None))
        return self.now(row, 201)

    @extend_schema(request=VersionSerializer, responses=WaitingSerializer)
    @action(detail=True, methods=["post"], serializer_class=VersionSerializer, filter_backends=[])
    def withdraw(self, request: Request, **_key: str) -> Response:
        """Take them off the list, and an open offer back."""
        row = self.get_object()
        return self.now(withdraw_waiting(self.actor, row, **self.versioned(partial=False, instance=None)))


class OfferFilter(django_filters.FilterSet):
    """`cooperative`, `entry`, `answer`."""

    cooperative = of_cooperative()
    entry = django_filters.UUIDFilter(
        field_name="entry__public_id", help_text=_("Only what was offered to this entry of the waiting list, by its id.")
    )
    answer = django_filters.ChoiceFilter(choices=Answer.choices, help_text=_("Only those with this answer."))

    class Meta:
        model = UnitOffer
        fields: ClassVar[list[str]] = []


class UnitOfferViewSet(_Waiting):
    """Homes that were offered, the latest first."""

    queryset = UnitOffer.objects.none()
    serializer_class = UnitOfferSerializer
    filterset_class = OfferFilter
    needed: ClassVar = {"retrieve": "members.see_ways", "partial_update": "members.wait"}

    def rows(self) -> "QuerySet[Any]":
        """With unit and who waits."""
        rows = UnitOffer.objects.filter(cooperative_id__in=self.actor.cooperative_ids)
        return rows.select_related("unit", "entry", "cooperative").order_by("-offered_at", "-pk")

    @extend_schema(request=AnswerSerializer, responses=UnitOfferSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Note what they answered, or take the offer back."""
        row = self.get_object()
        facts = self.versioned(partial=False, instance=None)
        if facts["answer"] == Answer.WITHDRAWN:
            return self.now(withdraw_offer(self.actor, row, version=facts["version"]))
        return self.now(answer_offer(self.actor, row, version=facts["version"], accepted=facts["answer"] == Answer.ACCEPTED))

    def get_serializer_class(self) -> Any:
        """What the method parses."""
        return AnswerSerializer if self.action == "partial_update" else UnitOfferSerializer
