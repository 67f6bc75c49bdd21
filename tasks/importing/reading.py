"""Read a board by what the file is, never by its name. Pure: bytes go in, a plan comes out, or one sentence of what is wrong."""

import json
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from .github import is_github, read_github
from .kanboard import read_kanboard
from .plan import BoardPlan
from .texts import refused
from .trello import is_trello, read_trello

FILE_LIMIT = 10 * 1024 * 1024
CARDS_LIMIT = 10_000  # written in one request within a few seconds
UNKNOWN = gettext_lazy(
    "The file is none that can be read here: a Trello board or GitHub issues as JSON, or Kanboard tasks as CSV. Export it again."
)


def read_board(content: bytes) -> BoardPlan:
    """The plan for a file of Trello, GitHub or Kanboard. Raises Invalid with one clear sentence for anything else."""
    if len(content) > FILE_LIMIT:
        raise refused("too_large", gettext_lazy("The file is larger than 10 MB. Export the board again without attachments."))
    plan = _of_json(_json(content)) if _looks_like_json(content) else read_kanboard(content, UNKNOWN)
    if len(plan.cards) > CARDS_LIMIT:
        raise refused("too_many", gettext_lazy("The file holds more than 10,000 cards. Export a part of it."))
    return plan


def _looks_like_json(content: bytes) -> bool:
    begins = content[:200].decode(json.detect_encoding(content), "ignore")
    return begins.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def _of_json(data: Any) -> BoardPlan:
    if is_trello(data):
        return read_trello(data)
    if is_github(data):
        return read_github(data)
    raise refused("not_a_board", UNKNOWN)


def _json(content: bytes) -> Any:
    try:
        text = content.decode(json.detect_encoding(content)).removeprefix("\ufeff")  # PowerShell saves answers as UTF-16
    except UnicodeDecodeError as error:
        raise refused("encoding", gettext_lazy("The file is not valid UTF-8. Download the export again.")) from error
    if "\x00" in text:
        raise refused("nul", gettext_lazy("The file contains NUL characters, so it is no board export. Download it again."))
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise _broken(error, text) from error
    except RecursionError as error:
        raise refused("too_deep", gettext_lazy("The file is nested deeper than any board. Export it again.")) from error
    except ValueError as error:  # a number of more digits than anybody counts
        raise refused("not_json", gettext_lazy("The file holds a number that cannot be read. Export it again.")) from error


def _broken(error: json.JSONDecodeError, text: str) -> Exception:
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return refused("truncated", gettext_lazy("The file breaks off before its end. Download it again."))
    sentence = _("The file is broken in line %(line)d: it is no JSON from there on. Download it again.")
    return refused("not_json", sentence % {"line": error.lineno})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises Invalid when it says one thing twice, for nobody can tell which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _value in pairs).items() if count > 1)
        sentence = _("Something in the file has two values for “%(name)s”, so nobody can tell which is meant. Export it again.")
        raise refused("said_twice", sentence % {"name": twice[:60].encode("utf-8", "replace").decode()})
    return found
