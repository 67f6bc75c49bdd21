"""What people type about themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm

from .models import User


class SignupForm(forms.Form):
    """What allauth's sign-up asks besides address and password. The adapter takes the name over."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "email", "password1", "password2")

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
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, data: Any = None, *, user: User) -> None:
        shown = {"name": user.name, "about": user.about, "locale": user.locale, "version": user.version}
        super().__init__(data, initial=shown)
        chosen = [("", _("As my cooperative or browser says")), *settings.LANGUAGES]
        self.fields["locale"].choices = chosen  # type: ignore[attr-defined]
