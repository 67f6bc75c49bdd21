"""From a record to the one small message that sockets get: for whom, and with which facts."""

from typing import Any

from cooperatives.events import Audience, Kind

from ..models import Event
from .frames import frame
from .parcel import SAY, Parcel


def parcel_of(event: Event) -> Parcel | None:
    """The record as a parcel; None when nobody is to hear of it: kinds for officers, erased details, unknown kinds."""
    kind, told = event.what, event.told
    if kind is None or told is None:
        return None
    data = told.data
    groups = groups_of(kind, event.cooperative_id, data["payload"])
    if not groups:
        return None
    said = frame(**message_of(event, kind, data))
    return Parcel(SAY, groups, said, key_of(event, kind), event.cooperative_id, event.seq)


def groups_of(kind: Kind, cooperative_id: int, payload: dict[str, Any]) -> tuple[str, ...]:
    """The groups that hear of a record. What is for officers only is pushed to nobody.

    What is meant for one person goes to theirs, and of kinds that the office waits for to its officers.
    """
    if kind.audience is Audience.MEMBERS:
        rooms = (f"{room}.{payload[f'{room}_id']}" for room in kind.rooms if payload.get(f"{room}_id") is not None)
        return (f"cooperative.{cooperative_id}", *rooms)
    if kind.audience is Audience.PERSON:
        person = f"member.{payload['user_id']}" if payload.get("user_id") else ""
        office = (officers(cooperative_id),) if kind.office else ()
        return (person, f"{person}.{cooperative_id}", *office) if person else office
    return ()


def officers(cooperative_id: int) -> str:
    """The group of those who are officers of a cooperative today."""
    return f"officers.{cooperative_id}"


def key_of(event: Event, kind: Kind) -> str:
    """What may be dropped for something newer: an update of the same kind to the same thing, never its creation.

    The kind is part of it: a move says where, an edit says what, and neither replaces the other.
    """
    return f"{event.kind}:{event.subject_type}:{event.subject_id}" if kind.type.endswith(".updated") else ""


def message_of(event: Event, kind: Kind, data: dict[str, Any]) -> dict[str, Any]:
    """The message as JSON will hold it: what every record has, then the kind's own facts."""
    base = {
        "type": kind.type,
        "seq": event.seq,
        "at": event.at,
        "id": event.uid,
        "actor": {"id": event.actor.public_id if event.actor else None, "name": data["actor"]},
        "cooperative": event.cooperative_id,
        "subject": {"type": event.subject_type, "id": event.subject_id, "label": data["subject"]},
    }
    return {**base, **data["payload"], **base}  # base first for readers, and last so that no fact can replace it
