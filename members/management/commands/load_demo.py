"""load_demo: the two demo cooperatives, as far as the rooms go today."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cooperatives.actions import RuleBroken
from members.demo.load import PASSWORD, load
from members.demo.people import LOGINS


class Command(BaseCommand):
    """Load what is missing of the demo; loading twice changes nothing."""

    help = "Load the two demo cooperatives. All people and figures are invented."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say who can be entered."""
        try:
            cooperatives = load()
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        for cooperative in cooperatives:
            self.stdout.write(f"{cooperative.name}: /c/{cooperative.slug}/")
        if not settings.DEMO:
            self.stdout.write("DEMO is off, so nobody can sign in as a demo person.")
            return
        self.stdout.write(f"Demo logins, password {PASSWORD}:")
        for email, login in LOGINS.items():
            self.stdout.write(f"  {email}  ({login.detail})")
