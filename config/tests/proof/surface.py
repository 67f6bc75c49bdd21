"""Every door of the installation, found by looking: nothing is listed by hand, so nothing new can be left out."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize
from rest_framework.views import APIView

from activity.live.routing import websocket_application
from cooperatives.middleware import OF_PAGES

SAFE = ("GET", "HEAD", "OPTIONS")
WRITING = ("POST", "PUT", "PATCH", "DELETE")
METHODS = (*SAFE, *WRITING)
OPEN = "OPEN"  # the one thing that is done to a socket


@dataclass(frozen=True)
class Door:
    """One method of one address, or one socket. `params` are the names in the address that want a value."""

    kind: str
    name: str
    route: str
    method: str
    params: tuple[str, ...]
    template: str = field(compare=False, repr=False, default="")
    view: Any = field(compare=False, repr=False, default=None)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    def address(self, values: Mapping[str, Any]) -> str:
        """The path with these values in it. Raises KeyError for one that is missing."""
        return "/" + self.template % {name: quote(str(values[name]), safe="/") for name in self.params}

    def by(self, method: str) -> "Door":
        """The same address by another method."""
        return replace(self, method=method)

    @property
    def viewset(self) -> Any:
        """The class behind it, or None for a plain function."""
        return getattr(self.view, "cls", None) or getattr(self.view, "view_class", None)

    @property
    def action(self) -> str:
        """What a viewset calls this method, such as `create`; empty elsewhere."""
        return (getattr(self.view, "actions", None) or {}).get(self.method.lower(), "")

    @property
    def model(self) -> Any:
        """The model of an admin page or of a viewset, or None."""
        desk = getattr(self.view, "model_admin", None)
        if desk is not None:
            return desk.model
        queryset = getattr(self.viewset, "queryset", None)
        return None if queryset is None else queryset.model

    @property
    def is_ours(self) -> bool:
        """Whether one of our rooms wrote it, rather than a library."""
        home = self.viewset or inspect.unwrap(self.view)
        return home.__module__.partition(".")[0] in settings.ROOMS


@cache
def doors() -> list[Door]:
    """Every method that every address offers, then every socket. HEAD and OPTIONS come with each: see `Door.by`."""
    return [*_pages(), *_sockets()]


def addresses() -> list[Door]:
    """One door for each address, by its first method."""
    return list({(door.kind, door.route): door for door in reversed(doors())}.values())[::-1]


def offered(door: Door) -> set[str]:
    """The methods that the address of a door offers."""
    return {other.method for other in doors() if (other.kind, other.route) == (door.kind, door.route)}


def door(name: str, method: str = "GET") -> Door:
    """The door of this name. Raises StopIteration when there is none."""
    return next(found for found in doors() if (found.name, found.method) == (name, method))


def _pages() -> Iterator[Door]:
    for pattern, route, regex, namespace in _walk(get_resolver(), "", "", ""):
        template, params = normalize(regex)[0]
        kind = _kind(pattern.callback, namespace)
        name = f"{namespace}{pattern.name}" if pattern.name else route
        for method in _methods(pattern.callback):
            # The middleware refuses the others; whoever relied on a view instead would be found by `test_methods`.
            if kind == "api" or method in OF_PAGES:
                yield Door(kind, name, route, method, tuple(params), template, pattern.callback)


def _walk(resolver: URLResolver, route: str, regex: str, namespace: str) -> Iterator[tuple[URLPattern, str, str, str]]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        whole = regex + pattern.pattern.regex.pattern.removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield pattern, here, whole, namespace
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, here, whole, inner)


def _kind(view: Any, namespace: str) -> str:
    if namespace.startswith("admin:"):
        return "admin"
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return "api" if isinstance(cls, type) and issubclass(cls, APIView) else "page"


def _methods(view: Any) -> list[str]:
    """What a view offers, HEAD and OPTIONS left aside: as its class says, else its decorator, else GET and POST."""
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if actions := getattr(view, "actions", None):
        said = {method.upper() for method in actions}
    elif isinstance(cls, type):
        said = {method.upper() for method in cls.http_method_names if hasattr(cls, method)}
    else:
        said = set(_decorated(view) or ("GET", "POST"))
    return [method for method in METHODS if method in said - {"HEAD", "OPTIONS"}]


def _decorated(view: Any) -> list[str] | None:
    """The methods that `require_http_methods` lets through, or None when nothing is said."""
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        for name, cell in zip(names, getattr(view, "__closure__", None) or (), strict=False):
            if name == "request_method_list":
                return list(cell.cell_contents)
        view = getattr(view, "__wrapped__", None)
    return None


def _sockets() -> Iterator[Door]:
    for pattern in websocket_application.routes:
        consumer = getattr(pattern.callback, "consumer_class", None)
        if consumer is not None:
            template, params = normalize(pattern.pattern.regex.pattern)[0]
            yield Door("socket", consumer.__name__, str(pattern.pattern), OPEN, tuple(params), template, consumer)
