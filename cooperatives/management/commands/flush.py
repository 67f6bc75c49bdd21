"""flush as the owner: append-only tables are emptied too, then fenced again. Restoring a backup calls it by name."""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from cooperatives.fences import lift


class Command(Flush):
    """Django's flush with the walls lifted for the owner."""

    def handle(self, **options: Any) -> None:
        """Empty every table. The application role has no right to, so the login role is used."""
        connection = connections[options["database"]]
        role = (connection.settings_dict.get("OPTIONS") or {}).get("assume_role")
        if connection.vendor == "postgresql" and role:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")
        try:
            with lift(connection):
                super().handle(**options)
        finally:
            if connection.vendor == "postgresql" and role:
                with connection.cursor() as cursor:
                    cursor.execute(f'SET ROLE "{role}"')
