"""What a name or a title must be, wherever it is given: something that a reader can see."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from .base import Invalid

# Spaces, controls, format characters such as zero-width ones, and marks that need a letter under them.
_UNSEEN = {"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"}
# Letters and signs by their class, which draw nothing: Hangul fillers and the empty Braille pattern.
_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_invisible(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return all(sign in _EMPTY or unicodedata.category(sign) in _UNSEEN for sign in text)


def refuse_invisible(text: str, field: str = "name") -> None:
    """Raise Invalid naming the field when the text holds nothing but signs that nobody sees."""
    if text and is_invisible(text):
        raise Invalid("invisible", _("Nothing of this can be seen. Write letters, digits or signs."), field)
