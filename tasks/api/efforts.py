"""The effort ledger, and tasks that come again."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet, one_of

from ..actions import change_recurring, correct_effort, create_recurring, note_effort
from ..duty_serializers import CorrectionSerializer, EffortSerializer, NewRecurringSerializer, RecurringSerializer
from ..models import Effort, RecurringAssignee, RecurringTask
from ..waiting import with_waiting
from .filters import Key, ListsOnly
from .rows import members_for


class EffortFilter(django_filters.FilterSet):
    """`cooperative`, `member` (a user's id), `task`, `turn`, `kind`, `after`, `before` (both days included)."""

    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    member = django_filters.UUIDFilter(field_name="member__user__public_id", help_text=_("Only those of this user, by their id."))
    task = Key(field_name="task_id", help_text=_("Only those of this task, by its number."))
    turn = Key(field_name="turn_id", help_text=_("Only those of this turn, by its number."))
    kind = django_filters.ChoiceFilter(choices=Effort.Kind.choices, help_text=_("Only those of this kind."))
    after = django_filters.DateFilter(field_name="day", lookup_expr="gte", help_text=_("Only those of this day or later."))
    before = django_filters.DateFilter(field_name="day", lookup_expr="lte", help_text=_("Only those of this day or earlier."))

    class Meta:
        model = Effort
        fields: ClassVar[list[str]] = []


class EffortViewSet(ListsOnly, Reading, ViewSet):
    """The effort ledger, the newest row first. Rows are only added."""

    queryset = Effort.objects.none()
    serializer_class = EffortSerializer
    filterset_class = EffortFilter
    needed: ClassVar = {"correct": "tasks.correct_effort"}

    def get_queryset(self) -> "QuerySet[Effort]":
        """Those the actor may see."""
        rows = Effort.objects.select_related("member__person", "member__user", "confirmed_by__person", "turn__duty", "task")
        return visible(self.actor, "tasks.see", rows).order_by("-noted_at", "-pk")

    def represent(self, obj: Any) -> Any:
        """A row of the ledger, whatever the method parses."""
        return EffortSerializer(one_of(self.get_queryset(), obj.pk), context=self.get_serializer_context()).data

    def create(self, request: Request) -> Response:
        """Note one's own time on a task."""
        facts = self.parsed()
        return self.answer(note_effort(self.actor, facts.pop("task"), **facts), 201)

    @extend_schema(request=CorrectionSerializer, responses={201: EffortSerializer})
    @action(detail=True, methods=["post"], serializer_class=CorrectionSerializer)
    def correct(self, request: Request, pk: str) -> Response:
        """Take back what a row says, by a row with the opposite sign."""
        return self.answer(correct_effort(self.actor, self.get_object(), **self.parsed()), 201)


class RecurringFilter(django_filters.FilterSet):
    """`cooperative`, `project`, `paused`, `ended`."""

    cooperative = Key(field_name="cooperative_id", help_text=_("Only those of this cooperative, by its number."))
    project = Key(field_name="project_id", help_text=_("Only those of this project, by its number."))
    paused = django_filters.BooleanFilter(
        field_name="paused_at", lookup_expr="isnull", exclude=True, help_text=_("true: what is paused. false: what is not.")
    )
    ended = django_filters.BooleanFilter(
        field_name="ended_at", lookup_expr="isnull", exclude=True, help_text=_("true: what has ended. false: what has not.")
    )

    class Meta:
        model = RecurringTask
        fields: ClassVar[list[str]] = []


class RecurringViewSet(ListsOnly, Reading, ViewSet):
    """Tasks that come again, by title."""

    queryset = RecurringTask.objects.none()
    serializer_class = RecurringSerializer
    creating = NewRecurringSerializer
    filterset_class = RecurringFilter
    needed: ClassVar = {"update": "tasks.recur", "partial_update": "tasks.recur"}

    def get_queryset(self) -> "QuerySet[RecurringTask]":
        """Those the actor may see."""
        people = Prefetch("assignees", RecurringAssignee.objects.select_related("member__user").order_by("pk"))
        rows = RecurringTask.objects.select_related("project", "cooperative").prefetch_related(people, "labels")
        return visible(self.actor, "tasks.see", rows).order_by("title", "pk")

    def represent(self, obj: Any) -> Any:
        """A recurring task as it is now."""
        rows = with_waiting([one_of(self.get_queryset(), obj.pk)])
        return RecurringSerializer(rows[0], context=self.get_serializer_context()).data

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of them, with why their cards wait."""
        return with_waiting(super().paginate_queryset(queryset) or [])

    def create(self, request: Request) -> Response:
        """Set one up; what is due already is made at once, or waits and says why."""
        facts = self.parsed()
        project = facts.pop("project")
        return self.answer(create_recurring(self.actor, project, **self._known(facts, project.cooperative_id)), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change it, pause, end or take it up again. Cards that were made stay as they are."""
        row = self.get_object()
        facts = self._known(self.versioned(partial=partial, instance=row), row.cooperative_id)
        facts.pop("project", None)
        return self.answer(change_recurring(self.actor, row, **facts))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)

    @staticmethod
    def _known(facts: dict[str, Any], cooperative_id: int) -> dict[str, Any]:
        if "assignees" in facts:
            facts["assignees"] = members_for(list(dict.fromkeys(facts["assignees"])), cooperative_id, "assignees")
        return facts
