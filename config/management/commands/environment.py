"""`manage.py environment`: writes `.env.example` and docs/environment.md from the readers in the settings."""

from typing import Any

from django.core.management.base import BaseCommand

from config.dev.environment import FILES


class Command(BaseCommand):
    """Rewrites the two files; a test fails when they differ from what this would write."""

    help = "Write .env.example and docs/environment.md from the settings' readers."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write both."""
        for path, draw in FILES.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(draw())
            self.stdout.write(f"wrote {path.name}")
