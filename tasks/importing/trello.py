"""Read a Trello board export. Pure: a file goes in, a plan comes out, or one sentence that says what is wrong with it.

Source: the JSON that Trello's menu "Print, export and share, Export as JSON" has given since 2013; older files lack
some keys, so every key but the lists' and cards' own is optional.
"""

import json
import math
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from cooperatives.actions import Invalid, is_invisible, unturned

from ..models import DESCRIPTION_LIMIT, TITLE_LIMIT
from .plan import BoardPlan, CardPlan, ListPlan

FILE_LIMIT = 10 * 1024 * 1024
LIST_NAME_LIMIT = 100
LISTS_LIMIT = 500
CARDS_LIMIT = 20_000
ID_LIMIT = 93  # with its prefix it fills the column
# A moment at either end of the calendar is no day in every zone.
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def read_trello(content: bytes) -> BoardPlan:
    """The plan for a board file. Raises Invalid with one clear sentence for anything that is none."""
    board = _board(content)
    lists, cards = _rows(board, "lists"), _rows(board, "cards")
    if len(lists) > LISTS_LIMIT or len(cards) > CARDS_LIMIT:
        raise _refused("too_many", gettext_lazy("The board has more than 500 lists or 20,000 cards. Export a part of it."))
    plan = BoardPlan(_text(board.get("name"), LIST_NAME_LIMIT * 2) or _("Imported board"), [])
    by_list: dict[str, list[dict[str, Any]]] = {}
    for card in cards:
        by_list.setdefault(str(card.get("idList")), []).append(card)
    for row in sorted(lists, key=_position):
        mine = sorted(by_list.pop(str(row["id"]), []), key=_position)
        plan.lists.append(_list(row, mine, plan))
    plan.dropped["cards without a list"] += sum(len(rest) for rest in by_list.values())
    _count(board, cards, plan)
    return plan


def _refused(code: str, sentence: Any) -> Invalid:
    return Invalid(code, sentence, "file")


def _board(content: bytes) -> dict[str, Any]:
    if len(content) > FILE_LIMIT:
        raise _refused("too_large", gettext_lazy("The file is larger than 10 MB. Export the board again without attachments."))
    if b"\x00" in content:
        raise _refused("nul", gettext_lazy("The file contains NUL characters, so it is no board export. Download it again."))
    try:
        board = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _refused("encoding", gettext_lazy("The file is not valid UTF-8. Download the export again.")) from error
    except (ValueError, RecursionError) as error:
        raise _refused("not_json", gettext_lazy("The file is not JSON. In Trello choose “Export as JSON”.")) from error
    if not isinstance(board, dict) or not isinstance(board.get("lists"), list) or not isinstance(board.get("cards"), list):
        raise _refused("not_a_board", gettext_lazy("The file is JSON but not a Trello board: it has no lists and cards."))
    return board


def _rows(board: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects under a key. Raises Invalid when one is none, has no id, or has an id twice."""
    rows: list[dict[str, Any]] = board[key]
    ids = [row.get("id") if isinstance(row, dict) else None for row in rows]
    if not all(_is_id(one) for one in ids) or len(set(ids)) != len(ids):
        sentence = gettext_lazy("The file is not a whole Trello board: some of its %(key)s have no id of their own.")
        raise _refused("not_a_board", str(sentence) % {"key": key})
    return rows


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= ID_LIMIT and value.isprintable()


def _position(row: dict[str, Any]) -> float:
    """Where it stands. Equal positions keep the order of the file; without a number it stands last."""
    pos = row.get("pos")
    sound = isinstance(pos, int | float) and not isinstance(pos, bool) and abs(pos) < 1e300 and math.isfinite(pos)
    return float(pos) if sound and pos is not None else math.inf


def _list(row: dict[str, Any], cards: list[dict[str, Any]], plan: BoardPlan) -> ListPlan:
    name = unturned(_whole_text(row.get("name")))
    if len(name) > LIST_NAME_LIMIT:
        plan.noted.append(_("The list name “%(name)s” was cut to 100 characters.") % {"name": name[:60]})
    return ListPlan(
        source_id=f"trello:{row['id']}",
        name=_("Untitled list") if is_invisible(name) else _text(name, LIST_NAME_LIMIT),
        archived=row.get("closed") is True,
        cards=[_card(card, plan) for card in cards],
    )


def _card(card: dict[str, Any], plan: BoardPlan) -> CardPlan:
    title = " ".join(unturned(_whole_text(card.get("name"))).split())
    description = _whole_text(card.get("desc"))
    if len(title) > TITLE_LIMIT:
        plan.noted.append(_("The title “%(title)s” was cut; the whole of it begins the description.") % {"title": title[:60]})
        title, description = title[: TITLE_LIMIT - 1] + "…", f"{title}\n\n{description}"
    if len(description) > DESCRIPTION_LIMIT:
        plan.noted.append(_("The description of “%(title)s” was cut to 20,000 characters.") % {"title": title[:60]})
    return CardPlan(
        source_id=f"trello:{card['id']}",
        title=_("Untitled card") if is_invisible(title) else title,
        description=_text(description, DESCRIPTION_LIMIT),
        due=_moment(card.get("due"), plan),
        archived=card.get("closed") is True,
    )


def _whole_text(value: Any) -> str:
    """A text as it can be stored. Raises Invalid for escapes that stand for no character."""
    text = value if isinstance(value, str) else ""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _refused("nul", gettext_lazy("A text in the file contains characters that are not text. Download it again."))
    return text.strip()


def _text(value: Any, limit: int) -> str:
    text = _whole_text(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _moment(value: Any, plan: BoardPlan) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        moment = None
    if moment is None or not _FIRST <= moment <= _LAST:
        plan.dropped["unreadable due dates"] += 1
        return None
    return moment


def _objects(board: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = board.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _count(board: dict[str, Any], cards: list[dict[str, Any]], plan: BoardPlan) -> None:
    """Count what the file holds besides lists and cards. None of it comes along yet, so all of it is dropped by name."""
    ids = {card["id"] for card in cards}
    checklists = _objects(board, "checklists")
    comments = [act for act in _objects(board, "actions") if act.get("type") == "commentCard"]
    on_cards = [act for act in comments if _card_of(act) in ids]
    counts = {
        "checklists": len(checklists),
        "items": sum(len(_objects(one, "checkItems")) for one in checklists),
        "comments": len(on_cards),
        "labels": len(_objects(board, "labels")),
        "members": len(_objects(board, "members")),
    }
    plan.held.update(counts)
    plan.dropped.update(Counter(counts))
    plan.dropped["comments on cards that are not in the file"] += len(comments) - len(on_cards)
    plan.dropped["attachments"] += sum(len(_objects(card, "attachments")) for card in cards)
    plan.dropped["custom fields"] += len(_objects(board, "customFields"))


def _card_of(act: dict[str, Any]) -> Any:
    data = act.get("data")
    card = data.get("card") if isinstance(data, dict) else None
    found = card.get("id") if isinstance(card, dict) else None
    return found if isinstance(found, str) else None
