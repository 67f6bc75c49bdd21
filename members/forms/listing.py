"""What the register is filtered by, read from the address: what cannot be read asks nothing."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..models import Building, Status
from ..queries import EVERYBODY, ORDERS, PRESENT, Wanted, words_of
from ..roles import Role
from .committees import DayField


class RegisterFilter(forms.Form):
    """Words, status, role, building; which columns; in which order."""

    COLUMNS = {
        "number": _("No."),
        "status": _("Status"),
        "roles": _("Roles"),
        "home": _("Home"),
        "joined": _("Joined"),
        "left": _("Left"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
    }
    USUAL = ("number", "status", "roles", "home", "joined", "email")

    q = forms.CharField(label=_("Find"), required=False, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}))
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[(PRESENT, _("All who belong")), *Status.choices, (EVERYBODY, _("Everybody ever"))],
    )
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("Any role")), *Role.choices])
    building = forms.TypedChoiceField(label=_("Building"), required=False, coerce=int, empty_value=None)
    col = forms.MultipleChoiceField(
        label=_("Columns"), required=False, choices=list(COLUMNS.items()), widget=forms.CheckboxSelectMultiple
    )
    sort = forms.CharField(required=False)

    def __init__(self, data: QueryDict, *, cooperative_id: int) -> None:
        asked = data.copy()
        for name, usual in (("status", [PRESENT]), ("col", list(self.USUAL)), ("sort", ["name"])):
            asked.setlistdefault(name, usual)
        super().__init__(asked)
        buildings = Building.objects.filter(cooperative=cooperative_id).order_by("name").values_list("pk", "name")
        self.fields["building"].choices = [("", _("All buildings")), *buildings]  # type: ignore[attr-defined]
        self.is_valid()
        self.said: dict[str, Any] = self.cleaned_data

    def wanted(self) -> Wanted:
        """Which rows, in which order."""
        sort = self.said.get("sort", "")
        return Wanted(
            text=words_of(self.said.get("q", "")),
            status=self.said.get("status") or PRESENT,
            role=self.said.get("role", ""),
            building=self.said.get("building"),
            sort=sort if sort.removeprefix("-") in ORDERS else "name",
        )

    def columns(self) -> list[str]:
        """The columns beside the name, in their own order."""
        chosen = self.said.get("col") or self.USUAL
        return [key for key in self.COLUMNS if key in chosen]


class DayForm(forms.Form):
    """A day in the address, such as `?on=2024-05-01`."""

    on = DayField(label=_("On"), required=False)
