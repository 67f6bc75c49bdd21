"""What happened to a task, change by change: what was and what is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from activity.models import Event
from activity.web import Row, row_of
from cooperatives.models import Cooperative
from members.models import Membership

from .durations import told
from .models import Kind, Priority, Task

_NAMES = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "kind": gettext_lazy("Kind"),
    "priority": gettext_lazy("Priority"),
    "start_date": gettext_lazy("Start"),
    "due_date": gettext_lazy("Due"),
    "estimate": gettext_lazy("Estimate"),
    "points": gettext_lazy("Points"),
    "parent": gettext_lazy("Part of"),
    "assignees": gettext_lazy("Assigned to"),
    "labels": gettext_lazy("Labels"),
    "archived": gettext_lazy("Archived"),
    "lane": gettext_lazy("Lane"),
}
_HIDDEN = {"position", "status"}  # said by the sentence


@dataclass(frozen=True)
class Change:
    """One fact that changed. Of what is too long for the record `before` and `after` are None."""

    name: Any
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Happened:
    """One record of a task with what changed."""

    row: Row
    changes: list[Change]
    reason: str


def history_rows(events: Iterable[Event], cooperative: Cooperative) -> list[Happened]:
    """Records of one task as its page draws them; two statements more, for the names of people and of other tasks."""
    rows = list(events)
    payloads = [event.told.data["payload"] if event.told else {} for event in rows]
    said = _Said(cooperative, payloads)
    return [
        Happened(row_of(event, cooperative.slug), said.changes(payload), str(payload.get("reason") or ""))
        for event, payload in zip(rows, payloads, strict=True)
    ]


class _Said:
    """Facts of records in words."""

    def __init__(self, cooperative: Cooperative, payloads: list[dict[str, Any]]) -> None:
        sides = [side for payload in payloads for side in (payload.get("before") or {}, payload.get("after") or {})]
        users = {one for side in sides for one in side.get("assignees") or ()}
        tasks = {side["parent"] for side in sides if side.get("parent")}
        members = Membership.objects.select_related("user", "person").filter(cooperative=cooperative, user__public_id__in=users)
        self.people = {str(row.user.public_id): str(row) for row in members} if users else {}
        found = Task.objects.select_related("project").filter(cooperative=cooperative, pk__in=tasks)
        self.tasks = {row.pk: row.reference for row in found} if tasks else {}

    def changes(self, payload: dict[str, Any]) -> list[Change]:
        """What one record says has changed."""
        before, after = payload.get("before") or {}, payload.get("after") or {}
        names = [name for name in payload.get("changed") or () if name in _NAMES and name not in _HIDDEN]
        return [
            Change(_NAMES[name], *(self._word(name, side[name]) if name in side else None for side in (before, after)))
            for name in names
        ]

    def _word(self, name: str, value: Any) -> str:
        if name == "archived":
            return _("yes") if value else _("no")
        if value is None or value == []:
            return _("none")
        if name in ("start_date", "due_date") and (day := parse_date(value)):
            return date_format(day)
        return str(self._plain(name, value))

    def _plain(self, name: str, value: Any) -> Any:
        if name == "assignees":
            return ", ".join(self.people.get(one, _("somebody")) for one in value)
        if name == "labels":
            return ", ".join(value)
        known = {"kind": dict(Kind.choices), "priority": dict(Priority.choices), "parent": self.tasks}.get(name)
        if name == "estimate":
            return told(value)
        return value if known is None else known.get(value, _("another one"))  # type: ignore[attr-defined]
