"""Restoring a backup: all of it, proved, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ..checkups import MOST_NAMED, checkups
from ..fences import drift, lift
from ..management.owner import as_owner
from ..queries import each_cooperative
from ..references import crossing, dangling
from . import files
from .checking import Backup
from .errors import Refused
from .loading import load, refuse_unless_empty, refuse_unless_equal, refuse_unless_same
from .making import chain_ends
from .manifest import Manifest
from .states import Migrations, Node, as_nodes
from .tables import kept_tables

Say = Callable[[str], None]


@dataclass(frozen=True)
class _Plan:
    """To which migrations the database is brought before its rows come, and whether more follow."""

    nodes: set[Node]
    is_there: bool
    is_newest: bool


def restore(
    connection: BaseDatabaseWrapper, path: Path, say: Say = lambda line: None, *, accept_faults: bool = False
) -> Manifest:
    """Fill an empty installation from a backup of either engine.

    The whole file is checked before anything is written. Raises Refused with what is wrong; then nothing is kept,
    neither rows nor files. A backup of an earlier version is loaded as it was and migrated afterwards.
    `accept_faults` keeps rows that broke a rule of their room already when the backup was made, and says which.
    """
    with Backup(path) as backup:
        backup.check(lambda line: None)
        say("the file is whole")
        with as_owner(connection):
            plan = _plan(connection, backup.manifest)
            stage = files.Stage(Path(settings.MEDIA_ROOT))
            files.refuse_unless_empty(Path(settings.MEDIA_ROOT))
            try:
                _fill(connection, backup, plan, stage, say, accept_faults)
                if not plan.is_newest:
                    _migrate_on(connection, backup.manifest, say, accept_faults)
            except BaseException:
                stage.undo()
                raise
            stage.clean()
    return backup.manifest


def _plan(connection: BaseDatabaseWrapper, manifest: Manifest) -> _Plan:
    migrations, nodes = Migrations(connection), as_nodes(manifest.migrations)
    if unknown := migrations.unknown(nodes):
        raise Refused(
            f"The backup is of a newer version ({manifest.product}; this one is older): it knows the migration {unknown[0]}. "
            "Cure: install that version, or the app that the migration belongs to."
        )
    if beyond := sorted(migrations.applied - nodes):
        raise Refused(
            f"The backup is of an earlier version, and this database is already beyond it ({'.'.join(beyond[0])}). "
            "Cure: give it a database without any tables; it is migrated to the backup's version, filled, and migrated on."
        )
    return _Plan(nodes, migrations.applied == nodes, nodes == migrations.known)


def _fill(connection: BaseDatabaseWrapper, backup: Backup, plan: _Plan, stage: files.Stage, say: Say, accept: bool) -> None:
    migrations = Migrations(connection)
    if not plan.is_there:
        _bring_to(connection, migrations, plan.nodes, say)
    tables = kept_tables(migrations.apps_at(plan.nodes))
    refuse_unless_equal(tables, backup.manifest)
    with transaction.atomic(using=connection.alias, durable=True):
        with lift(connection), _spoken():
            refuse_unless_empty(tables)
            load(backup, tables, connection, say)
            _check_references(connection)
            refuse_unless_same(tables, backup.manifest, connection, say)
        for file in backup.manifest.files:
            stage.write(file.name, backup.chunks(file))
        if plan.is_newest:
            prove(connection, backup.manifest, say, accept)
        stage.move_in()


def _bring_to(connection: BaseDatabaseWrapper, migrations: Migrations, nodes: set[Node], say: Say) -> None:
    if migrations.applied:
        with transaction.atomic(using=connection.alias), lift(connection):
            refuse_unless_empty(kept_tables(migrations.apps_at(migrations.applied)))
    say("migrating to the state of the backup")
    with lift(connection):
        migrations.migrate_to(nodes)


@contextmanager
def _spoken() -> Iterator[None]:
    """A savepoint, so that the fences can be settled also when the database has refused something."""
    try:
        with transaction.atomic():
            yield
    except (DatabaseError, OSError) as error:
        raise Refused(f"The restore failed, and nothing was kept: {error}") from error


def _check_references(connection: BaseDatabaseWrapper) -> None:
    faults = [*dangling(connection), *crossing(connection)]
    if faults:
        raise Refused(f"What was loaded does not hold together: {'; '.join(faults[:5])}. Nothing was kept.")
    connection.check_constraints()  # and lets the database say so too, while there is still a way back


def prove(connection: BaseDatabaseWrapper, manifest: Manifest, say: Say, accept_faults: bool) -> None:
    """Raise Refused unless fences stand, chains end where they ended, and every room finds its own rules kept."""
    ends = chain_ends()
    faults = [f"fence {line}" for line in drift(connection)]
    faults += [f"the chains of cooperative {pk} end elsewhere" for pk, end in manifest.chains.items() if ends.get(pk) != end]
    if faults:
        raise Refused(f"What was loaded does not prove itself: {'; '.join(faults[:5])}. Nothing was kept.")
    broken = list(islice(_broken_rules(), MOST_NAMED))
    if broken and not accept_faults:
        raise Refused(
            f"The backup is whole, but what it holds was not when it was made: {'; '.join(broken[:5])}. Nothing was kept. "
            "Cure: take an earlier backup, or restore this one as it is with --accept-faults."
        )
    for line in broken:
        say(f"accepted: {line}")
    say(f"{len(ends)} cooperatives: chains as they were" + (", every rule kept" if not broken else ""))


def _broken_rules() -> Iterator[str]:
    for cooperative in each_cooperative():
        for checkup in checkups("cooperative"):
            for finding in checkup.findings(cooperative=cooperative):
                if finding.state == "fail":
                    yield f"{cooperative.slug}: {finding.name}: {finding.sentence}"


def _migrate_on(connection: BaseDatabaseWrapper, manifest: Manifest, say: Say, accept: bool) -> None:
    say("migrating on to this version")
    try:
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic(using=connection.alias):
            prove(connection, manifest, say, accept)
    except BaseException:
        call_command("flush", interactive=False, verbosity=0)
        raise
