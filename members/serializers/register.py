"""JSON in and out of the register: who belongs, what is said of them, their roles and pauses."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cooperatives.rest import StrictSerializer, VersionField

from ..models import Leaving, Membership, Shown, Status
from ..queries import contact_for, readable, roles_of
from ..roles import Role, foremost


class PersonSerializer(StrictSerializer):
    """What the register says of a person; as input, whatever of it is sent."""

    name = serializers.CharField(max_length=150, required=False)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    family_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    is_organization = serializers.BooleanField(required=False)
    contact_person = serializers.CharField(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    other_phones = serializers.CharField(max_length=200, required=False, allow_blank=True)
    address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    birth_date = serializers.DateField(required=False, allow_null=True)
    locale = serializers.CharField(max_length=10, required=False, allow_blank=True)
    skills = serializers.CharField(max_length=300, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    external_id = serializers.CharField(max_length=60, required=False, allow_blank=True)
    shown = serializers.ListField(
        child=serializers.ChoiceField(choices=Shown.choices),
        max_length=len(Shown),
        required=False,
        help_text=_("What fellow members may see."),
    )
    version = VersionField(help_text=_("The version of what is said of the person."))


class NewMemberSerializer(PersonSerializer):
    """Who is admitted. `member_role` is one role, `roles` are several; a plain member without either."""

    member_role = serializers.ChoiceField(choices=Role.choices, required=False)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), min_length=1, max_length=5, required=False)
    joined_date = serializers.DateField(source="on", required=False, help_text=_("Today when none is named."))
    version = None  # type: ignore[assignment]
    shown = None  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One list of roles, whichever words the client uses."""
        one = attrs.pop("member_role", None)
        if one is not None:
            attrs["roles"] = [one, *attrs.get("roles", [])]
        if "roles" in attrs:
            attrs["roles"] = list(dict.fromkeys(attrs["roles"]))
        return attrs


class MembershipSerializer(serializers.Serializer[Any]):
    """A membership with the person's entry as the reader may see it: null where it is not for them.

    `user` is the public id of the login, null for a person without one. `version` is the version of the entry.
    """

    id = serializers.UUIDField(source="public_id")
    cooperative = serializers.IntegerField(source="cooperative_id")
    user = serializers.UUIDField(source="user.public_id", allow_null=True, default=None)
    name = serializers.CharField(source="__str__", help_text=_('"Former member 17" where the name is gone.'))
    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Status.choices)
    member_role = serializers.SerializerMethodField()
    roles = serializers.SerializerMethodField()
    joined_date = serializers.DateField(source="joined_on")
    left_date = serializers.DateField(source="left_on", allow_null=True)
    left_reason = serializers.ChoiceField(choices=Leaving.choices, allow_blank=True, allow_null=True)
    left_note = serializers.CharField(allow_blank=True, allow_null=True)
    given_name = serializers.CharField(source="person.given_name", allow_blank=True)
    family_name = serializers.CharField(source="person.family_name", allow_blank=True)
    is_organization = serializers.BooleanField(source="person.is_organization")
    contact_person = serializers.CharField(source="person.contact_person", allow_null=True)
    email = serializers.CharField(source="person.email", allow_null=True)
    phone = serializers.CharField(source="person.phone", allow_null=True)
    other_phones = serializers.CharField(source="person.other_phones", allow_null=True)
    address = serializers.CharField(source="person.address", allow_null=True)
    birth_date = serializers.DateField(source="person.birth_date", allow_null=True)
    birthday = serializers.CharField(default=None, allow_null=True, help_text=_("Month and day, as 05-31."))
    locale = serializers.CharField(source="person.locale", allow_null=True)
    skills = serializers.CharField(source="person.skills", allow_blank=True)
    note = serializers.CharField(source="person.note", allow_null=True)
    external_id = serializers.CharField(source="person.external_id", allow_null=True)
    shown = serializers.ListField(source="person.shown", child=serializers.ChoiceField(choices=Shown.choices), allow_null=True)
    version = serializers.IntegerField(source="person.version")

    _OFFICE: ClassVar = ("left_reason", "left_note")

    @extend_schema_field(serializers.ChoiceField(choices=Role.choices, allow_blank=True))
    def get_member_role(self, row: Membership) -> str:
        """The foremost role today; empty for a membership without one."""
        return foremost(roles_of(row))

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_roles(self, row: Membership) -> list[str]:
        """All roles today, the foremost first."""
        return roles_of(row)

    def to_representation(self, row: Membership) -> dict[str, Any]:
        """As the reader may see it."""
        actor = self.context["request"]._request.actor
        drawn: dict[str, Any] = super().to_representation(row)
        born = drawn["birth_date"]
        drawn |= contact_for(actor, row)
        drawn["birth_date"] = born if drawn["birth_date"] else None
        if "note" not in readable(actor, row):
            drawn |= dict.fromkeys(self._OFFICE)
        return drawn


class LeavingSerializer(StrictSerializer):
    """How somebody leaves. All of it may be left out: then it is today, and nothing is said."""

    left_date = serializers.DateField(source="on", required=False)
    reason = serializers.ChoiceField(choices=Leaving.choices, required=False, allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    despite = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text=_("Why an admin lets them go although matters are open.")
    )


class GrantSerializer(StrictSerializer):
    """A role from a day on, until another; from today on, without an end, where none is named."""

    role = serializers.ChoiceField(choices=Role.choices)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)


class PauseSerializer(StrictSerializer):
    """A leave of absence; from today on, until it is resumed, where no day is named."""

    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class DaySerializer(StrictSerializer):
    """On which day; today where none is named."""

    on = serializers.DateField(required=False)
