"""Requests to join: the office's, and one's own to cooperatives where one does not stand yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.queries import enter
from cooperatives.rest import Reading, ViewSet

from ..actions import approve_request, decline_request, request_to_join, withdraw_request
from ..models import JoinRequest
from ..queries import requests_of
from ..serializers import DecisionSerializer, JoinRequestSerializer, NewJoinRequestSerializer

State = JoinRequest.State


class JoinRequestViewSet(Reading, ViewSet):
    """Ask, look, answer. The office sees its cooperative's requests, everybody their own."""

    queryset = JoinRequest.objects.none()
    serializer_class = JoinRequestSerializer
    creating = NewJoinRequestSerializer
    filter_backends = []
    # Who asks does not stand there, so no kept answer could be given to them again; asked twice it is one request anyway.
    idempotency = "refused"
    needed: ClassVar = {"retrieve": "members.see_request", "partial_update": "members.see_request"}
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

    def get_queryset(self) -> "QuerySet[JoinRequest]":
        """Those the actor may see, those that wait first; one by its id also where a member has not the right."""
        rows = requests_of(self._within())
        if self.action == "list":
            return visible(self.actor, "members.see_request", rows)
        return rows.filter(Q(cooperative_id__in=self.actor.cooperative_ids) | Q(user_id=self.actor.user_id))

    def _within(self) -> list[int]:
        mine = [] if self.actor.within else JoinRequest.mine.values_list("cooperative_id", flat=True)
        return sorted({*self.actor.cooperative_ids, *mine})

    @contextmanager
    def _entered(self) -> Iterator[None]:
        """Also where one has asked and does not stand yet; what is shown there is one's own alone."""
        with enter(self._within(), self.actor.user_id):
            yield

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Requests that wait first, then the newest."""
        with self._entered():
            return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One request."""
        with self._entered():
            return super().retrieve(request, *args, **kwargs)

    @extend_schema(request=NewJoinRequestSerializer, responses={201: JoinRequestSerializer})
    def create(self, request: Request) -> Response:
        """Ask to join a cooperative that lists itself."""
        facts = self.parsed()
        row = request_to_join(self.actor, facts["cooperative"], answers=facts.get("answers", []))
        with enter([row.cooperative_id], self.actor.user_id):
            return self.answer(row, 201)

    @extend_schema(request=DecisionSerializer, responses={200: JoinRequestSerializer})
    def partial_update(self, request: Request, **_key: str) -> Response:
        """Approve or decline a request, or withdraw one's own."""
        with self._entered():
            row = self.get_object()
            facts = self.versioned(partial=False, instance=None)
            if facts["state"] == State.WITHDRAWN:
                done = withdraw_request(self.actor, row, version=facts["version"])
            elif facts["state"] == State.APPROVED:
                done = approve_request(self.actor, row, version=facts["version"])
            else:
                done = decline_request(self.actor, row, version=facts["version"], reason=facts.get("reason", ""))
            return self.answer(done)

    def get_serializer_class(self) -> Any:
        """A change is a decision; everything else is a request."""
        return DecisionSerializer if self.action == "partial_update" else JoinRequestSerializer

    def represent(self, obj: Any) -> Any:
        """A request, whatever the method parses."""
        return JoinRequestSerializer(obj, context=self.get_serializer_context()).data
