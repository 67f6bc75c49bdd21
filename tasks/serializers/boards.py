"""Projects, lanes, labels and whole boards: JSON in and out."""

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.rest import RowField, StrictSerializer, VersionField

from ..models import DESCRIPTION_LIMIT, LABEL_LENGTH, Colour, Label, Lane, Project, ProjectMember


class OwnCooperative(RowField):
    """One of the actor's cooperatives; any other does not exist."""

    def get_queryset(self) -> Any:
        """Only where the actor stands."""
        return Cooperative.objects.filter(pk__in=self.context["request"]._request.actor.cooperative_ids)


def public_id(member: Any) -> str | None:
    """The public id of a member's user; None for nobody, or a member without a login."""
    return str(member.user.public_id) if member is not None and member.user_id else None


class ProjectSerializer(StrictSerializer):
    """A project. `cooperative` is another name for `organization`."""

    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True)
    members_only = serializers.BooleanField(
        required=False,
        help_text=gettext_lazy(
            "Only its members, admins and secretaries change it. Turned by its leads, admins and secretaries."
        ),
    )
    assignment_limit = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy("Most unfinished tasks for one person."),
    )
    remind_days = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=30,
        help_text=gettext_lazy("How many days before a task is due its people are reminded."),
    )
    key = serializers.CharField(
        max_length=10, required=False, help_text=gettext_lazy("Begins the references of its tasks; never changes.")
    )
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
            "members_only": row.members_only,
            "assignment_limit": row.assignment_limit,
            "remind_days": row.remind_days,
            "organization": row.cooperative_id,
            "cooperative": row.cooperative_id,
            "created_by": public_id(row.created_by),
            "archived": row.archived_at is not None,
            "created_at": row.created_at,
            "version": row.version,
        }


class NewProjectSerializer(ProjectSerializer):
    """A project that is started: what only a change may say is no field here."""

    archived = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]
    members_only = None  # type: ignore[assignment]
    assignment_limit = None  # type: ignore[assignment]
    remind_days = None  # type: ignore[assignment]


class LaneSerializer(StrictSerializer):
    """A lane of a board. `status` is its name for programs and never changes."""

    id = serializers.IntegerField(read_only=True)
    project = RowField(queryset=Project.objects.all())
    name = serializers.CharField(max_length=100)
    status = serializers.CharField(read_only=True)
    position = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Its place among the lanes that are shown, from 0; of an archived one, where it comes back."),
    )
    wip_limit = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10_000)
    is_done = serializers.BooleanField(required=False)
    colour = serializers.ChoiceField(choices=[("", ""), *Colour.choices], required=False)
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
            "position": row.place,  # type: ignore[attr-defined]  # counted by with_places()
            "wip_limit": row.wip_limit,
            "is_done": row.is_done,
            "colour": row.colour,
            "archived": row.archived_at is not None,
            "version": row.version,
        }


class NewLaneSerializer(LaneSerializer):
    """A lane that is added, always at the right end: what only a change may say is no field here."""

    position = None  # type: ignore[assignment]
    archived = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]


class BoardCardSerializer(serializers.Serializer[Any]):
    """A card in the answer of a whole board."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    assigned_to = serializers.UUIDField(allow_null=True)
    assigned_name = serializers.CharField(allow_null=True)
    assignees = serializers.ListField(child=serializers.UUIDField())
    kind = serializers.CharField()
    priority = serializers.IntegerField()
    labels = serializers.ListField(child=serializers.IntegerField())
    due_date = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class BoardLaneSerializer(serializers.Serializer[Any]):
    """A lane in the answer of a whole board, with its open cards from top to bottom."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    status = serializers.CharField()
    wip_limit = serializers.IntegerField(allow_null=True)
    is_done = serializers.BooleanField()
    colour = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    tasks = BoardCardSerializer(many=True)


class BoardLabelSerializer(serializers.Serializer[Any]):
    """A label in the answer of a whole board."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    colour = serializers.CharField()


class BoardSerializer(serializers.Serializer[Any]):
    """A whole board in one answer. Drawn from rows of plain values; this only describes it."""

    project = ProjectSerializer()
    lanes = BoardLaneSerializer(many=True)
    labels = BoardLabelSerializer(many=True)


class LabelSerializer(StrictSerializer):
    """A word that sorts the tasks of a project."""

    id = serializers.IntegerField(read_only=True)
    project = RowField(queryset=Project.objects.all())
    name = serializers.CharField(max_length=LABEL_LENGTH)
    colour = serializers.ChoiceField(choices=Colour.choices, required=False)
    version = VersionField()

    def validate_project(self, project: Project) -> Project:
        """A label stays in its project."""
        if self.instance is not None and self.instance.project_id != project.pk:
            raise serializers.ValidationError(_("A label stays in its project."))
        return project

    def to_representation(self, row: Label) -> dict[str, Any]:
        """As plain data."""
        return {"id": row.pk, "project": row.project_id, "name": row.name, "colour": row.colour, "version": row.version}


class NewLabelSerializer(LabelSerializer):
    """A label that is added."""

    version = None  # type: ignore[assignment]


class ProjectMemberSerializer(StrictSerializer):
    """Somebody who belongs to a project."""

    id = serializers.IntegerField(read_only=True)
    user = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(read_only=True)
    is_lead = serializers.BooleanField(required=False, help_text=gettext_lazy("Says who belongs to the project, and settles it."))

    def to_representation(self, row: ProjectMember) -> dict[str, Any]:
        """As plain data."""
        return {"id": row.pk, "user": public_id(row.member), "name": str(row.member), "is_lead": row.is_lead}
