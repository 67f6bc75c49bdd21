"""What hangs on tasks: comments, checklists with their steps, relations."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.actions import Stale
from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet, one_of

from ..actions import (
    add_comment,
    add_step,
    change_checklist,
    change_comment,
    change_step,
    create_checklist,
    relate_tasks,
    remove_checklist,
    remove_comment,
    remove_step,
    unrelate_tasks,
)
from ..models import CheckItem, Checklist, Comment, Relation
from ..queries import with_places
from ..serializers import (
    ChecklistSerializer,
    CommentSerializer,
    NewChecklistSerializer,
    NewCommentSerializer,
    NewStepSerializer,
    RelationSerializer,
    StepSerializer,
    TakeBackSerializer,
)
from .filters import CommentFilter, ListsOnly, RelationFilter, StepFilter, TaskPartFilter


class Hanging(ListsOnly, Reading, ViewSet):
    """Rows that hang on a task: added, changed and removed by the actions of their kind."""

    stays: ClassVar[str] = "task"
    adding: ClassVar[Any] = None
    changing: ClassVar[Any] = None
    removing: ClassVar[Any] = None

    def create(self, request: Request) -> Response:
        """Add one."""
        facts = self.parsed()
        made = type(self).adding(self.actor, facts.pop(self.stays), **facts)
        return self.answer(one_of(self.get_queryset(), made.pk), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change it."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        facts.pop(self.stays, None)
        self._kept(row, lambda: type(self).changing(self.actor, row, **facts))
        return self.answer(one_of(self.get_queryset(), row.pk))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)

    def destroy(self, request: Request, pk: str) -> Response:
        """Remove it."""
        row = self.get_object()
        version = self.versioned(partial=True, instance=row)["version"]
        self._kept(row, lambda: type(self).removing(self.actor, row, version=version))
        return Response(status=204)

    def _kept(self, row: Any, act: Any) -> Any:
        """Act; a stale version is shown the row with all that is drawn of it."""
        try:
            return act()
        except Stale as stale:
            stale.current = one_of(self.get_queryset(), row.pk)
            raise


class CommentViewSet(Hanging):
    """What people say about tasks, oldest first."""

    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    creating = NewCommentSerializer
    filterset_class = CommentFilter
    needed: ClassVar = {
        "update": "tasks.edit_comment",
        "partial_update": "tasks.edit_comment",
        "destroy": "tasks.remove_comment",
    }
    adding, changing = add_comment, change_comment

    def get_queryset(self) -> "QuerySet[Comment]":
        """Those the actor may see."""
        rows = Comment.objects.select_related("author__user", "author__person", "task__project")
        return visible(self.actor, "tasks.see", rows).order_by("created_at", "pk")

    def get_serializer_class(self) -> Any:
        """Taking back parses a reason."""
        return TakeBackSerializer if self.action == "destroy" else super().get_serializer_class()

    @extend_schema(request=TakeBackSerializer, responses=CommentSerializer)
    def destroy(self, request: Request, pk: str) -> Response:
        """Take it back: its place stays, its words go. Somebody else's only with a `reason`, which is recorded."""
        row = self.get_object()
        facts = self.versioned(partial=True, instance=row)
        self._kept(row, lambda: remove_comment(self.actor, row, **facts))
        return self.answer(one_of(self.get_queryset(), row.pk))

    def represent(self, obj: Any) -> Any:
        """A comment, whatever the method parses."""
        return CommentSerializer(obj, context=self.get_serializer_context()).data


class ChecklistViewSet(Hanging):
    """Checklists of tasks, with their steps."""

    queryset = Checklist.objects.none()
    serializer_class = ChecklistSerializer
    creating = NewChecklistSerializer
    filterset_class = TaskPartFilter
    needed: ClassVar = dict.fromkeys(("update", "partial_update", "destroy"), "tasks.change")
    adding, changing, removing = create_checklist, change_checklist, remove_checklist

    def get_queryset(self) -> "QuerySet[Checklist]":
        """Those the actor may see."""
        steps = Prefetch("items", CheckItem.objects.select_related("done_by__user").order_by("position", "pk"))
        rows = Checklist.objects.select_related("task__project").prefetch_related(steps)
        return visible(self.actor, "tasks.see", rows).order_by("task_id", "position", "pk")


class StepViewSet(Hanging):
    """Steps of checklists."""

    queryset = CheckItem.objects.none()
    serializer_class = StepSerializer
    creating = NewStepSerializer
    filterset_class = StepFilter
    needed: ClassVar = dict.fromkeys(("update", "partial_update", "destroy"), "tasks.change")
    stays = "checklist"
    adding, changing, removing = add_step, change_step, remove_step

    def get_queryset(self) -> "QuerySet[CheckItem]":
        """Those the actor may see."""
        rows = with_places(CheckItem.objects.select_related("done_by__user", "checklist__task__project"), "checklist")
        return visible(self.actor, "tasks.see", rows).order_by("checklist_id", "position", "pk")


class RelationViewSet(ListsOnly, Reading, ViewSet):
    """How tasks stand to each other."""

    queryset = Relation.objects.none()
    serializer_class = RelationSerializer
    filterset_class = RelationFilter
    needed: ClassVar = {"destroy": "tasks.change"}
    unversioned = "a relation stands or not: removed twice, it is gone"

    def get_queryset(self) -> "QuerySet[Relation]":
        """Those the actor may see."""
        return visible(self.actor, "tasks.see", Relation.objects.select_related("task__project")).order_by("pk")

    def create(self, request: Request) -> Response:
        """Relate two tasks; blocks that would close a ring are refused."""
        facts = self.parsed()
        return self.answer(relate_tasks(self.actor, facts.pop("task"), **facts), 201)

    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a relation."""
        row = self.get_object()
        unrelate_tasks(self.actor, row, of=row.task)
        return Response(status=204)
