"""`manage.py verify_backup FILE`: is it whole? Restores nothing and needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cooperatives.backup import Backup, Refused


class Command(BaseCommand):
    """Reads every row and every file of a backup and compares them with its checksums."""

    help = "Check a backup against its checksums without restoring it. Ends with 1 when it is not whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Check, and say what it holds."""
        try:
            with Backup(file) as backup:
                backup.check()
        except Refused as refused:
            raise CommandError(str(refused), returncode=1) from refused
        manifest = backup.manifest
        self.stdout.write(
            f"{file} is whole: made {manifest.made_at} by version {manifest.product} on {manifest.engine}, "
            f"{manifest.rows} rows of {len(manifest.tables)} tables, {len(manifest.files)} files"
        )
