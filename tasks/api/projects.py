"""Projects, their boards and lanes."""

from collections import defaultdict
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.queries import Compiled
from cooperatives.rest import Reading, ViewSet, one_of, seen

from ..actions import change_lane, change_project, create_lane, create_project
from ..models import Lane, Project, Task
from ..queries import Names, names_on, with_places
from ..serializers import BoardSerializer, LaneSerializer, NewLaneSerializer, NewProjectSerializer, ProjectSerializer
from .filters import LaneFilter, ListsOnly, ProjectFilter

_CARD = ("id", "number", "title", "due_date", "version", "lane_id", "kind", "priority", "read_member_ids", "read_label_ids")
_SETTLED = ("name", "description", "members_only", "assignment_limit", "remind_days", "archived")
_LANE = ("id", "name", "status", "wip_limit", "is_done", "colour", "version")
_cards = Compiled(
    lambda project: (
        Task.objects.filter(project=project, archived_at=None).with_faces_apart().order_by("rank").values_list(*_CARD)
    ),
    project=int,
)
_lanes = Compiled(
    lambda project: (
        Lane.objects.filter(project=project, archived_at=None)
        .select_related("project__created_by__user")
        .order_by("position", "pk")
    ),
    project=int,
)
_one = Compiled(lambda pk: Project.objects.select_related("created_by__user").filter(pk=pk), pk=int)


def _drawn(project: Project) -> tuple[dict[int, list[dict[str, Any]]], Names]:
    """The cards of a board by lane, and what is called how on them. What JSON does not know becomes text here."""
    rows = _cards(project=project.pk)
    names = names_on((people, labels) for *_facts, people, labels in rows)
    known, cards = names.people, defaultdict[int, list[dict[str, Any]]](list)
    for pk, number, title, due, version, lane, kind, priority, members, labels in rows:
        people = [known[member] for member in members if member in known]
        cards[lane].append(
            {
                "id": pk,
                "number": number,
                "title": title,
                "due_date": due.isoformat() if due else None,
                "version": version,
                "kind": kind,
                "priority": priority,
                "assigned_to": people[0][0] if people else None,
                "assigned_name": people[0][1] if people else None,
                "assignees": [user_id for user_id, _name in people if user_id],
                "labels": labels,
            }
        )
    return cards, names


class ProjectViewSet(ListsOnly, Reading, ViewSet):
    """Projects of the actor's cooperatives. `organization` and `cooperative` are the same."""

    queryset = Project.objects.none()
    serializer_class = ProjectSerializer
    creating = NewProjectSerializer
    filterset_class = ProjectFilter
    needed: ClassVar = {"update": "tasks.change_project", "partial_update": "tasks.change_project"}

    def get_queryset(self) -> "QuerySet[Project]":
        """Those the actor may see; one by its id also when archived."""
        rows = visible(self.actor, "tasks.see", Project.objects.select_related("created_by__user"))
        return rows.order_by("name", "pk")

    def get_object(self) -> Project:
        """The one of the address. Raises Http404."""
        return seen(self, _one.first(pk=int(self.kwargs["pk"])), "tasks.see")

    def create(self, request: Request) -> Response:
        """Start a project; its board begins with four lanes."""
        facts = self.parsed()
        return self.answer(create_project(self.actor, facts.pop("cooperative"), **facts), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change name, description, who may change it, the limit, or archive it."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        known = {key: facts[key] for key in (*_SETTLED, "version") if key in facts}
        return self.answer(change_project(self.actor, row, **known))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)

    @extend_schema(responses=BoardSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def board(self, request: Request, pk: str) -> Response:
        """The whole board: every lane from left to right with its open cards from top to bottom, and the labels they bear."""
        lanes = _lanes(project=int(pk))
        project = seen(self, lanes[0].project, "tasks.see") if lanes else self.get_object()
        cards, names = _drawn(project)
        drawn = [{**{name: getattr(lane, name) for name in _LANE}, "tasks": cards[lane.pk]} for lane in lanes]
        labels = [{"id": pk, "name": name, "colour": colour} for pk, (name, colour) in sorted(names.labels.items())]
        return Response({"project": self.represent(project), "lanes": drawn, "labels": labels})


class LaneViewSet(ListsOnly, Reading, ViewSet):
    """Lanes of boards, from left to right."""

    queryset = Lane.objects.none()
    serializer_class = LaneSerializer
    creating = NewLaneSerializer
    filterset_class = LaneFilter
    needed: ClassVar = {"update": "tasks.change_lane", "partial_update": "tasks.change_lane"}

    def get_queryset(self) -> "QuerySet[Lane]":
        """Those the actor may see."""
        rows = with_places(Lane.objects.select_related("project"), "project", archived_at=None)
        return visible(self.actor, "tasks.see", rows).order_by("project_id", "position", "pk")

    def represent(self, obj: Any) -> Any:
        """A lane with its place as it is now."""
        return LaneSerializer(one_of(self.get_queryset(), obj.pk), context=self.get_serializer_context()).data

    def create(self, request: Request) -> Response:
        """Add a lane at the right end."""
        facts = self.parsed()
        return self.answer(create_lane(self.actor, facts.pop("project"), **facts), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change it; `position` is the place among the lanes that are shown, from 0."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        facts.pop("project", None)
        return self.answer(change_lane(self.actor, row, **facts))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        return self.update(request, pk, partial=True)
