"""Parts of the register's pages: the row of tabs, spans of days, states in a word."""

from datetime import date
from decimal import Decimal

from django import template
from django.template.context import Context
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from ..models import Status, Unit
from ..tabs import tabs_for

register = template.Library()

_STATE = {Status.AHEAD: "info", Status.ACTIVE: "good", Status.PAUSED: "warn", Status.FORMER: ""}


@register.inclusion_tag("members/tabs.html", takes_context=True)
def member_tabs(context: Context) -> dict[str, object]:
    """The sub-pages of “Members” that the actor may use."""
    frame, request = context["frame"], context["request"]
    return {"tabs": tabs_for(frame.actor, frame.cooperative, request.path)}


@register.simple_tag
def day(on: date | None) -> SafeString | str:
    """A day of the register, in the same few letters on every page."""
    if on is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), date_format(on, "j M Y"))


@register.simple_tag
def span(starts: date | None, ends: date | None) -> SafeString:
    """A half-open span of days: since when, or from when until when. `ends` is the first day that is no more part of it."""
    if ends is None:
        return format_html(_("since {}"), day(starts)) if starts else format_html("{}", _("since an unknown day"))
    return format_html("{} – {}", day(starts) or "…", day(ends))


@register.simple_tag
def standing(status: str) -> SafeString:
    """What a membership is today, in a word."""
    found = Status(status)
    return format_html('<span class="pill" data-state="{}">{}</span>', _STATE[found], found.label)


@register.simple_tag
def number(value: Decimal | None) -> str:
    """A number as people write it: without zeros that say nothing."""
    return "" if value is None else number_format(value.normalize() + 0, use_l10n=True)


@register.simple_tag
def rooms(unit: Unit) -> str:
    """How many rooms a unit has; half ones count."""
    if unit.rooms is None:
        return ""
    return ngettext("%(n)s room", "%(n)s rooms", int(unit.rooms + Decimal("0.5"))) % {"n": number(unit.rooms)}


@register.simple_tag
def unit_words(unit: Unit) -> str:
    """What a unit is, in a few words: its type or kind, its rooms, its area."""
    area = unit.area and _("%(n)s m²") % {"n": number(unit.area)}
    return ", ".join(str(word) for word in (unit.type or unit.get_kind_display(), rooms(unit), area) if word)
