"""remove_demo: the demo cooperatives and their people, wholly and in one step."""

from typing import Any

from django.core.management.base import BaseCommand

from members.demo.remove import remove


class Command(BaseCommand):
    """Remove the demo. Real cooperatives and real logins stay as they are."""

    help = "Remove the demo cooperatives, everything in them, and the demo logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove, and say how much went."""
        cooperatives, logins = remove()
        self.stdout.write(f"Removed {cooperatives} demo cooperatives and {logins} demo logins.")
