"""What every reader does alike: texts that can be stored, moments, ids, links, and the sentence for a file that is none."""

import hashlib
import re
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from cooperatives.actions import Invalid, is_invisible, unturned

from ..models import DESCRIPTION_LIMIT, LABEL_LENGTH, TITLE_LIMIT
from .plan import BoardPlan

ID_LIMIT = 93  # with its prefix it fills the column
LINK_LIMIT = 2_000
# A moment at either end of the calendar is no day in every zone.
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_IN_ADDRESSES = "%/:?#@!$&'*+,;=~-._[]"
_MARKS = re.compile(r"([\\\[\]<>*_`])")


def refused(code: str, sentence: str | Promise) -> Invalid:
    """The refusal of a file, to be raised."""
    return Invalid(code, sentence, "file")


def whole_text(value: Any) -> str:
    """A text as it can be stored, one kind of line break throughout. Raises Invalid for escapes that stand for no character."""
    text = value if isinstance(value, str) else ""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise refused("nul", gettext_lazy("A text in the file contains characters that are not text. Download it again."))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def line(value: Any) -> str:
    """A text on one line, with single blanks, and without signs that turn the direction of what follows."""
    return " ".join(unturned(whole_text(value)).split())


def cut(text: str, limit: int) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_id(value: Any) -> bool:
    """Whether a value can stand in a column of source ids."""
    return isinstance(value, str) and 0 < len(value) <= ID_LIMIT and value.isprintable()


def digest(*words: str) -> str:
    """A short id for what has none: equal words, equal id."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:40]


def moment(value: Any, plan: BoardPlan) -> datetime | None:
    """An aware moment in UTC; None without one. What cannot be read is counted."""
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(value)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None or not FIRST <= found <= LAST:
        plan.dropped["unreadable dates"] += 1
        return None
    return found


def begun(start: date | None, due: date | None, plan: BoardPlan) -> date | None:
    """The start of a card, or None where it lies after the due date: that is counted."""
    if start is None or due is None or start <= due:
        return start
    plan.dropped["start dates after the due date"] += 1
    return None


def plain(text: str) -> str:
    """A text that Markdown draws as it is."""
    return _MARKS.sub(r"\\\1", text)


def link(name: str, address: Any, plan: BoardPlan) -> str:
    """A link in Markdown, named by its address where it has no name. What is no web address is counted and stays out."""
    address = line(address)
    try:
        parts = urlsplit(address)
        is_web = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or len(address) > LINK_LIMIT:
        plan.dropped["unsafe links"] += bool(address)
        return ""
    return f"[{plain(cut(name, 200) or address)}]({quote(address, safe=_IN_ADDRESSES)})"


def titled(title: Any, description: Any, plan: BoardPlan, below: str = "") -> tuple[str, str]:
    """Title and description of a card as they fit; `below` stands under the description in any case. Cuts are noted."""
    title, text = line(title), whole_text(description)
    if len(title) > TITLE_LIMIT:
        plan.noted.append(_("The title “%(title)s” was cut; the whole of it begins the description.") % {"title": title[:60]})
        title, text = cut(title, TITLE_LIMIT), f"{title}\n\n{text}".strip()
    room = DESCRIPTION_LIMIT - (len(below) + 2 if below else 0)
    if len(text) > room:
        plan.noted.append(_("The description of “%(title)s” was cut to 20,000 characters.") % {"title": title[:60]})
    whole = "\n\n".join(part for part in (cut(text, room), below) if part)
    return _("Untitled card") if is_invisible(title) else title, whole


def label_name(value: Any, plan: BoardPlan) -> str:
    """The name of a label as it fits; empty where nothing of it can be seen."""
    name = line(value)
    if len(name) > LABEL_LENGTH:
        plan.noted.append(_("The label “%(name)s” was cut to 100 characters.") % {"name": name[:60]})
    return "" if is_invisible(name) else cut(name, LABEL_LENGTH)
