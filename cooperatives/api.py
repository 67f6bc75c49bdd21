"""The API of cooperatives: one resource under three names."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from .actions import change_cooperative, found
from .models import Cooperative
from .rest import Reading, StrictSerializer, VersionField, ViewSet

NAMES = ("cooperatives", "organizations", "chamas")


class CooperativeSerializer(StrictSerializer):
    """A cooperative. `title` is another name for `name`."""

    id = serializers.IntegerField(read_only=True)
    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=200, required=False)
    title = serializers.CharField(source="name", max_length=200, required=False)
    kind = serializers.ChoiceField(choices=Cooperative.Kind.choices, default=Cooperative.Kind.CHAMA)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    currency = serializers.CharField(max_length=3, required=False)
    time_zone = serializers.CharField(max_length=60, required=False)
    locale = serializers.CharField(max_length=10, required=False)
    fiscal_year_start = serializers.IntegerField(min_value=1, max_value=12, required=False)
    hue = serializers.IntegerField(min_value=0, max_value=359, required=False)
    is_listed = serializers.BooleanField(required=False)
    creator = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField(read_only=True)
    version = VersionField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_creator(self, row: Cooperative) -> str | None:
        """The public id of the user who founded it."""
        return str(row.creator.public_id) if row.creator else None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A cooperative has one name, whichever word the client uses for it, and keeps its kind."""
        if not self.partial and "name" not in attrs:
            raise serializers.ValidationError({"name": [self.fields["name"].error_messages["required"]]})
        said = self.initial_data
        if "name" in said and said.get("title", said["name"]) != said["name"]:
            raise serializers.ValidationError({"title": [_("Title and name are the same thing: send one, or both alike.")]})
        if self.instance is not None and said.get("kind", self.instance.kind) != self.instance.kind:
            raise serializers.ValidationError({"kind": [_("The kind stays as it was founded.")]})
        return attrs


class FoundingSerializer(CooperativeSerializer):
    """A cooperative that is founded: there is no version yet."""

    version = None  # type: ignore[assignment]


class CooperativeViewSet(Reading, ViewSet):
    """Those the actor belongs to. Admins and the creator change them."""

    queryset = Cooperative.objects.none()
    serializer_class = CooperativeSerializer
    creating = FoundingSerializer
    needed = {"update": "cooperatives.change", "partial_update": "cooperatives.change"}

    def get_queryset(self) -> "QuerySet[Cooperative]":
        """The actor's own."""
        return Cooperative.objects.filter(pk__in=self.actor.cooperative_ids).select_related("creator")

    def create(self, request: Request) -> Response:
        """Found one; the caller becomes its first admin."""
        return self.answer(found(self.actor, **self.parsed()), 201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        """Change settings; kind stays as it was founded."""
        row = self.get_object()
        facts = self.versioned(partial=partial, instance=row)
        facts.pop("kind", None)
        return self.answer(change_cooperative(self.actor, row, **facts))

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some settings."""
        return self.update(request, pk, partial=True)


def routes(router: SimpleRouter) -> None:
    """The same resource under the three words people use for it."""
    for name in NAMES:
        router.register(name, CooperativeViewSet, basename=name)
