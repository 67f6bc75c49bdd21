"""One address of a socket."""

from typing import Any

from django.urls import re_path

from .consumer import LiveConsumer


def route(name: str, consumer: type[LiveConsumer], *, keyed: bool = True) -> Any:
    """`/ws/<name>/<key>/`, or `/ws/<name>/`. Any key reaches the consumer, so that a malformed one is refused like any other."""
    tail = r"(?P<key>[^/]*)/" if keyed else ""
    return re_path(rf"^ws/{name}/{tail}$", consumer.as_asgi())  # type: ignore[arg-type]
