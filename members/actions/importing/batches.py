"""Files on their way into the register: kept, decided about, thrown away, forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check, expect, unturned, validate
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.reading import Order, Table, Unreadable, read_table

from ...importing import ANSWERS, FIELDS, likes
from ...models import ImportBatch, ImportedRow, Membership
from ...queries import wishes_of

UNDO_FOR = timedelta(days=30)
LONGEST_PASTE = 1_000_000
_FORM = ("encoding", "delimiter", "sheet", "header_row")
_COUNTRY = 2
_LONGEST_EDIT = 1_000
_ALL_NEW = ("same_person", "new")  # the one answer about people that can be meant for every row


@action
def start_import(
    actor: Actor, cooperative: Cooperative, *, name: str, content: bytes, decided: Mapping[str, Any] | None = None
) -> ImportBatch:
    """Keep a file, or a pasted table as UTF-8, for looking at; nothing is written into the register.

    `decided`: see `decide`. Raises RuleBroken with what to do when no table can be read from it: at most 10 MB and 5,000 rows.
    """
    check(actor, "members.import", cooperative)
    standing = actor.standing(cooperative.pk)
    owner = Membership.objects.filter(pk=standing.membership_id).first() if standing else None
    name = " ".join(unturned(name).split())[:200] or str(_("Pasted table"))
    batch = ImportBatch(cooperative=cooperative, name=name, content=content, created_by=owner)
    batch.digest = sha256(content).hexdigest()
    batch.counts = {"rows": _change(batch, decided or {})}
    validate(batch, exclude=["content", "counts", "choices"])
    batch.save()
    return batch


def _read(batch: ImportBatch) -> Table:
    try:
        return read_table(bytes(batch.content), wishes_of(batch.choices), likes)
    except Unreadable as unreadable:
        raise RuleBroken(unreadable.code, unreadable.sentence, "file") from unreadable


@action
def decide(actor: Actor, batch: ImportBatch, *, decided: Mapping[str, Any], version: int | None) -> ImportBatch:
    """Say how a file is to be read; what is not named stays as it was decided before.

    encoding, delimiter, sheet, header_row: how its cells are found; with another one, columns and edits start anew.
    order (dmy or mdy), country (two letters), fill_down: for all rows. columns: index -> field, empty for none.
    answers: question -> answer for every row. edits: row -> {index: what the cell should say, "?question": answer}.
    Raises Stale when somebody decided since `version`, Conflict when it is imported already, RuleBroken for the rest.
    """
    check(actor, "members.import", batch)
    row = locked(batch)
    expect(row, version)
    open_only(row)
    row.counts = {"rows": _change(row, decided)}
    row.ordered = {}
    row.version += 1
    row.save(update_fields=["choices", "counts", "ordered", "version"])
    return row


def locked(batch: ImportBatch) -> ImportBatch:
    """The import as it is now, until the action ends nobody else's."""
    # Only the import's own row: its owner may be none, and an outer join cannot be locked.
    found: ImportBatch = ImportBatch.objects.select_related("cooperative").select_for_update(of=("self",)).get(pk=batch.pk)
    return found


def open_only(batch: ImportBatch) -> None:
    """Raise Conflict for an import that is over, or that a job is at."""
    if batch.state == ImportBatch.State.APPLYING:
        raise Conflict("import_runs", _("This file is being imported. Wait until that is done."))
    if batch.state != ImportBatch.State.READ:
        raise Conflict("import_over", _("This file is imported or thrown away already. Choose it again to import it anew."))


def _change(batch: ImportBatch, decided: Mapping[str, Any]) -> int:
    """Take over what was decided; answers how many rows the table has then."""
    choices = dict(batch.choices)
    for name in _FORM:
        if name in decided and decided[name] != choices.get(name, type(decided[name])()):
            choices[name] = decided[name]
            choices.pop("columns", None)
            choices.pop("edits", None)
    batch.choices = choices
    table = _read(batch)
    for name, allowed in (("order", {"", *Order}), ("fill_down", {True, False})):
        if name in decided:
            choices[name] = _one_of(decided[name], allowed, name)
    if "country" in decided:
        choices["country"] = _country(str(decided["country"]))
    if "columns" in decided:
        known = {"", *FIELDS}
        chosen = {str(index): _one_of(field, known, "columns") for index, field in decided["columns"].items()}
        choices["columns"] = {
            **choices.get("columns", {}),
            **{one: chosen[one] for one in chosen if int(one) < len(table.headers)},
        }
    if "answers" in decided:
        choices["answers"] = _merged(choices.get("answers", {}), decided["answers"])
    if "edits" in decided:
        choices["edits"] = _edited(choices.get("edits", {}), decided["edits"], table)
    return len(table.lines)


