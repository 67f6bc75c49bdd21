"""`manage.py doctor`: everything that can be known about the health of this installation."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cooperatives.checkups import Finding
from cooperatives.doctor import examine


class Command(BaseCommand):
    """Looks at everything and changes nothing."""

    help = (
        "Examine settings, services, the database's rules and every cooperative's records. Each finding is ok, warn or "
        "fail, with its cure. Ends with 1 when something fails. On PostgreSQL run it with DATABASE_OWNER_URL."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """JSON."""
        parser.add_argument("--json", action="store_true", help="one JSON object for each finding, a line each")

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine, and tell as it goes."""
        counts: Counter[str] = Counter()
        for finding in examine(connection):
            counts[finding.state] += 1
            self.stdout.write(json.dumps(asdict(finding)) if options["json"] else _line(finding))
        if not options["json"]:
            self.stdout.write(f"{counts['ok']} well, {counts['warn']} to look at, {counts['fail']} wrong")
        if counts["fail"]:
            raise CommandError("Something is wrong with this installation.", returncode=1)


def _line(finding: Finding) -> str:
    where = f" of {finding.cooperative}" if finding.cooperative else ""
    cure = f"\n      {finding.cure}" if finding.cure else ""
    return f"{finding.state:4}  {finding.name}{where}: {finding.sentence}{cure}"
