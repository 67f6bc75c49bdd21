"""Making a backup: one moment of the whole installation in one file."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from ..models import Cooperative
from ..queries import CHAIN_ENDS, enter
from .archive import Writer
from .errors import Refused
from .files import stored_files
from .manifest import Ends, FileEntry, Manifest, TableEntry
from .reading import Digest, last_id, packed_rows
from .rows import line
from .states import Migrations, as_state
from .tables import Table, kept_tables, left_out
from .view import whole_view

Say = Callable[[str], None]
STAMP = "%Y%m%dT%H%M%SZ"


def name_at(moment: datetime) -> str:
    """What a backup of this moment is called, so that names sort by time."""
    return f"cooperator-{moment.astimezone(UTC).strftime(STAMP)}.tar"


def make(connection: BaseDatabaseWrapper, path: Path, say: Say = lambda line: None) -> Manifest:
    """Write a backup of the database and of MEDIA_ROOT to `path`. Readers and writers go on meanwhile.

    Raises Refused when something is there already, when there is no room, and when not every row can be seen.
    """
    with Writer(path) as archive, whole_view(connection):
        migrations = Migrations(connection)
        if unknown := migrations.unknown(migrations.applied):
            raise Refused(f"The database is newer than this program: it has had {unknown[0]}. Cure: update the program.")
        tables = kept_tables(migrations.apps_at(migrations.applied))
        manifest = Manifest(
            engine=connection.vendor,
            made_at=datetime.now(UTC).isoformat(timespec="microseconds"),
            migrations=as_state(migrations.applied),
            chains=chain_ends() if migrations.applied == migrations.known else {},
            tables=[_keep(table, connection, archive, say) for table in tables],
            files=[
                FileEntry(name, *archive.file(f"files/{name}", file)) for name, file in stored_files(Path(settings.MEDIA_ROOT))
            ],
            left_out=left_out(),
            product=settings.RELEASE,
        )
        archive.finish(manifest)
    return manifest


def _keep(table: Table, connection: BaseDatabaseWrapper, archive: Writer, say: Say) -> TableEntry:
    digest = Digest(table.columns)
    with archive.lines(f"tables/{table.name}.jsonl.gz") as lines:
        for packed in packed_rows(table, connection):
            kept = line(packed)
            lines.add(kept)
            digest.add(packed, kept)
        kept_sha256 = lines.close()
    say(f"{table.name}: {digest.rows} rows")
    columns = [{"name": column.name, "kind": column.kind} for column in table.columns]
    label, last = table.model._meta.label, last_id(table, connection)
    return TableEntry(table.name, label, columns, digest.rows, digest.sha256, kept_sha256, lines.size, last)


def chain_ends() -> dict[str, Ends]:
    """Where every hash chain of every cooperative ends, by the cooperative's id."""
    found: dict[str, Ends] = {}
    for cooperative in Cooperative.objects.order_by("pk").iterator():
        with enter([cooperative.pk]):
            found[str(cooperative.pk)] = {
                name: end for answer in CHAIN_ENDS.ask(cooperative=cooperative) for name, end in answer.items()
            }
    return found
