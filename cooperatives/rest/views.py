"""The base of viewsets: who acts, what may be done, which version is meant, one page at a time."""

import json
import re
from typing import Any, ClassVar, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import exceptions, mixins, pagination, parsers, permissions, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from ..policy import Actor, may
from .allowance import Allowance, show_allowance
from .fresh import prove
from .once import Idempotent
from .problems import PreconditionRequired

R = TypeVar("R")
_ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')


class BoundedJSON(parsers.JSONParser):
    """JSON that ends: too large, too deep, broken UTF-8 and NUL are clear answers, not accidents."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Parse, or raise ParseError naming the cure. What is too large, Django refuses before (see `errors`)."""
        try:
            found = super().parse(stream, media_type, parser_context)
            # An escape such as \ud800 is half a letter: JSON lets it through, no database does.
            # 1e999 is read as infinity: JSON has no such number, and no field takes it.
            json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        except RecursionError as error:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from error
        except (UnicodeError, ValueError) as error:
            raise exceptions.ParseError(_("The body is not valid UTF-8 JSON.")) from error
        if not isinstance(found, dict | list):
            raise exceptions.ParseError(_("Send a JSON object."))
        return found


class Pager(pagination.PageNumberPagination):
    """Pages of 50, at most 100."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100
    page_query_description = gettext_lazy("Which page of the list, counted from 1.")  # type: ignore[assignment]
    page_size_query_description = gettext_lazy("How many rows are on a page, at most 100; without it 50.")  # type: ignore[assignment]


class ActorMay(permissions.BasePermission):
    """A viewset names the action each method needs; without an object it only asks for a sign-in."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """Signed in, unless the viewset opens the method to visitors."""
        return bool(request.user and request.user.is_authenticated)

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        """The policy's answer for this row."""
        name = view.action_needed()
        return name is None or may(view.actor, name, obj)


class ViewSet(Idempotent, viewsets.GenericViewSet[Any]):
    """Base of our viewsets. `needed` maps a viewset action to the policy's action name; those in `fresh` want a sign-in
    of the last minutes as well.

    `creating` parses the body of a POST that creates, where that takes fewer fields than a change does.
    `unversioned` says why a DELETE asks for no version.
    Rows outside the active cooperatives do not exist here, so a foreign id and an unknown id answer the same 404.
    """

    permission_classes = [ActorMay]
    parser_classes = [BoundedJSON]
    throttle_classes = [Allowance]
    pagination_class = Pager
    creating: ClassVar[type[Any] | None] = None
    unversioned: ClassVar[str] = ""
    needed: ClassVar[dict[str, str]] = {}
    fresh: ClassVar[frozenset[str]] = frozenset()
    lookup_value_regex = r"[0-9]{1,18}"

    @property
    def actor(self) -> Actor:
        """Who acts."""
        found: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return found

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Whatever is answered says what is left of the allowance."""
        show_allowance(request._request, response)
        return super().finalize_response(request, response, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever is asked before the method runs."""
        super().initial(request, *args, **kwargs)
        if self.action in self.fresh:
            prove(request._request)

    def action_needed(self) -> str | None:
        """The policy's name for what is asked, or None when reading is all."""
        return self.needed.get(self.action or "")

    def parsed(self, *, partial: bool = False, instance: Any = None) -> dict[str, Any]:
        """The body, parsed by the viewset's serializer. Raises ValidationError."""
        kind = self.creating if self.action == "create" and self.creating else self.get_serializer_class()
        serializer = kind(instance, data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def versioned(self, *, partial: bool, instance: Any) -> dict[str, Any]:
        """As `parsed`, with the version the client saw under `version`. Raises PreconditionRequired (428) without one."""
        data = self.parsed(partial=partial, instance=instance)
        header = self.request.headers.get("If-Match")
        if header is not None:
            match = _ETAG.match(header.strip())
            data["version"] = int(match[1]) if match else 0
        if data.get("version") is None:
            raise PreconditionRequired(_("Send the version you saw, as If-Match or as the field version."))
        return data

    def represent(self, obj: Any) -> Any:
        """A row as this viewset draws it."""
        return self.get_serializer(obj).data

    def answer(self, obj: Any, status: int = 200) -> Response:
        """One row, with its version as ETag."""
        headers = {"ETag": f'"{obj.version}"'} if hasattr(obj, "version") else {}
        return Response(self.represent(obj), status=status, headers=headers)


class Reading(mixins.ListModelMixin):
    """List and detail over `get_queryset()`."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row."""
        return self.answer(self.get_object())  # type: ignore[attr-defined]


def seen(view: ViewSet, row: R | None, action: str) -> R:
    """The row of an address, if the actor may see it by this action. Raises Http404, or PermissionDenied for what is needed."""
    if row is None or not may(view.actor, action, row):
        raise Http404
    view.check_object_permissions(view.request, row)
    return row


def one_of(queryset: "QuerySet[Any]", pk: Any) -> Any:
    """The row with this key, or Http404; never a 500 for a key that cannot be one."""
    try:
        return queryset.get(pk=pk)
    except (queryset.model.DoesNotExist, ValueError, TypeError, OverflowError) as error:
        raise Http404 from error
