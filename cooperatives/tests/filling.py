"""What this room puts into the world of the proofs (config/tests/proof/world.py)."""

from typing import Any

from cooperatives.actions import Ticket, once

PARAMS: dict[str, dict[str, str]] = {}


def fill(world: Any, side: str) -> None:
    """The cooperatives themselves are founded by the world; a one-time key keeps what one of them answered."""
    with world.inside(side) as actor:
        once(actor, Ticket("filling", side, ""), lambda: None, lambda _: {"body": world.say(side, "Kept.")})
