"""Who belongs to a project."""

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import Reading, ViewSet, one_of

from ..actions import take_in, take_out
from ..models import Project, ProjectMember
from ..queries import people_of
from ..serializers import ProjectMemberSerializer
from .rows import member_for

_PROJECT = OpenApiParameter("project_pk", OpenApiTypes.INT64, OpenApiParameter.PATH, description="The project.")
_ID = OpenApiParameter("id", OpenApiTypes.INT64, OpenApiParameter.PATH, description="The member of the project.")


@extend_schema(parameters=[_PROJECT])
class ProjectPeopleViewSet(Reading, ViewSet):
    """The members of a project, its leads first."""

    queryset = ProjectMember.objects.none()
    serializer_class = ProjectMemberSerializer
    needed: ClassVar = {"destroy": "tasks.people"}
    unversioned = "somebody belongs to a project or not: taken out twice, they are out"

    def _project(self) -> Project:
        rows = visible(self.actor, "tasks.see", Project.objects.all())
        found: Project = one_of(rows, self.kwargs["project_pk"])
        return found

    def get_queryset(self) -> "QuerySet[ProjectMember]":
        """Those of the project. Raises Http404 for one the actor may not see."""
        return people_of(self._project())

    def create(self, request: Request, project_pk: str) -> Response:
        """Take somebody in, or say whether they lead; who is in already stays in."""
        project, facts = self._project(), self.parsed()
        user_id = facts.pop("user")
        member = member_for(user_id, project.cooperative_id, "user")
        return self.answer(take_in(self.actor, project, member=member, **facts), 201)

    @extend_schema(parameters=[_PROJECT, _ID])
    def retrieve(self, request: Request, *args: str, **kwargs: str) -> Response:
        """One of them."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(parameters=[_PROJECT, _ID])
    def destroy(self, request: Request, project_pk: str, pk: str) -> Response:
        """Take somebody out. What they do there stays theirs until somebody else is chosen."""
        take_out(self.actor, self.get_object())
        return Response(status=204)
