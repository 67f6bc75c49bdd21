"""`manage.py backup [FILE]`: the whole installation in one file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cooperatives.backup import Refused, make, name_at


class Command(BaseCommand):
    """Writes a backup while the installation goes on working."""

    help = (
        "Back up all rows and uploaded files of this installation into one file, which `restore` takes on either engine. "
        "The secrets in .env are not in it: keep them elsewhere."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", nargs="?", type=Path, help="default: a name with the time, in BACKUP_DIR")

    def handle(self, *args: Any, file: Path | None, verbosity: int, **options: Any) -> None:
        """Make it, and say what it holds."""
        path = file or Path(settings.BACKUP_DIR) / name_at(datetime.now(UTC))
        try:
            manifest = make(connection, path, self.stdout.write if verbosity > 1 else lambda line: None)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        cooperatives, size = len(manifest.chains), path.stat().st_size
        self.stdout.write(
            f"{path}: {manifest.rows} rows of {len(manifest.tables)} tables, {len(manifest.files)} files, "
            f"{cooperatives} cooperatives, {size} bytes"
        )
        self.stdout.write("The secrets of this installation (.env) are not in it. Keep them elsewhere.")
