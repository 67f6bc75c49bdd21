"""Invented values for the page that shows every part in every state."""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

register = template.Library()

QUARTERS = {"Q1 2025": 96, "Q2 2025": 158, "Q3 2025": 204, "Q4 2025": 231, "Q1 2026": 290, "Q2 2026": 342, "Q3 2026": 388}


@register.simple_tag
@cache
def icon_names() -> list[str]:
    """Every icon of the sprite, in its order."""
    sprite = finders.find("icons.svg")
    return re.findall(r'<symbol id="([\w-]+)"', Path(sprite).read_text()) if isinstance(sprite, str) else []


@register.simple_tag
def sample() -> dict[str, Any]:
    """What the parts of the components page are filled with."""
    return {"figures": _figures(), "chart": _chart(), "menu": _menu(), "pager": _pager()}


def _figures() -> list[dict[str, Any]]:
    accounts = {_("Operating"): "38,412.60", _("Reserve"): "214,380.00", _("Shares"): "141,000.00"}
    why = {
        "title": _("393,792.60 EUR in the bank"),
        "rule": _("The sum of the ledger accounts of type bank."),
        "source": _("Rule “cash”, version 1"),
        "steps": [{"label": label, "value": value} for label, value in accounts.items()],
        "total": {"label": _("Cash"), "value": "393,792.60"},
        "links": [{"url": "#main", "label": _("412 entries")}],
    }
    return [
        {"label": _("Cash in bank"), "value": "393,792.60", "unit": "EUR", "note": _("214,380 in reserve"), "why": why},
        {"label": _("Dues paid"), "value": "91.1", "unit": "%", "note": _("41,900 of 46,000")},
        {"label": _("Points, seven quarters"), "value": "388", "note": _("from 96")},
    ]


def _chart() -> dict[str, Any]:
    points = [(100 * n, 200 - value / 2) for n, value in enumerate(QUARTERS.values())]
    line = "L".join(f"{x} {y}" for x, y in points)
    return {
        "id": "sample-chart",
        "caption": _("Line: points each quarter"),
        "title": _("Points each quarter"),
        "summary": _("Rises from 96 to 388."),
        "ys": ["400", "300", "200", "100", "0"],
        "grid": [0, 50, 100, 150],
        "line": f"M{line}",
        "area": f"M{line}L600 200L0 200Z",
        "xs": [list(QUARTERS)[n] for n in (0, 2, 4, 6)],
        "column": _("Quarter"),
        "unit": _("Points"),
        "rows": QUARTERS.items(),
    }


def _menu() -> list[dict[str, Any]]:
    lanes = (_("Ready"), _("Doing"), _("Review"))
    return [{"url": "#main", "label": label, "icon": "board", "current": label == lanes[1]} for label in lanes]


def _pager() -> SimpleNamespace:
    return SimpleNamespace(number=2, pages=6, previous=1, next=3, first_index=13, last_index=24, total=71)
