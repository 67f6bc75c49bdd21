"""Forms of projects, lanes, labels and people of projects."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, Stale
from cooperatives.web import ActionForm, VersionField

from ..models import DESCRIPTION_LIMIT, LABEL_LENGTH, Colour, Label, Lane, Project
from ..queries import members_to_assign, people_of


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

    members_only = forms.BooleanField(
        label=_("Only its members change it"),
        required=False,
        help_text=_("Everybody still reads it. Admins and secretaries change every project. Its leads close and open it."),
    )
    assignment_limit = forms.IntegerField(
        label=_("Most unfinished tasks for one person"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("Who has that many is given no further one in this project."),
    )
    remind_days = forms.IntegerField(
        label=_("Reminder, days before a task is due"),
        required=False,
        min_value=0,
        max_value=30,
        help_text=_("Empty: as before. 0: on the day itself."),
    )
    version = VersionField()

    def clean_remind_days(self) -> int:
        """What was typed, else what is."""
        typed: int | None = self.cleaned_data["remind_days"]
        return int(self.initial.get("remind_days", 1)) if typed is None else typed

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
    colour = forms.ChoiceField(label=_("Colour"), choices=[("", _("None")), *Colour.choices], required=False)

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
                version=row.version,
                name=row.name,
                is_done=row.is_done,
                colour=row.colour,
                wip_limit="" if row.wip_limit is None else row.wip_limit,
            )


class LabelForm(ActionForm):
    """A label of a project."""

    name = forms.CharField(label=_("Name"), max_length=LABEL_LENGTH)
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices)

    def address(self, made: Any) -> str:
        """Among the labels of its project."""
        return f"{reverse('tasks:project', args=[made.cooperative.slug, made.project_id])}#labels"


class LabelEditForm(LabelForm):
    """Change a label; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, label: Label, data: Any = None) -> "LabelEditForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(label, name) for name in cls.base_fields})


class PersonForm(ActionForm):
    """Take somebody into a project."""

    member_id = forms.TypedChoiceField(
        label=_("Member"), coerce=int, error_messages={"invalid_choice": _("Choose a member of this cooperative.")}
    )
    is_lead = forms.BooleanField(
        label=_("Leads the project"), required=False, help_text=_("Leads say who belongs to it, and settle it.")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = {row.member_id for row in people_of(project)}
        self.members = {row.pk: row for row in members_to_assign(project.cooperative_id) if row.pk not in inside}
        choices = [("", _("Choose a member")), *((pk, str(row)) for pk, row in self.members.items())]
        self.fields["member_id"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hand the action the member, not the key."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "member_id" in data:
            data["member"] = self.members[data.pop("member_id")]
        return data


class PressForm(ActionForm):
    """Nothing is asked but the press of a button; carries the version that was shown."""

    version = VersionField()
