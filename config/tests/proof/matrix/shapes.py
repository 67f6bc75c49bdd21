"""The keys of an answer, as paths: what a reader may know, whatever the values are."""

from collections.abc import Iterator
from typing import Any


def paths(data: Any) -> set[str]:
    """Every key of JSON data, `[]` for each list; a key whose value is null everywhere ends with `=null`."""
    found: dict[str, bool] = {}
    for path, value in _walk(data, ""):
        found[path] = found.get(path, False) or value is not None
    return {path if filled else f"{path}=null" for path, filled in found.items()}


def _walk(data: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            inner = f"{path}.{key}" if path else str(key)
            if isinstance(value, dict | list) and value:
                yield from _walk(value, inner)
            else:
                yield inner, value
    elif isinstance(data, list):
        for item in data:
            yield from _walk(item, f"{path}[]")
    else:
        yield path, data


def spoken(messages: list[dict[str, Any]]) -> set[str]:
    """The same for what a socket says: each kind of message has its own keys, joined by a colon."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for message in messages:
        by_kind.setdefault(message["type"], []).append(message)
    return {f"{kind}:{path.removeprefix('[].')}" for kind, said in by_kind.items() for path in paths(said)}
