"""Forms of the founding and the settings; they only parse."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from .models import Cooperative, time_zones
from .web import ActionForm, VersionField

CURRENCIES = ("EUR", "KES", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "UGX", "TZS", "NGN", "ZAR", "INR", "CAD", "AUD")


def _zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(time_zones()) if "/" in zone or zone == "UTC"]


class CooperativeForm(ActionForm):
    """What founder and admin set alike."""

    name = forms.CharField(label=_("Name"), max_length=200)
    description = forms.CharField(label=_("Description"), max_length=5000, required=False, widget=forms.Textarea)
    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES], initial="EUR")
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones, initial="UTC")
    locale = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="en")
    fiscal_year_start = forms.TypedChoiceField(
        label=_("First month of the fiscal year"), choices=list(MONTHS.items()), coerce=int, initial=1
    )
    hue = forms.IntegerField(
        label=_("Colour"),
        min_value=0,
        max_value=359,
        initial=155,
        help_text=_("A position on the colour circle: 0 red, 120 green, 240 blue. Its contrast is kept for you."),
    )


class FoundingForm(CooperativeForm):
    """Found a cooperative."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Cooperative.Kind.choices, widget=forms.RadioSelect)

    field_order = ("name", "kind", "description", "currency", "time_zone")

    def address(self, made: Any) -> str:
        """Its overview."""
        return reverse("cooperatives:overview", args=[made.slug])


class SettingsForm(CooperativeForm):
    """Change settings; carries the version that was shown."""

    is_listed = forms.BooleanField(label=_("List it, so that people can ask to join"), required=False)
    version = VersionField()

    @classmethod
    def of(cls, cooperative: Cooperative, data: Any = None) -> "SettingsForm":
        """The form filled with what is."""
        initial = {name: getattr(cooperative, name) for name in cls.base_fields}
        return cls(data, initial=initial)
