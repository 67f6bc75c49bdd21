"""Valid requests for the writing doors of this room: what an honest client would send (config/tests/proof/bodies.py)."""

from collections.abc import Callable
from typing import Any


def send_again(world: Any, side: str) -> dict[str, Any]:
    """The dead letter of a side, chosen on the admin's list."""
    return {"action": "send_again", "_selected_action": [world.row(side, "activity.deadletter").pk]}


BODIES: dict[str, Callable[[Any, str], dict[str, Any]]] = {"admin:activity_deadletter_changelist": send_again}
