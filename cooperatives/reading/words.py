"""Words as cells and headers have them."""

import re
import unicodedata

YES = {
    "yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "o", "vrai", "sí", "si", "s", "verdadero", "sim", "ndiyo", "da",
    "да", "tak", "igen", "kyllä", "✓",
}  # fmt: skip
NO = {"no", "n", "false", "0", "nein", "falsch", "non", "faux", "falso", "não", "nao", "hapana", "net", "нет", "nie", "nem", "ei"}
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_NO_WORD = re.compile(r"[\W_]+")


def said(cell: object) -> str:
    """A cell as text without blanks around it: 101.0 is 101, what is nothing is an empty text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).replace("\u00a0", " ").replace("\ufeff", "").strip()


def phrase(cell: object) -> str:
    """A cell as text on one line, with single blanks."""
    return " ".join(said(cell).split())


def is_blank(cell: object) -> bool:
    """Whether nothing stands in a cell."""
    return not said(cell)


def header_key(header: object) -> str:
    """A header for comparing: without case, accents, required marks and signs. `First name*` and `FirstName` are alike."""
    words = _NO_WORD.sub(" ", _CAMEL.sub(" ", said(header))).casefold().split()
    decomposed = unicodedata.normalize("NFKD", " ".join(words))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def read_yes_no(cell: object) -> bool | None:
    """What a cell answers, in several languages; None for an empty one. Raises ValueError for what is no answer."""
    word = said(cell).casefold()
    if not word:
        return None
    if word in YES or word in NO:
        return word in YES
    raise ValueError(word)
