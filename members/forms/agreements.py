"""What is typed to change an agreement that stands."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cooperatives.web import VersionField

from ..models import Occupancy
from .committees import DayField
from .homes import _Kept


class AgreementEditForm(_Kept):
    """Other days, another kind or note; carries the version that was shown. Its people follow the days."""

    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("The first day after it. Empty: no end is agreed."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Occupancy.Kind.choices)
    is_shared = forms.BooleanField(label=_("Shared with other households"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
    version = VersionField(required=True)

    @classmethod
    def of(cls, row: Occupancy, data: Any = None) -> "AgreementEditForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(row, name) for name in cls.base_fields})
