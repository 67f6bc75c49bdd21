"""Fill a project from a board of Trello, GitHub or Kanboard."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.models import Membership
from tasks.actions import Outcome, import_board
from tasks.importing import FILE_LIMIT, BoardPlan, left_behind, read_board, report, suggested
from tasks.models import Project
from tasks.queries import workers_of

People = Mapping[str, Membership]


class Command(BaseCommand):
    """`manage.py import_board FILE --project ID`. A second run with the same file changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, where it goes, and how to answer."""
        parser.add_argument("file", type=Path, help="Trello's or GitHub's JSON, or Kanboard's CSV")
        parser.add_argument("--project", required=True, help="id or key of the project")
        parser.add_argument("--cooperative", default="", help="its cooperative's address, where the key is not unique")
        parser.add_argument("--no-people", action="store_true", help="assign nothing, even where names are equal")
        parser.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then import unless it is a dry run. People are those members who have their names, and who alone do."""
        ids = Cooperative.objects.values_list("pk", flat=True)
        if options["cooperative"]:
            ids = ids.filter(slug=options["cooperative"])
        outcome = None
        with enter(ids):
            project = self._project(options["project"])
            try:
                plan = read_board(self._content(options["file"]))
                people = {} if options["no_people"] else self._people(project, plan)
                if not options["dry_run"]:
                    outcome = import_board(SYSTEM, project, plan, people=people)
            except RuleBroken as broken:
                raise CommandError(broken.sentence) from broken
            answer = self._answer(project, plan, people, outcome)
        words = json.dumps(answer, ensure_ascii=False, indent=2) if options["json"] else self._words(answer, plan, people)
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

    def _people(self, project: Project, plan: BoardPlan) -> dict[str, Membership]:
        members = {row.pk: row for row in workers_of(project)}
        found = suggested(plan.people, {key: str(row) for key, row in members.items()})
        return {source: members[key] for source, key in found.items()}

    def _answer(self, project: Project, plan: BoardPlan, people: People, outcome: Outcome | None) -> dict[str, Any]:
        shares = plan.shares()
        answer = report(plan, people) | {
            "people": [
                {
                    "name": str(one),
                    "cards": shares[one.source_id],
                    "member": str(people[one.source_id]) if one.source_id in people else None,
                }
                for one in plan.people
            ],
            "dry_run": outcome is None,
            "project": project.pk,
        }
        if outcome is not None:
            names = ("lists", "cards", "labels", "checklists", "items", "comments")
            answer["created"] = {name: getattr(outcome, name) for name in names}
            answer["known"] = outcome.known
            answer["unassigned"] = outcome.unassigned
        return answer

    def _words(self, answer: dict[str, Any], plan: BoardPlan, people: People) -> str:
        behind = [{"kind": kind, "count": count} for kind, count in left_behind(plan, people)]
        lines = [
            _("%(lists)d lists (%(archived_lists)d archived), %(cards)d cards (%(archived)d archived).") % answer,
            _("%(checklists)d checklists with %(items)d steps, %(comments)d comments, %(labels)d labels.") % answer,
            *(_("%(name)s is %(member)s.") % one for one in answer["people"] if one["member"]),
            *(_("Stays behind: %(count)d %(kind)s.") % one for one in behind),
            *answer["notes"],
        ]
        if answer["dry_run"]:
            lines.append(_("Nothing was written."))
        else:
            lines.append(
                _("%(cards)d cards are new, %(known)d were here already.") % {**answer["created"], "known": answer["known"]}
            )
        return "\n".join(lines)
