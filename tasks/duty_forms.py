"""HTML in for duties, recurring tasks and the ledger: forms that only parse."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, Stale
from cooperatives.models import Cooperative
from cooperatives.web import ActionForm, VersionField
from members.models import Membership

from .models import (
    DESCRIPTION_LIMIT,
    MINUTES_LIMIT,
    NAME_LENGTH,
    PLACE_LENGTH,
    PLACES_LIMIT,
    POINTS_LIMIT,
    REASON_LENGTH,
    TITLE_LIMIT,
    Duty,
    Effort,
    Label,
    Lane,
    MonthBy,
    Nth,
    Priority,
    Project,
    RecurringTask,
    Rotation,
    Schedule,
    Unit,
    Weekday,
)
from .queries import partakers_in, workers_of


def _whole(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **more)


def _date(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


def _choice(label: Any, choices: Any, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, **more)


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A member of this cooperative."""

    default_error_messages = {"invalid_choice": _("Choose a member of this cooperative.")}


class MembersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Members of this cooperative."""

    default_error_messages = dict.fromkeys(("invalid_choice", "invalid_pk_value"), _("Choose members of this cooperative."))


class ScheduleForm(ActionForm):
    """When something comes again. Which of it counts follows from the unit."""

    unit = _choice(_("Comes again every so many"), Unit.choices, initial=Unit.WEEK)
    every = _whole(_("How many of them"), 1, 366, initial=1, help_text=_("2 with weeks: every other week."))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("With weeks: on these days"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without one, the weekday of the first day."),
    )
    month_by = _choice(_("With months: on"), MonthBy.choices, initial=MonthBy.DAY)
    nth = _choice(_("With a weekday of the month: which one"), Nth.choices, coerce=int, initial=Nth.FIRST)
    weekday = _choice(_("With a weekday of the month: the day"), Weekday.choices, coerce=int, initial=Weekday.MONDAY)
    starts_on = _date(_("First day"))
    at = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("By the clock of the cooperative; without one it is for the whole day."),
    )
    ends_on = _date(_("Last day"), required=False)
    times = _whole(_("Or after so many times"), 1, 5000, required=False)

    def clean(self) -> dict[str, Any]:
        """Hand the action the weekdays as one number."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "weekdays" in data:
            data["weekdays"] = sum(1 << day for day in set(data["weekdays"]))
        return data

    @staticmethod
    def schedule_of(rule: Schedule) -> dict[str, Any]:
        """What a schedule says, as this form shows it."""
        shown = {name: getattr(rule, name) for name in Schedule.FIELDS}
        return {**shown, "weekdays": [day for day in range(7) if rule.weekdays >> day & 1]}

    def previewed(self, rule: Schedule) -> Schedule:
        """The rule with what was typed, unsaved, to look at its dates."""
        for name in Schedule.FIELDS:
            setattr(rule, name, self.cleaned_data[name])
        return rule

    def refuse(self, broken: RuleBroken) -> None:
        """A stale save shows what is stored now beside what was written."""
        super().refuse(broken)
        if isinstance(broken, Stale):
            stored = self.shown_of(broken.current)
            broken.current = SimpleNamespace(**{key: "" if value is None else value for key, value in stored.items()})

    def shown_of(self, row: Any) -> dict[str, Any]:
        """What a row says, as this form shows it."""
        return {**{name: getattr(row, name, "") for name in self.base_fields}, **self.schedule_of(row)}


