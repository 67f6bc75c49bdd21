"""The chain: what is hashed, and in which exact spelling, so that anyone can recompute it years later."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

GENESIS = "0" * 64
"""What stands before the first record of a cooperative."""


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces and no escapes: one value, one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder)


def moment(at: datetime) -> str:
    """A time as the chain spells it: UTC, always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def new_salt() -> str:
    """Sixteen random bytes, so that nobody can guess an erased detail from its commitment."""
    return secrets.token_hex(16)


def commitment(salt: str, text: str) -> str:
    """What the chain knows of a detail: SHA-256 over salt and text."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()


def detail_text(actor: str, subject: str, payload: Mapping[str, Any]) -> str:
    """The personal part of a record, as it is committed to and kept."""
    return canonical({"actor": actor, "subject": subject, "payload": payload})


@dataclass(frozen=True)
class Link:
    """One record as the chain sees it: no name, no title, nothing personal but a key."""

    previous: str
    seq: int
    uid: uuid.UUID
    kind: str
    at: datetime
    actor: int | None
    subject: str
    commitment: str

    def digest(self) -> str:
        """The record's hash: SHA-256 over the canonical JSON of all of it, the hash before it included."""
        said = {**vars(self), "uid": str(self.uid), "at": moment(self.at)}
        return hashlib.sha256(canonical(said).encode()).hexdigest()


def subject_key(subject_type: str, subject_id: int | None) -> str:
    """How the chain names a subject, such as tasks.task:101."""
    return f"{subject_type}:{'' if subject_id is None else subject_id}"
