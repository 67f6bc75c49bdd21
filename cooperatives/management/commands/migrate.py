"""migrate as the owner of the tables; the fences are settled even when a migration fails."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from cooperatives.fences import lift
from cooperatives.management.owner import as_owner


class Command(Migrate):
    """Django's migrate, run as the owner role, walls restored whatever happens."""

    def check(self, *args: Any, databases: Any = None, **options: Any) -> None:
        """The models' checks only: what the database lacks is what migrate is run for."""
        super().check(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; a failed migration on SQLite would else leave the database without its triggers."""
        connection = connections[options["database"]]
        with as_owner(connection):
            try:
                super().handle(*args, **options)
            except BaseException:
                with lift(connection):
                    raise
