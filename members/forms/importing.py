"""What is sent while a file is on its way into the register."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.reading import DELIMITERS, ENCODINGS, MOST_BYTES, Order, Table
from cooperatives.web import ActionForm, VersionField

from ..actions.importing import LONGEST_PASTE

ORDERS = [
    ("", _("As the sure dates say")), (Order.DAY_FIRST, _("Day first: 31.12.")), (Order.MONTH_FIRST, _("Month first: 12/31")),
]  # fmt: skip
_CELL = re.compile(r"cell-(\d{1,4})")
_COLUMN = re.compile(r"column-(\d{1,3})")
_ANSWER = re.compile(r"answer-([a-z_]{1,40})")


class ImportForm(ActionForm):
    """A file, or a table pasted from a spreadsheet."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("Excel (.xlsx) or CSV as it is: up to 5,000 rows and 10 MB. Nothing is written until you say so."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    text = forms.CharField(
        label=_("Or paste a table"),
        required=False,
        max_length=LONGEST_PASTE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("Copy rows in your spreadsheet, with the names of the columns, and paste them here."),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large to be read at all."""
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB. Remove pictures and sheets that are not needed."))
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("file") and not cleaned.get("text", "").strip():
            self.add_error("file", _("Choose a file, or paste a table."))
        return cleaned

    def address(self, made: Any) -> str:
        """Where its rows are looked at."""
        return reverse("members:import_file", args=[made.cooperative.slug, made.public_id])


class ReadForm(forms.Form):
    """How a file is read."""

    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Between the columns"), required=False)
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(label=_("Row with the names of columns"), required=False, min_value=1, max_value=50_000)
    order = forms.ChoiceField(
        label=_("Dates"),
        required=False,
        choices=[
            ("", _("As the sure dates say")),
            (Order.DAY_FIRST, _("Day first: 31.12.")),
            (Order.MONTH_FIRST, _("Month first: 12/31")),
        ],
    )
    country = forms.CharField(
        label=_("Country of telephone numbers"),
        required=False,
        max_length=2,
        widget=forms.TextInput(attrs={"autocomplete": "country", "size": 3}),
        help_text=_("Two letters, such as DE or KE."),
    )
    fill_down = forms.BooleanField(label=_("An empty unit means that of the row above"), required=False)

    def __init__(self, data: Any = None, *, table: Table, choices: Mapping[str, Any], country: str) -> None:
        said = {name: choices.get(name, "") for name in ("encoding", "delimiter", "sheet", "order")}
        shown = {**said, "header_row": table.header_row, "country": country, "fill_down": bool(choices.get("fill_down"))}
        super().__init__(data, initial=shown)
        found = table.form
        as_is = _("As found: %(what)s")
        encodings = [("", as_is % {"what": ENCODINGS.get(found.encoding, found.encoding)}), *ENCODINGS.items()]
        delimiters = [("", as_is % {"what": DELIMITERS.get(found.delimiter, found.delimiter)}), *DELIMITERS.items()]
        sheets = [("", as_is % {"what": found.sheet}), *((one, one) for one in found.sheets)]
        for name, list_of in (("encoding", encodings), ("delimiter", delimiters), ("sheet", sheets)):
            self.fields[name].choices = list_of  # type: ignore[attr-defined]
        for name in ("encoding", "delimiter") if found.container == "xlsx" else ("sheet",):
            del self.fields[name]

    def decided(self, table: Table) -> dict[str, Any]:
        """What is said otherwise than before, as `decide` takes it. The row of names counts only where it is another one."""
        decided = {name: value for name, value in self.cleaned_data.items() if name != "header_row"}
        row = self.cleaned_data.get("header_row")
        return decided if row in (None, table.header_row) else {**decided, "header_row": row}


class ReadingForm(ActionForm):
    """What somebody decided on the page of a file: everything that is named so that it says what it is about."""

    version = VersionField()

    def decided(self) -> dict[str, Any]:
        """Columns that were read as something else before, answers for all rows, and cells and answers of one row."""
        columns = {
            match[1]: str(value)
            for name, value in self.data.items()
            if (match := _COLUMN.fullmatch(name)) and value != self.data.get(f"was-{match[1]}")
        }
        answers = {match[1]: str(value) for name, value in self.data.items() if (match := _ANSWER.fullmatch(name))}
        found: dict[str, Any] = {name: value for name, value in (("columns", columns), ("answers", answers)) if value}
        row = str(self.data.get("row", ""))
        if row.isascii() and row.isdigit() and len(row) < 9:
            found["edits"] = {int(row): self._cells()}
        return found

    def _cells(self) -> dict[str, str]:
        cells = {
            match[1]: str(value)
            for name, value in self.data.items()
            if (match := _CELL.fullmatch(name)) and value != self.data.get(f"held-{match[1]}")
        }
        return cells | {f"?{name[4:]}": str(value) for name, value in self.data.items() if re.fullmatch("own-[a-z_]{1,40}", name)}


class ApplyForm(ActionForm):
    """Import what was looked at."""

    mark = forms.CharField(max_length=64, widget=forms.HiddenInput)
    leave_out = forms.BooleanField(label=_("Leave those rows out"), required=False)
    version = VersionField()
