"""SQLite: triggers in place of composite keys and of rights. There is no wall for raw SQL here."""

from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import Span
from .declared import Fence, OwnedTable


def _trigger(table: str, kind: str, when: str, condition: str, sentence: str) -> Fence:
    body = f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    guard = f" WHEN {condition}" if condition else ""
    return Fence(table, kind, f'CREATE TRIGGER {{n}} {when} ON "{table}"{guard} {body}', "DROP TRIGGER IF EXISTS {n}")


def wanted(tables: list[OwnedTable]) -> list[Fence]:
    """The triggers that should stand."""
    return [fence for table in tables for fence in _of(table)]


def _of(table: OwnedTable) -> list[Fence]:
    name = table.name
    whose = "user_id" if table.is_personal else "cooperative_id"
    moved = f"NEW.{whose} <> OLD.{whose}"
    fences = [_trigger(name, "stay", f"BEFORE UPDATE OF {whose}", moved, f"{name} rows do not move")]
    for column, target in table.keys:
        fences += _key(name, column, target)
    if table.apart:
        fences += _apart(name, table.apart)
    if table.append_only:
        fences.append(_trigger(name, "refuse", "BEFORE UPDATE", "", f"{name} is append-only"))
        fences.append(_trigger(name, "erase", "BEFORE DELETE", "", f"{name} is append-only"))
    return fences


def _key(table: str, column: str, target: str) -> list[Fence]:
    sentence = f"{table}.{column} crosses cooperatives"
    foreign = f'EXISTS (SELECT 1 FROM "{target}" p WHERE p.id = NEW."{column}" AND p.cooperative_id <> NEW.cooperative_id)'  # noqa: S608
    # Keys are deferred, so a child may stand before its parent comes.
    orphan = f'EXISTS (SELECT 1 FROM "{table}" c WHERE c."{column}" = NEW.id AND c.cooperative_id <> NEW.cooperative_id)'  # noqa: S608
    return [
        _trigger(table, "insert", "BEFORE INSERT", foreign, sentence),
        _trigger(table, "update", f'BEFORE UPDATE OF "{column}"', foreign, sentence),
        _trigger(target, "parent", "BEFORE INSERT", orphan, sentence),
    ]


def _apart(table: str, span: Span) -> list[Fence]:
    """A row whose days overlap those of another that agrees with it: both half-open, an empty span meets nothing."""
    starts, ends = f'"{span.starts}"', f'"{span.ends}"'
    same = " AND ".join(f'o."{column}" = NEW."{column}"' for column in span.of)
    days = " AND ".join(
        f"({late}.{ends} IS NULL OR {early}.{starts} IS NULL OR {early}.{starts} < {late}.{ends})"
        for early in ("o", "NEW")
        for late in ("o", "NEW")
    )
    shared = f' AND NOT (o."{span.unless}" AND NEW."{span.unless}")' if span.unless else ""
    meets = f'EXISTS (SELECT 1 FROM "{table}" o WHERE {same} AND o.id <> NEW.id AND {days}{shared})'  # noqa: S608
    columns = ", ".join(f'"{column}"' for column in (*span.of, span.starts, span.ends, *filter(None, [span.unless])))
    sentence = f"{table} rows overlap"
    return [
        _trigger(table, "apart", "BEFORE INSERT", meets, sentence),
        _trigger(table, "apart", f"BEFORE UPDATE OF {columns}", meets, sentence),
    ]


def installed(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """(table, name) of every trigger of ours that stands."""
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'fence\_%' ESCAPE '\'")
        return set(cursor.fetchall())


def before(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger off: Django rebuilds tables, and SQLite would drop some of them silently."""
    with connection.cursor() as cursor:
        for _table, name in installed(connection):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')


def after(connection: BaseDatabaseWrapper) -> None:
    """Nothing to put back but the triggers themselves."""


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Triggers need nothing."""


def finish(connection: BaseDatabaseWrapper, tables: list[OwnedTable]) -> None:
    """SQLite has neither rights nor row policies."""
