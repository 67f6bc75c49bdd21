"""Labels of projects."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet

from ..actions import change_label, create_label, remove_label
from ..models import Label
from ..serializers import LabelSerializer, NewLabelSerializer
from .filters import LabelFilter, ListsOnly


class LabelViewSet(ListsOnly, Reading, ViewSet):
    """Labels of projects, by name."""

    queryset = Label.objects.none()
    serializer_class = LabelSerializer
    creating = NewLabelSerializer
    filterset_class = LabelFilter
    needed: ClassVar = dict.fromkeys(("update", "partial_update", "destroy"), "tasks.change_project")

    def get_queryset(self) -> "QuerySet[Label]":
        """Those the actor may see."""
        rows = Label.objects.select_related("project")
        return visible(self.actor, "tasks.see", rows).order_by("project_id", "name", "colour", "pk")

    def create(self, request: Request) -> Response:
        """Add a label to a project."""
        facts = self.parsed()
        return self.answer(create_label(self.actor, facts.pop("project"), **facts), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change its name or colour, on every task that bears it."""
        row = self.get_object()
        facts: dict[str, Any] = self.versioned(partial=partial, instance=row)
        facts.pop("project", None)
        return self.answer(change_label(self.actor, row, **facts))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take it off every task and out of the project."""
        row = self.get_object()
        remove_label(self.actor, row, version=self.versioned(partial=True, instance=row)["version"])
        return Response(status=204)
