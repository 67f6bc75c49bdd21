"""What a name or a title must be, wherever it is given: something that a reader can see, and as it stands."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from .base import Invalid

# Spaces, controls, format characters such as zero-width ones, and marks that need a letter under them.
_UNSEEN = {"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"}
# Letters and signs by their class, which draw nothing: Hangul fillers and the empty Braille pattern.
_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# They turn the direction of what follows, beyond the end of the text where nothing encloses it: in mails, tables and the record.
# The marks U+061C, U+200E and U+200F do not, and words in Hebrew and Arabic may need them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_invisible(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return all(sign in _EMPTY or unicodedata.category(sign) in _UNSEEN for sign in text)


def turns(text: str) -> bool:
    """Whether the text holds signs that turn the direction of writing (Unicode's embeddings, overrides and isolates)."""
    return not _TURNING.isdisjoint(text)


def unturned(text: str) -> str:
    """The text without such signs: for what a person cannot type anew, as the names of files and numbers to call.

    Telephones and contact lists put them around numbers, and copying takes them along.
    """
    return "".join(sign for sign in text if sign not in _TURNING) if turns(text) else text


def refuse_invisible(text: str, field: str = "name") -> None:
    """Raise Invalid naming the field when the text holds nothing but signs that nobody sees, or one that turns its direction."""
    if text and is_invisible(text):
        raise Invalid("invisible", _("Nothing of this can be seen. Write letters, digits or signs."), field)
    refuse_turning(text, field)


def refuse_turning(text: str, field: str) -> None:
    """Raise Invalid naming the field when the text holds a sign that turns the direction of what is written."""
    if turns(text):
        sentence = _("This holds an invisible sign that turns the direction of writing. Type it anew instead of pasting it.")
        raise Invalid("turning", sentence, field)
