"""What is typed about buildings, units, households and agreements."""

from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, Stale
from cooperatives.models import Cooperative
from cooperatives.web import ActionForm, AmountField, VersionField

from ..models import Building, Household, HouseholdMember, Person, Unit
from .committees import DayField

_BIGGEST = 2**15 - 1


class Kept(ActionForm):
    """A form of what is stored: a stale save shows what is stored now beside what was written."""

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule at its field, and what others have saved meanwhile."""
        super().refuse(broken)
        if isinstance(broken, Stale):
            now = {name: getattr(broken.current, name) for name in self.fields}
            broken.current = SimpleNamespace(**{key: "" if value is None else value for key, value in now.items()})


class BuildingForm(Kept):
    """Add a building."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("How everybody calls it, or its street and number."))
    address = forms.CharField(label=_("Address"), max_length=300, required=False)  # type: ignore[assignment]
    built_in = forms.IntegerField(label=_("Year built"), required=False, min_value=0, max_value=_BIGGEST)


class BuildingEditForm(BuildingForm):
    """Change a building; carries the version that was shown."""

    version = VersionField(required=True)

    @classmethod
    def of(cls, building: Building, data: Any = None) -> "BuildingEditForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(building, name) for name in cls.base_fields})


class UnitForm(Kept):
    """Add a unit."""

    code = forms.CharField(label=_("Unit"), max_length=40, help_text=_("The number or name by which everybody knows it."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Unit.Kind.choices)
    type = forms.CharField(label=_("Type"), max_length=60, required=False, help_text=_("Such as 2-bed, studio, accessible."))
    floor = forms.IntegerField(
        label=_("Floor"), required=False, min_value=-20, max_value=200, help_text=_("0 is the ground floor.")
    )
    rooms = forms.DecimalField(label=_("Rooms"), required=False, max_digits=4, decimal_places=1, min_value=0)
    area = forms.DecimalField(label=_("Area, m²"), required=False, max_digits=8, decimal_places=2, min_value=0)
    cost_share = forms.DecimalField(label=_("Share of costs"), required=False, max_digits=12, decimal_places=4, min_value=0)
    monthly_charge = AmountField(label=_("Monthly charge"), required=False)
    fewest = forms.IntegerField(label=_("Fewest people"), required=False, min_value=0, max_value=_BIGGEST)
    most = forms.IntegerField(label=_("Most people"), required=False, min_value=0, max_value=_BIGGEST)
    active_from = DayField(label=_("In use from"), required=False)
    active_to = DayField(
        label=_("In use until"),
        required=False,
        help_text=_("The first day on which it is no unit any more. A unit with a history is ended so."),
    )

    def __init__(self, data: Any = None, *, cooperative: Cooperative, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        label = _("Monthly charge, %(currency)s") % {"currency": cooperative.currency}
        self.fields["monthly_charge"] = AmountField(label=label, required=False, currency=cooperative.currency)

    def address(self, made: Any) -> str:
        """Its page."""
        return reverse("members:unit", args=[made.cooperative.slug, made.public_id])


class UnitEditForm(UnitForm):
    """Change a unit; carries the version that was shown."""

    version = VersionField(required=True)

    @classmethod
    def of(cls, unit: Unit, data: Any = None) -> "UnitEditForm":
        """The form filled with what is."""
        return cls(data, cooperative=unit.cooperative, initial={name: getattr(unit, name) for name in cls.base_fields})


class RowChoice(forms.TypedChoiceField):
    """One row out of a list of (key, name), or of groups of them; gives the row on."""

    def __init__(self, *, rows: Any, names: Iterable[tuple[Any, Any]], empty: Any = None, **kwargs: Any) -> None:
        first = [] if empty is None else [("", empty)]
        super().__init__(coerce=int, empty_value=None, choices=[*first, *names], **kwargs)
        self.rows = rows

    def clean(self, value: Any) -> Any:
        """The row, or None where none is asked for. Raises ValidationError."""
        pk = super().clean(value)
        return None if pk is None else self.rows.filter(pk=pk).first()


class HouseholdForm(Kept):
    """Enter a household."""

    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("By which it is known, such as the family's."))

    def address(self, made: Any) -> str:
        """Its page."""
        return reverse("members:household", args=[made.cooperative.slug, made.public_id])


class HouseholdEditForm(HouseholdForm):
    """Change one; carries the version that was shown."""

    external_id = forms.CharField(label=_("Number in the old system"), max_length=60, required=False)
    version = VersionField(required=True)

    @classmethod
    def of(cls, household: Household, data: Any = None) -> "HouseholdEditForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(household, name) for name in cls.base_fields})


class MoveInForm(ActionForm):
    """Somebody comes into a household: a person the register knows, or one whose name is written."""

    name = forms.CharField(
        label=_("Or somebody new"), max_length=150, required=False, help_text=_("A child, or another person who is no member.")
    )
    birth_date = DayField(label=_("Born"), required=False)
    relation = forms.ChoiceField(label=_("As"), choices=HouseholdMember.Relation.choices)
    starts_on = DayField(label=_("From"), required=False, help_text=_("Empty: nobody knows since when."))

    def __init__(self, data: Any = None, *, people: Iterable[tuple[int, str]], today: date) -> None:
        super().__init__(data, initial={"starts_on": today})
        choice = RowChoice(
            label=_("Person of the register"), rows=everybody(), names=people, empty=_("Nobody, I write a name"), required=False
        )
        self.fields = {"person": choice, **self.fields}


class LeaveForm(ActionForm):
    """The day on which somebody leaves a household."""

    on = DayField(label=_("Leaves on"), help_text=_("They move out of the household's home that day, too."))


class GuardianForm(ActionForm):
    """Who answers for a child."""

    def __init__(self, data: Any = None, *, children: Iterable[tuple[int, str]], people: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["child"] = RowChoice(label=_("Child"), rows=everybody(), names=children)
        self.fields["guardian"] = RowChoice(
            label=_("Who answers for the child"), rows=everybody(), names=people, empty=_("Choose a person")
        )


class EndHouseholdForm(ActionForm):
    """The day on which a household ends."""

    on = DayField(label=_("Ends on"))
    version = VersionField(required=True)


def everybody() -> Any:
    """Whom a choice may name."""
    return Person.objects.select_related("cooperative")


class PressForm(ActionForm):
    """A button: the address says it all."""
