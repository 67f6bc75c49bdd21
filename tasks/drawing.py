"""Filled patterns for what a page draws hundreds of times."""

from html import escape
from typing import Any

from django.utils.safestring import SafeString


def format_html(pattern: str, *values: Any, **named: Any) -> SafeString:
    """As Django's: everything is escaped but numbers and what is markup already. Three times as fast, for it knows no
    lazy text: what is translated must be text by now.
    """
    return SafeString(pattern.format(*map(_safe, values), **{name: _safe(value) for name, value in named.items()}))


def _safe(value: Any) -> Any:
    return value if isinstance(value, SafeString | int) else escape(str(value))
