"""Write an import: all of what was confirmed, or nothing."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _, ngettext_lazy

from cooperatives.actions import Conflict, RuleBroken, action, check, expect
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.reading import Unreadable

from ...events import IMPORTED
from ...importing import Plan
from ...models import ImportBatch
from ...queries import mark_of, plan_of
from ...stages import Stage, say
from .batches import locked, open_only
from .homes import write_homes
from .journal import Journal
from .people import write_people

TOLD = ("person", "membership", "unit", "household", "occupancy")


@action
def apply_import(actor: Actor, batch: ImportBatch, *, mark: str, version: int | None, leave_out: bool = False) -> ImportBatch:
    """Write a file into the register in one transaction: members get their numbers in the order of its rows.

    `mark` is that of the plan which was confirmed (`mark_of`); the plan is made anew under the lock, and another one is not
    written. `leave_out`: rows that are wrong or ask something stay out. Raises Conflict when the file is imported already or
    the plan has changed, Stale when somebody decided since, RuleBroken when rows are open or nothing would be written.
    """
    check(actor, "members.import", batch)
    actor, row = in_register(actor, batch)
    open_only(row)
    expect(row, version)
    return write(actor, row, mark=mark, leave_out=leave_out)


def write(actor: Actor, row: ImportBatch, *, mark: str, leave_out: bool) -> ImportBatch:
    """Write an import that is locked with its register, as `apply_import` says."""
    say(row, Stage.READS)
    plan = _planned(row)
    _refuse(plan, mark, leave_out=leave_out)
    journal = Journal(row)
    say(row, Stage.PEOPLE)
    people = write_people(plan, journal, with_offices=may(actor, "members.grant", row.cooperative))
    say(row, Stage.HOMES)
    write_homes(plan, journal, people)
    say(row, Stage.JOURNAL)
    journal.close()
    row.state, row.applied_at, row.ordered = ImportBatch.State.APPLIED, timezone.now(), {}
    row.counts = {"rows": len(plan.rows), **plan.counts, "written": dict(journal.made), "changed": dict(journal.changed)}
    row.version += 1
    row.save(update_fields=["state", "applied_at", "counts", "ordered", "version"])
    told: dict[str, Any] = {f"{name}s" if name != "occupancy" else "occupancies": journal.made[name] for name in TOLD}
    record(IMPORTED, actor, row, rows=len(plan.rows), changed=sum(journal.changed.values()), **told)
    return row


def in_register(actor: Actor, batch: ImportBatch) -> tuple[Actor, ImportBatch]:
    """The actor and the import as they are now that nobody else writes into the register. Raises as `check`."""
    # One writer for each cooperative: numbers are free of gaps, and what the plan was compared with stays as it is.
    Cooperative.objects.select_for_update(no_key=True).get(pk=batch.cooperative_id)
    now, row = actor.again(), locked(batch)
    check(now, "members.import", row)
    return now, row


def _planned(batch: ImportBatch) -> Plan:
    try:
        return plan_of(batch)
    except Unreadable as unreadable:
        raise RuleBroken(unreadable.code, unreadable.sentence) from unreadable


def _refuse(plan: Plan, mark: str, *, leave_out: bool) -> None:
    if mark_of(plan) != mark:
        sentence = _("The register or the file has changed since you looked at these rows. Look at them again, then import.")
        raise Conflict("plan_changed", sentence)
    counts = plan.counts
    stays_out = counts["ask"] + counts["error"]
    if not counts["create"] + counts["update"]:
        raise RuleBroken("nothing_to_import", _("No row of this file would change anything. There is nothing to import."))
    if stays_out and not leave_out:
        sentence = ngettext_lazy(
            "One row is wrong or asks something. Mend it, or tick that it stays out.",
            "%(n)d rows are wrong or ask something. Mend them, or tick that they stay out.",
            stays_out,
        )
        raise RuleBroken("rows_open", sentence % {"n": stays_out}, "leave_out")
