"""Names as lists have them: one person or several in a cell, given and family name in one order or the other. Pure."""

import re
from dataclasses import dataclass

from ..names import folded

_TOGETHER = re.compile(r"\s*(?:&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bna\b)\s*", re.IGNORECASE)
_APART = re.compile(r"\s*(?:/|;|\n)\s*")
PARTICLES = {
    "von", "vom", "zu", "zum", "zur", "van", "de", "del", "della", "di", "da", "dos", "das", "du", "des", "la", "le", "los",
    "las", "der", "den", "ten", "ter", "af", "av", "bin", "ibn", "el", "al",
}  # fmt: skip
VACANT = {"vacant", "empty", "void", "leer", "leerstand", "leerstehend", "frei", "unbewohnt", "vacante", "libre", "vide", "9999"}
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True)
class Split:
    """One person's name in two parts. `is_sure` unless somebody should look: a single, compound or three-part name."""

    given: str
    family: str
    is_sure: bool = True

    @property
    def name(self) -> str:
        """The whole name."""
        return " ".join(part for part in (self.given, self.family) if part)


def is_vacant(text: str) -> bool:
    """Whether a name says that nobody lives there."""
    return _EDGES.sub("", text).casefold() in VACANT


def split_name(text: str) -> Split:
    """A whole name in its parts: at a comma, else before particles, else at the last blank.

    Four words and more have two family names (Maria del Carmen Ruiz Soto), unless particles begin them.
    """
    if "," in text:
        family, _comma, given = (part.strip() for part in text.partition(","))
        return Split(given, family)
    words = text.split()
    if len(words) < 2:
        return Split(text.strip(), "", is_sure=False)
    at = _family_from(words)
    return Split(" ".join(words[:at]), " ".join(words[at:]), is_sure=len(words) == 2)


def _family_from(words: list[str]) -> int:
    particle = next((at for at, word in enumerate(words[1:-1], 1) if word.casefold() in PARTICLES), None)
    if particle is not None:
        after = particle
        while after < len(words) - 1 and words[after].casefold() in PARTICLES:
            after += 1
        if len(words) - after <= 1:  # nothing but the family name follows: Leopold von der Nakamura
            return particle
        return after + 1
    return len(words) - 2 if len(words) > 3 else len(words) - 1


def split_names(text: str) -> list[Split]:
    """The people whom a cell names: "A & B Last" are two of one family name, "A Last / B Last" two of two."""
    return [person for part in _APART.split(text.strip()) if part for person in _of_one_family(part)]


def _of_one_family(text: str) -> list[Split]:
    if "," in text:
        family, _comma, given = (part.strip() for part in text.partition(","))
        return [Split(one, family) for one in _TOGETHER.split(given) if one] or [Split("", family, is_sure=False)]
    parts = [part for part in _TOGETHER.split(text) if part]
    if len(parts) < 2:
        return [split_name(part) for part in parts]
    last = split_name(parts[-1])
    family = last.family or ""
    return [split_name(part) if len(part.split()) > 1 else Split(part, family) for part in parts[:-1]] + [last]


def same_name(first: str, second: str) -> bool:
    """Whether two names are alike but for case, accents and blanks."""
    return folded(" ".join(first.split())) == folded(" ".join(second.split()))
