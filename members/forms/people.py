"""What people type about themselves."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _, ngettext

from cooperatives.actions import Invalid, refuse_invisible
from cooperatives.models import Cooperative
from cooperatives.web import ActionForm, VersionField

from ..actions.keys import LONGEST_SPAN, SPAN
from ..models import Scope, User


class SignupForm(forms.Form):
    """What allauth's sign-up asks besides address and password. The adapter takes the name over."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "email", "password1", "password2")

    def clean_name(self) -> str:
        """A name that can be seen."""
        name: str = self.cleaned_data["name"]
        try:
            refuse_invisible(name)
        except Invalid as invalid:
            raise forms.ValidationError(invalid.sentence, invalid.code) from invalid
        return name

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Nothing more to do: allauth calls this after the login is saved."""


class ProfileForm(ActionForm):
    """What a user says about themselves."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    about = forms.CharField(
        label=_("About me"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Members of your cooperatives can read this."),
    )
    locale = forms.ChoiceField(label=_("Language"), required=False)
    version = VersionField(required=True)

    def __init__(self, data: Any = None, *, user: User) -> None:
        shown = {"name": user.name, "about": user.about, "locale": user.locale, "version": user.version}
        super().__init__(data, initial=shown)
        chosen = [("", _("As my cooperative or browser says")), *settings.LANGUAGES]
        self.fields["locale"].choices = chosen  # type: ignore[attr-defined]


class KeyForm(ActionForm):
    """What a new API key is for, how far it reaches, how long it lasts."""

    SPANS = (7, 30, SPAN, 180, LONGEST_SPAN)

    name = forms.CharField(
        label=_("What is it for?"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Name the program or the machine, so that you know later which key to end."),
    )
    scope = forms.ChoiceField(label=_("It may"), choices=Scope.choices, initial=Scope.READ, widget=forms.RadioSelect)
    cooperative_id = forms.TypedChoiceField(label=_("In"), coerce=lambda value: int(value) or None, initial=0)
    days = forms.TypedChoiceField(label=_("It ends after"), coerce=int, initial=SPAN)

    def __init__(self, data: Any = None, *, cooperatives: Iterable[Cooperative]) -> None:
        super().__init__(data)
        mine = [(0, _("All my cooperatives, those I join later, too")), *((each.pk, each.name) for each in cooperatives)]
        self.fields["cooperative_id"].choices = mine  # type: ignore[attr-defined]
        spans = [(span, ngettext("%(n)d day", "%(n)d days", span) % {"n": span}) for span in self.SPANS]
        self.fields["days"].choices = spans  # type: ignore[attr-defined]
