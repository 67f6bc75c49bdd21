"""The filters of the activity page."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative

from .models import Event
from .queries import actors_in, between, by_person, of_kind, rooms


class Filters(forms.Form):
    """Room, person and days. A value that is none of these narrows nothing and is named at its field."""

    kind = forms.ChoiceField(label=_("Room"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, cooperative: Cooperative) -> None:
        super().__init__(data)
        self.zone = cooperative.time_zone
        everything: Any = [("", _("All"))]
        self.fields["kind"].choices = everything + [(room, room.capitalize()) for room in rooms()]  # type: ignore[attr-defined]
        self.fields["person"].choices = everything + actors_in(cooperative)  # type: ignore[attr-defined]

    def narrow(self, records: "QuerySet[Event]") -> "QuerySet[Event]":
        """The records that the filters leave."""
        self.is_valid()
        said = self.cleaned_data
        if said.get("kind"):
            records = of_kind(records, said["kind"])
        if said.get("person"):
            records = by_person(records, UUID(said["person"]))
        return between(records, said.get("first"), said.get("last"), self.zone)
