"""Bring people, homes and who lives where from a table into a cooperative's register."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from cooperatives.reading import MOST_BYTES, Unreadable
from members.actions import apply_import, drop_import, start_import
from members.importing import VERDICTS, Plan, sentence
from members.models import ImportBatch
from members.queries import mark_of, plan_of


class Command(BaseCommand):
    """`manage.py import_members FILE --cooperative SLUG`. A second run with the same file changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, where it goes, how it is read, and how to answer."""
        parser.add_argument("file", type=Path, help="a table: .csv, .tsv, .txt or .xlsx, at most 5,000 rows and 10 MB")
        parser.add_argument("--cooperative", required=True, help="address of the cooperative")
        parser.add_argument("--dry-run", action="store_true", help="read and count, write nothing")
        parser.add_argument("--json", action="store_true", help="answer as JSON")
        parser.add_argument("--apply-good", action="store_true", help="leave rows that are wrong or ask something out")
        parser.add_argument("--answer", action="append", default=[], metavar="QUESTION=ANSWER", help="for every row that asks it")
        parser.add_argument("--order", default="", choices=["", "dmy", "mdy"], help="order of day and month")
        parser.add_argument("--country", default="", help="two letters, for telephone numbers")
        parser.add_argument("--sheet", default="", help="sheet of a workbook")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then import unless it is a dry run."""
        cooperative = Cooperative.objects.filter(slug=options["cooperative"]).first()
        if cooperative is None:
            raise CommandError(_("There is no cooperative with the address %(slug)s.") % {"slug": options["cooperative"]})
        with enter([cooperative.pk]):
            try:
                plan, done = self._import(cooperative, options)
            except (RuleBroken, Unreadable) as refused:
                raise CommandError(refused.sentence) from refused
        answer = report(plan) | {"dry_run": done is None}
        if done is not None:
            answer |= {"written": done.counts["written"], "changed": done.counts["changed"], "import": str(done.public_id)}
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) if options["json"] else self._words(plan, done))

    def _import(self, cooperative: Cooperative, options: dict[str, Any]) -> tuple[Plan, ImportBatch | None]:
        decided = {name: options[name] for name in ("order", "country", "sheet")}
        decided["answers"] = dict(self._answer(text) for text in options["answer"])
        content = self._content(options["file"])
        batch = start_import(SYSTEM, cooperative, name=options["file"].name, content=content, decided=decided)
        plan, done = plan_of(batch), None
        try:
            does = plan.counts["create"] + plan.counts["update"]
            stays_out = plan.counts["ask"] + plan.counts["error"]
            if not options["dry_run"] and (does or (stays_out and not options["apply_good"])):
                more = {"mark": mark_of(plan), "version": batch.version, "leave_out": options["apply_good"]}
                done = apply_import(SYSTEM, batch, **more)
        finally:
            if done is None:
                drop_import(SYSTEM, batch)
        return plan, done

    def _answer(self, text: str) -> tuple[str, str]:
        question, sign, answer = text.partition("=")
        if not sign:
            raise CommandError(_("Write --answer as QUESTION=ANSWER, such as shared_email=first."))
        return question.strip(), answer.strip()

    def _content(self, path: Path) -> bytes:
        """The bytes; one more than allowed is enough to see that a file is too large."""
        try:
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from error

    def _words(self, plan: Plan, done: ImportBatch | None) -> str:
        counts = ", ".join(f"{plan.counts[verdict]} {verdict}" for verdict in VERDICTS)
        lines = [_("%(rows)d rows: %(counts)s.") % {"rows": len(plan.rows), "counts": counts}]
        for problem in plan.reading.problems:
            where = _("Row %(row)d") % {"row": problem.row} if problem.row else _("The file")
            lines.append(f"{where}, {problem.column or '-'}: {sentence(problem)}")
        lines.append(_("Imported. It can be undone on the page within 30 days.") if done else _("Nothing was written."))
        return "\n".join(lines)


def report(plan: Plan) -> dict[str, Any]:
    """What a plan would do, in numbers that add up, and every problem with its row and column."""
    found = plan.reading.found(plan.written())
    problems = [
        {"row": one.row, "column": one.column, "kind": one.kind, "message": sentence(one), "weight": str(one.weight)}
        for one in plan.reading.problems
    ]
    return {
        "rows": len(plan.rows),
        "counts": plan.counts,
        **{name: found[name] for name in ("people", "units", "households", "occupancies")},
        "problems": problems,
    }
