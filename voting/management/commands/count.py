"""Count the ballots of a file, and print every stage."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from cooperatives.reading import Unreadable
from voting.drawing import drawn
from voting.reading import MOST_BYTES, is_sheet, read_blt, read_sheet
from voting.tally import METHODS, Count, DefaultOption, Election, Uncountable, schulze


class Command(BaseCommand):
    """`manage.py count FILE.blt --method METHOD`. No database is touched; equal files give equal answers."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, how it is counted, and how to answer."""
        parser.add_argument("file", type=Path, help="a BLT file, or with --method schulze a tally sheet of Debian's form")
        parser.add_argument("--method", required=True, choices=list(METHODS), help="how it is counted, see docs/counting.md")
        parser.add_argument("--seats", type=int, help="how many are elected, in place of what the file says")
        parser.add_argument("--electors", type=int, default=0, help="how many may vote: the quorum of a tally sheet")
        parser.add_argument("--seed", default="", help="draws lots; without one, SHA-256 of the file in hexadecimal")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, count, print."""
        for name in ("seats", "electors"):
            if options[name] is not None and options[name] < (name == "seats"):
                least = int(name == "seats")
                raise CommandError(_("--%(name)s: write a whole number from %(least)d on.") % {"name": name, "least": least})
        if options["method"] == "irv" and options["seats"] not in {None, 1}:
            raise CommandError(_("Instant runoff fills one seat. For several take --method scottish-stv."))
        content = self._content(options["file"])
        try:
            election, default = self._read(content, options)
        except Unreadable as refusal:
            raise CommandError(refusal.sentence) from refusal
        seed = options["seed"] or hashlib.sha256(content).hexdigest()
        count = self._counted(options["method"], election, default, seed)
        data = json.dumps(count.as_data(), ensure_ascii=False, indent=2)
        self.stdout.write(data if options["json"] else drawn(count))

    def _content(self, path: Path) -> bytes:
        """The bytes; one more than allowed is enough to see that a file is too large."""
        try:
            with path.open("rb") as file:
                return file.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from error

    def _read(self, content: bytes, options: dict[str, Any]) -> tuple[Election, DefaultOption | None]:
        default = None
        if is_sheet(content):
            if options["method"] != "schulze":
                raise CommandError(_("A tally sheet is counted with --method schulze."))
            election, last = read_sheet(content)
            default = replace(last, electors=options["electors"])
        else:
            election = read_blt(content)
        if options["seats"] is not None:
            election = replace(election, seats=options["seats"])
        return election, default

    def _counted(self, method: str, election: Election, default: DefaultOption | None, seed: str) -> Count:
        try:
            if default:
                return schulze(election, default=default, seed=seed)
            return METHODS[method](election, seed=seed)
        except Uncountable as fault:
            sentence = _("A vote that moves on cannot be weighted: write whole numbers of ballots, or choose another method.")
            raise CommandError(sentence) from fault
