"""Invitations, for the office. A code is handed over once, at an address of its own, and never kept."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import Reading, StrictSerializer, ViewSet, one_of, prove

from ..actions import invite, invite_many, resend, revoke
from ..actions.invitations import PLAIN
from ..codes import written
from ..mailing import address
from ..models import Invitation
from ..queries import InvitationState, invitations_in
from ..serializers import (
    HandedOverSerializer,
    InvitationSerializer,
    InviteManySerializer,
    ManySerializer,
    NewInvitationSerializer,
    VersionSerializer,
)
from .filters import of_cooperative
from .homes.base import PUBLIC_ID


class InvitationFilter(django_filters.FilterSet):
    """`cooperative`, `way`, `state` (several may be named)."""

    cooperative = of_cooperative()
    way = django_filters.ChoiceFilter(choices=Invitation.Way.choices, help_text=_("Only those that go this way."))
    state = django_filters.MultipleChoiceFilter(
        choices=InvitationState.choices, help_text=_("What came of them; may be named several times.")
    )

    class Meta:
        model = Invitation
        fields: ClassVar[list[str]] = []


class _Invitations(ViewSet):
    """Those of the actor's cooperatives; the list holds those that the actor may see."""

    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = PUBLIC_ID

    def get_queryset(self) -> "QuerySet[Any]":
        """With their state, the newest first."""
        rows = invitations_in(self.actor.cooperative_ids, now=timezone.now())
        return visible(self.actor, "members.see_ways", rows) if self.action == "list" else rows

    def filter_queryset(self, queryset: Any) -> Any:
        """Filters narrow lists, never the way to one row."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def represent(self, obj: Any) -> Any:
        """As it is now, whatever the method parses."""
        return InvitationSerializer(one_of(self.get_queryset(), obj.pk)).data


class InvitationViewSet(Reading, _Invitations):
    """Whom a cooperative invites, and what came of it."""

    creating = NewInvitationSerializer
    filterset_class = InvitationFilter
    needed: ClassVar = {"retrieve": "members.see_ways", "revoke": "members.invite"}

    @extend_schema(request=NewInvitationSerializer, responses={201: InvitationSerializer})
    def create(self, request: Request) -> Response:
        """Invite by mail, link or slip. An office takes an admin with a sign-in of the last five minutes.

        A mail leaves by itself; ask for the code of a link at its `/again/`. Slips are printed on their page.
        """
        facts = self.parsed()
        if facts["role"] not in PLAIN:
            prove(request._request)
        return self.answer(invite(self.actor, facts.pop("cooperative"), **facts).invitation, 201)

    @extend_schema(request=InviteManySerializer, responses={201: ManySerializer})
    @action(detail=False, methods=["post"], serializer_class=InviteManySerializer, filter_backends=[])
    def everyone(self, request: Request) -> Response:
        """Invite these, or everybody who cannot sign in yet, in one act; nobody twice. 409 when there is nobody."""
        facts = self.parsed()
        many = invite_many(self.actor, facts["cooperative"], memberships=facts.get("memberships"))
        return Response(ManySerializer(many).data, status=201)

    @extend_schema(request=None, responses=InvitationSerializer)
    @action(detail=True, methods=["post"], filter_backends=[], serializer_class=StrictSerializer)
    def revoke(self, request: Request, **_key: str) -> Response:
        """Take it back: it lets nobody in any more. Twice is no error."""
        row = self.get_object()
        self.parsed()
        revoke(self.actor, row)
        return self.answer(row)


class InvitationAgainViewSet(_Invitations):
    """Sending again, which is also how the code of a link is handed over."""

    filter_backends = []
    idempotency = "refused"  # an answer that is stored to be repeated would hold the code
    needed: ClassVar = {"again": "members.invite"}

    @extend_schema(request=VersionSerializer, responses=HandedOverSerializer)
    @action(detail=True, methods=["post"], serializer_class=VersionSerializer)
    def again(self, request: Request, **_key: str) -> Response:
        """Send it again for another fourteen days; what was sent before opens nothing any more. At most five times a day.

        Of a link, the answer holds the new `code` and its `url`, this once.
        """
        made = resend(self.actor, self.get_object(), **self.versioned(partial=False, instance=None))
        shown = {"code": written(made.code), "url": address(made.code)} if made.code else {"code": None, "url": None}
        headers = {"ETag": f'"{made.invitation.version}"', "Cache-Control": "no-store"}
        return Response({**self.represent(made.invitation), **shown}, headers=headers)
