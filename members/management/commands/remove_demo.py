"""remove_demo: the demo cooperatives and their people, wholly and in one step."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cooperatives.actions import RuleBroken
from members.demo.remove import remove


class Command(BaseCommand):
    """Remove the demo. Real cooperatives and real logins stay as they are."""

    help = "Remove the demo cooperatives, everything in them, and the demo logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove, and say how much went."""
        try:
            cooperatives, logins = remove()
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        self.stdout.write(f"Removed {cooperatives} demo cooperatives and {logins} demo logins.")
