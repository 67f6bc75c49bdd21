"""Committees as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ..models import Committee, Seat


class SeatSerializer(serializers.Serializer[Any]):
    """A member's term, [starts_on, ends_on): null has no end."""

    id = serializers.IntegerField(source="pk")
    membership = serializers.UUIDField(source="membership.public_id")
    user = serializers.UUIDField(source="membership.user.public_id", allow_null=True, default=None)
    name = serializers.CharField(source="membership")
    position = serializers.ChoiceField(choices=Seat.Position.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class CommitteeSerializer(serializers.Serializer[Any]):
    """A committee with all its terms, the newest first."""

    id = serializers.IntegerField(source="pk")
    cooperative = serializers.IntegerField(source="cooperative_id")
    name = serializers.CharField()
    purpose = serializers.CharField()
    ended_on = serializers.DateField(allow_null=True)
    seats = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    @extend_schema_field(SeatSerializer(many=True))
    def get_seats(self, row: Committee) -> Any:
        """Every term, ended ones as well."""
        return SeatSerializer(row.terms, many=True).data  # type: ignore[attr-defined]
