"""Read Kanboard tasks.

Source: the columns of Kanboard's own CSV import and of its task export, which names some of them otherwise. A closed task is
hidden from its board but keeps its column: it comes archived. Tags, category and swimlane become labels, each in a colour of
its own; the default swimlane is none. Kanboard counts priority upwards from 0, which nobody has to choose: 0 and 1 are normal,
2 is high, 3 and more urgent. Complexity 0 is none. Hours become minutes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cooperatives.reading import (
    Line,
    Order,
    Unreadable,
    decimal_mark,
    deduce_order,
    header_key,
    phrase,
    read_day,
    read_number,
    read_table,
    read_yes_no,
    said,
)

from ..models import MINUTES_LIMIT, POINTS_LIMIT, Colour, Priority
from .plan import BoardPlan, CardPlan, LabelPlan, ListPlan, PersonPlan
from .texts import begun, cut, digest, label_name, line, link, refused, titled

COLUMNS = {
    "task id": "id", "reference": "reference", "title": "title", "description": "description",
    "assignee username": "assignee", "creator username": "creator", "creator": "creator", "color name": "colour",
    "color": "colour", "column name": "column", "column": "column", "position": "position", "category name": "category",
    "category": "category", "swimlane name": "swimlane", "swimlane": "swimlane", "complexity": "points",
    "time estimated": "estimate", "time spent": "spent", "start date": "start", "due date": "due", "priority": "priority",
    "status": "status", "closed": "status", "tags": "tags", "external link": "link",
}  # fmt: skip
LIST_NAME_LIMIT = 100
_NEEDED = {"title", "column"}
_TELLING = {"swimlane", "creator", "points", "assignee"}  # one of these, for other tables have titles and columns too
_SAID_PLAINLY = {"too_large", "too_many_rows", "too_long", "too_wide", "open_quote", "old_excel", "empty"}
_PRIORITIES = {0: Priority.NORMAL, 1: Priority.NORMAL, 2: Priority.HIGH}


def _likes(cells: Sequence[object]) -> float:
    return float(len({COLUMNS[key] for cell in cells if (key := header_key(cell)) in COLUMNS}))


def read_kanboard(content: bytes, unknown: str | Promise) -> BoardPlan:
    """The plan for a table of tasks. Raises Invalid; with the sentence `unknown` for what is no such table."""
    try:
        table = read_table(content, likes=_likes)
    except Unreadable as error:
        is_plain = error.code in _SAID_PLAINLY
        raise refused(error.code if is_plain else "not_a_board", error.sentence if is_plain else unknown) from error
    fields = [COLUMNS.get(header_key(header), "") for header in table.headers]
    if not _NEEDED.issubset(fields) or _TELLING.isdisjoint(fields):
        raise refused("not_a_board", unknown)
    plan = BoardPlan("Kanboard", _("Imported tasks"), [])
    unread = [phrase(header) for header, name in zip(table.headers, fields, strict=True) if not name and phrase(header)]
    plan.noted.extend(_("The column “%(name)s” is not read.") % {"name": cut(line(one), 60)} for one in unread)
    reader = _Tasks(plan, [_Row.of(one, fields) for one in table.lines])
    plan.dropped["rows without a title"] += len(table.headings) + len(table.totals)
    reader.read()
    return plan


@dataclass(frozen=True)
class _Row:
    """A line with its cells by what they are."""

    number: int
    cells: dict[str, object]

    @classmethod
    def of(cls, found: Line, fields: list[str]) -> "_Row":
        return cls(found.number, {name: cell for name, cell in zip(fields, found.cells, strict=True) if name})

    def text(self, name: str) -> str:
        """A cell on one line."""
        return line(phrase(self.cells.get(name)))


class _Tasks:
    """Reads rows one after another, and gathers the lists, labels and people that they name."""

    def __init__(self, plan: BoardPlan, rows: list[_Row]) -> None:
        self.plan, self.rows = plan, rows
        dates = [row.cells.get(name) for row in rows for name in ("start", "due")]
        self.proven = deduce_order(dates)[0]
        self.order = self.proven or Order.MONTH_FIRST  # as Kanboard itself writes and reads them unless somebody chose otherwise
        self.mark = {name: decimal_mark(row.cells.get(name) for row in rows) for name in ("estimate", "spent")}
        self.lists: dict[str, ListPlan] = {}
        self.labels: dict[str, LabelPlan] = {}
        self.people: dict[str, PersonPlan] = {}
        self.today = timezone.now().date()
        self.ambiguous = False

    def read(self) -> None:
        """Fill the plan."""
        titled_rows = [row for row in self.rows if row.text("title")]
        for row in self.rows:
            if not row.text("title"):
                self.plan.dropped["rows without a title"] += 1
                self.plan.noted.append(_("Row %(row)d has no title and stays out.") % {"row": row.number})
        ids = _ids(titled_rows, self.plan)
        for row, source in zip(titled_rows, ids, strict=True):
            self._list(row).cards.append(self._card(row, source))
        self.plan.lists.extend(self.lists.values())
        self.plan.labels.extend(self.labels.values())
        shares = self.plan.shares()
        self.plan.people.extend(sorted(self.people.values(), key=lambda person: -shares[person.source_id]))
        for kind, name in (("tag", "labels"), ("category", "categories"), ("swimlane", "swimlanes")):
            self.plan.held[name] = sum(source.startswith(f"kanboard:{kind}:") for source in self.labels)
        if self.ambiguous and not self.proven:
            self.plan.noted.append(_("Dates such as 02/03/2026 are read with the month first, as Kanboard writes them."))

    def _list(self, row: _Row) -> ListPlan:
        name = row.text("column") or _("Untitled list")
        source = f"kanboard:column:{digest(name.casefold())}"
        if source not in self.lists:
            if len(name) > LIST_NAME_LIMIT:
                self.plan.noted.append(_("The list name “%(name)s” was cut to 100 characters.") % {"name": name[:60]})
            self.lists[source] = ListPlan(source, cut(name, LIST_NAME_LIMIT), False, [])
        return self.lists[source]

    def _card(self, row: _Row, source: str) -> CardPlan:
        below = link(row.text("link"), row.text("link"), self.plan)
        title, text = titled(row.text("title"), said(row.cells.get("description")), self.plan, below)
        due = self._day(row, "due")
        self._count(row)
        return CardPlan(
            source_id=source,
            title=title,
            description=text,
            start=begun(self._day(row, "start"), due, self.plan),
            due=due,
            archived=_is_closed(row.text("status")),
            priority=_PRIORITIES.get(self._whole(row, "priority"), Priority.URGENT),
            points=min(self._whole(row, "points"), POINTS_LIMIT) or None,
            estimate=self._minutes(row),
            author=self._person(row.text("creator")),
            labels=tuple(self._labels(row)),
            people=tuple(filter(None, [self._person(row.text("assignee"))])),
        )

    def _day(self, row: _Row, name: str) -> date | None:
        cell = row.cells.get(name)
        if not phrase(cell):
            return None
        found = read_day(cell, self.order, today=self.today)
        self.ambiguous = self.ambiguous or found.is_ambiguous
        self.plan.dropped["unreadable dates"] += found.day is None
        return found.day

    def _number(self, row: _Row, name: str) -> Decimal:
        """A number that is not negative; 0 for none. What is no number is counted."""
        cell = row.cells.get(name)
        if not phrase(cell):
            return Decimal(0)
        try:
            found = read_number(cell, self.mark.get(name, ""))
        except ValueError:
            found = Decimal(-1)
        self.plan.dropped["unreadable numbers"] += found < 0
        return max(found, Decimal(0))

    def _whole(self, row: _Row, name: str) -> int:
        return int(min(self._number(row, name), Decimal(10**6)))

    def _minutes(self, row: _Row) -> int | None:
        return int(min((self._number(row, "estimate") * 60).to_integral_value(), Decimal(MINUTES_LIMIT))) or None

    def _person(self, name: str) -> str:
        if not name:
            return ""
        source = f"kanboard:{cut(name, 80).casefold()}"
        self.people.setdefault(source, PersonPlan(source, cut(name, 80), cut(name, 80)))
        return source

    def _labels(self, row: _Row) -> list[str]:
        swimlane = row.text("swimlane")
        given = [("tag", Colour.GREY, word) for word in row.text("tags").split(",")]
        given.append(("category", Colour.BLUE, row.text("category")))
        given.append(("swimlane", Colour.TEAL, "" if swimlane.casefold() == "default swimlane" else swimlane))
        found = []
        for kind, colour, word in given:
            if name := label_name(word, self.plan):
                source = f"kanboard:{kind}:{digest(name.casefold())}"
                self.labels.setdefault(source, LabelPlan(source, name, colour))
                found.append(source)
        return list(dict.fromkeys(found))

    def _count(self, row: _Row) -> None:
        self.plan.dropped["card colours"] += bool(row.text("colour"))
        self.plan.dropped["time spent"] += self._number(row, "spent") > 0


def _is_closed(word: str) -> bool:
    """Whether a task is closed, as Kanboard itself reads it: true, 1 and yes mean closed. Its export says Open or Closed."""
    try:
        return bool(read_yes_no(word))
    except ValueError:
        return word.casefold() == "closed"


def _ids(rows: list[_Row], plan: BoardPlan) -> list[str]:
    """A source id for each row: its id, else its reference where only it has that, else what it says and which time."""
    references = Counter(row.text("reference") for row in rows)
    numbers = Counter(row.text("id") for row in rows)
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        number, reference = row.text("id"), row.text("reference")
        if number and numbers[number] == 1:
            found.append(f"kanboard:id:{digest(number)}")
        elif reference and references[reference] == 1:
            found.append(f"kanboard:ref:{digest(reference)}")
        else:
            said_here = digest(reference, row.text("title"))
            seen[said_here] += 1
            found.append(f"kanboard:row:{digest(said_here, str(seen[said_here]))}")
    for reference, count in references.items():
        if reference and count > 1:
            words = {"reference": reference[:60], "count": count}
            plan.noted.append(_("%(count)d rows have the reference %(reference)s: each comes as a card of its own.") % words)
    return found
