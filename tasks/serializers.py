"""JSON in and out."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.rest import RowField, StrictSerializer, VersionField

from .models import DESCRIPTION_LIMIT, TITLE_LIMIT, Lane, Project, Task

BIGGEST = 2**63 - 1


class OwnCooperative(RowField):
    """One of the actor's cooperatives; any other does not exist."""

    def get_queryset(self) -> Any:
        """Only where the actor stands."""
        return Cooperative.objects.filter(pk__in=self.context["request"]._request.actor.cooperative_ids)


def _public_id(member: Any) -> str | None:
    return str(member.user.public_id) if member is not None and member.user_id else None


class ProjectSerializer(StrictSerializer):
    """A project. `cooperative` is another name for `organization`."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True)
    key = serializers.CharField(max_length=10, required=False, help_text="Begins the references of its tasks; never changes.")
    organization = OwnCooperative(queryset=Cooperative.objects.all(), required=False)
    cooperative = OwnCooperative(queryset=Cooperative.objects.all(), required=False)
    created_by = serializers.UUIDField(read_only=True, allow_null=True)
    archived = serializers.BooleanField(required=False)
    created_at = serializers.DateTimeField(read_only=True)
    version = VersionField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One cooperative, whichever word the client uses for it; a project never moves to another."""
        named = {attrs.pop(key) for key in ("organization", "cooperative") if key in attrs}
        if len(named) > 1 or (self.instance is not None and named - {self.instance.cooperative}):
            raise serializers.ValidationError({"organization": [_("A project belongs to one cooperative and stays there.")]})
        if self.instance is None:
            if not named:
                raise serializers.ValidationError({"organization": [self.fields["name"].error_messages["required"]]})
            attrs["cooperative"] = named.pop()
        return attrs

    def to_representation(self, row: Project) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": row.pk,
            "name": row.name,
            "description": row.description,
            "key": row.key,
            "organization": row.cooperative_id,
            "cooperative": row.cooperative_id,
            "created_by": _public_id(row.created_by),
            "archived": row.archived_at is not None,
            "created_at": row.created_at,
            "version": row.version,
        }


class NewProjectSerializer(ProjectSerializer):
    """A project that is started: what only a change may say is no field here."""

    archived = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]


class LaneSerializer(StrictSerializer):
    """A lane of a board. `status` is its name for programs and never changes."""

    id = serializers.IntegerField(read_only=True)
    project = RowField(queryset=Project.objects.all())
    name = serializers.CharField(max_length=100)
    status = serializers.CharField(read_only=True)
    position = serializers.IntegerField(required=False, min_value=0, max_value=1000)
    wip_limit = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10_000)
    is_done = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False)
    version = VersionField()

    def validate_project(self, project: Project) -> Project:
        """A lane stays in its project."""
        if self.instance is not None and self.instance.project_id != project.pk:
            raise serializers.ValidationError(_("A lane stays in its project."))
        return project

    def to_representation(self, row: Lane) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": row.pk,
            "project": row.project_id,
            "name": row.name,
            "status": row.status,
            "position": row.position,
            "wip_limit": row.wip_limit,
            "is_done": row.is_done,
            "archived": row.archived_at is not None,
            "version": row.version,
        }


class NewLaneSerializer(LaneSerializer):
    """A lane that is added, always at the right end: what only a change may say is no field here."""

    position = None  # type: ignore[assignment]
    archived = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]


class TaskSerializer(StrictSerializer):
    """A task (issue). Writing `status` or `lane` puts it at the bottom of that lane."""

    id = serializers.IntegerField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=TITLE_LIMIT)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True, trim_whitespace=False)
    project = RowField(queryset=Project.objects.all())
    status = serializers.CharField(max_length=60, required=False)
    lane = RowField(queryset=Lane.objects.all(), required=False)
    created_by = serializers.UUIDField(read_only=True, allow_null=True)
    assigned_to = serializers.UUIDField(required=False, allow_null=True)
    due_date = serializers.DateField(required=False, allow_null=True)
    archived = serializers.BooleanField(required=False)
    created_at = serializers.DateTimeField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)
    version = VersionField()

    def validate_project(self, project: Project) -> Project:
        """A task stays in its project."""
        if self.instance is not None and self.instance.project_id != project.pk:
            raise serializers.ValidationError(_("A task stays in its project."))
        return project

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`status` and `lane` are two names for one place, which must be on the task's own board."""
        project = self.instance.project if self.instance is not None else attrs["project"]
        status, lane = attrs.pop("status", None), attrs.get("lane")
        if lane is not None and lane.project_id != project.pk:
            raise serializers.ValidationError({"lane": [_("Choose a lane of this project.")]})
        if status is not None and (lane is None or lane.status != status):
            attrs["lane"] = self._lane(project, status, lane)
        return attrs

    def _lane(self, project: Project, status: str, lane: Lane | None) -> Lane:
        rows = {row.status: row for row in Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")}
        if status not in rows or lane is not None:
            sentence = _("There is no such lane. Known: %(known)s.") % {"known": ", ".join(rows)}
            raise serializers.ValidationError({"status": [sentence]})
        return rows[status]

    def to_representation(self, row: Task) -> dict[str, Any]:
        """As plain data: going through every field costs ten times as much."""
        return {
            "id": row.pk,
            "number": row.number,
            "title": row.title,
            "description": row.description,
            "project": row.project_id,
            "status": row.lane.status,
            "lane": row.lane_id,
            "created_by": _public_id(row.created_by),
            "assigned_to": _public_id(row.assignee),
            "due_date": row.due_date,
            "archived": row.archived_at is not None,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "version": row.version,
        }


class NewTaskSerializer(TaskSerializer):
    """A task that is added: what only a change may say is no field here."""

    archived = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]


class MoveSerializer(StrictSerializer):
    """Where a card goes: below `after`, else above `before`, else to the bottom of the lane."""

    lane = RowField(queryset=Lane.objects.all(), required=False)
    after = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=BIGGEST)
    before = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=BIGGEST)
    override = serializers.BooleanField(required=False, help_text="Fill a lane beyond its limit; admins may, and it is recorded.")
    version = VersionField()


class ReorderSerializer(StrictSerializer):
    """The open cards of a lane, in their new order: all of them, each once."""

    lane = RowField(queryset=Lane.objects.all())
    order = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST), allow_empty=False, max_length=5000
    )


class BoardCardSerializer(serializers.Serializer[Any]):
    """A card in the answer of a whole board."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    assigned_to = serializers.UUIDField(allow_null=True)
    assigned_name = serializers.CharField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class BoardLaneSerializer(serializers.Serializer[Any]):
    """A lane in the answer of a whole board, with its open cards from top to bottom."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    status = serializers.CharField()
    wip_limit = serializers.IntegerField(allow_null=True)
    is_done = serializers.BooleanField()
    version = serializers.IntegerField()
    tasks = BoardCardSerializer(many=True)


class BoardSerializer(serializers.Serializer[Any]):
    """A whole board in one answer. Drawn from rows of plain values; this only describes it."""

    project = ProjectSerializer()
    lanes = BoardLaneSerializer(many=True)
