"""allauth's forms with our rules. MFA_FORMS in the settings names them: the form's key, in capitals."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.forms.utils import ErrorDict

from .factors import APP, spend

# --- Codes ------------------------------------------------------------------------------------------------------------


class _OnceOnly(BaseAuthenticateForm):
    """A code of the app, or a recovery code; each works once, whichever door it was typed at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        self.fields["code"].widget = forms.TextInput(attrs=shown)

    def clean_code(self) -> str:
        """The code. Raises ValidationError for a wrong one, a used one and too many tries."""
        code: str = super().clean_code()
        if self.authenticator.type == APP and not spend(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticate(_OnceOnly, AuthenticateForm):
    """The second step of signing in."""


class Reauthenticate(_OnceOnly, ReauthenticateForm):
    """Proving again who one is."""


# --- Passkeys ---------------------------------------------------------------------------------------------------------


class _Readable(forms.Form):
    """What no browser would send is a wrong credential; the readers below allauth raise whatever they stumble over."""

    def full_clean(self) -> None:
        """Parse and check."""
        try:
            super().full_clean()
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            self._errors, self.cleaned_data = ErrorDict(), {}
            self.data = {"name": self.data.get("name", ""), "credential": ""}  # drawing it again would stumble over it again
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class AddWebauthn(_Readable, AddWebAuthnForm):
    """A new passkey."""


class AuthenticateWebauthn(_Readable, AuthenticateWebAuthnForm):
    """The second step of signing in, by passkey."""


class LoginWebauthn(_Readable, LoginWebAuthnForm):
    """Signing in by passkey alone."""


class ReauthenticateWebauthn(_Readable, ReauthenticateWebAuthnForm):
    """Proving again who one is, by passkey."""
