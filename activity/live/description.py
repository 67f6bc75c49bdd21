"""The sockets as AsyncAPI 3.0, drawn from the kinds that the rooms declare: docs/asyncapi.yaml is its output."""

from typing import Any

from cooperatives.events import KINDS, Audience, Kind

from .frames import HEARTBEAT, LARGEST

_TYPES: dict[type, str] = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object", float: "number"}
_SEQ = {"type": ["integer", "null"], "description": "The last record of the cooperative; null on a personal socket."}
_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}

_FROM_SERVER: dict[str, dict[str, Any]] = {
    "hello": {"seq": _SEQ, "heartbeat": {**_NUMBER, "const": int(HEARTBEAT)}},
    "ping": {},
    "resync": {"seq": _SEQ},
    "caught_up": {"seq": _NUMBER},
    "error": {"code": {"enum": ["not_text", "not_json", "unknown_type", "since"]}, "detail": _TEXT},
    "announcement": {"text": _TEXT, "at": {**_TEXT, "format": "date-time"}},
}
_PERSON = {"type": "object", "properties": {"id": {**_TEXT, "format": "uuid"}, "name": _TEXT}, "required": ["id", "name"]}
_OF_ROOMS: dict[str, dict[str, Any]] = {
    "presence": {
        "people": {"type": "array", "items": _PERSON, "description": "Some of those who have the room open, by name."},
        "count": {**_NUMBER, "minimum": 1, "description": "How many they are in all."},
    }
}
_FROM_CLIENT: dict[str, dict[str, Any]] = {"catch_up": {"since": {**_NUMBER, "minimum": 0}}, "pong": {}}
_BASE: dict[str, Any] = {
    "seq": {**_NUMBER, "description": "Its number in the cooperative: gap-free, in order."},
    "at": {**_TEXT, "format": "date-time"},
    "id": {**_TEXT, "format": "uuid"},
    "actor": {
        "type": "object",
        "properties": {"id": {"type": ["string", "null"], "format": "uuid"}, "name": _TEXT},
        "required": ["id", "name"],
    },
    "cooperative": _NUMBER,
    "subject": {
        "type": "object",
        "properties": {"type": _TEXT, "id": {"type": ["integer", "null"]}, "label": _TEXT},
        "required": ["type", "id", "label"],
    },
}
_CHANNELS = {
    "notifications": ("/ws/notifications/", "What concerns one person, in whichever cooperative, and what concerns everyone."),
    "cooperative": ("/ws/cooperatives/{id}/", "What happens in one cooperative, and what concerns the listener there."),
    "project": ("/ws/projects/{id}/", "What happens in one project; a task is an issue here."),
}


def describe(skip: tuple[str, ...] = ()) -> dict[str, Any]:
    """The whole description. Kinds whose names begin with one of `skip` are left out."""
    kinds = [kind for kind in KINDS.values() if kind.audience is not Audience.OFFICERS and not kind.name.startswith(skip)]
    messages = {name: _message(name, facts) for name, facts in {**_FROM_SERVER, **_OF_ROOMS, **_FROM_CLIENT}.items()}
    for kind in sorted(kinds, key=lambda kind: kind.name):
        messages[kind.name] = _message(kind.type, {**_BASE, **_facts(kind)}, summary=f"Said of {kind.name}.")
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Cooperator, live", "version": "1", "description": f"Frames are JSON text of at most {LARGEST} bytes."},
        "channels": {name: _channel(name, kinds) for name in _CHANNELS},
        "operations": _operations(kinds),
        "components": {"messages": messages},
    }


def _facts(kind: Kind) -> dict[str, Any]:
    return {
        name: {"type": [_TYPES[of], "null"]} if of is not list else {"type": "array"}
        for name, of in kind.payload.items()
        if name not in _BASE
    }


def _message(name: str, facts: dict[str, Any], summary: str = "") -> dict[str, Any]:
    payload = {"type": "object", "properties": {"type": {"const": name}, **facts}, "required": ["type", *facts]}
    return {"name": name, **({"summary": summary} if summary else {}), "payload": payload}


def _heard_on(channel: str, kinds: list[Kind]) -> list[str]:
    personal = [kind.name for kind in kinds if kind.audience is Audience.PERSON]
    if channel == "notifications":
        return [*_FROM_SERVER, *personal]
    own = [name for name in _FROM_SERVER if name != "announcement"]
    if channel == "cooperative":
        return own + [kind.name for kind in kinds]
    return [*own, *_OF_ROOMS, *(kind.name for kind in kinds if channel in kind.rooms)]


def _channel(name: str, kinds: list[Kind]) -> dict[str, Any]:
    address, description = _CHANNELS[name]
    messages = [*_heard_on(name, kinds), *_FROM_CLIENT]
    return {
        "address": address,
        "description": description,
        **({"parameters": {"id": {"description": "Its number."}}} if "{id}" in address else {}),
        "messages": {message: {"$ref": f"#/components/messages/{message}"} for message in sorted(messages)},
    }


def _operations(kinds: list[Kind]) -> dict[str, Any]:
    operations = {}
    for name in _CHANNELS:
        for act, messages in (("send", _heard_on(name, kinds)), ("receive", list(_FROM_CLIENT))):
            operations[f"{name}_{act}"] = {
                "action": act,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{message}"} for message in sorted(messages)],
            }
    return operations
