"""Filters that members keep by a name."""

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet

from ..actions import change_filter, keep_filter, remove_filter
from ..models import SavedFilter
from ..serializers import NewSavedFilterSerializer, SavedFilterSerializer
from .filters import ListsOnly, SavedFilterFilter


class SavedFilterViewSet(ListsOnly, Reading, ViewSet):
    """One's own filters, and those that others share with their projects, by name."""

    queryset = SavedFilter.objects.none()
    serializer_class = SavedFilterSerializer
    creating = NewSavedFilterSerializer
    filterset_class = SavedFilterFilter
    needed: ClassVar = dict.fromkeys(("update", "partial_update", "destroy"), "tasks.change_filter")

    def get_queryset(self) -> "QuerySet[SavedFilter]":
        """Those the actor may see."""
        rows = SavedFilter.objects.select_related("owner__user", "project")
        return visible(self.actor, "tasks.see_filter", rows).order_by("name", "pk")

    def create(self, request: Request) -> Response:
        """Keep a filter, at most 30 for each member. 409 when one keeps another of this name."""
        facts = self.parsed()
        return self.answer(keep_filter(self.actor, facts.pop("cooperative"), **facts), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Rename it, let it find something else, share it with its project or take that back."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        known = {name: facts[name] for name in ("name", "query", "is_shared", "version") if name in facts}
        return self.answer(change_filter(self.actor, row, **known))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)

    def destroy(self, request: Request, pk: str) -> Response:
        """Forget it; who was shown it does not see it any more."""
        row = self.get_object()
        remove_filter(self.actor, row, version=self.versioned(partial=True, instance=row)["version"])
        return Response(status=204)
