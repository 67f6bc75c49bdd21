"""Forms that only parse: one rule serves every door."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404

from ..actions import RuleBroken


def as_page(broken: RuleBroken) -> None:
    """Raise what Django draws as the page of its own, where the refusal has one."""
    if broken.status == 404:
        raise Http404 from broken
    if broken.status == 403:
        raise PermissionDenied from broken


class ActionForm(forms.Form):
    """A form that only parses; the action decides, and what it refuses becomes a field's message."""

    status = 200
    result: Any = None
    broken: RuleBroken | None = None

    def act(self, function: Callable[..., Any], *args: Any, **more: Any) -> bool:
        """Parse, then call the action with the fields as keywords. True when it is done; `.result` holds its answer."""
        if not self.is_valid():
            self.status = 400
            return False
        try:
            self.result = function(*args, **self.cleaned_data, **more)
        except RuleBroken as broken:
            self.refuse(broken)
            return False
        return True

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule at the field it names. Not found and forbidden are pages, not messages."""
        as_page(broken)
        self.broken, self.status = broken, broken.status
        self.add_error(broken.field if broken.field in self.fields else None, broken.sentence)
