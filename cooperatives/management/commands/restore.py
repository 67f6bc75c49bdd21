"""`manage.py restore FILE`: a backup into an empty installation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cooperatives.backup import Refused, restore


class Command(BaseCommand):
    """Restores and proves; what cannot be proved is not kept."""

    help = (
        "Restore a backup, made on SQLite or PostgreSQL, into an empty installation. Stop the server before. "
        "Nobody is signed in afterwards, and no token of before opens anything."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--accept-faults", action="store_true", help="keep rows that were not in order in the backup either")

    def handle(self, *args: Any, file: Path, verbosity: int, accept_faults: bool, **options: Any) -> None:
        """Restore, and say what there is now."""
        try:
            say = self.stdout.write if verbosity > 1 or accept_faults else lambda line: None
            manifest = restore(connection, file, say, accept_faults=accept_faults)
        except Refused as refused:
            raise CommandError(str(refused), returncode=1) from refused
        self.stdout.write(
            f"Restored {manifest.rows} rows, {len(manifest.files)} files and {len(manifest.chains)} cooperatives "
            f"as they were at {manifest.made_at}."
        )
        self.stdout.write("All sign-ins and tokens have ended. Erasures made since then must be repeated: see docs/backup.md.")
