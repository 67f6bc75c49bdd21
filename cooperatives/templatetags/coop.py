"""The parts that pages are built of: small tags, each drawing one thing of the look."""

import functools
import re
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zlib import crc32

from django import template
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from ..models import digits_of
from ..web import ONCE

register = template.Library()

MINUS = "\N{MINUS SIGN}"
HUES = tuple(range(5, 360, 30))


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, also when the manifest is missing: an error page must never fail itself."""
    try:
        return str(staticfiles_storage.url(path))
    except ValueError:
        return f"/static/{path}"


@register.simple_tag
def vendor(path: str) -> str:
    """A script tag for a package file, or nothing while the packages are not installed: pages work without them."""
    return format_html('<script src="{}" defer></script>', asset(path)) if _is_here(path) else ""


@functools.cache
def _is_here(path: str) -> bool:
    return bool(finders.find(path)) or staticfiles_storage.exists(path)


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """One icon of the sprite; `kind` is `sm` or `in`. Decoration only: the words stand beside it."""
    css = f"icon {kind}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, asset("icons.svg"), name)


@register.filter
def initials(name: object) -> str:
    """Two letters for a person or a cooperative: of the first two words, else the first two of the only one."""
    words = re.findall(r"[^\W_][^\s\-–]*", str(name))
    letters = words[0][0] + words[1][0] if len(words) > 1 else "".join(words)[:2]
    return letters.upper() or "?"


@register.filter
def tint(name: object) -> int:
    """One of six calm tints, the same for the same name on every page and machine."""
    return crc32(str(name).encode()) % 6 + 1


@register.simple_tag
def avatar(name: object, size: str = "", colour: object = "", photo: str = "") -> SafeString:
    """A person's initials, and over them the picture at `photo` as soon as it has come; the name stands beside it, so it
    is hidden from assistive technology."""
    css = f"avatar {size}".strip()
    shade = colour or tint(name)
    picture = format_html('<img src="{}" alt="" loading="lazy" decoding="async">', photo) if photo else ""
    return format_html('<span class="{}" data-tint="{}" aria-hidden="true">{}{}</span>', css, shade, initials(name), picture)


@register.simple_tag
def avatars(names: list[object], size: str = "sm", most: int = 3) -> SafeString:
    """A stack of people named in words; those beyond `most` become a number."""
    shown, rest = names[:most], len(names) - most
    words = ", ".join(str(name) for name in shown)
    label = ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", rest) if rest > 0 else "%(names)s"
    more = format_html('<span class="avatar more {}" aria-hidden="true">+{}</span>', size, rest) if rest > 0 else ""
    drawn = format_html_join("", "{}", ((avatar(name, size),) for name in shown))
    said = label % {"names": words, "n": rest}
    return format_html('<span class="avatars" role="img" aria-label="{}">{}{}</span>', said, drawn, more)


@register.simple_tag
def crest(cooperative: Any, own_hue: bool = True) -> SafeString:
    """The square mark of a cooperative, in its own hue unless the page already wears it."""
    css = f"crest hue-{cooperative.hue}" if own_hue else "crest"
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, initials(cooperative.name))


def _zone(context: Context) -> tzinfo:
    """The zone of the page's cooperative, else of the reader's first one, else the current one."""
    frame = context.get("frame")
    mine = [getattr(frame, "cooperative", None), *(getattr(frame, "cooperatives", None) or ())]
    zones = [cooperative.zone for cooperative in mine if cooperative is not None]
    return zones[0] if zones else timezone.get_current_timezone()


def _ago(moment: datetime, now: datetime) -> str:
    """How long ago in the fewest words; from a week on, the date."""
    seconds = (now - moment).total_seconds()
    days = (now.date() - moment.date()).days
    if seconds < 60:
        return _("now")
    if seconds < 3600:
        return _("%(n)d min") % {"n": seconds // 60}
    if days == 0 or seconds < 6 * 3600:
        return _("%(n)d h") % {"n": seconds // 3600}
    if days == 1:
        return _("yesterday")
    if days < 7:
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return date_format(moment, "j M" if moment.year == now.year else "j M Y")


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None) -> SafeString | str:
    """A moment as relative time, with the exact time in the cooperative's zone on hover."""
    if moment is None:
        return ""
    zone = _zone(context)
    local = timezone.localtime(moment, zone)
    exact = date_format(local, "j F Y, H:i")
    words = _ago(local, timezone.localtime(timezone.now(), zone))
    stamp = local.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, exact, words)


