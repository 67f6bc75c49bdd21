"""The record as API."""

import re
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, pagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from cooperatives.rest import ViewSet

from .models import Event
from .queries import about, between, by_person, of_kind, records_for
from .serializers import Query, Record

_KEY = re.compile(r"[0-9]{1,18}")


class Newest(pagination.CursorPagination):
    """The newest first, by cursor: a list that grows at its head has no stable page numbers."""

    ordering = "-pk"
    page_size = 50
    max_page_size = 100
    page_size_query_param = "limit"

    def decode_cursor(self, request: Request) -> Any:
        """The place in the list. Raises ValidationError for a cursor that is none of ours."""
        try:
            cursor = super().decode_cursor(request)
        except exceptions.NotFound as error:
            raise exceptions.ValidationError({"cursor": [str(error.detail)]}) from error
        if cursor and not _KEY.fullmatch(str(cursor.position or 0)):
            raise exceptions.ValidationError({"cursor": [str(self.invalid_cursor_message)]})
        return cursor


class ActivityViewSet(ViewSet):
    """What happened in the actor's cooperatives, as far as it is meant for them."""

    serializer_class = Record
    pagination_class = Newest  # type: ignore[assignment]
    needed: ClassVar = {"list": "activity.see"}

    def get_queryset(self) -> "QuerySet[Event]":
        """Filtered by the query. Raises ValidationError naming what is wrong in it."""
        if getattr(self, "swagger_fake_view", False):  # drawing the description: there is no request
            return Event.objects.none()
        query = Query(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        said = query.validated_data
        records = records_for(self.actor)
        if "cooperative" in said:
            records = records.filter(cooperative_id=said["cooperative"])
        if "kind" in said:
            records = of_kind(records, said["kind"])
        if "actor" in said:
            records = by_person(records, said["actor"])
        if "subject" in said:
            records = about(records, said["subject"])
        return between(records, said.get("from"), said.get("to"))

    @extend_schema(parameters=[Query])
    def list(self, request: Request) -> Response:
        """What happened, the newest first."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def routes(router: SimpleRouter) -> None:
    """/api/v1/activity/"""
    router.register("activity", ActivityViewSet, basename="activity")
