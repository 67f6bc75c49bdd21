"""JSON in and out: invitations, what is asked of who wants to join, the waiting list with its offers."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.rest import StrictSerializer, VersionField

from ..actions.invitations import LONGEST_SPAN, MOST_USES, SPAN
from ..actions.requests import MOST_QUESTIONS
from ..actions.waiting import LONGEST_OFFER, OFFER_SPAN
from ..models import Invitation, Membership, Person, Unit, UnitOffer, WaitingEntry
from ..queries import InvitationState
from ..roles import Role
from .homes import OwnCooperativeField, PublicRow

MOST_AT_ONCE = 500
Answer = UnitOffer.Answer


class InvitationSerializer(serializers.Serializer[Any]):
    """An invitation and what came of it. Its code is not in it: only a hash of that is kept."""

    id = serializers.UUIDField(source="public_id")
    cooperative = serializers.IntegerField(source="cooperative_id")
    way = serializers.ChoiceField(choices=Invitation.Way.choices)
    role = serializers.ChoiceField(choices=Role.choices)
    email = serializers.CharField(allow_blank=True)
    name = serializers.CharField(
        source="person.name", allow_null=True, default=None, help_text=gettext_lazy("Of whom the register knows.")
    )
    state = serializers.ChoiceField(choices=InvitationState.choices)
    most_uses = serializers.IntegerField()
    uses = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    sent_count = serializers.IntegerField()
    opened_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class HandedOverSerializer(InvitationSerializer):
    """An invitation with its new code, of a link: shown this once. Null where it goes by mail or is printed."""

    code = serializers.CharField(allow_null=True)
    url = serializers.URLField(allow_null=True)


class NewInvitationSerializer(StrictSerializer):
    """Whom to invite, and how: `email` by mail, `membership` somebody of the register who has no login yet."""

    cooperative = OwnCooperativeField(queryset=Cooperative.objects.all())
    way = serializers.ChoiceField(choices=Invitation.Way.choices, default=Invitation.Way.MAIL)
    role = serializers.ChoiceField(choices=Role.choices, default=Role.MEMBER)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    membership = PublicRow(queryset=Membership.objects.select_related("person"), required=False, allow_null=True)
    most_uses = serializers.IntegerField(min_value=1, max_value=MOST_USES, default=1, help_text=gettext_lazy("Of a link alone."))
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_SPAN, default=SPAN)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Somebody of this cooperative's register; anybody else does not exist."""
        member = attrs.pop("membership", None)
        if member is not None and member.cooperative_id != attrs["cooperative"].pk:
            raise serializers.ValidationError({"membership": [PublicRow.default_error_messages["does_not_exist"]]})
        return {**attrs, "person": member.person if member else None}


