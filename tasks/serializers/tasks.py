"""Tasks: JSON in and out."""

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import serializers

from cooperatives.rest import RowField, StrictSerializer, VersionField

from ..actions import BULK_LIMIT
from ..actions.labels import TASK_LABELS_LIMIT
from ..actions.people import PEOPLE_LIMIT
from ..models import DESCRIPTION_LIMIT, MINUTES_LIMIT, POINTS_LIMIT, TITLE_LIMIT, Kind, Lane, Priority, Project, Task

BIGGEST = 2**63 - 1


class KeysField(serializers.ListField):
    """Keys of rows; the view looks all of them up at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.IntegerField(min_value=1, max_value=BIGGEST), **kwargs)


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
    assigned_to = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The first of the assignees. Writing it leaves this one alone, or nobody."),
    )
    assignees = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=PEOPLE_LIMIT,
        help_text=gettext_lazy("Users, first assigned first: all of them."),
    )
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    priority = serializers.ChoiceField(
        choices=Priority.choices, required=False, help_text=gettext_lazy("1 urgent, 2 high, 3 normal, 4 low.")
    )
    start_date = serializers.DateField(required=False, allow_null=True)
    due_date = serializers.DateField(required=False, allow_null=True)
    estimate = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=MINUTES_LIMIT, help_text=gettext_lazy("In minutes.")
    )
    points = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=POINTS_LIMIT)
    labels = KeysField(
        required=False, max_length=TASK_LABELS_LIMIT, help_text=gettext_lazy("Labels of its project: all of them.")
    )
    parent = RowField(  # type: ignore[assignment]  # DRF's own word for something else, which it keeps on instances
        queryset=Task.objects.all(), required=False, allow_null=True, help_text=gettext_lazy("The task it is part of.")
    )
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
        if {"assigned_to", "assignees"} <= attrs.keys():
            raise serializers.ValidationError({"assignees": [_("Send assigned_to or assignees, not both.")]})
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
        people = row.user_ids
        return {
            "id": row.pk,
            "number": row.number,
            "title": row.title,
            "description": row.description,
            "project": row.project_id,
            "status": row.lane.status,
            "lane": row.lane_id,
            "created_by": row.author_id,
            "assigned_to": people[0] if people else None,
            "assignees": people,
            "kind": row.kind,
            "priority": row.priority,
            "start_date": row.start_date,
            "due_date": row.due_date,
            "estimate": row.estimate,
            "points": row.points,
            "labels": row.label_ids,
            "parent": row.parent_id,
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
    override = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Fill a lane beyond its limit; admins may, and it is recorded.")
    )
    version = VersionField()


class ReorderSerializer(StrictSerializer):
    """The open cards of a lane, in their new order: all of them, each once."""

    lane = RowField(queryset=Lane.objects.all())
    order = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST), allow_empty=False, max_length=5000
    )


class BulkSerializer(StrictSerializer):
    """One change for many tasks. What is not sent stays as it is."""

    tasks = KeysField(allow_empty=False, max_length=BULK_LIMIT)
    lane = RowField(queryset=Lane.objects.all(), required=False)
    assignees = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=PEOPLE_LIMIT)
    add_labels = KeysField(required=False, max_length=TASK_LABELS_LIMIT)
    remove_labels = KeysField(required=False, max_length=TASK_LABELS_LIMIT)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    due_date = serializers.DateField(required=False, allow_null=True)
    archived = serializers.BooleanField(required=False)
    versions = serializers.DictField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        help_text=_("The version that was seen of each task, by its id. Left out: whatever version they have now is meant."),
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """At least one thing is to change; versions are those of all the tasks, or of none."""
        if not attrs.keys() - {"tasks", "versions"}:
            known = ", ".join(name for name, _field in self.fields.items() if name not in ("tasks", "versions"))
            raise serializers.ValidationError({"tasks": [_("Say what is to change. Known: %(known)s.") % {"known": known}]})
        seen = attrs.get("versions")
        if seen is not None and seen.keys() != set(map(str, attrs["tasks"])):
            raise serializers.ValidationError({"versions": [_("Give the version of each of these tasks, by its id.")]})
        return attrs


class WatchSerializer(StrictSerializer):
    """Whether the actor hears of a task, and who does."""

    watching = serializers.BooleanField()
    watchers = serializers.ListField(child=serializers.UUIDField(), read_only=True)
