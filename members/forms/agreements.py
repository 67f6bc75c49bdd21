"""What is typed about an agreement: its days and terms, its people, where its household goes."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken
from cooperatives.web import ActionForm, VersionField

from ..models import Household, Occupancy, Unit
from .committees import DayField
from .homes import Kept, RowChoice, everybody

Choices = Iterable[tuple[Any, Any]]
_LONGEST = 19  # digits of a key


class _Pointing(ActionForm):
    """A form whose action speaks of more fields than it has: `meant` says at which one a sentence stands here."""

    meant: ClassVar[dict[str, str]] = {}

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule where it can be mended."""
        if broken.field not in self.fields:
            broken.field = self.meant.get(broken.field or "", broken.field)
        super().refuse(broken)


class _AnyRow(RowChoice):
    """A choice that leaves it to the action to refuse what is not on the list: a second press names what has gone from it."""

    def valid_value(self, value: Any) -> bool:
        """Whether there is such a row at all."""
        return value.isdecimal() and len(value) < _LONGEST and self.rows.filter(pk=value).exists()


class _Terms(_Pointing):
    """From when to when, and on which terms."""

    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("The first day after it. Empty: no end is agreed."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Occupancy.Kind.choices)
    is_shared = forms.BooleanField(label=_("Shared with other households"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    meant: ClassVar = {"unit": "starts_on"}


class HouseForm(_Terms):
    """An agreement: which household has the unit from when."""

    def __init__(self, data: Any = None, *, households: Choices, today: date) -> None:
        super().__init__(data, initial={"starts_on": today})
        choice = RowChoice(
            label=_("Household"),
            rows=Household.objects.select_related("cooperative"),
            names=households,
            empty=_("Choose a household"),
        )
        self.fields = {"household": choice, **self.fields}


class AgreementEditForm(_Terms, Kept):
    """Change one; carries the version that was shown."""

    version = VersionField(required=True)

    @classmethod
    def of(cls, agreement: Occupancy, data: Any = None) -> "AgreementEditForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(agreement, name) for name in cls.base_fields})


class EndAgreementForm(ActionForm):
    """The day of moving out."""

    on = DayField(label=_("Ends on"), help_text=_("The day of moving out. Others may move in on the same day."))
    version = VersionField(required=True)


class TransferForm(_Pointing):
    """Into which unit a household goes over, and when."""

    on = DayField(label=_("Moves on"), help_text=_("The old agreement ends and the new one begins on this day."))
    version = VersionField(required=True)

    meant: ClassVar = {"starts_on": "on", "ends_on": "on"}

    def __init__(self, data: Any = None, *, units: Choices, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rows = Unit.objects.select_related("cooperative")
        choice = _AnyRow(label=_("New home"), rows=rows, names=units, empty=_("Choose a unit"))
        self.fields = {"unit": choice, **self.fields}


class SwapForm(_Pointing):
    """With whom a household changes places, and when."""

    on = DayField(label=_("They move on"), help_text=_("Both agreements end, and two new ones begin, on this day."))
    version = VersionField(required=True)

    meant: ClassVar = {"unit": "other", "occupancy": "other", "starts_on": "on", "ends_on": "on"}

    def __init__(self, data: Any = None, *, agreements: Choices, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rows = Occupancy.objects.select_related("cooperative")
        choice = _AnyRow(label=_("Changes places with"), rows=rows, names=agreements, empty=_("Choose a home"))
        self.fields = {"other": choice, **self.fields}


class OccupantForm(ActionForm):
    """Somebody comes into an agreement."""

    lives_there = forms.BooleanField(label=_("Lives there"), required=False, initial=True)
    is_holder = forms.BooleanField(label=_("Holds the agreement"), required=False)
    starts_on = DayField(label=_("From"), help_text=_("Empty: from its first day."), required=False)
    ends_on = DayField(label=_("Until"), help_text=_("Empty: as long as it lasts."), required=False)

    def __init__(self, data: Any = None, *, people: Choices, today: date) -> None:
        super().__init__(data, initial={"starts_on": today})
        choice = RowChoice(label=_("Person"), rows=everybody(), names=people, empty=_("Choose a person"))
        self.fields = {"person": choice, **self.fields}


class EndOccupantForm(ActionForm):
    """The day on which somebody's part in an agreement ends."""

    on = DayField(label=_("Ends on"), help_text=_("The first day on which they do not belong to it any more."))
