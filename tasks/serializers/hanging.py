"""What hangs on a task: comments, checklists with their steps, relations. JSON in and out."""

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import serializers

from cooperatives.rest import RowField, StrictSerializer, VersionField

from ..actions import WORDS
from ..actions.checklists import NAME_LENGTH, STEPS_LIMIT
from ..actions.comments import REASON_LENGTH
from ..models import CHECK_LENGTH, COMMENT_LIMIT, CheckItem, Checklist, Comment, Relation, Task
from .boards import public_id


class OfTask(StrictSerializer):
    """Something that hangs on a task, and stays with it."""

    def validate_task(self, task: Task) -> Task:
        """It stays with its task."""
        if self.instance is not None and self.instance.task_id != task.pk:
            raise serializers.ValidationError(_("It stays with its task."))
        return task


class CommentSerializer(OfTask):
    """A word on a task. One that was taken back has no text."""

    id = serializers.IntegerField(read_only=True)
    task = RowField(queryset=Task.objects.all())
    author = serializers.UUIDField(read_only=True, allow_null=True)
    author_name = serializers.CharField(read_only=True)
    text = serializers.CharField(
        max_length=COMMENT_LIMIT, trim_whitespace=False, help_text=gettext_lazy("Markdown; @Name names a member.")
    )
    created_at = serializers.DateTimeField(read_only=True)
    edited_at = serializers.DateTimeField(read_only=True, allow_null=True)
    removed = serializers.BooleanField(read_only=True)
    version = VersionField()

    def to_representation(self, row: Comment) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": row.pk,
            "task": row.task_id,
            "author": public_id(row.author),
            "author_name": row.said_by or (str(row.author) if row.author else ""),
            "text": row.text,
            "created_at": row.created_at,
            "edited_at": row.edited_at,
            "removed": row.removed_at is not None,
            "version": row.version,
        }


class NewCommentSerializer(CommentSerializer):
    """A comment that is added."""

    version = None  # type: ignore[assignment]


class TakeBackSerializer(StrictSerializer):
    """Why somebody else's comment is taken back."""

    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True)
    version = VersionField()


class StepSerializer(StrictSerializer):
    """A step of a checklist."""

    id = serializers.IntegerField(read_only=True)
    checklist = RowField(queryset=Checklist.objects.all())
    text = serializers.CharField(max_length=CHECK_LENGTH)
    done = serializers.BooleanField(required=False)
    done_at = serializers.DateTimeField(read_only=True, allow_null=True)
    done_by = serializers.UUIDField(read_only=True, allow_null=True)
    position = serializers.IntegerField(
        required=False, min_value=0, max_value=STEPS_LIMIT, help_text=gettext_lazy("Its place, from 0.")
    )
    version = VersionField()

    def validate_checklist(self, checklist: Checklist) -> Checklist:
        """A step stays in its checklist."""
        if self.instance is not None and self.instance.checklist_id != checklist.pk:
            raise serializers.ValidationError(_("A step stays in its checklist."))
        return checklist

    def to_representation(self, row: CheckItem) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": row.pk,
            "checklist": row.checklist_id,
            "text": row.text,
            "done": row.done_at is not None,
            "done_at": row.done_at,
            "done_by": public_id(row.done_by),
            "position": row.place,  # type: ignore[attr-defined]  # counted by with_places()
            "version": row.version,
        }


class NewStepSerializer(StepSerializer):
    """A step that is added, always at the end."""

    done = None  # type: ignore[assignment]
    position = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]


class ChecklistSerializer(OfTask):
    """A list of small steps within a task."""

    id = serializers.IntegerField(read_only=True)
    task = RowField(queryset=Task.objects.all())
    name = serializers.CharField(max_length=NAME_LENGTH)
    steps = StepSerializer(many=True, read_only=True)
    version = VersionField()

    def to_representation(self, row: Checklist) -> dict[str, Any]:
        """As plain data."""
        draw = StepSerializer().to_representation
        steps = []
        for place, step in enumerate(row.items.all()):
            step.place = place  # type: ignore[attr-defined]
            steps.append(draw(step))
        return {"id": row.pk, "task": row.task_id, "name": row.name, "steps": steps, "version": row.version}


class NewChecklistSerializer(ChecklistSerializer):
    """A checklist that is added, with the words of its steps."""

    steps = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(max_length=CHECK_LENGTH), required=False, max_length=STEPS_LIMIT
    )
    version = None  # type: ignore[assignment]


class RelationSerializer(StrictSerializer):
    """How one task stands to another. `blocked_by` and `duplicated_by` are kept the other way round."""

    id = serializers.IntegerField(read_only=True)
    task = RowField(queryset=Task.objects.all())
    kind = serializers.ChoiceField(choices=WORDS)
    other = RowField(queryset=Task.objects.all())

    def to_representation(self, row: Relation) -> dict[str, Any]:
        """As plain data."""
        return {"id": row.pk, "task": row.task_id, "kind": row.kind, "other": row.other_id}
