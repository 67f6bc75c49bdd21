"""asyncapi: draw the description of the sockets from what the rooms declare."""

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandParser

from activity.live.description import describe


class _Plain(yaml.SafeDumper):
    """YAML without anchors: the same thing twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Command(BaseCommand):
    """Prints it, or writes it to a file."""

    help = "Draws docs/asyncapi.yaml from the kinds of events that the rooms declare."

    def add_arguments(self, parser: CommandParser) -> None:
        """--file, and kinds to leave out."""
        parser.add_argument("--file", metavar="FILE", type=Path)
        parser.add_argument("--skip", metavar="PREFIX", action="append", default=[], help="leave out kinds that begin so")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw it."""
        text = yaml.dump(describe(tuple(options["skip"])), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
        if options["file"]:
            options["file"].write_text(text)
        else:
            self.stdout.write(text)
