"""What this room puts into the world of the proofs (config/tests/proof/world.py)."""

from datetime import timedelta
from typing import Any

from activity.actions import replay
from activity.dispatch import Target
from activity.dispatch.line import run
from activity.models import DeadLetter, Event
from cooperatives.queries import enter

PARAMS = {"CooperativeSocket": {"key": "cooperatives.cooperative"}}


def fill(world: Any, side: str) -> None:
    """A target that fails: a cursor with its error, a dead letter for every record, one of them sent again."""

    def deliver(event: Event) -> None:
        raise ConnectionError(world.say(side, "nobody answers"))

    run(Target("deaf", deliver, where="web", delays=()), world.cooperatives[side].pk)
    run(Target("tired", deliver, where="web", delays=(timedelta(days=1).total_seconds(),)), world.cooperatives[side].pk)
    with enter([world.cooperatives[side].pk]), world.inside(side) as actor:
        replay(actor, DeadLetter.objects.order_by("pk").first())
