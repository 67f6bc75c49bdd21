"""Colours of other systems as ours, the nearest by hue."""

import colorsys
import re

from ..models import Colour

_HEX = re.compile(r"#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_GREYISH = 0.15
# Where each hue ends, in degrees; beyond the last one red begins anew.
_ENDS = (
    (15, Colour.RED),
    (42, Colour.ORANGE),
    (70, Colour.YELLOW),
    (155, Colour.GREEN),
    (195, Colour.TEAL),
    (245, Colour.BLUE),
    (290, Colour.PURPLE),
    (345, Colour.PINK),
)
_NAMES = {"sky": Colour.TEAL, "lime": Colour.GREEN, "black": Colour.GREY}


def named(word: str) -> Colour:
    """The colour for a name such as Trello's `sky_dark`; grey for one that is unknown or none."""
    first = word.partition("_")[0].lower()
    return _NAMES.get(first) or (Colour(first) if first in Colour.values else Colour.GREY)


def nearest(code: str) -> Colour:
    """The colour for six hexadecimal digits; grey for what has little hue, or is no colour."""
    match = _HEX.fullmatch(code)
    if match is None:
        return Colour.GREY
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(part, 16) / 255 for part in match.groups()))
    if saturation < _GREYISH or not 0.05 < lightness < 0.97:
        return Colour.GREY
    return next((colour for end, colour in _ENDS if hue * 360 < end), Colour.RED)
