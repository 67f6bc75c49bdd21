"""Tasks by the name people call them: the key of the project and the number."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Task

_REFERENCE = re.compile(r"([A-Za-z0-9]{1,10})-(\d{1,9})", re.ASCII)


class ReferenceField(forms.CharField):
    """A task of one cooperative by its reference, such as HC-12. Whoever draws the form sets `cooperative_id`."""

    default_error_messages = {
        "invalid_choice": _("There is no task of this reference. Write it as it stands on its page, such as HC-12.")
    }
    cooperative_id: int | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """The task, or None for an empty field."""
        text = super().clean(value).strip()
        if not text:
            return None
        found = _REFERENCE.fullmatch(text)
        tasks = Task.objects.select_related("project").filter(cooperative=self.cooperative_id)
        row = tasks.filter(project__key=found[1].upper(), number=int(found[2])).first() if found else None
        if row is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return row
