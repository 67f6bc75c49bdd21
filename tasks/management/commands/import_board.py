"""Fill a project from a Trello board export."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from tasks.actions import import_board
from tasks.importing import FILE_LIMIT, left_behind, read_trello, report
from tasks.models import Project


class Command(BaseCommand):
    """`manage.py import_board FILE --project ID`. A second run with the same file changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, where it goes, and how to answer."""
        parser.add_argument("file", type=Path, help="the JSON that Trello's “Export as JSON” gives")
        parser.add_argument("--project", required=True, help="id or key of the project")
        parser.add_argument("--cooperative", default="", help="its cooperative's address, where the key is not unique")
        parser.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then import unless it is a dry run."""
        ids = Cooperative.objects.values_list("pk", flat=True)
        if options["cooperative"]:
            ids = ids.filter(slug=options["cooperative"])
        with enter(ids):
            project = self._project(options["project"])
            try:
                plan = read_trello(self._content(options["file"]))
                outcome = None if options["dry_run"] else import_board(SYSTEM, project, plan)
            except RuleBroken as broken:
                raise CommandError(broken.sentence) from broken
        answer = report(plan) | {"dry_run": outcome is None, "project": project.pk}
        if outcome is not None:
            answer["created"] = {"lists": outcome.lists, "cards": outcome.cards}
            answer["known"] = outcome.known
        words = json.dumps(answer, ensure_ascii=False, indent=2) if options["json"] else self._words(answer, left_behind(plan))
        self.stdout.write(words)

    def _content(self, path: Path) -> bytes:
        """The bytes; one more than allowed is enough to see that a file is too large."""
        try:
            with path.open("rb") as file:
                return file.read(FILE_LIMIT + 1)
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from error

    def _project(self, name: str) -> Project:
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0
        rows = list(Project.objects.filter(pk=number) if number else Project.objects.filter(key=name.upper()))
        if not rows:
            raise CommandError(_("There is no project %(name)s here.") % {"name": name})
        if len(rows) > 1:
            raise CommandError(_("Several cooperatives have a project %(name)s: add --cooperative.") % {"name": name})
        found: Project = rows[0]
        return found

    def _words(self, answer: dict[str, Any], behind: list[tuple[str, int]]) -> str:
        lines = [
            _("%(lists)d lists (%(archived_lists)d archived), %(cards)d cards (%(archived)d archived).") % answer,
            *(_("Stays behind: %(count)d %(kind)s.") % {"count": count, "kind": kind} for kind, count in behind),
            *answer["notes"],
        ]
        if answer["dry_run"]:
            lines.append(_("Nothing was written."))
        else:
            lines.append(
                _("%(cards)d cards are new, %(known)d were here already.") % {**answer["created"], "known": answer["known"]}
            )
        return "\n".join(lines)
