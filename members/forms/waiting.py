"""What the office types about who waits for a home."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, ngettext

from cooperatives.web import ActionForm, VersionField

from ..actions.waiting import CHANGEABLE, OFFER_SPAN
from ..models import Unit, WaitingEntry
from .homes import RowChoice, everybody

_SPANS = (3, OFFER_SPAN, 14, 30)


class _Day(forms.DateField):
    """A day, by the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class WaitingForm(ActionForm):
    """Who waits, and for what. `people` are those of the register whom an entry may name, or groups of them."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Empty: as the register calls them."),
    )
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=99, initial=1)
    fewest_rooms = forms.DecimalField(label=_("Fewest rooms"), min_value=0, max_digits=4, decimal_places=1, required=False)
    wishes = forms.CharField(label=_("Wishes"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    is_transfer = forms.BooleanField(label=_("Lives here already and wants another home"), required=False)

    def __init__(self, data: Any = None, *, people: "Iterable[tuple[Any, Any]]", **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choice = RowChoice(
            label=_("Person of the register"),
            rows=everybody(),
            names=people,
            empty=_("Nobody, I write a name"),
            required=False,
            help_text=_("Whoever signs in sees what is offered to them, and answers it themselves."),
        )
        self.fields = {"person": choice, **self.fields}


class NewWaitingForm(WaitingForm):
    """Somebody new, and since when they wait."""

    ranked_on = _Day(label=_("Waits since"), required=False, help_text=_("Empty: since today. It decides the rank."))

    def address(self, made: Any) -> str:
        """The page about them."""
        return reverse("members:waiting_entry", args=[made.cooperative.slug, made.public_id])


class WaitingEditForm(WaitingForm):
    """What is known already, with the version that was shown."""

    version = VersionField(required=True)

    @classmethod
    def of(cls, row: WaitingEntry, data: Any = None, *, people: Iterable[tuple[int, str]]) -> "WaitingEditForm":
        """The form filled with what is."""
        stored = {name: getattr(row, name) for name in (*CHANGEABLE, "version")}
        return cls(data, people=people, initial={**stored, "person": row.person_id})


class RankForm(ActionForm):
    """Another day, and why."""

    ranked_on = _Day(label=_("Waits since"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The activity record keeps it: everybody in the office can read why the order changed."),
    )
    version = VersionField(required=True)


class OfferForm(ActionForm):
    """Which home, and how long there is to answer."""

    unit = forms.ModelChoiceField(label=_("Home"), queryset=Unit.objects.none(), empty_label=_("Choose a home"))
    days = forms.TypedChoiceField(label=_("Answer within"), coerce=int, initial=OFFER_SPAN)
    version = VersionField(required=True)

    def __init__(self, data: Any = None, *, units: "Iterable[Unit]", **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = _called  # type: ignore[attr-defined]
        spans = [(span, ngettext("%(n)d day", "%(n)d days", span) % {"n": span}) for span in _SPANS]
        self.fields["days"].choices = spans  # type: ignore[attr-defined]


def _called(unit: Any) -> str:
    """A home in the list of those that can be offered."""
    state = _("let") if unit.agreement_count else _("vacant")
    return f"{unit.building.name} · {unit.code} · {state}"
