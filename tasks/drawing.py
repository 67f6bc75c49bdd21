"""Filled patterns for what a page draws hundreds of times."""

import re
from html import escape
from typing import Any

from django.utils.safestring import SafeString

_KEPT = (SafeString, int)
_to_escape = re.compile("[&<>\"']").search


def format_html(pattern: str, *values: Any, **named: Any) -> SafeString:
    """As Django's: everything is escaped but numbers and what is markup already. Three times as fast, for it knows no
    lazy text: what is translated must be text by now.
    """
    return SafeString(pattern.format(*map(_safe, values), **{name: _safe(value) for name, value in named.items()}))


def _safe(value: Any) -> Any:
    if isinstance(value, _KEPT):
        return value
    text = str(value)
    return escape(text) if _to_escape(text) else text  # most texts hold nothing to escape: five replacements would look for it
