"""What officers choose of a list that they take away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm

from ..models import SavedView, Status
from ..queries.exports import COLUMNS, USUAL, WITHOUT, Filters
from ..roles import Role

STATUSES: Any = [
    ("", _("Everybody who is or was in the register")),
    *Status.choices,
    (WITHOUT, _("Never a member, such as children")),
]


class ListForm(ActionForm):
    """Rows and columns of a list."""

    q = forms.CharField(label=_("Name or number"), max_length=100, required=False)
    standing = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Any")), *Role.choices], required=False)
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(key, column.title) for key, column in COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one column.")},
    )

    def __init__(self, data: Any = None, *, view: SavedView | None = None) -> None:
        filters = view.filters if view else {"standing": Status.ACTIVE}
        super().__init__(data, initial={"columns": view.columns if view else USUAL, **filters})

    @property
    def filters(self) -> Filters:
        """What was chosen, once the form is valid."""
        return Filters(*(self.cleaned_data[name] for name in ("q", "standing", "role")))


class ExportForm(ListForm):
    """A list as a file."""

    file = forms.ChoiceField(
        label=_("File"),
        choices=[("csv", _("CSV, for every spreadsheet")), ("xlsx", _("Workbook, .xlsx"))],
        initial="csv",
        widget=forms.RadioSelect,
    )


class ViewForm(ListForm):
    """A list to be kept under a name."""

    name = forms.CharField(label=_("Name of the view"), max_length=80)
