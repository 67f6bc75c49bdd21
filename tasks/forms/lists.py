"""What is chosen on lists of tasks: which of them are shown, and what is done to many at once. The forms only parse."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _, ngettext

from cooperatives.models import Cooperative
from cooperatives.web import ActionForm
from members.models import Membership

from ..actions import BULK_LIMIT
from ..models import Kind, Label, Lane, Priority, Project, Task
from ..queries import members_to_assign
from ..wishes import DUES, ME, NOBODY, STATES, Wanted

MARK = ":"  # a box says which task it is and which version the reader saw


def lanes_to_choose(project: Project | None) -> list[Lane]:
    """The lanes of a board from left to right; none for a list of all projects."""
    return list(Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")) if project else []


def labels_to_choose(project: Project | None) -> list[Label]:
    """The labels of a project by name; none for a list of all projects."""
    return list(Label.objects.filter(project=project).order_by("name", "pk")) if project else []


def _named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in rows]


class FilterForm(forms.Form):
    """The parts of a filter that are chosen from a list; what a Wanted says is filled in."""

    who = forms.ChoiceField(label=_("Assigned to"), required=False)
    label = forms.ChoiceField(label=_("Label"), required=False)
    lane = forms.ChoiceField(label=_("Lane"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False, choices=[("", _("Any")), *Priority.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *Kind.choices])
    due = forms.ChoiceField(label=_("Due"), required=False, choices=[("", _("Any time")), *DUES.items()])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("On the board")), *STATES.items()])

    def __init__(self, wanted: Wanted, cooperative: Cooperative, project: Project | None, *, board: bool = False) -> None:
        super().__init__(initial={name: str(getattr(wanted, name) or "") for name in self.base_fields}, auto_id="filter-%s")
        self.lanes, self.labels = lanes_to_choose(project), labels_to_choose(project)
        people = members_to_assign(cooperative.pk)
        self._offer("who", [("", _("Anybody")), (ME, _("Me")), (NOBODY, _("Nobody")), *_named(people)])
        self._offer("label", [("", _("Any")), *_named(self.labels)])
        self._offer("lane", [("", _("Any")), *_named(self.lanes)])
        if board:  # it shows what is on it, whatever its state
            del self.fields["state"]
        self.wanted = wanted

    def add_prefix(self, field_name: str) -> str:
        """An address says `in` of a lane, because a board says `lane` of what it unfolds."""
        return "in" if field_name == "lane" else field_name

    def _offer(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        if len(choices) < 2:
            del self.fields[name]

    @property
    def active(self) -> list[dict[str, Any]]:
        """What is filtered by now: its words, and the address without it."""
        found = []
        for name, field in self.fields.items():
            value = self.initial[name]
            if value:
                words = {str(key): words for key, words in field.choices}.get(value, value)  # type: ignore[attr-defined]
                found.append({"label": field.label, "value": words, "query": self.wanted.without(name).query})
        return found


LEAVE = ("", _("Leave as it is"))


class BulkForm(ActionForm):
    """What is done to all chosen tasks. Every part may be left as it is."""

    lane = forms.ChoiceField(label=_("Move to"), required=False)
    who = forms.ChoiceField(label=_("Assign to"), required=False)
    add_label = forms.ChoiceField(label=_("Add the label"), required=False)
    remove_label = forms.ChoiceField(label=_("Take the label off"), required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"), required=False, coerce=int, empty_value=None, choices=[LEAVE, *Priority.choices]
    )
    due_date = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    no_due_date = forms.BooleanField(label=_("Without a date"), required=False)

    def __init__(self, data: Any = None, *, choices: FilterForm, tasks: Any, workers: Iterable[Membership]) -> None:
        super().__init__(data, auto_id="bulk-%s")
        self.tasks = tasks
        self.rows: dict[str, dict[str, Any]] = {
            "lane": {str(row.pk): row for row in choices.lanes},
            "who": {str(row.pk): row for row in workers},
            "add_label": {str(row.pk): row for row in choices.labels},
            "remove_label": {str(row.pk): row for row in choices.labels},
        }
        for name, rows in self.rows.items():
            nobody = [(NOBODY, _("Nobody"))] if name == "who" else []
            field: Any = self.fields[name]
            field.choices = [LEAVE, *nobody, *_named(rows.values())]
            if not rows:
                del self.fields[name]

    @property
    def chosen(self) -> list[str]:
        """The boxes that were sent, as they were."""
        sent: Any = self.data
        return list(sent.getlist("task")) if self.is_bound else []

    def clean(self) -> dict[str, Any]:
        """Hand the action tasks with versions, rows instead of keys, and only what is to change."""
        data = super().clean()
        found = {name: rows.get(data.get(name, "")) for name, rows in self.rows.items()}
        facts: dict[str, Any] = {"lane": found["lane"]} if found["lane"] else {}
        facts |= {f"{name}s": [found[name]] for name in ("add_label", "remove_label") if found[name]}
        if data.get("who"):
            facts["assignees"] = [found["who"]] if found["who"] else []
        if data.get("priority"):
            facts["priority"] = data["priority"]
        if data.get("due_date") or data.get("no_due_date"):
            facts["due_date"] = None if data.get("no_due_date") else data["due_date"]
        if self.data.get("archived") in ("yes", "no"):
            facts = {"archived": self.data["archived"] == "yes"}
        if not facts and not self.errors:
            raise ValidationError(_("Say what should change: choose a lane, somebody, a label, a priority or a date."))
        versions = self._seen()
        return {"tasks": self._named(versions), "versions": versions, **facts}

    def _seen(self) -> dict[int, int]:
        versions = dict(_pair(mark) for mark in self.chosen[: BULK_LIMIT + 1])
        if not versions:
            raise ValidationError(_("Choose at least one task."))
        return versions

    def _named(self, versions: dict[int, int]) -> list[Task]:
        rows = {task.pk: task for task in self.tasks.filter(pk__in=versions).select_related("project__cooperative")}
        gone = len(versions.keys() - rows.keys())
        if gone:
            sentence = ngettext(
                "%(n)d of the tasks is not in this list any more. Reload the page.",
                "%(n)d of the tasks are not in this list any more. Reload the page.",
                gone,
            )
            raise ValidationError(sentence % {"n": gone})
        return list(rows.values())


def _pair(mark: str) -> tuple[int, int]:
    """Key and version of a box; what is none names no task."""
    key, _mark, version = mark.partition(MARK)
    whole = all(part.isascii() and part.isdigit() and len(part) < 19 for part in (key, version))
    return (int(key), int(version)) if whole else (0, 0)
