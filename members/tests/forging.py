"""Tokens as an attacker writes them: from a good one, from parts of others, from another installation, from nothing."""

import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings
from django.utils import timezone

from members import keys, tokens

OTHER_SECRET = "the-secret-of-another-installation-" + "9" * 30


@dataclass(frozen=True)
class Loot:
    """What a forger has: good tokens and a key of one user, of another user, and what is over."""

    pair: tokens.Pair
    narrowed: tokens.Pair
    key: str
    theirs: tokens.Pair
    ended: tokens.Pair
    ended_key: str
    left: tokens.Pair


def claims_of(access: str, **changed: Any) -> dict[str, Any]:
    """The claims of a good token, some of them changed; None takes one away."""
    claims = jwt.decode(access, options={"verify_signature": False}) | changed
    return {key: value for key, value in claims.items() if value is not None}


def signed(claims: dict[str, Any], key: bytes | None = None, algorithm: str = "HS256", **headers: Any) -> str:
    """A token signed with our own key unless another is given."""
    return jwt.encode(claims, key or tokens._key(settings.SECRET_KEY), algorithm=algorithm, headers=headers or None)


def unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    """A token without a signature."""
    parts = (json.dumps(part).encode() for part in ({"alg": algorithm, "typ": "JWT"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def again(loot: Loot, **changed: Any) -> str:
    return signed(claims_of(loot.pair.access, **changed))


def swapped(loot: Loot, **changed: Any) -> str:
    """The good token's signature under other claims."""
    head, _body, mark = loot.pair.access.split(".")
    body = json.dumps(claims_of(loot.pair.access, **changed)).encode()
    return f"{head}.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.{mark}"


def hour(count: int) -> int:
    return int(timezone.now().timestamp()) + count * 3600


def other_letter(letter: str) -> str:
    return "A" if letter != "A" else "B"


# Each line is a kind; several lines are variants of one.
FORGERIES: dict[str, Callable[[Loot], str]] = {
    "alg none": lambda loot: unsigned(claims_of(loot.pair.access)),
    "alg None": lambda loot: unsigned(claims_of(loot.pair.access), "None"),
    "alg HS256 without signature": lambda loot: unsigned(claims_of(loot.pair.access), "HS256"),
    "no signature": lambda loot: loot.pair.access.rsplit(".", 1)[0] + ".",
    "another key": lambda loot: signed(claims_of(loot.pair.access), key=b"k" * 32),
    "the empty key": lambda loot: signed(claims_of(loot.pair.access), key=b"\x00" * 32),
    "the plain secret": lambda loot: signed(claims_of(loot.pair.access), key=settings.SECRET_KEY.encode()),
    "another installation": lambda loot: signed(claims_of(loot.pair.access), key=tokens._key(OTHER_SECRET)),
    "RS256 with our key as its public one": lambda loot: signed(claims_of(loot.pair.access)).replace(
        _segment({"alg": "HS256", "typ": "JWT"}), _segment({"alg": "RS256", "typ": "JWT"})
    ),
    "HS512": lambda loot: signed(claims_of(loot.pair.access), algorithm="HS512"),
    "a key of its own in the header": lambda loot: signed(
        claims_of(loot.pair.access), key=b"k" * 32, jwk={"kty": "oct", "k": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"}
    ),
    "a path as key id": lambda loot: signed(claims_of(loot.pair.access), key=b"\x00" * 32, kid="../../../../dev/null"),
    "type refresh": lambda loot: again(loot, typ="refresh"),
    "no type": lambda loot: again(loot, typ=None),
    "another audience": lambda loot: again(loot, aud="https://elsewhere.example"),
    "several audiences without ours": lambda loot: again(loot, aud=["https://elsewhere.example", "x"]),
    "no audience": lambda loot: again(loot, aud=None),
    "over": lambda loot: again(loot, iat=hour(-2), exp=hour(-1)),
    "without end": lambda loot: again(loot, exp=None),
    "an end that is no number": lambda loot: again(loot, exp="tomorrow"),
    "not yet good": lambda loot: again(loot, nbf=hour(1)),
    "issued tomorrow": lambda loot: again(loot, iat=hour(24), exp=hour(25)),
    "no family": lambda loot: again(loot, fam=None),
    "an unknown family": lambda loot: again(loot, fam=str(uuid.uuid4())),
    "a family that is no id": lambda loot: again(loot, fam="1 OR 1=1"),
    "a family of another type": lambda loot: again(loot, fam={"a": 1}),
    "no subject": lambda loot: again(loot, sub=None),
    "a subject that is no id": lambda loot: again(loot, sub="ada"),
    "a subject of another type": lambda loot: again(loot, sub=1),
    "my family, another's name": lambda loot: again(loot, sub=claims_of(loot.theirs.access)["sub"]),
    "my name, another's family": lambda loot: again(loot, fam=claims_of(loot.theirs.access)["fam"]),
    "no jti": lambda loot: again(loot, jti=None),
    "widened": lambda loot: signed(
        {key: value for key, value in claims_of(loot.narrowed.access).items() if key != "coop"}
    ),
    "narrowed to another cooperative": lambda loot: signed(claims_of(loot.narrowed.access, coop=10**6)),
    "tampered claims": lambda loot: swapped(loot, exp=hour(24)),
    "tampered subject": lambda loot: swapped(loot, sub=claims_of(loot.theirs.access)["sub"]),
    "one letter changed": lambda loot: loot.pair.access[:60] + other_letter(loot.pair.access[60]) + loot.pair.access[61:],
    "an ended family": lambda loot: loot.ended.access,
    "a removed member's": lambda loot: loot.left.access,
    "refresh as access": lambda loot: loot.pair.refresh,
    "extra long": lambda loot: loot.pair.access + "x" * 100_000,
    "a long claim": lambda loot: again(loot, jti="j" * 3000),
    "nested without end": lambda loot: ".".join(["e30"] * 1000),
    "a list as claims": lambda loot: jwt.api_jws.encode(b"[1]", tokens._key(settings.SECRET_KEY), algorithm="HS256"),
    "not JSON as claims": lambda loot: jwt.api_jws.encode(b"\xff\x00", tokens._key(settings.SECRET_KEY), algorithm="HS256"),
    "two tokens": lambda loot: f"{loot.pair.access},{loot.pair.access}",
    "dots": lambda loot: "..",
    "unicode": lambda loot: "\u00e9\u00df\u00fe" * 5,
    "unicode digits in a key": lambda loot: loot.key[:-1] + "\u00b2",
    "the key cut off": lambda loot: loot.key[:-1],
    "the key with a letter more": lambda loot: loot.key + "a",
    "the key with a wrong checksum": lambda loot: loot.key[:-1] + other_letter(loot.key[-1]),
    "the key's prefix alone": lambda loot: loot.key[:13],
    "the key under another mark": lambda loot: "ghp_" + loot.key[5:],
    "the key in capitals": lambda loot: loot.key.upper(),
    "another secret behind the key's prefix": lambda loot: rechecked(loot.key[:14] + "0" * 40),
    "another prefix before the key's secret": lambda loot: rechecked("coop_00000000_" + loot.key[14:54]),
    "a key of another installation": lambda loot: keys.mint().text,
    "the digest of the key": lambda loot: keys.digest(loot.key),
    "an ended key": lambda loot: loot.ended_key,
    "a key in a token": lambda loot: again(loot, fam=loot.key),
}  # fmt: skip


def rechecked(body: str) -> str:
    """A key's body with the checksum that belongs to it: everybody can compute that."""
    return body + keys.checksum(body)


def _segment(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).rstrip(b"=").decode()
