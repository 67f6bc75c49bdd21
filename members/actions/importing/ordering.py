"""Long files are imported by a job: ordered on the page, taken up by one worker, given back when it cannot be done."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from cooperatives.actions import Forbidden, NotFound, RuleBroken, action, check, expect
from cooperatives.policy import SYSTEM, Actor

from ...models import ImportBatch, User
from ...stages import Stage, say
from ...waking import wake
from .applying import apply_import, in_register, write
from .batches import locked, open_only

AT_ONCE = 500  # rows that are written while the page waits; with more of them a proxy might lose its patience
PATIENCE = timedelta(minutes=2)  # then the worker is taken for dead. If it is not, it holds the register, and one of them writes
MOST_TRIES = 3
IMPORTER = "members.import_ordered"


@action
def confirm_import(actor: Actor, batch: ImportBatch, *, mark: str, version: int | None, leave_out: bool = False) -> ImportBatch:
    """Import a file at once, or have a job import a long one: `apply_import` says how, and what it raises.

    What a job is refused is kept in `ordered` of the import, which is then as before it was ordered.
    """
    if batch.counts.get("rows", 0) <= AT_ONCE:
        return apply_import(actor, batch, mark=mark, version=version, leave_out=leave_out)
    check(actor, "members.import", batch)
    row = locked(batch)
    open_only(row)
    expect(row, version)
    by = actor.user.pk if actor.user else None
    say(row, Stage.WAITS)
    _become(row, ImportBatch.State.APPLYING, {"by": by, "mark": mark, "leave_out": leave_out, "tries": 0})
    wake(IMPORTER, row.cooperative_id)
    return row


def _become(row: ImportBatch, state: str, ordered: dict[str, Any]) -> None:
    row.state, row.ordered = state, ordered
    row.version += 1
    row.save(update_fields=["state", "ordered", "version"])


def carry_out_orders(*, now: datetime) -> None:
    """Import what was ordered in the active cooperatives and no other worker is at. Each is all of it, or nothing and why."""
    for batch in ImportBatch.objects.filter(state=ImportBatch.State.APPLYING).defer("content").order_by("pk"):
        if _take_up(batch, now=now):
            _try(batch)


@action
def _take_up(batch: ImportBatch, *, now: datetime) -> bool:
    """Take an ordered import up; False when another worker is at it. After three workers that died it is given back."""
    row = locked(batch)
    if row.state != ImportBatch.State.APPLYING or now.timestamp() - row.ordered.get("begun", 0) < PATIENCE.total_seconds():
        return False
    if row.ordered["tries"] >= MOST_TRIES:
        _become(row, ImportBatch.State.READ, {"refused": _("The import was broken off several times. Nothing was written.")})
        return False
    row.ordered = {**row.ordered, "tries": row.ordered["tries"] + 1, "begun": now.timestamp()}
    row.save(update_fields=["ordered"])
    return True


def _try(batch: ImportBatch) -> None:
    """Import as who ordered it."""
    by = batch.ordered["by"]
    actor = Actor.of(User.objects.get(pk=by)) if by else SYSTEM
    try:
        _carry_out(actor, batch)
    except RuleBroken as broken:
        with translation.override(actor.user.locale if by else None):
            gone = isinstance(broken, Forbidden | NotFound)
            _give_back(batch, _("Who asked for this import may not import any more.") if gone else broken.sentence)


@action
def _carry_out(actor: Actor, batch: ImportBatch) -> None:
    actor, row = in_register(actor, batch)
    if row.state == ImportBatch.State.APPLYING:  # else another worker was faster
        write(actor, row, mark=row.ordered["mark"], leave_out=row.ordered["leave_out"])


@action
def _give_back(batch: ImportBatch, sentence: str) -> None:
    row = locked(batch)
    if row.state == ImportBatch.State.APPLYING:
        _become(row, ImportBatch.State.READ, {"refused": sentence})
