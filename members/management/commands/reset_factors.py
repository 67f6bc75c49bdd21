"""reset_factors: let somebody in again who lost phone, keys and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from members.actions import reset_factors
from members.models import User


class Command(BaseCommand):
    """Remove a login's second factors. Make sure first, by another way than mail, who is asking."""

    help = "Remove all second factors of one login and sign it out everywhere. Its password stays. It is recorded and mailed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("email", help="The address of the login.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset, and say what went."""
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError(f"There is no login with the address {options['email']}.")
        self.stdout.write(f"Removed {reset_factors(user)} second factors of {user.email}. They sign in with the password alone.")
