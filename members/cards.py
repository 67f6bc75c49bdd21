"""Address book cards: vCard 4.0 (RFC 6350) of what people show to fellow members."""

import re
from collections.abc import Iterable, Iterator

from .models import Person, Shown

_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_UNSAID = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
FOLD = 75  # octets of one line, without its end


def cards(people: Iterable[Person], organisation: str) -> Iterator[str]:
    """One card for each person; `organisation` is the cooperative's name."""
    for person in people:
        yield "".join(f"{folded(line)}\r\n" for line in _card(person, organisation))


def _card(person: Person, organisation: str) -> Iterator[str]:
    shown = set(person.shown)
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"KIND:{'org' if person.is_organization else 'individual'}"
    yield f"UID:urn:uuid:{person.public_id}"
    yield f"FN:{escaped(person.name)}"
    if person.family_name or person.given_name:
        yield f"N:{escaped(person.family_name)};{escaped(person.given_name)};;;"
    if Shown.EMAIL in shown and person.email:
        yield f"EMAIL:{escaped(person.email)}"
    if Shown.PHONE in shown and person.phone:
        yield f"TEL:{escaped(person.phone)}"
    if Shown.ADDRESS in shown and person.address:
        yield f"ADR:;;{escaped(person.address)};;;;"
    if Shown.BIRTHDAY in shown and person.birth_date:
        yield f"BDAY:--{person.birth_date:%m%d}"
    yield f"ORG:{escaped(organisation)}"
    yield "END:VCARD"


def escaped(text: str) -> str:
    """A text as the value of a property: no sign of it can end the value, the line or the card."""
    plain = _UNSAID.sub(" ", _BREAK.sub("\n", text))
    return re.sub(r"([\\,;])", r"\\\1", plain).replace("\n", "\\n")


def folded(line: str) -> str:
    """A line of any length in lines of at most 75 octets, never broken within a sign."""
    parts, size = [""], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > FOLD:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += octets
    return "\r\n".join(parts)
