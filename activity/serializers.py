"""Records as JSON, and the query that selects them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cooperatives.rest import StrictSerializer

from .models import Event
from .web import plain_sentence


class Person(serializers.Serializer[Any]):
    """Who acted."""

    id = serializers.UUIDField(allow_null=True, help_text=_("Null for the system."))
    name = serializers.CharField()


class Subject(serializers.Serializer[Any]):
    """What it happened to."""

    type = serializers.CharField()
    id = serializers.IntegerField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]


class Record(serializers.Serializer[Any]):
    """One record. `actor`, `subject.label` and `payload` are empty when its detail was erased."""

    id = serializers.UUIDField(source="uid")
    seq = serializers.IntegerField()
    cooperative = serializers.IntegerField(source="cooperative_id")
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.SerializerMethodField()
    subject = serializers.SerializerMethodField()
    payload = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()
    previous = serializers.CharField()
    hash = serializers.CharField()

    @extend_schema_field(Person)
    def get_actor(self, event: Event) -> dict[str, Any]:
        """Id and name as it was then."""
        named = event.told.data["actor"] if event.told else ""
        return {"id": str(event.actor.public_id) if event.actor else None, "name": named}

    @extend_schema_field(Subject)
    def get_subject(self, event: Event) -> dict[str, Any]:
        """Type, id and label as it was then."""
        label = event.told.data["subject"] if event.told else ""
        return {"type": event.subject_type, "id": event.subject_id, "label": label}

    @extend_schema_field(serializers.DictField())
    def get_payload(self, event: Event) -> dict[str, Any]:
        """The facts of the kind."""
        return dict(event.told.data["payload"]) if event.told else {}

    @extend_schema_field(serializers.CharField())
    def get_sentence(self, event: Event) -> str:
        """The sentence without markup."""
        return plain_sentence(event)


class Query(StrictSerializer):
    """What may stand behind the question mark."""

    cooperative = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text=_("Only what happened in this cooperative, by its number.")
    )
    kind = serializers.RegexField(
        r"^[a-z_]+(\.[a-z_]+)?$",
        required=False,
        max_length=100,
        help_text=_("Only what is called so, such as tasks.moved; or the first word alone, such as tasks."),
    )
    actor = serializers.UUIDField(required=False, help_text=_("Only what this user did, by their id."))
    subject = serializers.RegexField(
        r"^[a-z_]+\.[a-z_]+:[0-9]{1,18}$",
        required=False,
        max_length=100,
        help_text=_("Only what happened to this one thing, by its type and id, such as tasks.task:12."),
    )
    cursor = serializers.CharField(
        required=False, max_length=500, help_text=_("The place in the list, as next and previous of an answer name it.")
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text=_("How many rows are on a page, at most 100; without it 50.")
    )

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python, so it is added by name."""
        days = {
            "from": serializers.DateField(required=False, help_text=_("The first day, in UTC.")),
            "to": serializers.DateField(required=False, help_text=_("The last day, in UTC.")),
        }
        return {**super().get_fields(), **days}
