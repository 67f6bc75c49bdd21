"""`manage.py generate_secrets`: strong values for all secrets. manage.py runs it before settings are read."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import keys


class Command(BaseCommand):
    """Prints them, or fills a file with those that it lacks."""

    help = "Print strong values for all secrets, or write those that a file lacks."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--write [FILE]"""
        parser.add_argument("--write", nargs="?", const="", metavar="FILE", help="fill FILE, or .env")

    def handle(self, *args: Any, write: str | None, **options: Any) -> None:
        """Do as the stand-alone program does."""
        keys.main([] if write is None else ["--write", *([write] if write else [])])