def _one_of(value: Any, allowed: set[Any], field: str) -> Any:
    if value not in allowed:
        raise RuleBroken("unknown_choice", _("Choose one of the list."), field)
    return value


def _country(code: str) -> str:
    code = code.strip().upper()
    if code and (len(code) != _COUNTRY or not code.isascii() or not code.isalpha()):
        raise RuleBroken("unknown_country", _("Write the country as two letters, such as DE or KE."), "country")
    return code


def _merged(before: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Answers with newer ones; an empty one takes an answer back."""
    for code, answer in more.items():
        _offered(code, _writable(answer))
    return {code: answer for code, answer in {**before, **more}.items() if _writable(answer)}


def _offered(code: str, answer: str) -> None:
    """Raise RuleBroken for an answer that the question does not offer: whatever stands there would count as one."""
    if answer and answer not in dict(ANSWERS.get(code, ())) and (code, answer) != _ALL_NEW:
        raise RuleBroken("unknown_choice", _("Choose one of the list."), "answers")


def _writable(text: str) -> str:
    if len(text) > _LONGEST_EDIT or "\x00" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        raise RuleBroken("unreadable_edit", _("This is too long, or holds signs that nobody can read. Write it anew."), "edits")
    return text


def _edited(before: Mapping[str, Any], edits: Mapping[int, Mapping[str, str]], table: Table) -> dict[str, dict[str, str]]:
    """The edits with newer ones: a cell may be emptied; an answer that is empty is taken back."""
    rows = {line.number for line in table.lines}
    found: dict[str, dict[str, str]] = {row: dict(cells) for row, cells in before.items()}
    for row, cells in edits.items():
        if int(row) not in rows:
            raise RuleBroken("unknown_row", _("The file has no such row. Reload the page."), "edits")
        mine = found.setdefault(str(row), {})
        for key, text in cells.items():
            if key.startswith("?") and not text:
                mine.pop(key, None)
            elif key.startswith("?") and key[1:] in ANSWERS:
                _offered(key[1:], text)
                mine[key] = text
            elif key.startswith("?") or (key.isdecimal() and int(key) < len(table.headers)):
                mine[key] = _writable(text)
    return {row: cells for row, cells in found.items() if cells}


@action
def drop_import(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Throw a file away that was not imported: its bytes and all that was decided about it. Raises Conflict for another."""
    check(actor, "members.import", batch)
    row = locked(batch)
    open_only(row)
    forget(row)
    row.state = ImportBatch.State.DROPPED
    row.version += 1
    row.save(update_fields=["state", "content", "choices", "version"])
    return row


def forget(batch: ImportBatch) -> None:
    """Let go of the bytes and of what was typed about them; not saved."""
    batch.content, batch.choices = b"", {}


@action
def forget_imports(actor: Actor, *, now: datetime) -> int:
    """After 30 days, let files go, those that nobody imported too, and what would be needed to undo. Answers how many.

    For the active cooperatives, by the daily job.
    """
    old = ImportBatch.objects.filter(created_at__lt=now - UNDO_FOR).exclude(content=b"").exclude(state=ImportBatch.State.APPLYING)
    count = 0
    for batch in old.select_for_update(of=("self",)).order_by("pk"):
        ImportedRow.objects.filter(batch=batch).delete()
        forget(batch)
        if batch.state == ImportBatch.State.READ:
            batch.state = ImportBatch.State.DROPPED
        batch.version += 1
        batch.save(update_fields=["state", "content", "choices", "version"])
        count += 1
    return count


def can_undo(batch: ImportBatch) -> bool:
    """Whether an import can be taken back at all: it was made, within the last 30 days."""
    return batch.state == ImportBatch.State.APPLIED and timezone.now() - batch.created_at < UNDO_FOR