class InviteManySerializer(StrictSerializer):
    """Whom to invite in one act: these, or everybody who cannot sign in yet."""

    cooperative = OwnCooperativeField(queryset=Cooperative.objects.all())
    memberships = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The memberships in one query. Raises ValidationError when one of them is none of this cooperative."""
        if "memberships" in attrs:
            named = set(attrs["memberships"])
            found = list(Membership.objects.filter(cooperative=attrs["cooperative"], public_id__in=named))
            if len(found) < len(named):
                raise serializers.ValidationError({"memberships": [_("Not all of these are members of this cooperative.")]})
            attrs["memberships"] = found
        return attrs


class ManySerializer(serializers.Serializer[Any]):
    """What inviting many came to: mails that leave, slips to print, people who were passed over."""

    mails = serializers.IntegerField()
    slips = serializers.IntegerField()
    passed = serializers.IntegerField()


# --- What is asked ----------------------------------------------------------------------------------------------------


class QuestionSerializer(StrictSerializer):
    """One question."""

    text = serializers.CharField(max_length=300)
    is_required = serializers.BooleanField(default=True)


class QuestionsSerializer(StrictSerializer):
    """What who wants to join a cooperative is asked, in order."""

    cooperative = serializers.IntegerField(source="pk", read_only=True)
    questions = serializers.ListField(child=QuestionSerializer(), max_length=MOST_QUESTIONS)
    version = VersionField()


# --- The waiting list -------------------------------------------------------------------------------------------------


class UnitOfferSerializer(serializers.Serializer[Any]):
    """A home offered to somebody who waits, until a moment."""

    id = serializers.IntegerField(source="pk")
    cooperative = serializers.IntegerField(source="cooperative_id")
    entry = serializers.UUIDField(source="entry.public_id")
    unit = serializers.UUIDField(source="unit.public_id")
    code = serializers.CharField(source="unit.code")
    offered_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    answer = serializers.SerializerMethodField()
    answered_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()

    @extend_schema_field(serializers.ChoiceField(choices=Answer.choices))
    def get_answer(self, offer: UnitOffer) -> str:
        """What has come of it; an offer that nobody answered in time is over with that moment."""
        return offer.outcome(now=timezone.now())


class AnswerSerializer(StrictSerializer):
    """What becomes of an offer: what they answered, or that it is taken back."""

    answer = serializers.ChoiceField(choices=[Answer.ACCEPTED, Answer.REFUSED, Answer.WITHDRAWN])
    version = VersionField()


class WaitingSerializer(StrictSerializer):
    """Somebody who waits for a home. `rank` counts from 1 and is null for who waits no more; `offer` is the open one."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    cooperative = serializers.IntegerField(source="cooperative_id", read_only=True)
    person = PublicRow(
        queryset=Person.objects.all(),
        required=False,
        allow_null=True,
        help_text=gettext_lazy("Who they are in the register. Signed in, they see what is offered to them, and answer it."),
    )
    name = serializers.CharField(
        max_length=150, required=False, allow_blank=True, help_text=gettext_lazy("Empty: as the register calls them.")
    )
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    people = serializers.IntegerField(min_value=1, max_value=99, required=False)
    fewest_rooms = serializers.DecimalField(required=False, allow_null=True, max_digits=4, decimal_places=1, min_value=0)
    wishes = serializers.CharField(max_length=500, required=False, allow_blank=True)
    is_transfer = serializers.BooleanField(required=False)
    ranked_on = serializers.DateField(read_only=True)
    rank = serializers.IntegerField(read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=WaitingEntry.State.choices, read_only=True)
    refusals = serializers.IntegerField(read_only=True)
    offer = serializers.SerializerMethodField()
    version = VersionField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A person of this cooperative's register; anybody else does not exist."""
        person, place = attrs.get("person"), attrs.get("cooperative") or getattr(self.instance, "cooperative", None)
        if person is not None and (place is None or person.cooperative_id != place.pk):
            raise serializers.ValidationError({"person": [PublicRow.default_error_messages["does_not_exist"]]})
        return attrs

    @extend_schema_field(UnitOfferSerializer(allow_null=True))
    def get_offer(self, row: Any) -> Any:
        """The open offer."""
        return UnitOfferSerializer(row.open_offers[0]).data if row.open_offers else None


class NewWaitingSerializer(WaitingSerializer):
    """Who is entered into the list, since when: today when no day is named. It decides the rank."""

    cooperative = OwnCooperativeField(queryset=Cooperative.objects.all())  # type: ignore[assignment]
    ranked_on = serializers.DateField(required=False)
    version = None  # type: ignore[assignment]


class RankSerializer(StrictSerializer):
    """Another day since which somebody waits, and why: the record keeps it."""

    ranked_on = serializers.DateField()
    reason = serializers.CharField(max_length=300)
    version = VersionField()


class OfferSerializer(StrictSerializer):
    """Which home, and within how many days to answer."""

    unit = PublicRow(queryset=Unit.objects.all())
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_OFFER, default=OFFER_SPAN)
    version = VersionField()
