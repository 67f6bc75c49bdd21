"""The page around a form of the register: what it asks, what its button says, where it leads back to."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cooperatives.web import ActionForm, CoopRequest


@dataclass(frozen=True)
class Asked:
    """The words around a form. `here` is its breadcrumb where the title is long, `way` holds those between “Members” and it,
    `before` is a template above the form.

    `once` draws the hidden one-time key of forms that make something.
    """

    title: str
    confirm: str
    back: str
    about: str = ""
    here: str = ""
    way: tuple[tuple[str, str], ...] = ()
    before: str = ""
    danger: bool = False
    once: bool = False
    refuse: str = field(default_factory=lambda: _("Cancel"))


def ask(request: CoopRequest, form: ActionForm, page: Asked, **context: Any) -> HttpResponse:
    """Draw a form with the words around it, answering as the form went."""
    return render(request, "members/form_page.html", {"form": form, "page": page, **context}, status=form.status)
