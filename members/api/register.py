"""The members of one cooperative: list, admit, leave or remove."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from cooperatives.rest import one_of, prove

from ..actions import admit, end_membership, request_to_join
from ..models import Membership
from ..queries import STANDING
from ..roles import offices
from ..serializers import (
    AnswersSerializer,
    JoiningSerializer,
    JoinRequestSerializer,
    LeavingSerializer,
    MembershipSerializer,
    NewMemberSerializer,
)
from .filters import RegisterFilter
from .memberships import Memberships

_COOPERATIVE = OpenApiParameter("cooperative_pk", OpenApiTypes.INT64, OpenApiParameter.PATH, description="The cooperative.")
_ID = OpenApiParameter(
    "id",
    OpenApiTypes.UUID,
    OpenApiParameter.PATH,
    description="The public id of the user, or of the membership.",
)


@extend_schema(parameters=[_COOPERATIVE])
class CooperativeMemberViewSet(Memberships):
    """Members of one cooperative, by the public id of their user or of their membership."""

    filterset_class = RegisterFilter
    creating = NewMemberSerializer
    unversioned = "leaving is asked of the register as it is now, and leaving twice is refused"
    needed: ClassVar = {"destroy": "members.end"}

    def cooperative(self) -> Cooperative:
        """The one in the address. Raises Http404 for one the actor does not belong to."""
        found: Cooperative = one_of(super().cooperatives(), self.kwargs["cooperative_pk"])
        return found

    def cooperatives(self) -> "QuerySet[Cooperative]":
        """The one in the address."""
        return Cooperative.objects.filter(pk=self.cooperative().pk)

    def get_object(self) -> Membership:
        """The member of this user or membership id; of several memberships of a user the one that stands, else the last."""
        rows = self.get_queryset().filter(Q(user__public_id=self.kwargs["id"]) | Q(public_id=self.kwargs["id"]))
        found = sorted(rows, key=lambda row: (row.status in STANDING, row.number))  # type: ignore[attr-defined]
        if not found:
            raise Http404
        self.check_object_permissions(self.request, found[-1])
        return found[-1]

    @extend_schema(request=JoiningSerializer, responses={201: MembershipSerializer, 202: JoinRequestSerializer})
    def create(self, request: Request, cooperative_pk: str) -> Response:
        """Officers admit somebody (201); an office takes an admin with a sign-in of the last five minutes.

        Who does not belong asks to join (202, the request), where the cooperative lists itself; anywhere else there is
        nothing at this address. Asked again, the answer is the request that waits.
        """
        if int(cooperative_pk) not in self.actor.cooperative_ids:
            return self._asked()
        cooperative = self.cooperative()
        facts = self.parsed()
        if offices(facts.get("roles", [])):
            prove(request._request)
        return self.answer(admit(self.actor, cooperative, **facts), 201)

    def _asked(self) -> Response:
        listed = one_of(Cooperative.objects.filter(is_listed=True), self.kwargs["cooperative_pk"])
        said = AnswersSerializer(data=self.request.data)
        said.is_valid(raise_exception=True)
        row = request_to_join(self.actor, listed, answers=said.validated_data.get("answers", []), again=True)
        address = reverse("join-request-detail", args=[row.public_id])
        with enter([listed.pk], self.actor.user_id):
            drawn = JoinRequestSerializer(row).data
        return Response(drawn, status=202, headers={"ETag": f'"{row.version}"', "Location": address})

    @extend_schema(parameters=[_COOPERATIVE, _ID])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(parameters=[_COOPERATIVE, _ID], request=LeavingSerializer, responses={204: None})
    def destroy(self, request: Request, **_keys: str) -> Response:
        """Leave, or let somebody leave. The body may say `left_date`, `reason`, `note`, and why an admin goes ahead
        `despite` open matters, which are named otherwise (422, `open`)."""
        member = self.get_object()
        end_membership(self.actor, member, **self.parsed())
        return Response(status=204)

    _DAY: ClassVar = {"create": "joined_date", "destroy": "left_date"}

    def handle_exception(self, exc: Exception) -> Response:
        """A rule about the day names the field as it is called here."""
        if isinstance(exc, RuleBroken) and exc.field == "on":
            exc.field = self._DAY.get(self.action or "", exc.field)
        return super().handle_exception(exc)

    def get_serializer_class(self) -> Any:
        """What the method parses."""
        return LeavingSerializer if self.action == "destroy" else MembershipSerializer