class DutyForm(ScheduleForm):
    """A duty."""

    title = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    place = forms.CharField(label=_("Where"), max_length=PLACE_LENGTH, required=False)
    notes = forms.CharField(
        label=_("What is to be done"),
        max_length=DESCRIPTION_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Markdown: **bold**, lists with a dash, links as [words](address)."),
    )
    places = _whole(_("People needed"), 1, PLACES_LIMIT, initial=1)
    minutes = _whole(_("Minutes for each"), 0, MINUTES_LIMIT, initial=60)
    points = _whole(_("Points for each"), 0, POINTS_LIMIT, initial=0)
    rotation = _choice(_("Places that nobody takes go to"), Rotation.choices, initial=Rotation.NOBODY)
    opens_before = _whole(_("Sign-up opens, days before"), 0, 366, initial=28)
    closes_before = _whole(
        _("Sign-up closes, days before"), 0, 366, initial=0, help_text=_("Then places left over are given out in turn.")
    )
    remind_days = _whole(_("Reminder, days before"), 0, 30, initial=1)
    coordinator = MemberField(
        label=_("Coordinator"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("May give and take places and call a turn off, besides the offices."),
    )
    field_order = ("title", "place", "notes", "places", "minutes", "points", *Schedule.FIELDS)

    def __init__(self, *args: Any, cooperative: Cooperative, kept: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = partakers_in(cooperative)
        if kept is not None:  # who has left may stay named
            people = people | Membership.objects.filter(pk=kept).select_related("person", "user")
        self.fields["coordinator"].queryset = people  # type: ignore[attr-defined]

    def shown_of(self, row: Any) -> dict[str, Any]:
        """What a row says, as this form shows it."""
        return {**super().shown_of(row), "coordinator": row.coordinator_id}

    def address(self, made: Any) -> str:
        """Its page."""
        return reverse("tasks:duty", args=[made.cooperative.slug, made.pk])


class DutyEditForm(DutyForm):
    """Change a duty; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, duty: Duty, data: Any = None) -> "DutyEditForm":
        """The form filled with what is."""
        initial = {name: getattr(duty, name) for name in cls.base_fields}
        filled = {**initial, **cls.schedule_of(duty), "coordinator": duty.coordinator_id}
        return cls(data, initial=filled, cooperative=duty.cooperative, kept=duty.coordinator_id)


class ReasonForm(ActionForm):
    """Why: needed where others have planned with it."""

    reason = forms.CharField(label=_("Why"), max_length=REASON_LENGTH)


class CancelForm(ReasonForm):
    """Call a turn off; carries the version that was shown."""

    version = VersionField()


class CannotComeForm(ActionForm):
    """Ask for a stand-in."""

    reason = forms.CharField(label=_("Why, if you like to say"), max_length=REASON_LENGTH, required=False)


class GiveForm(ActionForm):
    """Give a place to a member."""

    member = MemberField(label=_("Give a place to"), queryset=Membership.objects.none(), empty_label=_("Choose a member"))

    def __init__(self, *args: Any, cooperative: Cooperative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = partakers_in(cooperative)  # type: ignore[attr-defined]


class EffortForm(ActionForm):
    """Time on a task."""

    minutes = _whole(_("Minutes"), 1, 1440)
    day = _date(_("Day"))
    note = forms.CharField(label=_("What you did"), max_length=REASON_LENGTH, required=False)


class CorrectionForm(ReasonForm):
    """Take time or points back: it says how much, and begins with all there is."""

    minutes = _whole(_("Minutes to take back"), 0, MINUTES_LIMIT, required=False, help_text=_("Empty or 0: they stay."))
    points = _whole(_("Points to take back"), 0, POINTS_LIMIT, required=False, help_text=_("Empty or 0: they stay."))

    @classmethod
    def of(cls, effort: Effort, data: Any = None) -> "CorrectionForm":
        """The form filled with what can be taken back. What a row has none of is not asked."""
        form = cls(data, initial={"minutes": effort.minutes, "points": effort.points})
        for name in ("minutes", "points"):
            if not getattr(effort, name):
                del form.fields[name]
        return form

    def clean(self) -> dict[str, Any]:
        """Hand the action numbers: on a page nothing means nothing, not everything."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        return {**data, **{name: data.get(name) or 0 for name in ("minutes", "points") if name not in self.errors}}


class RecurringForm(ScheduleForm):
    """A task that comes again."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LIMIT)
    description = forms.CharField(
        label=_("Description"), max_length=DESCRIPTION_LIMIT, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    lane = forms.ModelChoiceField(
        label=_("Lane"),
        queryset=Lane.objects.none(),
        required=False,
        empty_label=_("The first one"),
        error_messages={"invalid_choice": _("Choose a lane of this project.")},
    )
    assignees = MembersField(
        label=_("Assigned to"), queryset=Membership.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    labels = forms.ModelMultipleChoiceField(
        label=_("Labels"),
        queryset=Label.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value"), _("Choose labels of this project.")),
    )
    priority = _choice(_("Priority"), Priority.choices, coerce=int, initial=Priority.NORMAL)
    estimate = _whole(_("Estimate in minutes"), 1, MINUTES_LIMIT, required=False)
    points = _whole(_("Points"), 0, POINTS_LIMIT, required=False)
    due_after = _whole(_("Due, days later"), 0, 366, required=False, initial=0, help_text=_("Empty: cards without a date."))
    field_order = ("title", "description", *Schedule.FIELDS)

    def __init__(self, *args: Any, project: Project, kept: frozenset[int] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["lane"].queryset = Lane.objects.filter(project=project, archived_at=None).order_by("position", "pk")
        people = workers_of(project)
        fields["assignees"].queryset = people | Membership.objects.filter(pk__in=kept).select_related("person", "user")
        fields["labels"].queryset = Label.objects.filter(project=project).order_by("name", "pk")
        if not fields["labels"].queryset.exists():
            del fields["labels"]

    def address(self, made: Any) -> str:
        """Among the recurring tasks of its project."""
        return reverse("tasks:recurring", args=[made.cooperative.slug, made.project_id])


class RecurringEditForm(RecurringForm):
    """Change a recurring task; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, rule: RecurringTask, data: Any = None) -> "RecurringEditForm":
        """The form filled with what is."""
        return cls(data, initial=cls._filled(rule), project=rule.project, kept=frozenset(cls._people(rule)))

    @classmethod
    def _filled(cls, rule: RecurringTask) -> dict[str, Any]:
        own = {name: getattr(rule, name) for name in cls.base_fields if name not in ("assignees", "labels")}
        sets = {"assignees": cls._people(rule), "labels": [row.label_id for row in rule.labels.all()]}
        return {**own, **cls.schedule_of(rule), "lane": rule.lane_id, **sets}

    @staticmethod
    def _people(rule: RecurringTask) -> list[int]:
        return [row.member_id for row in rule.assignees.all()]

    def shown_of(self, row: Any) -> dict[str, Any]:
        """What a row says, as this form shows it."""
        return self._filled(row)
