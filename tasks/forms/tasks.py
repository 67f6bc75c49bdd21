"""Forms of a task."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, Stale
from cooperatives.web import ActionForm, VersionField

from ..durations import minutes_of, told
from ..models import DESCRIPTION_LIMIT, POINTS_LIMIT, TITLE_LIMIT, Kind, Lane, Priority, Project, Task
from ..queries import labels_of, workers_of
from .references import ReferenceField


class LaneField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a project's lanes."""

    default_error_messages = {"invalid_choice": _("Choose a lane of this project.")}


class EstimateField(forms.CharField):
    """A span of work in words, read as minutes."""

    def clean(self, value: Any) -> Any:
        """The minutes, or None for an empty field."""
        try:
            return minutes_of(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error), "invalid") from error


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class TaskForm(ActionForm):
    """A new task."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LIMIT)
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Markdown: **bold**, lists with a dash, links as [words](address)."),
    )
    lane = LaneField(label=_("Lane"), queryset=Lane.objects.none(), empty_label=None)
    assignee_ids = forms.TypedMultipleChoiceField(
        label=_("Assigned to"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose members who may work in this project.")},
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL, required=False, empty_value=None
    )
    label_ids = forms.TypedMultipleChoiceField(
        label=_("Labels"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose labels of this project.")},
    )
    start_date, due_date = _day(_("Start")), _day(_("Due"))
    estimate = EstimateField(
        label=_("Estimate"), required=False, max_length=30, help_text=_("Hours or minutes, such as 1.5 h or 90 min.")
    )
    points = forms.IntegerField(label=_("Points"), required=False, min_value=0, max_value=POINTS_LIMIT)
    parent = ReferenceField(
        label=_("Part of"), required=False, help_text=_("The reference of a task of this project, such as HC-12.")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if "lane" in fields:
            fields["lane"].queryset = Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")
        fields["kind"].is_always_set = fields["priority"].is_always_set = True  # a list without an empty line
        fields["parent"].cooperative_id = project.cooperative_id
        self.members = {row.pk: row for row in workers_of(project)}
        self.labels = {row.pk: row for row in labels_of(project)}
        self._offer()

    def _offer(self) -> None:
        """Name who can be chosen, those first who are chosen already."""
        fields: dict[str, Any] = self.fields
        chosen = self.initial.get("assignee_ids") or ()
        people = sorted(self.members.items(), key=lambda pair: pair[0] not in chosen)
        fields["assignee_ids"].choices = [(pk, str(row)) for pk, row in people]
        fields["label_ids"].choices = [(pk, str(row)) for pk, row in self.labels.items()]

    def clean(self) -> dict[str, Any]:
        """Hand the action rows, not their keys; what a form without the field leaves out stays as it is."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "assignee_ids" in data:
            data["assignees"] = [self.members[pk] for pk in data.pop("assignee_ids")]
        if "label_ids" in data:
            data["labels"] = [self.labels[pk] for pk in data.pop("label_ids")]
        for name in ("kind", "priority"):
            if not data.get(name):
                data.pop(name, None)
        return data

    def add_error(self, field: Any, error: Any) -> None:
        """What an action says of assignees and labels stands at the fields that hold their keys."""
        super().add_error(_NAMES.get(field, field), error)

    def refuse(self, broken: RuleBroken) -> None:
        """A broken rule about people or labels stands at the field that names them."""
        broken.field = _NAMES.get(broken.field or "", broken.field)
        super().refuse(broken)

    def address(self, made: Any) -> str:
        """Where its card is on the board."""
        return f"{reverse('tasks:board', args=[made.cooperative.slug, made.project_id])}#card-{made.pk}"


_NAMES = {"assignees": "assignee_ids", "labels": "label_ids"}
_PLAIN = ("title", "description", "kind", "priority", "start_date", "due_date", "points", "version")


def shown(task: Task) -> dict[str, Any]:
    """What the form of a task shows, field by field, as people read it."""
    keys = {"assignee_ids": [member.pk for member in task.people], "label_ids": [label.pk for label in task.tags]}
    words = {"estimate": told(task.estimate), "parent": f"{task.project.key}-{task.parent.number}" if task.parent else ""}
    return {**{name: getattr(task, name) for name in _PLAIN}, **keys, **words}


class TaskEditForm(TaskForm):
    """Change a task; carries the version that was shown."""

    lane = None  # type: ignore[assignment]
    version = VersionField()

    @classmethod
    def of(cls, task: Task, data: Any = None) -> "TaskEditForm":
        """The form filled with what is."""
        people = {member.pk: member for member in task.people}
        form = cls(data, initial=shown(task), project=task.project)
        form.members |= people  # who has left stays named until they are taken off
        form._offer()
        return form

    def refuse(self, broken: RuleBroken) -> None:
        """A stale save shows what is stored now beside what was written."""
        super().refuse(broken)
        if isinstance(broken, Stale):
            broken.current = SimpleNamespace(
                **{name: "" if value is None else value for name, value in shown(broken.current).items()}
            )


BIGGEST = 2**63 - 1


class MoveForm(forms.Form):
    """Where a card goes: a lane, neighbours, or one place up or down; and the version that was seen."""

    lane = LaneField(queryset=Lane.objects.none(), required=False)
    after = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    before = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST)
    step = forms.ChoiceField(required=False, choices=[("up", "up"), ("down", "down")])
    override = forms.BooleanField(required=False)
    version = VersionField(required=True)

    def __init__(self, *args: Any, project_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lane"].queryset = Lane.objects.filter(project=project_id)  # type: ignore[attr-defined]
