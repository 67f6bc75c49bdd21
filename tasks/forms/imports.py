"""Forms of the import."""

import re
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm

from ..importing import FILE_LIMIT

BIGGEST = 2**63 - 1
_PERSON = re.compile(r"person-(\d{1,5})")


class UploadForm(ActionForm):
    """A board file."""

    file = forms.FileField(
        label=_("Board export"),
        help_text=_("From Trello (JSON), GitHub (issues as JSON) or Kanboard (CSV), up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".json,.csv,.txt,.xlsx"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large to be read at all."""
        file = self.cleaned_data["file"]
        if file.size > FILE_LIMIT:
            raise forms.ValidationError(_("The file is larger than 10 MB. Export the board again without attachments."))
        return file

    def address(self, made: Any) -> str:
        """What it holds, to be confirmed."""
        return _of(made)


class ConfirmForm(ActionForm):
    """Import what was uploaded and looked at, with who is who: `person-0` and so on hold a member's key, or nothing."""

    confirm = forms.IntegerField(min_value=1, max_value=BIGGEST, widget=forms.HiddenInput)

    def chosen(self) -> dict[int, str]:
        """What was chosen for each person of the file, by their place in it."""
        found = {_PERSON.fullmatch(name): str(value) for name, value in self.data.items()}
        return {int(match[1]): value for match, value in found.items() if match}

    def address(self, made: Any) -> str:
        """What came of it."""
        return _of(made)


def _of(draft: Any) -> str:
    return f"{reverse('tasks:import', args=[draft.cooperative.slug, draft.project_id])}?draft={draft.pk}"
