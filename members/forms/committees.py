"""What is typed about committees and terms."""

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm, VersionField

from ..models import Committee, Membership, Seat
from ..queries import members_to_seat


class DayField(forms.DateField):
    """A day, as the browser's own calendar gives it."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class CommitteeForm(ActionForm):
    """Found a committee."""

    name = forms.CharField(label=_("Name"), max_length=100)
    purpose = forms.CharField(label=_("What it is for"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def address(self, made: Any) -> str:
        """Its page."""
        return reverse("members:committee", args=[made.cooperative.slug, made.pk])


class CommitteeEditForm(CommitteeForm):
    """Change one; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, committee: Committee, data: Any = None) -> "CommitteeEditForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(committee, name) for name in cls.base_fields})


class EndCommitteeForm(ActionForm):
    """End one; carries the version that was shown."""

    version = VersionField()


class SeatForm(ActionForm):
    """A member's term."""

    member = forms.TypedChoiceField(
        label=_("Member"), coerce=int, error_messages={"invalid_choice": _("Choose a member of this cooperative.")}
    )
    position = forms.ChoiceField(label=_("As"), choices=Seat.Position.choices, initial=Seat.Position.MEMBER)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("The first day after the term. Empty: no end."))

    def __init__(self, data: Any = None, *, cooperative_id: int, today: date) -> None:
        super().__init__(data, initial={"starts_on": today})
        choices = [("", _("Choose a member")), *members_to_seat(cooperative_id, today)]
        self.fields["member"].choices = choices  # type: ignore[attr-defined]

    def clean_member(self) -> Membership:
        """Hand the action the member, not the key."""
        found: Membership = Membership.objects.select_related("person").get(pk=self.cleaned_data["member"])
        return found

    def address(self, made: Any) -> str:
        """The page of the committee."""
        return reverse("members:committee", args=[made.committee.cooperative.slug, made.committee_id])


class EndSeatForm(ActionForm):
    """The day on which a term ends."""

    on = DayField(label=_("The term ends on"), help_text=_("The first day on which the seat is empty."))
