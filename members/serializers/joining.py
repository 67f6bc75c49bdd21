"""JSON in and out: requests to join."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.rest import RowField, StrictSerializer, VersionField

from ..actions.requests import LONGEST_ANSWER, MOST_QUESTIONS
from ..models import JoinRequest
from .register import NewMemberSerializer

State = JoinRequest.State


class SaidAnswerSerializer(serializers.Serializer[Any]):
    """A question as it was asked, with its answer."""

    question = serializers.CharField()
    answer = serializers.CharField(allow_blank=True)


class JoinRequestSerializer(serializers.Serializer[Any]):
    """A request to join. `user` is the public id of who asks."""

    id = serializers.UUIDField(source="public_id")
    cooperative = serializers.IntegerField(source="cooperative_id")
    user = serializers.UUIDField(source="user.public_id")
    name = serializers.CharField()
    answers = SaidAnswerSerializer(many=True)
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class _Listed(RowField):
    """A cooperative that lists itself; any other does not exist."""

    def get_queryset(self) -> Any:
        """Read anew for each request."""
        return Cooperative.objects.filter(is_listed=True)


class AnswersSerializer(StrictSerializer):
    """The answers to a cooperative's questions in their order. A refusal for a missing answer lists `questions`."""

    answers = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_ANSWER, allow_blank=True), max_length=MOST_QUESTIONS, required=False
    )


class NewJoinRequestSerializer(AnswersSerializer):
    """Who asks: whom, and the answers."""

    cooperative = _Listed(queryset=Cooperative.objects.none())


class JoiningSerializer(AnswersSerializer, NewMemberSerializer):
    """An officer says who is admitted; who does not belong, and asks to, sends `answers` alone."""


class DecisionSerializer(StrictSerializer):
    """What becomes of a request: the office approves or declines it, who asked withdraws it."""

    state = serializers.ChoiceField(choices=[State.APPROVED, State.DECLINED, State.WITHDRAWN])
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, help_text=_("Of declining alone."))
    version = VersionField()
