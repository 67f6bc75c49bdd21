"""Signing up, in and out through the API."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cooperatives.actions import Invalid
from cooperatives.policy import Actor
from cooperatives.queries import enter
from cooperatives.rest import BoundedJSON, Idempotent

from .. import tokens
from ..serializers import (
    LoginSerializer,
    LogoutSerializer,
    PairSerializer,
    RefreshSerializer,
    RegisterSerializer,
    SaidSerializer,
)
from ..signing import NotSignedIn, sign_in, sign_up
from ..throttles import Knocking


class Door(Idempotent, APIView):
    """Before anybody is signed in: cookies and old tokens count for nothing here, and knocking is counted."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [BoundedJSON]
    throttle_classes = [Knocking]
    idempotency = "refused"  # a kept answer would hold tokens
    before_factor: ClassVar = True
    serializer_class: ClassVar[Any]
    knock_scope = ""
    knock_field = ""

    def parsed(self, request: Request) -> dict[str, Any]:
        """The body. Raises ValidationError."""
        serializer = self.serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        found: dict[str, Any] = serializer.validated_data
        return found


def _handed_out(pair: tokens.Pair) -> Response:
    actor = Actor.of(pair.user, pair.credential)
    shown = {"access": pair.access, "refresh": pair.refresh, "token_type": "Bearer", "expires_at": pair.expires_at}
    shown["cooperative"] = pair.cooperative_id
    with enter(actor.cooperative_ids, actor.user_id):
        body = PairSerializer({**shown, "user": pair.user}, context={"actor": actor}).data
    return Response(body, headers={"Cache-Control": "no-store"})


class Register(Door):
    """Make a login. The answer is the same whether or not the address is known; a mail tells its owner more."""

    serializer_class = RegisterSerializer
    knock_scope, knock_field = "register", "email"

    @extend_schema(request=RegisterSerializer, responses={201: SaidSerializer})
    def post(self, request: Request) -> Response:
        """Sign up."""
        sign_up(request._request, **self.parsed(request))
        sentence = _("We have sent a mail to this address. Open the link in it, then sign in.")
        return Response({"detail": sentence}, status=201, headers={"Cache-Control": "no-store"})


class Login(Door):
    """Sign in with address and password, for all of one's cooperatives or for one."""

    serializer_class = LoginSerializer
    knock_scope, knock_field = "login", "email"

    @extend_schema(request=LoginSerializer, responses=PairSerializer)
    def post(self, request: Request) -> Response:
        """An access token for five minutes and a refresh token that works once."""
        words = self.parsed(request)
        cooperative_id = words.pop("cooperative", None)
        user = sign_in(request._request, **words)
        if cooperative_id is not None and Actor.of(user).standing(cooperative_id) is None:
            raise Invalid("not_yours", _("You do not belong to a cooperative with this number."), "cooperative")
        return _handed_out(tokens.issue(user, cooperative_id=cooperative_id))


class Refresh(Door):
    """Exchange a refresh token."""

    serializer_class = RefreshSerializer
    knock_scope, knock_field = "refresh", "refresh"

    @extend_schema(request=RefreshSerializer, responses=PairSerializer)
    def post(self, request: Request) -> Response:
        """New tokens for a refresh token; using one twice ends the sign-in it came from."""
        pair = tokens.rotate(self.parsed(request)["refresh"])
        if pair is None:
            raise NotSignedIn("refresh_over", _("This refresh token is not valid any more. Sign in again."), "refresh")
        return _handed_out(pair)


class Logout(Door):
    """End a sign-in."""

    serializer_class = LogoutSerializer
    knock_scope, knock_field = "refresh", "refresh"

    @extend_schema(request=LogoutSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """End every token of the sign-in that the refresh token, or the bearer token, came from."""
        refresh = self.parsed(request).get("refresh")
        scheme, _space, access = request.headers.get("Authorization", "").partition(" ")
        bearer = access.strip() if scheme.lower() == "bearer" else ""
        if not refresh and not bearer:
            raise Invalid("invalid", _("Send the refresh token, or the access token as bearer."), "refresh")
        family = tokens.family_of_refresh(refresh) if refresh else tokens.family_of_access(bearer)
        if family is not None:
            tokens.end_family(family)
        return Response(status=204)
