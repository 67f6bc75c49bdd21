"""JSON in and out for duties, turns, parts, recurring tasks and the ledger."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.rest import RowField, StrictSerializer, VersionField

from .duty_events import public_id
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
    Part,
    Priority,
    Project,
    RecurringTask,
    Rotation,
    Schedule,
    Task,
    Turn,
    Unit,
    Weekday,
)
from .serializers.boards import OwnCooperative


def _whole(least: int, most: int, **more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=most, required=False, **more)


class ScheduleSerializer(StrictSerializer):
    """When something comes again; `weekdays` counts Monday as 0."""

    unit = serializers.ChoiceField(choices=Unit.choices, required=False)
    every = _whole(1, 366)
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), required=False, max_length=7)
    month_by = serializers.ChoiceField(choices=MonthBy.choices, required=False)
    nth = serializers.ChoiceField(choices=Nth.choices, required=False)
    weekday = serializers.ChoiceField(choices=Weekday.choices, required=False)
    starts_on = serializers.DateField()
    at = serializers.TimeField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    times = _whole(1, 5000, allow_null=True)

    def validate_weekdays(self, days: list[int]) -> int:
        """As the rule keeps them."""
        return sum(1 << day for day in set(days))

    @staticmethod
    def schedule_of(rule: Schedule) -> dict[str, Any]:
        """As plain data."""
        shown = {name: getattr(rule, name) for name in Schedule.FIELDS}
        shown["weekdays"] = [day for day in range(7) if rule.weekdays >> day & 1]
        return {**shown, "paused": rule.paused_at is not None, "ended": rule.ended_at is not None}


class DutySerializer(ScheduleSerializer):
    """A duty. `coordinator` is the id of a user."""

    id = serializers.IntegerField(read_only=True)
    cooperative = OwnCooperative(queryset=Cooperative.objects.all(), required=False)
    title = serializers.CharField(max_length=NAME_LENGTH)
    place = serializers.CharField(max_length=PLACE_LENGTH, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True, trim_whitespace=False)
    places = _whole(1, PLACES_LIMIT)
    minutes = _whole(0, MINUTES_LIMIT)
    points = _whole(0, POINTS_LIMIT)
    opens_before = _whole(0, 366)
    closes_before = _whole(0, 366)
    rotation = serializers.ChoiceField(choices=Rotation.choices, required=False)
    remind_days = _whole(0, 30)
    coordinator = serializers.UUIDField(required=False, allow_null=True)
    paused = serializers.BooleanField(required=False)
    ended = serializers.BooleanField(required=False)
    version = VersionField()

    def to_representation(self, row: Duty) -> dict[str, Any]:
        """As plain data."""
        plain = ("title", "place", "notes", "places", "minutes", "points", "opens_before", "closes_before", "rotation")
        return {
            "id": row.pk,
            "cooperative": row.cooperative_id,
            **{name: getattr(row, name) for name in plain},
            "remind_days": row.remind_days,
            "coordinator": public_id(row.coordinator),
            **self.schedule_of(row),
            "version": row.version,
        }


class NewDutySerializer(DutySerializer):
    """A duty that is set up: what only a change may say is no field here."""

    cooperative = OwnCooperative(queryset=Cooperative.objects.all())
    paused = None  # type: ignore[assignment]
    ended = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]


class PartSerializer(StrictSerializer):
    """A place in a turn that a member has. `member` is the id of a user, null for a member without a login."""

    id = serializers.IntegerField(read_only=True)
    turn = serializers.IntegerField(read_only=True)
    place = serializers.IntegerField(read_only=True)
    member = serializers.UUIDField(read_only=True, allow_null=True)
    name = serializers.CharField(read_only=True)
    how = serializers.ChoiceField(choices=Part.How.choices, read_only=True)
    looks_for_stand_in = serializers.BooleanField(read_only=True)
    why = serializers.CharField(read_only=True)
    stands_in_for = serializers.CharField(read_only=True, allow_null=True)
    done_at = serializers.DateTimeField(read_only=True, allow_null=True)
    confirmed_at = serializers.DateTimeField(read_only=True, allow_null=True)
    confirmed_by = serializers.CharField(read_only=True, allow_null=True)

    def to_representation(self, row: Part) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": row.pk,
            "turn": row.turn_id,
            "place": row.place,
            "member": public_id(row.member),
            "name": str(row.member),
            "how": row.how,
            "looks_for_stand_in": row.asked_at is not None,
            "why": row.asked_why,
            "stands_in_for": str(row.stands_in_for) if row.stands_in_for else None,
            "done_at": row.done_at,
            "confirmed_at": row.confirmed_at,
            "confirmed_by": str(row.confirmed_by) if row.confirmed_by else None,
        }


class TurnSerializer(StrictSerializer):
    """One time that a duty is due, with who has a place in it."""

    id = serializers.IntegerField(read_only=True)
    duty = serializers.IntegerField(read_only=True)
    title = serializers.CharField(read_only=True)
    place = serializers.CharField(read_only=True)
    due_at = serializers.DateTimeField(read_only=True)
    day = serializers.DateField(read_only=True)
    is_all_day = serializers.BooleanField(read_only=True)
    places = serializers.IntegerField(read_only=True)
    minutes = serializers.IntegerField(read_only=True)
    points = serializers.IntegerField(read_only=True)
    closes_at = serializers.DateTimeField(read_only=True)
    late = serializers.BooleanField(read_only=True)
    missed = serializers.IntegerField(read_only=True)
    cancelled_at = serializers.DateTimeField(read_only=True, allow_null=True)
    cancelled_why = serializers.CharField(read_only=True)
    parts = PartSerializer(many=True, read_only=True)
    version = serializers.IntegerField(read_only=True)

    def to_representation(self, row: Turn) -> dict[str, Any]:
        """As plain data."""
        own = ("due_at", "day", "is_all_day", "places", "minutes", "points", "closes_at", "late", "missed", "cancelled_at")
        parts: list[Part] = row.taken  # type: ignore[attr-defined]
        return {
            "id": row.pk,
            "duty": row.duty_id,
            "title": row.duty.title,
            "place": row.duty.place,
            **{name: getattr(row, name) for name in own},
            "cancelled_why": row.cancelled_why,
            "parts": [PartSerializer().to_representation(part) for part in parts],
            "version": row.version,
        }


class NothingSerializer(StrictSerializer):
    """No fields: the address says all."""


class GiveSerializer(StrictSerializer):
    """Who is given a place: the id of a user."""

    member = serializers.UUIDField()


class CancelSerializer(StrictSerializer):
    """Why a turn is called off."""

    reason = serializers.CharField(max_length=REASON_LENGTH)
    version = VersionField()


class CannotComeSerializer(StrictSerializer):
    """Why somebody cannot come, if they like to say."""

    reason = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True)


class DoneSerializer(StrictSerializer):
    """Whether a part is done."""

    done = serializers.BooleanField(required=False, default=True)


class EffortSerializer(StrictSerializer):
    """A row of the ledger. A new one notes one's own time on a task; what was wrong is corrected by another row."""

    id = serializers.IntegerField(read_only=True)
    cooperative = serializers.IntegerField(read_only=True)
    kind = serializers.ChoiceField(choices=Effort.Kind.choices, read_only=True)
    member = serializers.UUIDField(read_only=True, allow_null=True)
    name = serializers.CharField(read_only=True)
    turn = serializers.IntegerField(read_only=True, allow_null=True)
    task = RowField(queryset=Task.objects.all())
    day = serializers.DateField()
    minutes = serializers.IntegerField(min_value=1, max_value=1440)
    points = serializers.IntegerField(read_only=True)
    note = serializers.CharField(max_length=REASON_LENGTH, required=False, allow_blank=True)
    corrects = serializers.IntegerField(read_only=True, allow_null=True)
    confirmed_by = serializers.CharField(read_only=True, allow_null=True)
    noted_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, row: Effort) -> dict[str, Any]:
        """As plain data."""
        own = ("kind", "day", "minutes", "points", "note", "noted_at")
        return {
            "id": row.pk,
            "cooperative": row.cooperative_id,
            "member": public_id(row.member),
            "name": str(row.member),
            "turn": row.turn_id,
            "task": row.task_id,
            **{name: getattr(row, name) for name in own},
            "corrects": row.corrects_id,
            "confirmed_by": str(row.confirmed_by) if row.confirmed_by else None,
        }