def _due_words(days: int, day: date, today: date) -> tuple[str, str]:
    """Words and colour for a date that lies `days` ahead (negative: behind)."""
    if days < -1:
        return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}, "bad"
    near = {-1: (_("yesterday"), "bad"), 0: (_("today"), "warn"), 1: (_("tomorrow"), "muted")}
    if days in near:
        return near[days]
    if days < 7:
        return date_format(day, "l"), "muted"
    return date_format(day, "j M" if day.year == today.year else "j M Y"), "muted"


@register.simple_tag(takes_context=True)
def due(context: Context, day: date | None, late: str = "bad", soon: str = "warn") -> SafeString | str:
    """A due date in words; `late` and `soon` are the classes that colour it where a part has its own."""
    if day is None:
        return ""
    today = timezone.localtime(timezone.now(), _zone(context)).date()
    words, state = _due_words((day - today).days, day, today)
    css = {"bad": late, "warn": soon}.get(state, state)
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>', css, day.isoformat(), date_format(day, "j F Y"), words
    )


@register.simple_tag(takes_context=True)
def greeting(context: Context, name: str) -> str:
    """A greeting that fits the hour where the reader's cooperative is, by their first name."""
    hour = timezone.localtime(timezone.now(), _zone(context)).hour
    first = name.split()[0] if name.split() else name
    words = _("Good evening, %(name)s")
    if 4 <= hour < 18:
        words = _("Good morning, %(name)s") if hour < 12 else _("Good afternoon, %(name)s")
    return words % {"name": first}


@register.simple_tag(takes_context=True)
def today(context: Context) -> str:
    """Today's date in words, in the cooperative's zone."""
    return date_format(timezone.localtime(timezone.now(), _zone(context)), "l j F Y")


@register.simple_tag
def money(minor: int, currency: str) -> SafeString:
    """Whole minor units as an amount with its currency: grouped, with a true minus sign, never broken over lines."""
    places = digits_of(currency)
    amount = Decimal(abs(minor)).scaleb(-places)
    digits = number_format(amount, decimal_pos=places, use_l10n=True, force_grouping=True)
    sign = MINUS if minor < 0 else ""
    return format_html('<span class="nowrap num">{}{}<span class="unit">{}</span></span>', sign, digits, currency)


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """The widget of a field in the look's dress; whatever class the form gave it stays."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "")
    bare = kind in {"checkbox", "radio", "hidden", "range"}
    css = " ".join(filter(None, ["" if bare else "input", widget.attrs.get("class", "")]))
    attrs: dict[str, Any] = {"class": css} if css else {}
    if str(bound.label).casefold() in str(widget.attrs.get("placeholder", "")).casefold():
        attrs["placeholder"] = False  # it only repeats the label and reads like an answer
    if widget.attrs.get("rows") == "10":
        attrs["rows"] = "4"  # Django's own guess, made for wide pages
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def field(bound: BoundField) -> str:
    """A whole field: label, control, help, and when wrong what to do; wired for assistive technology."""
    return render_to_string("components/field.html", {"field": bound})


@register.simple_tag
def once(form: Any) -> SafeString:
    """The hidden one-time key of a form that creates: sent twice, it is done once."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, form.once_key)


def _shown(bound: BoundField, value: Any) -> str:
    """A value as the reader would name it: the label of a choice, else the value itself."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_shown(bound, one) for one in value)
    choices = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
    return choices.get(str(value), str(value))


@register.inclusion_tag("components/version.html")
def version(form: Any) -> dict[str, object]:
    """The version that the form saw, hidden; after a stale write also what is stored now, beside what was written."""
    current = getattr(getattr(form, "broken", None), "current", None)
    if current is None:
        return {"form": form}
    stored = [(bound, getattr(current, bound.name, None)) for bound in form.visible_fields()]
    differing = [(bound.label, _shown(bound, value)) for bound, value in stored if bound.field.has_changed(value, bound.data)]
    return {"form": form, "current": current, "differing": differing}


@register.inclusion_tag("components/hues.html")
def hues(bound: BoundField) -> dict[str, object]:
    """A palette for a hue field: twelve colours, and the present one when it is none of them."""
    value = bound.value()
    present = int(value) if re.fullmatch(r"[0-9]{1,3}", str(value)) else None
    extra = () if present is None or present in HUES else (present,)
    return {"field": bound, "choices": sorted({*HUES, *extra}), "present": present}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, pager: Any) -> dict[str, object]:
    """Which part of a list is shown, and the way to the rest; five page numbers around the open one."""
    last = pager.pages if isinstance(pager.pages, int) else len(pager.pages)
    first = max(1, min(pager.number - 2, last - 4))
    return {
        "pager": pager,
        "last": last,
        "numbers": range(first, min(last, first + 4) + 1),
        "query": getattr(context.get("request"), "GET", None) or QueryDict(),
    }
