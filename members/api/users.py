"""Users one by one: one's own profile, and what others may see."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.policy import visible
from cooperatives.rest import ViewSet, prove

from ..actions import change_user
from ..actions.users import KEPT
from ..models import User
from ..serializers import UserSerializer


class People(ViewSet):
    """Shows and changes one user."""

    queryset = User.objects.none()
    serializer_class = UserSerializer
    filter_backends = []
    needed: ClassVar = {"update": "members.change_user", "partial_update": "members.change_user"}

    def get_serializer_context(self) -> dict[str, Any]:
        """The serializer shows what the reader may see."""
        return {**super().get_serializer_context(), "actor": getattr(self.request._request, "actor", None)}

    def change(self, user: User, *, partial: bool) -> Response:
        """Change a user by what the body says. Who may do what, and whether they may come in, wants a fresh sign-in."""
        facts = self.versioned(partial=partial, instance=user)
        if any(facts.get(key, getattr(user, key)) != getattr(user, key) for key in KEPT):
            prove(self.request._request)
        return self.answer(change_user(self.actor, user, **facts))


class UserViewSet(People):
    """Visible to the person, to those who share a cooperative with them, and to who keeps the installation."""

    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

    def get_queryset(self) -> "QuerySet[User]":
        """Those the actor may see; for others an id is as good as unknown."""
        return visible(self.actor, "members.see_user", User.objects.all())

    def retrieve(self, request: Request, **_key: str) -> Response:
        """A person's public profile."""
        return self.answer(self.get_object())

    def update(self, request: Request, **_key: str) -> Response:
        """Change one's own profile; who keeps the installation may change anybody's, and role and is_active."""
        return self.change(self.get_object(), partial=False)

    def partial_update(self, request: Request, **_key: str) -> Response:
        """Change some of it."""
        return self.change(self.get_object(), partial=True)


class OwnProfile(People):
    """The caller's own profile."""

    def get_object(self) -> User:
        """The caller."""
        return self.actor.user

    @extend_schema(operation_id="auth_profile_retrieve", responses=UserSerializer)
    def retrieve(self, request: Request) -> Response:
        """Who I am, and in which cooperatives."""
        return self.answer(self.actor.user)

    @extend_schema(operation_id="auth_profile_update", request=UserSerializer, responses=UserSerializer)
    def update(self, request: Request) -> Response:
        """Change my profile."""
        return self.change(self.actor.user, partial=False)

    @extend_schema(operation_id="auth_profile_partial_update", request=UserSerializer, responses=UserSerializer)
    def partial_update(self, request: Request) -> Response:
        """Change some of my profile."""
        return self.change(self.actor.user, partial=True)


own_profile = OwnProfile.as_view({"get": "retrieve", "put": "update", "patch": "partial_update"})
