"""Valid requests for the doors of importing."""

from collections.abc import Callable
from typing import Any

from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import apply_import
from members.models import ImportBatch
from members.queries import mark_of, plan_of

from .filling import table

Body = Callable[[Any, str], dict[str, Any]]


def _batch(world: Any, side: str) -> ImportBatch:
    """The file that waits, as it is now."""
    row = world.row(side, "members.importbatch")
    found: ImportBatch = ImportBatch.objects.select_related("cooperative").get(pk=row.pk)
    return found


def pasted(world: Any, side: str) -> dict[str, Any]:
    """A pasted table."""
    return {"text": table(world, side, 700).decode()}


def decided(world: Any, side: str) -> dict[str, Any]:
    """A cell that is mended."""
    with enter([world.cooperatives[side].pk]):
        return {"row": "4", "cell-2": "kay@example.org", "held-2": "kay", "version": _batch(world, side).version}


def confirmed(world: Any, side: str) -> dict[str, Any]:
    """What was looked at."""
    with enter([world.cooperatives[side].pk]):
        batch = _batch(world, side)
        mark = mark_of(plan_of(batch)) if batch.content else "0"
        return {"mark": mark, "leave_out": "on", "version": batch.version}


def seen(world: Any, side: str) -> dict[str, Any]:
    """The file as it was shown."""
    with enter([world.cooperatives[side].pk]):
        return {"version": _batch(world, side).version}


def imported(world: Any, side: str) -> dict[str, Any]:
    """The file, imported a moment ago."""
    with enter([world.cooperatives[side].pk]):
        batch = _batch(world, side)
        if batch.state == ImportBatch.State.READ:
            apply_import(SYSTEM, batch, mark=mark_of(plan_of(batch)), version=batch.version, leave_out=True)
    return seen(world, side)


BODIES: dict[str, Body] = {
    "members:import": pasted,
    "members:import_file": decided,
    "members:import_apply": confirmed,
    "members:import_undo": imported,
    "members:import_drop": seen,
}
