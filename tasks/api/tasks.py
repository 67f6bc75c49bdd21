"""Tasks, also called issues."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.actions import Conflict, Stale
from cooperatives.models import Cooperative
from cooperatives.policy import visible
from cooperatives.queries import Compiled
from cooperatives.rest import Reading, ViewSet, one_of, seen

from ..actions import change_tasks, create_task, move_task, reorder_lane, revise_task, watch_task
from ..models import Task
from ..queries import watchers_of
from ..serializers import (
    BulkSerializer,
    MoveSerializer,
    NewTaskSerializer,
    ReorderSerializer,
    TaskSerializer,
    WatchSerializer,
)
from .filters import ListsOnly, TaskFilter
from .rows import labels_for, members_for, rows_for

_SHOWN = ("project", "lane")
_one = Compiled(lambda pk: Task.objects.select_related(*_SHOWN).with_ids().filter(pk=pk), pk=int)


class Tasks(ListsOnly, Reading, ViewSet):
    """Reading and creating, wherever tasks are listed."""

    queryset = Task.objects.none()
    serializer_class = TaskSerializer
    creating = NewTaskSerializer
    filterset_class = TaskFilter

    def get_queryset(self) -> "QuerySet[Task]":
        """Those the actor may see, with all that is shown of one."""
        rows = Task.objects.select_related(*_SHOWN).with_ids()
        return visible(self.actor, "tasks.see", rows).order_by("-created_at", "-pk")

    def made(self, facts: dict[str, Any]) -> Response:
        """Create one from what was parsed."""
        project = facts.pop("project")
        made = create_task(self.actor, project, **self.with_rows(facts, project.cooperative_id))
        made.read_author_id = self.actor.user.public_id  # who acts here is known
        return self.answer(made, 201)

    def with_rows(self, facts: dict[str, Any], cooperative_id: int) -> dict[str, Any]:
        """Turn ids of users and labels into their rows. Raises ValidationError for what is not there."""
        for name in {"assigned_to", "assignees"} & facts.keys():
            asked = facts.pop(name)
            wanted = [asked] if name == "assigned_to" and asked else asked or []
            facts["assignees"] = members_for(wanted, cooperative_id, name)
        for name in {"labels", "add_labels", "remove_labels"} & facts.keys():
            facts[name] = labels_for(facts[name], name)
        return facts


class TaskViewSet(Tasks):
    """Tasks of all the actor's cooperatives."""

    needed: ClassVar = {"update": "tasks.change", "partial_update": "tasks.change", "move": "tasks.move", "watch": "tasks.watch"}

    def get_object(self) -> Task:
        """The one of the address. Raises Http404."""
        return seen(self, _one.first(pk=int(self.kwargs["pk"])), "tasks.see")

    def create(self, request: Request) -> Response:
        """Add a task at the bottom of a lane: of `lane`, else of `status`, else of the first one."""
        return self.made(self.parsed())

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change a task. A new `status` or `lane` puts it at the bottom of that lane."""
        row = self.get_object()
        facts = self.with_rows(self.versioned(partial=partial, instance=row), row.cooperative_id)
        facts.pop("project", None)
        return self._kept(row, lambda: revise_task(self.actor, row, **facts))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)

    @extend_schema(request=MoveSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"], serializer_class=MoveSerializer)
    def move(self, request: Request, pk: str) -> Response:
        """Move a card next to others. 409 with the card as it is now when the neighbour has gone or the lane is full."""
        row = self.get_object()
        facts = self.versioned(partial=True, instance=None)
        where = {"after_id": facts.get("after"), "before_id": facts.get("before"), "override": facts.get("override", False)}
        return self._kept(row, lambda: move_task(self.actor, row, lane=facts.get("lane"), version=facts["version"], **where))

    def _kept(self, row: Task, act: Any) -> Response:
        """Act; a conflict brings the card as it is now, so that a client can put it back."""
        try:
            return self.answer(act())
        except Stale as stale:
            stale.current = one_of(self.get_queryset(), row.pk)
            raise
        except Conflict as conflict:
            conflict.extra.setdefault("current", self.represent(one_of(self.get_queryset(), row.pk)))
            raise

    def represent(self, obj: Any) -> Any:
        """A task, whatever the method parses."""
        return TaskSerializer(obj, context=self.get_serializer_context()).data

    @extend_schema(request=ReorderSerializer, responses=ReorderSerializer, filters=False)
    @action(detail=False, methods=["post"], serializer_class=ReorderSerializer, pagination_class=None)
    def reorder(self, request: Request) -> Response:
        """Put all open cards of a lane in order at once. 409 when the lane holds other cards by now."""
        facts = self.parsed()
        lane, order = facts["lane"], facts["order"]
        if Task.objects.filter(pk__in=order).count() != len(set(order)):
            raise serializers.ValidationError({"order": [_("A task in this list does not exist.")]})
        return Response({"lane": lane.pk, "order": reorder_lane(self.actor, lane, order=order)})

    @extend_schema(request=BulkSerializer, responses=BulkSerializer, filters=False)
    @action(detail=False, methods=["post"], serializer_class=BulkSerializer, pagination_class=None)
    def bulk(self, request: Request) -> Response:
        """Change up to 200 tasks at once: all of them, or none; then `task` is the one that refuses.

        With `versions` a task that somebody has changed since is such a one (409).
        """
        facts = self.parsed()
        seen = facts.pop("versions", None)
        rows = rows_for(Task.objects.select_related("project__cooperative"), facts.pop("tasks"), "tasks")
        (place, *others) = {row.cooperative_id for row in rows}
        if others and "assignees" in facts:
            raise serializers.ValidationError({"tasks": [_("People can be given tasks of one cooperative at a time.")]})
        versions = None if seen is None else {int(pk): version for pk, version in seen.items()}
        changed = change_tasks(self.actor, rows, versions=versions, **self.with_rows(facts, place))
        return Response({"tasks": [row.pk for row in changed]})

    @extend_schema(request=WatchSerializer, responses=WatchSerializer)
    @action(detail=True, methods=["get", "post"], serializer_class=WatchSerializer)
    def watch(self, request: Request, pk: str) -> Response:
        """Who hears of a task; a POST says whether the actor does."""
        row = self.get_object()
        if request.method == "POST":
            watch_task(self.actor, row, on=self.parsed()["watching"])
        watchers = [str(member.user.public_id) for member in watchers_of(row) if member.user]
        return Response({"watching": str(self.actor.user.public_id) in watchers, "watchers": watchers})


_COOPERATIVE = OpenApiParameter("cooperative_pk", OpenApiTypes.INT64, OpenApiParameter.PATH, description="The cooperative.")


@extend_schema(parameters=[_COOPERATIVE])
class CooperativeTaskViewSet(Tasks):
    """Tasks of one cooperative: list and add."""

    http_method_names = ["get", "post", "head", "options"]

    def _cooperative(self) -> Cooperative:
        mine = Cooperative.objects.filter(pk__in=self.actor.cooperative_ids)
        found: Cooperative = one_of(mine, self.kwargs["cooperative_pk"])
        return found

    def get_queryset(self) -> "QuerySet[Task]":
        """Those of the cooperative. Raises Http404 for one the actor does not belong to."""
        return super().get_queryset().filter(cooperative=self._cooperative())

    def create(self, request: Request, cooperative_pk: str) -> Response:
        """Add a task to one of its projects."""
        cooperative = self._cooperative()
        facts = self.parsed()
        if facts["project"].cooperative_id != cooperative.pk:
            raise serializers.ValidationError({"project": [_("This project does not exist in the cooperative.")]})
        return self.made(facts)

    @extend_schema(parameters=[_COOPERATIVE, OpenApiParameter("id", OpenApiTypes.INT64, OpenApiParameter.PATH)])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of its tasks."""
        return super().retrieve(request, *args, **kwargs)
