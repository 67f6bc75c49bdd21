"""HTML in: forms that only parse."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, Stale
from cooperatives.web import ActionForm, VersionField

from .importing import FILE_LIMIT
from .models import DESCRIPTION_LIMIT, TITLE_LIMIT, Lane, Project, Task
from .queries import members_to_assign


class ProjectForm(ActionForm):
    """Start a project."""

    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(
        label=_("What it is for"), max_length=DESCRIPTION_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    def address(self, made: Any) -> str:
        """Its board."""
        return reverse("tasks:board", args=[made.cooperative.slug, made.pk])


class ProjectSettingsForm(ProjectForm):
    """Change a project; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, project: Project, data: Any = None) -> "ProjectSettingsForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(project, name) for name in cls.base_fields})


class LaneForm(ActionForm):
    """A lane of a board."""

    name = forms.CharField(label=_("Name"), max_length=100)
    wip_limit = forms.IntegerField(
        label=_("Most cards at once"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("A full lane takes no further card. Few cards at once get done sooner."),
    )
    is_done = forms.BooleanField(label=_("Cards in this lane are done"), required=False)

    def address(self, made: Any) -> str:
        """Among the lanes of its project."""
        return reverse("tasks:project", args=[made.cooperative.slug, made.project_id])


class LaneEditForm(LaneForm):
    """Change a lane; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, lane: Lane, data: Any = None) -> "LaneEditForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(lane, name) for name in cls.base_fields})

    def refuse(self, broken: RuleBroken) -> None:
        """A stale save shows what is stored now beside what was written."""
        super().refuse(broken)
        if isinstance(broken, Stale):
            row = broken.current
            broken.current = SimpleNamespace(
                version=row.version, name=row.name, is_done=row.is_done, wip_limit="" if row.wip_limit is None else row.wip_limit
            )


class LaneField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of a project's lanes."""

    default_error_messages = {"invalid_choice": _("Choose a lane of this project.")}


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
    assignee_id = forms.TypedChoiceField(
        label=_("Assigned to"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose a member of this cooperative.")},
    )
    due_date = forms.DateField(label=_("Due"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "lane" in self.fields:
            lanes = Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")
            self.fields["lane"].queryset = lanes  # type: ignore[attr-defined]
        self.members = {row.pk: row for row in members_to_assign(project.cooperative_id)}
        names = [(pk, str(row)) for pk, row in self.members.items()]
        self.fields["assignee_id"].choices = [("", _("Nobody")), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hand the action the member, not the key."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "assignee_id" in data:
            data["assignee"] = self.members.get(data.pop("assignee_id"))
        return data

    def address(self, made: Any) -> str:
        """Where its card is on the board."""
        return f"{reverse('tasks:board', args=[made.cooperative.slug, made.project_id])}#card-{made.pk}"


class TaskEditForm(TaskForm):
    """Change a task; carries the version that was shown."""

    lane = None  # type: ignore[assignment]
    version = VersionField()

    @classmethod
    def of(cls, task: Task, data: Any = None) -> "TaskEditForm":
        """The form filled with what is."""
        initial = {name: getattr(task, name) for name in ("title", "description", "assignee_id", "due_date", "version")}
        form = cls(data, initial=initial, project=task.project)
        if task.assignee and task.assignee_id and task.assignee_id not in form.members:
            # Someone who has left stays named until somebody else is chosen.
            field: Any = form.fields["assignee_id"]
            field.choices = [*field.choices, (task.assignee_id, str(task.assignee))]
            form.members[task.assignee_id] = task.assignee
        return form

    def refuse(self, broken: RuleBroken) -> None:
        """A stale save shows what is stored now beside what was written."""
        super().refuse(broken)
        if isinstance(broken, Stale):
            row = broken.current
            broken.current = SimpleNamespace(
                version=row.version,
                title=row.title,
                description=row.description,
                assignee_id=row.assignee_id or "",
                due_date=row.due_date or "",
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


class UploadForm(ActionForm):
    """A board file."""

    file = forms.FileField(
        label=_("Board export"), help_text=_("The JSON file that Trello's “Export as JSON” gives, up to 10 MB.")
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large to be read at all."""
        file = self.cleaned_data["file"]
        if file.size > FILE_LIMIT:
            raise forms.ValidationError(_("The file is larger than 10 MB. Export the board again without attachments."))
        return file

    def address(self, made: Any) -> str:
        """What it holds, to be confirmed."""
        return f"{reverse('tasks:import', args=[made.cooperative.slug, made.project_id])}?draft={made.pk}"


class ConfirmForm(ActionForm):
    """Import what was uploaded and looked at."""

    confirm = forms.IntegerField(min_value=1, max_value=BIGGEST, widget=forms.HiddenInput)
