"""Records as people read them: a sentence with links, a name, a tint."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any
from unicodedata import bidirectional

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cooperatives.models import Cooperative

from .models import Event

TINTS = 6
_TURNING = {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_addresses: dict[str, str] = {"cooperatives.cooperative": "cooperatives:overview"}


def address(subject_type: str, url_name: str) -> None:
    """Let sentences link subjects of a type, such as `tasks.task`, to the page (slug, id) of this name."""
    _addresses[subject_type] = url_name


@dataclass(frozen=True)
class Row:
    """One record as a page draws it."""

    seq: int
    sentence: SafeString
    actor_name: str
    tint: int
    at: datetime
    kind: str
    hash: str


def row_of(event: Event, slug: str) -> Row:
    """Draw one record of the cooperative at `slug`."""
    told = event.told
    name = str(told.data["actor"]) if told else _("Somebody")
    tint = (event.actor_id or 0) % TINTS + 1
    return Row(event.seq, sentence_of(event, slug), name, tint, event.at, event.kind, event.hash)


def rows_of(events: Iterable[Event], cooperative: Cooperative) -> list[Row]:
    """Draw records of one cooperative."""
    return [row_of(event, cooperative.slug) for event in events]


def sentence_of(event: Event, slug: str) -> SafeString:
    """The kind's sentence with what it names; everything that came from people is escaped.

    A record whose detail was erased says so; one whose kind the code no longer knows is named by its kind.
    """
    told, what = event.told, event.what
    if told is None:
        return format_html("{} <small>{}</small>", _("The detail of this record was erased"), event.kind)
    data = told.data
    subject = _linked(str(data["subject"]), event, slug)
    actor = format_html("<b>{}</b>", _apart(str(data["actor"])))
    if what is None:
        return format_html("{} {} {}", actor, event.kind, subject)
    # The template is ours; only its values come from people.
    return mark_safe(str(what.sentence).format_map(_Said(data["payload"], actor=actor, subject=subject)))  # noqa: S308


def plain_sentence(event: Event) -> str:
    """The sentence for programs: no markup, no links."""
    return unescape(strip_tags(sentence_of(event, "")))


def _linked(label: str, event: Event, slug: str) -> SafeString:
    url = _address_of(event, slug)
    return format_html('<a href="{}">{}</a>', url, _apart(label)) if url else _apart(label)


def _address_of(event: Event, slug: str) -> str:
    url_name = _addresses.get(event.subject_type)
    if url_name is None or event.subject_id is None:
        return ""
    within = event.subject_type == "cooperatives.cooperative"
    try:
        return reverse(url_name, args=[slug] if within else [slug, event.subject_id])
    except NoReverseMatch:
        return ""


class _Said(dict[str, Any]):
    """What a sentence may name; every value escaped, and what an older record does not know left empty."""

    def __init__(self, payload: dict[str, Any], **drawn: SafeString) -> None:
        super().__init__({key: _drawn(value) for key, value in payload.items()} | drawn)

    def __missing__(self, key: str) -> str:
        return ""


def _drawn(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_drawn(one) for one in value)
    return _apart(str(value))


def _apart(text: str) -> SafeString:
    """The text escaped; one that turns the direction of writing stands apart, else it turns the sentence around it, too."""
    turns = any(bidirectional(sign) in _TURNING for sign in text)
    return format_html("<bdi>{}</bdi>" if turns else "{}", text)
