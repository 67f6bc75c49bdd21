"""`manage.py serve`: the whole product in one process, for one machine and a few dozen people."""

import errno
import shutil
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.module_loading import import_string

from config.celery import app
from config.embedded import Jobs, held_open
from config.env import BASE_DIR
from config.serving import CooperatorServer, tcp

LEAST_DISK = 20 * 1024 * 1024


class Command(BaseCommand):
    """Migrates, loads the demo on first start, serves until Ctrl-C or SIGTERM."""

    help = "Serve everything from one process: pages, sockets, jobs and their schedule, on SQLite."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--host and --port."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Check, prepare, serve, stop."""
        self._refuse_unfit(host, port)
        try:
            call_command("prepare", stdout=self.stdout)
        except (OSError, DatabaseError) as error:
            if "full" in str(error) or getattr(error, "errno", None) == errno.ENOSPC:
                raise CommandError("The disk is full. Cure: free some space and start again.") from error
            raise
        jobs = Jobs(app)
        # Only now: the static files it will serve are counted when it is made.
        application = import_string("config.asgi.application")
        server = CooperatorServer(application, tcp(host, port), ready=lambda: self._ready(jobs, port))
        with held_open(settings.DATABASES["default"]):
            server.run()
            jobs.stop()

    def _refuse_unfit(self, host: str, port: int) -> None:
        if settings.REDIS_URL:
            raise CommandError(
                "REDIS_URL is set, and one process would run every schedule twice. Cure: `make run-full`, or unset it."
            )
        if shutil.disk_usage(BASE_DIR).free < LEAST_DISK:
            raise CommandError("The disk is full. Cure: free some space and start again.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OverflowError as error:
                raise CommandError(f"There is no port {port}: the last is 65535. Cure: `PORT=8000 make run`.") from error
            except PermissionError as error:
                raise CommandError(
                    f"Port {port} is kept for this machine's administrator. Cure: `PORT=8000 make run`."
                ) from error
            except OSError as error:
                raise CommandError(f"Port {port} is taken by another program. Cure: `PORT={port + 1} make run`.") from error

    def _ready(self, jobs: Jobs, port: int) -> None:
        jobs.start()
        self.stdout.write(f"Cooperator is at {settings.SITE_URL}  (stop with Ctrl-C)")
        if settings.DEMO:
            self.stdout.write("The sign-in page shows the demo logins.")
        self.stdout.flush()
