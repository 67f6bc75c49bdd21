"""The labels of a Trello board: equal ones become one, different ones stay different though they look alike here."""

from typing import Any

from django.utils.translation import gettext as _

from .colours import named
from .plan import BoardPlan, LabelPlan
from .texts import cut, digest, is_id, label_name, line

Row = dict[str, Any]


class TrelloLabels:
    """The labels of a file. `plans` grows while cards bring labels that only they name, as in the oldest files."""

    def __init__(self, rows: list[Row], plan: BoardPlan) -> None:
        self.plan, self.plans = plan, list[LabelPlan]()
        self._by_id: dict[str, str] = {}
        self._by_look: dict[tuple[str, str], str] = {}
        self._taken: set[tuple[str, str]] = set()
        for row in rows:
            self._add(row)
        plan.held["labels"] = len(rows)

    def of(self, card: Row) -> list[str]:
        """The labels of a card, by source id, each once."""
        embedded = card.get("labels")
        rows = [row for row in embedded if isinstance(row, dict)] if isinstance(embedded, list) else []
        listed = card.get("idLabels")
        keys = [key for key in listed if isinstance(key, str)] if isinstance(listed, list) else []
        found = [self._add(row) for row in rows]
        self.plan.dropped["labels that the file does not name"] += sum(key not in self._by_id for key in keys)
        return list(dict.fromkeys([*found, *(self._by_id[key] for key in keys if key in self._by_id)]))

    def _add(self, row: Row) -> str:
        """The source id of a label, which is a new one unless an equal one is there."""
        key = row.get("id")
        if is_id(key) and key in self._by_id:
            return self._by_id[str(key)]
        name, word = label_name(row.get("name"), self.plan), line(row.get("color"))
        source = self._by_look.get((name, word))
        if source is None:
            source = f"trello:{key}" if is_id(key) else f"trello:label:{digest(name, word)}"
            self._by_look[name, word] = source
            self.plans.append(self._made(source, name, word))
        if is_id(key):
            self._by_id[str(key)] = source
        return source

    def _made(self, source: str, name: str, word: str) -> LabelPlan:
        colour = named(word)
        if (name, colour) in self._taken:  # two colours there are one here: the word of the colour tells them apart
            name = cut(f"{cut(name, 60)} ({cut(word, 20) or _('no colour')})".strip(), 100)
        self._taken.add((name, colour))
        return LabelPlan(source, name, colour)
