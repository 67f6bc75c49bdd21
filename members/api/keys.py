"""A person's own API keys. No key opens this address: whoever holds one could make another that outlives it."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.actions import Forbidden
from cooperatives.policy import sign_ins
from cooperatives.rest import Reading, ViewSet

from ..actions import create_key, end_key
from ..actions.keys import may_handle
from ..models import ApiKey
from ..queries import keys_of
from ..serializers import ApiKeySerializer, NewApiKeySerializer


class ApiKeyViewSet(Reading, ViewSet):
    """List, make and end. The text of a key is in the answer that makes it, and is kept nowhere."""

    queryset = ApiKey.objects.none()
    serializer_class = ApiKeySerializer
    filter_backends = []
    idempotency = "refused"  # an answer that is stored to be repeated would hold the key's text
    unversioned = "nothing of a key changes until it is ended, and ending it twice ends it once"
    needed: ClassVar = {"destroy": "members.end_key"}
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse whoever did not sign in themselves, before anything is read."""
        super().initial(request, *args, **kwargs)
        may_handle(self.actor)

    def get_queryset(self) -> "QuerySet[ApiKey]":
        """One's own that were not ended."""
        return keys_of(self.actor.user)

    @extend_schema(request=ApiKeySerializer, responses={201: NewApiKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key; `key` is its text, shown this once. Asks for a sign-in of the last five minutes."""
        if not sign_ins().is_fresh(request._request):
            raise Forbidden("sign_in_again", _("Sign in again first: who makes a key must have signed in within five minutes."))
        key, text = create_key(self.actor, **self.parsed())
        body = {**self.represent(key), "key": text}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **_key: str) -> Response:
        """End a key, at once and for good."""
        end_key(self.actor, self.get_object())
        return Response(status=204)
