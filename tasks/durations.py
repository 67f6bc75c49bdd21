"""Spans of work as people write them: 1.5 h, 90 min, 1 h 30, 1:30. Kept in whole minutes."""

import re

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .models import MINUTES_LIMIT

_HOURS = r"(?P<hours>\d{1,4}(?:[.,]\d{1,2})?)\s*(?:h|hr|hrs|hour|hours|std)\.?"
_MINUTES = r"(?P<minutes>\d{1,5})\s*(?:m|min|mins|minute|minutes)?\.?"
_SHAPES = (
    re.compile(rf"{_HOURS}"),
    re.compile(rf"{_HOURS}\s*{_MINUTES}"),
    re.compile(r"(?P<minutes>\d{1,5})\s*(?:m|min|mins|minute|minutes)\.?"),
    re.compile(r"(?P<hours>\d{1,4}):(?P<minutes>[0-5]\d)(?:\s*h\.?)?"),
)


def minutes_of(text: str) -> int | None:
    """The minutes that a text means; None for an empty one. Raises ValueError with a sentence that names the cure.

    A bare number is refused: nobody can tell whether hours or minutes are meant. Parts of a minute are rounded up.
    """
    text = text.strip().casefold()
    if not text:
        return None
    found = next(filter(None, (shape.fullmatch(text) for shape in _SHAPES)), None)
    if found is None:
        raise ValueError(_("Write hours or minutes, such as 1.5 h or 90 min."))
    parts = found.groupdict()
    hundredths = _hundredths(parts.get("hours") or "0")
    minutes = -(-hundredths * 60 // 100) + int(parts.get("minutes") or 0)
    if not 1 <= minutes <= MINUTES_LIMIT:
        raise ValueError(_("Write something between 1 min and %(most)s h.") % {"most": MINUTES_LIMIT // 60})
    return minutes


def _hundredths(text: str) -> int:
    whole, _point, part = text.replace(",", ".").partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def told(minutes: int | None) -> str:
    """A span in words that `minutes_of` reads again: 45 min, 2 h, 1 h 30 min; an empty text for None."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = ((hours, _("%(n)s h")), (rest, _("%(n)s min")))
    return " ".join(words % {"n": number_format(n, use_l10n=False)} for n, words in parts if n)
