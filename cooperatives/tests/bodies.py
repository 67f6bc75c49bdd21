"""Valid requests for the writing doors of this room: what an honest client would send (config/tests/proof/bodies.py)."""

from collections.abc import Callable
from typing import Any

Body = Callable[[Any, str], dict[str, Any]]
SETTINGS = {
    "description": "What we are now.",
    "currency": "EUR",
    "time_zone": "Africa/Kampala",  # the same day as in Nairobi at any hour: another day would change dates of the register
    "locale": "en",
    "fiscal_year_start": 4,
    "hue": 200,
}


def founding(world: Any, side: str) -> dict[str, Any]:
    """A new cooperative."""
    return {"name": "Founded anew", "kind": "housing", **SETTINGS}


def changing(world: Any, side: str) -> dict[str, Any]:
    """Other settings for the one of a side."""
    row = world.cooperatives[side]
    return {"name": "Named anew", "version": row.version, **SETTINGS}


def _names(suffix: str, body: Body) -> dict[str, Body]:
    return {f"{name}-{suffix}": body for name in ("cooperatives", "organizations", "chamas")}


BODIES: dict[str, Body] = {
    "cooperatives:new": founding,
    "cooperatives:settings": changing,
    **_names("list", founding),
    **_names("detail", changing),
}
