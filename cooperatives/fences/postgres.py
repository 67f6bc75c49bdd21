"""PostgreSQL: composite keys, forced row policies, triggers on append-only tables."""

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import Span
from .declared import Fence, OwnedTable

# Foreign keys go before the unique keys they use, and come after them.
CREATE_ORDER = ("unique", "foreign", "policy", "owner", "own", "refuse", "truncate", "apart")

_ENTERED = "cooperative_id = ANY (NULLIF(current_setting('app.cooperatives', true), '')::bigint[])"
_MINE = "= NULLIF(current_setting('app.user', true), '')::bigint"
_LIFTED = "(SELECT current_setting('app.lifted', true) = 'on')"

REFUSE = """
CREATE OR REPLACE FUNCTION fence_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF current_setting('app.lifted', true) = 'on'
     AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $body$
"""

_INSTALLED = """
SELECT c.relname, k.conname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE k.conname LIKE 'fence\\_%%' AND k.convalidated AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT c.relname, p.polname::text FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
 WHERE p.polname LIKE 'fence\\_%%' AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT c.relname, t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.tgname LIKE 'fence\\_%%' AND t.tgenabled = 'O' AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT relname, 'forced' FROM pg_class
 WHERE relrowsecurity AND relforcerowsecurity AND relnamespace = 'public'::regnamespace
"""


def _policy(table: str, kind: str, clause: str) -> Fence:
    return Fence(table, kind, f'CREATE POLICY {{n}} ON "{table}" {clause}', f'DROP POLICY IF EXISTS {{n}} ON "{table}"')


def _constraint(table: str, kind: str, clause: str) -> Fence:
    return Fence(
        table,
        kind,
        f'ALTER TABLE "{table}" ADD CONSTRAINT {{n}} {clause}',
        f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {{n}}',
    )


def _trigger(table: str, kind: str, clause: str) -> Fence:
    return Fence(
        table,
        kind,
        f"CREATE TRIGGER {{n}} BEFORE {clause} EXECUTE FUNCTION fence_refuse()",
        f'DROP TRIGGER IF EXISTS {{n}} ON "{table}"',
    )


def wanted(tables: list[OwnedTable]) -> list[Fence]:
    """The rules that should stand, in the order in which they can be created."""
    fences = [fence for table in tables for fence in _of(table)]
    return sorted(fences, key=lambda fence: CREATE_ORDER.index(fence.kind))


def _of(table: OwnedTable) -> list[Fence]:
    name = table.name
    whose = f"user_id {_MINE}" if table.is_personal else _ENTERED
    fences = [_policy(name, "policy", f"USING ({whose})"), _policy(name, "owner", f"TO CURRENT_USER USING ({_LIFTED})")]
    if not table.is_personal:
        fences.append(_constraint(name, "unique", "UNIQUE (cooperative_id, id)"))
    for column, target in table.keys:
        clause = f'FOREIGN KEY (cooperative_id, "{column}") REFERENCES "{target}" (cooperative_id, id)'
        fences.append(_constraint(name, "foreign", f"{clause} DEFERRABLE INITIALLY DEFERRED"))
    if table.own_rows:
        fences.append(_policy(name, "own", f'FOR SELECT USING ("{table.own_rows}" {_MINE})'))
    if table.apart:
        fences.append(_constraint(name, "apart", _exclusion(table.apart)))
    if table.append_only:
        fences.append(_trigger(name, "refuse", f'UPDATE OR DELETE ON "{name}" FOR EACH ROW'))
        fences.append(_trigger(name, "truncate", f'TRUNCATE ON "{name}"'))
    return fences


def _exclusion(span: Span) -> str:
    """Ranges of one number stand for equality, which GiST knows for ranges without an extension."""
    parts = [f'int8range("{column}", "{column}", \'[]\') WITH &&' for column in span.of]
    parts.append(f'daterange("{span.starts}", "{span.ends}") WITH &&')
    if span.unless:  # a shared row meets only those that are not: it stands at its own number, they stand everywhere
        own = f"CASE WHEN \"{span.unless}\" THEN int8range(id, id, '[]') ELSE int8range(NULL, NULL) END"
        parts.append(f"({own}) WITH &&")
    return f"EXCLUDE USING gist ({', '.join(parts)})"


def installed(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    """(table, name) of every rule that stands and is enabled; a table under forced row security counts as 'forced'."""
    with connection.cursor() as cursor:
        cursor.execute(_INSTALLED, [])
        return set(cursor.fetchall())


_UNBOUND = """
SELECT current_user FROM pg_roles r WHERE r.rolname = current_user AND (r.rolsuper OR r.rolbypassrls OR EXISTS (
  SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace))
"""


def unbound_role(connection: BaseDatabaseWrapper) -> str:
    """The name of the present role when no wall holds it; an empty string when all do."""
    with connection.cursor() as cursor:
        cursor.execute(_UNBOUND)
        row = cursor.fetchone()
    return row[0] if row else ""


def before(connection: BaseDatabaseWrapper) -> None:
    """Prepare a migration: nothing comes off; the owner's session alone is lifted."""
    with connection.cursor() as cursor:
        cursor.execute("SET app.lifted = 'on'")


def after(connection: BaseDatabaseWrapper) -> None:
    """The owner is walled again."""
    with connection.cursor() as cursor:
        cursor.execute("SET app.lifted = ''")


def prepare(connection: BaseDatabaseWrapper) -> None:
    """What the rules themselves need."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE)


def finish(connection: BaseDatabaseWrapper, tables: list[OwnedTable]) -> None:
    """Force row security and grant the application role what it may do, never more."""
    role = settings.DATABASE_APP_ROLE
    statements = [f'ALTER TABLE "{table.name}" {act} ROW LEVEL SECURITY' for table in tables for act in ("ENABLE", "FORCE")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [role])
        me, exists = cursor.fetchone()
        if exists and me != role:
            statements += _grants(role, [table.name for table in tables if table.append_only])
        for statement in statements:
            cursor.execute(statement)


def _grants(role: str, append_only: list[str]) -> list[str]:
    return [
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        f'REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{role}"',
        *(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{role}"' for table in append_only),
    ]
