"""`manage.py prepare`: what must be true before this installation serves. Quick when it is already."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import CheckMessage, Tags, run_checks
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.watch import store


class Command(BaseCommand):
    """Migrates when something is pending, compares the fences, collects changed static files, loads the demo on first start."""

    help = "Migrate, collect static files and load the demo, as far as each is needed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is needed."""
        store.clear(settings.METRICS_FOLDER)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database ...")
            call_command("migrate", interactive=False, verbosity=0)
        _settle_database()
        if _static_files_are_stale():
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO and "load_demo" in get_commands():
            call_command("load_demo", stdout=self.stdout)
        connection.close()


def _settle_database() -> None:
    """Compare the database's own rules with what the models declare; migrate puts back what is missing."""
    if not _faults():
        return
    call_command("migrate", interactive=False, verbosity=0)
    if faults := _faults():
        raise CommandError(f"The database does not hold its rules ({faults[0].msg}). Cure: run `migrate` as the owner.")


def _faults() -> list[CheckMessage]:
    return run_checks(tags=[Tags.database], databases=["default"])


def _static_files_are_stale() -> bool:
    if not hasattr(staticfiles_storage, "manifest_name"):
        return False  # found where they lie
    manifest = Path(settings.STATIC_ROOT) / staticfiles_storage.manifest_name
    if not manifest.exists():
        return True
    sources = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    return max(Path(source).stat().st_mtime for source in sources) > manifest.stat().st_mtime
