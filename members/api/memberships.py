"""Memberships of all the caller's cooperatives: who belongs, what is said of them, their roles and pauses."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.models import Cooperative
from cooperatives.rest import Reading, StrictSerializer, ViewSet

from ..actions import correct_person, end_role, grant_role, keep_role, pause, resume, withdraw_leaving
from ..models import Membership
from ..queries import open_register
from ..roles import Role
from ..serializers import DaySerializer, GrantSerializer, MembershipSerializer, PauseSerializer, PersonSerializer
from .filters import MembershipFilter

_ROLE = OpenApiParameter("role", OpenApiTypes.STR, OpenApiParameter.PATH, enum=Role.values)
UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class Memberships(Reading, ViewSet):
    """Reading the register, wherever it is listed: those who stand, and for offices former and future members, too."""

    queryset = Membership.objects.none()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = UUID

    def cooperatives(self) -> "QuerySet[Cooperative]":
        """Whose register it is."""
        return Cooperative.objects.filter(pk__in=self.actor.cooperative_ids)

    def get_queryset(self) -> "QuerySet[Membership]":
        """As much as the actor may read."""
        return open_register(self.actor, self.cooperatives())

    def filter_queryset(self, queryset: Any) -> Any:
        """Filters narrow lists, never the way to one row."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def represent(self, obj: Any) -> Any:
        """A membership as it is now, whatever the method parses, and whichever row of it was changed."""
        known = {"pk": obj.pk} if isinstance(obj, Membership) else {"person": obj.pk}
        row = open_register(self.actor, self.cooperatives()).filter(**known).order_by("-number").first()
        return MembershipSerializer(row, context=self.get_serializer_context()).data if row else None

    def answer(self, obj: Any, status: int = 200) -> Response:
        """One membership, with the version of its entry as ETag."""
        drawn = self.represent(obj)
        headers = {"ETag": f'"{drawn["version"]}"'} if drawn else {}
        return Response(drawn, status=status, headers=headers)


class MembershipViewSet(Memberships):
    """Who belongs, by number. Names and roles are for members of the same cooperative only."""

    needed: ClassVar = {
        "list": "members.see",
        "retrieve": "members.see",
        "update": "members.correct",
        "partial_update": "members.correct",
        "roles": "members.grant",
        "end_role": "members.grant",
        "pause": "members.pause",
        "resume": "members.pause",
        "stay": "members.end",
        "keep_role": "members.grant",
    }
    fresh = frozenset({"roles", "end_role", "keep_role"})
    unversioned = "a role is held or not: ending it twice is refused, whatever else has changed"

    @extend_schema(request=PersonSerializer, responses=MembershipSerializer)
    def update(self, request: Request, *, partial: bool = False, **_key: str) -> Response:
        """Correct what the register says of the person. Officers all of it; others their own contact data and `shown`."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=None)
        version = facts.pop("version")
        correct_person(self.actor, row.person, version=version, **facts)
        return self.answer(row)

    @extend_schema(request=PersonSerializer, responses=MembershipSerializer)
    def partial_update(self, request: Request, **_key: str) -> Response:
        """Correct some of it."""
        return self.update(request, partial=True)

    @extend_schema(request=GrantSerializer, responses={201: MembershipSerializer})
    @action(detail=True, methods=["post"], filter_backends=[])
    def roles(self, request: Request, **_key: str) -> Response:
        """Give the member a role. Asks for a sign-in of the last five minutes."""
        row = self.get_object()
        grant_role(self.actor, row, **self.parsed())
        return self.answer(row, 201)

    @extend_schema(parameters=[_ROLE], responses=MembershipSerializer)
    @action(detail=True, methods=["delete"], url_path=r"roles/(?P<role>[a-z]{1,20})", filter_backends=[])
    def end_role(self, request: Request, role: str, **_key: str) -> Response:
        """End a role of the member today. Asks for a sign-in of the last five minutes."""
        row = self.get_object()
        end_role(self.actor, row, role=role)
        return self.answer(row)

    @extend_schema(request=PauseSerializer, responses=MembershipSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def pause(self, request: Request, **_key: str) -> Response:
        """Pause the membership: it stays, its offices rest."""
        row = self.get_object()
        pause(self.actor, row, **self.parsed())
        return self.answer(row)

    @extend_schema(request=DaySerializer, responses=MembershipSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def resume(self, request: Request, **_key: str) -> Response:
        """End the pause, and take planned ones back."""
        row = self.get_object()
        resume(self.actor, row, **self.parsed())
        return self.answer(row)

    @extend_schema(parameters=[_ROLE], request=None, responses=MembershipSerializer)
    @action(detail=True, methods=["post"], url_path=r"roles/(?P<role>[a-z]{1,20})/keep", filter_backends=[])
    def keep_role(self, request: Request, role: str, **_key: str) -> Response:
        """Take back that a role ends on a day ahead. Asks for a sign-in of the last five minutes."""
        row = self.get_object()
        self.parsed()
        keep_role(self.actor, row, role=role)
        return self.answer(row)

    @extend_schema(request=None, responses=MembershipSerializer)
    @action(detail=True, methods=["post"], filter_backends=[])
    def stay(self, request: Request, **_key: str) -> Response:
        """Take a planned leaving back before its day. Members may take back what they planned themselves."""
        row = self.get_object()
        self.parsed()
        withdraw_leaving(self.actor, row)
        return self.answer(row)

    _PARSERS: ClassVar[dict[str, Any]] = {
        "update": PersonSerializer,
        "partial_update": PersonSerializer,
        "roles": GrantSerializer,
        "pause": PauseSerializer,
        "resume": DaySerializer,
        "keep_role": StrictSerializer,
        "stay": StrictSerializer,
    }

    def get_serializer_class(self) -> Any:
        """What the method parses."""
        return self._PARSERS.get(self.action or "", MembershipSerializer)
