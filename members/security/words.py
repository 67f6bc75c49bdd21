"""allauth's forms in our words: what is "E-mail" everywhere else is not "Email" at the doors. ACCOUNT_FORMS names them."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class _Mailed:
    """A form that asks for an address, under `email` or `login`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name in fields.keys() & {"email", "login"}:
            fields[name].label = _("E-mail")
            fields[name].widget.attrs.pop("placeholder", None)  # the label says it, and stays when one types


class Login(_Mailed, forms.LoginForm):
    """Signing in."""


class Signup(_Mailed, forms.SignupForm):
    """Signing up."""


class AddEmail(_Mailed, forms.AddEmailForm):
    """A further address."""


class ResetPassword(_Mailed, forms.ResetPasswordForm):
    """A forgotten password."""


class RequestLoginCode(_Mailed, forms.RequestLoginCodeForm):
    """Signing in by a mailed code."""
