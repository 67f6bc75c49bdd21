"""The code of an invitation: how one is written, read and found. Only its SHA-256 is kept.

Twenty-six signs to base 32 without I, L, O and U (Crockford's alphabet) hold 130 random bits, and can be typed from paper:
capitals, blanks and hyphens do not count, and what looks alike is read alike.
"""

import hashlib
import re
import secrets
from typing import NamedTuple
from uuid import UUID

from .models import Invitation, InvitationToken

SIGNS = 26
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ALIKE = str.maketrans({"i": "1", "l": "1", "o": "0"})
_CODE = re.compile(f"[{_LETTERS}]{{{SIGNS}}}", re.ASCII)
_LONGEST = 100  # characters that are looked at: a code with every sign apart has fewer


class Known(NamedTuple):
    """What a code opens: an invitation of a cooperative."""

    cooperative_id: int
    invitation: UUID


def renew(invitation: Invitation) -> str:
    """A new code for an invitation; the one before opens nothing any more. Inside the action that changes the invitation."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(SIGNS))
    forget(invitation)
    whose = {"cooperative_id": invitation.cooperative_id, "invitation": invitation.public_id}
    InvitationToken.objects.create(digest=_digest(code), **whose)
    return code


def forget(invitation: Invitation) -> None:
    """End the code of an invitation."""
    InvitationToken.objects.filter(invitation=invitation.public_id).delete()


def resolve(text: str) -> Known | None:
    """What a code opens; None for one that was never given, or was replaced. Works before anything is entered."""
    code = read(text)
    found = InvitationToken.objects.filter(digest=_digest(code)).first() if code else None
    return Known(found.cooperative_id, found.invitation) if found else None


def read(text: str) -> str:
    """The code in a text as somebody typed it; an empty string for what cannot be one."""
    code = re.sub(r"[\s\-–]+", "", text[:_LONGEST]).lower().translate(_ALIKE)
    return code if _CODE.fullmatch(code) else ""


def written(code: str) -> str:
    """The code in groups, as it is printed."""
    return "-".join(code[start : start + 5] for start in range(0, SIGNS, 5)).upper()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
