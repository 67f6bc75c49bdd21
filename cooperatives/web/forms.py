"""Forms that only parse: one rule serves every door."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ..actions import KeyReused, RuleBroken, Ticket, digest, once
from ..policy import Actor, cooperative_of

ONCE = "once_key"
BROKEN = "\ufffd"  # what Django reads where bytes are no UTF-8
_NOT_SAID = (ONCE, "csrfmiddlewaretoken")
_LONGEST = 64


def as_page(broken: RuleBroken) -> None:
    """Raise what Django draws as the page of its own, where the refusal has one."""
    if broken.status == 404:
        raise Http404 from broken
    if broken.status == 403:
        raise PermissionDenied from broken


class VersionField(forms.IntegerField):
    """The version that the page showed, hidden: the one reading of it that every form and page shares."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 2**31 - 1, "required": False, "widget": forms.HiddenInput, **kwargs})

    def clean(self, value: Any) -> Any:
        """The number. Who sent something else has never seen the field, so the sentence does without its name."""
        try:
            return super().clean(value)
        except forms.ValidationError as error:
            sentence = _("Nobody can tell which version of this you were shown. Reload the page and do it again.")
            raise forms.ValidationError(sentence, "invalid") from error


class ActionForm(forms.Form):
    """A form that only parses; the action decides, and what it refuses becomes a field's message.

    Drawn with `{% once form %}` it is done once: sent twice, it answers as the first time, and `is_replay` is true.
    """

    status = 200
    result: Any = None
    broken: RuleBroken | None = None
    is_replay = False

    @cached_property
    def once_key(self) -> str:
        """The hidden one-time key: the one that was sent, as long as it has done nothing, else a new one."""
        return self._sent_key or secrets.token_urlsafe(16)

    @property
    def _sent_key(self) -> str:
        return str(self.data.get(ONCE, ""))[:_LONGEST]

    def clean(self) -> dict[str, Any]:
        """Refuse broken UTF-8. Django has put a sign in its place already, and kept, it would hide what was written."""
        for name in self.fields:
            if BROKEN in str(self.data.get(name, "")) and BROKEN not in str(self.initial.get(name, "")):
                self.add_error(name, _("Part of this cannot be read: %(sign)s. Write it anew.") % {"sign": BROKEN})
        return self.cleaned_data

    def act(self, function: Callable[..., Any], *args: Any, **more: Any) -> bool:
        """Parse, then call the action with the fields as keywords. True when it is done; `.result` holds its answer.

        The first argument is the actor. For a replay `.result` is the very row that was made, or None for what is no row.
        """
        if not self.is_valid():
            self.status = 400
            return False
        try:
            self._do(function, args, {**self.cleaned_data, **more})
        except RuleBroken as broken:
            self.refuse(broken)
            return False
        return True

    def address(self, made: Any) -> str:
        """Where what this form makes is shown; an empty string when it makes nothing that has a page."""
        return ""

    def refuse(self, broken: RuleBroken) -> None:
        """Show a broken rule at the field it names. Not found and forbidden are pages, not messages."""
        as_page(broken)
        self.broken, self.status = broken, broken.status
        sentence = broken.sentence
        if isinstance(broken, KeyReused):
            self.once_key = secrets.token_urlsafe(16)
            sentence = self._sent_before(_row_of(broken.answer))
        self.add_error(broken.field if broken.field in self.fields else None, sentence)

    def _do(self, function: Callable[..., Any], args: tuple[Any, ...], facts: dict[str, Any]) -> None:
        actor = args[0] if args else None
        if not self._sent_key or not isinstance(actor, Actor) or not actor.is_signed_in:
            self.result = function(*args, **facts)
            return
        done = once(actor, self._ticket(function, args), lambda: function(*args, **facts), _subject_of)
        self.is_replay = done.is_replay
        self.result = _row_of(done.answer) if done.is_replay else done.result
        if self.result is None and done.answer:
            raise KeyReused(done.answer)  # what it made has gone since

    def _ticket(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Ticket:
        place = next((pk for arg in args[1:] if isinstance(arg, Model) and (pk := cooperative_of(arg))), "")
        about = [f"{arg._meta.label} {arg.pk}" for arg in args[1:] if isinstance(arg, Model)]
        route = f"{place} {function.__module__}.{function.__qualname__}"
        return Ticket(route, self._sent_key, digest(*about, *self._said()))

    def _said(self) -> Iterator[bytes | str]:
        """All that was sent but the keys, field by field; of a file its bytes."""
        for name in sorted(set(self.data) - set(_NOT_SAID)):
            many = getattr(self.data, "getlist", None)
            yield from (name, *map(str, many(name) if many else [self.data[name]]))
        for name in sorted(self.files):
            file: Any = self.files[name]
            yield from (name, file.read())
            file.seek(0)

    def _sent_before(self, made: Any) -> str:
        address = self.address(made) if made is not None else ""
        if not address:
            return _("You already sent this form. Press again to send it once more.")
        link = format_html('<a href="{}">{}</a>', address, made)
        return format_html(_("You already sent this form, and it made “{made}”. Press again to make another."), made=link)


def _subject_of(result: Any) -> dict[str, Any]:
    """What is kept of a result: which row it is. Of anything else nothing is kept: it may hold a secret."""
    return {"subject": result._meta.label, "pk": result.pk} if isinstance(result, Model) else {}


def _row_of(answer: dict[str, Any]) -> Any:
    if not answer:
        return None
    return apps.get_model(answer["subject"])._default_manager.filter(pk=answer["pk"]).first()
