"""Names: how a person is called, and where the name stands in a list. Pure."""

import unicodedata
from dataclasses import dataclass

# Letters of their own that Unicode does not take apart: people look for Łukasz under L.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


@dataclass(frozen=True)
class Name:
    """The parts of a name that the register keeps. `family` is empty for who has one name, and for organisations."""

    name: str
    given: str = ""
    family: str = ""

    @property
    def sort(self) -> str:
        """The key by which it stands in a list: family name first, without accents and case."""
        parts = [self.family, self.given] if self.family else [self.name]
        return folded(", ".join(part for part in parts if part))[:160]


def name_of(name: str = "", given: str = "", family: str = "") -> Name:
    """The name that these words say; a whole name goes before its parts, which make one where it is missing."""
    given, family = _clean(given), _clean(family)
    return Name(_clean(name) or " ".join(part for part in (given, family) if part), given, family)


def folded(text: str) -> str:
    """A text without accents and case, for comparing and for order: José and JOSE are alike."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _clean(text: str) -> str:
    return " ".join(text.split())
