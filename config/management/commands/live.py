"""`manage.py live`: the sockets' own process behind a proxy; it also answers HTTP, for health probes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import asgi
from config.serving import CooperatorServer, tcp, unix


class Command(BaseCommand):
    """Serves sockets until SIGTERM."""

    help = "Serve sockets with Daphne, on a port or a unix socket."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--host and --port, or --unix."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8001)
        parser.add_argument("--unix", default="")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Serve."""
        endpoints = unix(options["unix"]) if options["unix"] else tcp(host, port)
        CooperatorServer(asgi.application, endpoints).run()
