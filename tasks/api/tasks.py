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
from members.models import Membership
from members.queries import staying

from ..actions import create_task, move_task, reorder_lane, revise_task
from ..models import Task
from ..serializers import MoveSerializer, NewTaskSerializer, ReorderSerializer, TaskSerializer
from .filters import TaskFilter

_SHOWN = ("project", "lane", "assignee__user", "created_by__user")
_one = Compiled(lambda pk: Task.objects.select_related(*_SHOWN).filter(pk=pk), pk=int)


class Tasks(Reading, ViewSet):
    """Reading and creating, wherever tasks are listed."""

    queryset = Task.objects.none()
    serializer_class = TaskSerializer
    creating = NewTaskSerializer
    filterset_class = TaskFilter

    def get_queryset(self) -> "QuerySet[Task]":
        """Those the actor may see, with all that is shown of one."""
        rows = Task.objects.select_related(*_SHOWN)
        return visible(self.actor, "tasks.see", rows).order_by("-created_at", "-pk")

    def filter_queryset(self, queryset: Any) -> Any:
        """Filters narrow lists, never the way to one row."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def made(self, facts: dict[str, Any]) -> Response:
        """Create one from what was parsed."""
        project = facts.pop("project")
        made = create_task(self.actor, project, **self.with_assignee(facts, project.cooperative_id))
        return self.answer(_one.first(pk=made.pk), 201)  # once with all that is shown, instead of thing by thing

    def with_assignee(self, facts: dict[str, Any], cooperative_id: int) -> dict[str, Any]:
        """Turn the user's public id into their membership. Raises ValidationError for anybody else."""
        if "assigned_to" not in facts:
            return facts
        user_id = facts.pop("assigned_to")
        facts["assignee"] = None
        if user_id is not None:
            members = Membership.objects.select_related("user", "person")
            member = members.filter(staying(), cooperative=cooperative_id, user__public_id=user_id).first()
            if member is None:
                raise serializers.ValidationError({"assigned_to": [_("This user does not exist in the cooperative.")]})
            facts["assignee"] = member
        return facts


class TaskViewSet(Tasks):
    """Tasks of all the actor's cooperatives."""

    needed: ClassVar = {"update": "tasks.change", "partial_update": "tasks.change", "move": "tasks.move"}

    def get_object(self) -> Task:
        """The one of the address. Raises Http404."""
        return seen(self, _one.first(pk=int(self.kwargs["pk"])), "tasks.see")

    def create(self, request: Request) -> Response:
        """Add a task at the bottom of a lane: of `lane`, else of `status`, else of the first one."""
        return self.made(self.parsed())

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change a task. A new `status` or `lane` puts it at the bottom of that lane."""
        row = self.get_object()
        facts = self.with_assignee(self.versioned(partial=partial, instance=row), row.cooperative_id)
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