class CorrectionSerializer(StrictSerializer):
    """What is taken back, and why. A number that is not sent stays as it is; without both, all of the row is taken back."""

    reason = serializers.CharField(max_length=REASON_LENGTH)
    minutes = _whole(0, MINUTES_LIMIT, allow_null=True)
    points = _whole(0, POINTS_LIMIT, allow_null=True)


class WhyItWaitsSerializer(serializers.Serializer[Any]):
    """Why a card that is due could not be made. It is tried again every few minutes, and made once."""

    since = serializers.DateTimeField()
    code = serializers.CharField()
    reason = serializers.CharField()


class RecurringSerializer(ScheduleSerializer):
    """A task that comes again. `assignees` are ids of users, `labels` of labels: both whole sets."""

    id = serializers.IntegerField(read_only=True)
    project = RowField(queryset=Project.objects.all())
    lane = RowField(queryset=Lane.objects.all(), required=False, allow_null=True)
    title = serializers.CharField(max_length=TITLE_LIMIT)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, required=False, allow_blank=True, trim_whitespace=False)
    assignees = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)
    labels = serializers.ListField(child=RowField(queryset=Label.objects.all()), required=False, max_length=50)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    estimate = _whole(1, MINUTES_LIMIT, allow_null=True)
    points = _whole(0, POINTS_LIMIT, allow_null=True)
    due_after = _whole(0, 366, allow_null=True)
    paused = serializers.BooleanField(required=False)
    ended = serializers.BooleanField(required=False)
    waiting = WhyItWaitsSerializer(
        read_only=True, allow_null=True, help_text=gettext_lazy("Null unless a card that is due could not be made; says why.")
    )
    version = VersionField()

    def validate_project(self, project: Project) -> Project:
        """A recurring task stays in its project."""
        if self.instance is not None and self.instance.project_id != project.pk:
            raise serializers.ValidationError(_("A recurring task stays in its project."))
        return project

    def to_representation(self, row: RecurringTask) -> dict[str, Any]:
        """As plain data."""
        plain = ("title", "description", "priority", "estimate", "points", "due_after")
        people = [public_id(one.member) for one in row.assignees.all()]
        return {
            "id": row.pk,
            "project": row.project_id,
            "lane": row.lane_id,
            **{name: getattr(row, name) for name in plain},
            "assignees": [one for one in people if one is not None],
            "labels": [one.label_id for one in row.labels.all()],
            **self.schedule_of(row),
            "waiting": asdict(row.waiting) if row.waiting else None,
            "version": row.version,
        }


class NewRecurringSerializer(RecurringSerializer):
    """A recurring task that is set up: what only a change may say is no field here."""

    paused = None  # type: ignore[assignment]
    ended = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]
