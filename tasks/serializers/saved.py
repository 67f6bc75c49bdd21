"""Filters that members keep: JSON in and out."""

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.rest import RowField, StrictSerializer, VersionField

from ..models import SAVED_NAME, Project, SavedFilter
from .boards import OwnCooperative, public_id


class SavedFilterSerializer(StrictSerializer):
    """A filter and order of lists and boards that a member keeps by a name; `owner` is the id of a user."""

    id = serializers.IntegerField(read_only=True)
    cooperative = OwnCooperative(queryset=Cooperative.objects.all(), required=False)
    project = RowField(
        queryset=Project.objects.all(),
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The project whose tasks it is for; null: those of all projects."),
    )
    name = serializers.CharField(max_length=SAVED_NAME)
    query = serializers.CharField(
        max_length=2000,
        help_text=gettext_lazy("As the address of a list says it after the question mark, such as who=me&due=late&sort=due."),
    )
    is_shared = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Everybody in the project sees it. For who leads the project, and offices.")
    )
    owner = serializers.UUIDField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    version = VersionField()

    def validate_cooperative(self, cooperative: Cooperative) -> Cooperative:
        """It stays in its cooperative."""
        if self.instance is not None and self.instance.cooperative_id != cooperative.pk:
            raise serializers.ValidationError(_("A filter stays in its cooperative."))
        return cooperative

    def validate_project(self, project: Project | None) -> Project | None:
        """It stays with its project, or with all of them."""
        if self.instance is not None and self.instance.project_id != (project and project.pk):
            raise serializers.ValidationError(_("A filter stays with its project. Keep another one for this project."))
        return project

    def to_representation(self, row: SavedFilter) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": row.pk,
            "cooperative": row.cooperative_id,
            "project": row.project_id,
            "name": row.name,
            "query": row.query,
            "is_shared": row.is_shared,
            "owner": public_id(row.owner),
            "created_at": row.created_at,
            "version": row.version,
        }


class NewSavedFilterSerializer(SavedFilterSerializer):
    """A filter that is kept."""

    cooperative = OwnCooperative(queryset=Cooperative.objects.all())
    version = None  # type: ignore[assignment]
