"""JSON in and out: logins, people, memberships."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cooperatives.rest import StrictSerializer, VersionField

from ..actions.keys import LONGEST_SPAN, SPAN
from ..models import Membership, Scope, User
from ..queries import roles_of, shared_memberships
from ..roles import Role, foremost


class RegisterSerializer(StrictSerializer):
    """Who wants a login."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    name = serializers.CharField(max_length=150)


class LoginSerializer(StrictSerializer):
    """Who signs in; `code` only where a second factor is set up."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    code = serializers.CharField(max_length=32, required=False, allow_blank=True, write_only=True)
    cooperative = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**31 - 1, help_text=_("Narrows the sign-in to this one.")
    )


class RefreshSerializer(StrictSerializer):
    """A refresh token; each works once."""

    refresh = serializers.CharField(max_length=200, write_only=True)


class LogoutSerializer(StrictSerializer):
    """The refresh token of the sign-in that ends; the bearer token names it as well."""

    refresh = serializers.CharField(max_length=200, required=False, write_only=True)


class SaidSerializer(serializers.Serializer[Any]):
    """A sentence."""

    detail = serializers.CharField(read_only=True)


class SharedSerializer(serializers.Serializer[Any]):
    """A cooperative that the reader and the person share."""

    id = serializers.IntegerField(source="cooperative.pk")
    slug = serializers.CharField(source="cooperative.slug")
    name = serializers.CharField(source="cooperative.name")
    member_role = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=Role.choices, allow_blank=True))
    def get_member_role(self, row: Membership) -> str:
        """The foremost role today; empty for a membership without one."""
        return foremost(roles_of(row))


class UserSerializer(StrictSerializer):
    """A person with a login. What is private is null for others than the person and who keeps the installation."""

    PRIVATE: ClassVar = ("email", "locale", "role", "is_active")

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(max_length=150)
    about = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    email = serializers.EmailField(read_only=True, allow_null=True)
    locale = serializers.CharField(max_length=10, required=False, allow_blank=True, allow_null=True)
    role = serializers.ChoiceField(choices=User.Role.choices, required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False, allow_null=True)
    cooperatives = serializers.SerializerMethodField()
    version = VersionField()

    @extend_schema_field(SharedSerializer(many=True))
    def get_cooperatives(self, user: User) -> list[dict[str, Any]]:
        """The cooperatives which the reader shares with the person."""
        return list(SharedSerializer(shared_memberships(self.context["actor"], user), many=True).data)

    def to_representation(self, user: User) -> dict[str, Any]:
        """As the reader may see the person."""
        shown: dict[str, Any] = super().to_representation(user)
        actor = self.context["actor"]
        if actor.user_id != user.pk and not actor.is_system_admin:
            shown |= dict.fromkeys(self.PRIVATE)
        return shown

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Null means: as it is."""
        return {key: value for key, value in attrs.items() if value is not None}


class PairSerializer(serializers.Serializer[Any]):
    """What a sign-in hands out."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    token_type = serializers.CharField(default="Bearer")
    expires_at = serializers.DateTimeField()
    cooperative = serializers.IntegerField(allow_null=True, help_text=_("The one cooperative it was narrowed to."))
    user = UserSerializer()


class ApiKeySerializer(StrictSerializer):
    """A personal API key. Its text is in the answer that made it, and nowhere else."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(max_length=80)
    scope = serializers.ChoiceField(choices=Scope.choices, default=Scope.READ)
    cooperative = serializers.IntegerField(
        source="cooperative_id", default=None, allow_null=True, min_value=1, max_value=2**31 - 1
    )
    days = serializers.IntegerField(write_only=True, default=SPAN, min_value=1, max_value=LONGEST_SPAN)
    prefix = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    last_used_at = serializers.DateTimeField(read_only=True, allow_null=True)


class NewApiKeySerializer(ApiKeySerializer):
    """A key that was just made, with its text: it is shown this once."""

    key = serializers.CharField(read_only=True)
