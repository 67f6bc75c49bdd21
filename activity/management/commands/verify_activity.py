"""verify_activity: is the record of every cooperative whole?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from activity.verifying import Verdict, anchor_of, verify
from cooperatives.models import Cooperative
from cooperatives.queries import each_cooperative, enter


class Command(BaseCommand):
    """Names every fault on a line and ends with 1 when there is one."""

    help = (
        "Finds edited, deleted, reordered and cut-off records. An end that was cut off together with its head is only "
        "found with an anchor: export one regularly and keep it elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One cooperative or all; an anchor to compare with; an anchor to write; JSON."""
        parser.add_argument("--cooperative", metavar="SLUG", help="only this one")
        parser.add_argument("--anchor", metavar="FILE", type=Path, help="compare with an anchor exported earlier")
        parser.add_argument("--export-anchor", metavar="FILE", type=Path, help="write where every chain ends now")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, report, export."""
        anchors = _read(options["anchor"]) if options["anchor"] else {}
        verdicts = []
        for cooperative in _chosen(options["cooperative"]):
            verdict = verify(cooperative, anchors.get(cooperative.slug))
            verdicts.append(verdict)
            if not options["json"]:
                self._report(verdict)
        lost = [] if options["cooperative"] else sorted(anchors.keys() - {verdict.cooperative.slug for verdict in verdicts})
        self._finish(verdicts, lost, options)

    def _report(self, verdict: Verdict) -> None:
        slug = verdict.cooperative.slug
        for fault in verdict.faults:
            self.stdout.write(f"{slug}: {fault}")
        if verdict.further:
            self.stdout.write(f"{slug}: and {verdict.further} more")
        if not verdict.faults:
            self.stdout.write(f"{slug}: {verdict.count} records, whole, head {verdict.hash}")

    def _finish(self, verdicts: list[Verdict], lost: list[str], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({"cooperatives": [_said(verdict) for verdict in verdicts], "lost": lost}))
        else:
            for slug in lost:
                self.stdout.write(f"{slug}: stands in the anchor, but there is no such cooperative any more")
        if any(verdict.faults for verdict in verdicts) or lost:
            raise CommandError("The record is not whole.", returncode=1)
        if options["export_anchor"]:
            options["export_anchor"].write_text(json.dumps(anchor_of(verdicts), indent=2) + "\n")


def _chosen(slug: str | None) -> Iterator[Cooperative]:
    if slug is None:
        yield from each_cooperative()
        return
    cooperative = Cooperative.objects.filter(slug=slug).first()
    if cooperative is None:
        raise CommandError(f"There is no cooperative at {slug}.")
    with enter([cooperative.pk]):
        yield cooperative


def _read(file: Path) -> dict[str, Any]:
    try:
        anchors: dict[str, Any] = json.loads(file.read_text())
        for end in anchors.values():
            int(end["seq"]), str(end["hash"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{file} is no anchor: {error}") from error
    return anchors


def _said(verdict: Verdict) -> dict[str, Any]:
    return {
        "cooperative": verdict.cooperative.slug,
        "records": verdict.count,
        "seq": verdict.seq,
        "hash": verdict.hash,
        "faults": verdict.faults,
        "further": verdict.further,
    }
