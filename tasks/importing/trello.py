"""Read a Trello board export.

Source: the JSON that Trello's menu "Print, export and share, Export as JSON" has given since 2013; older files lack
some keys, so every key but the lists' and cards' own is optional. Uploaded files lie behind Trello's own door, so their
addresses are dropped and counted; links to elsewhere become a list of links under the description.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _, gettext_lazy

from cooperatives.actions import is_invisible

from .plan import BoardPlan, CardPlan, ChecklistPlan, CommentPlan, ListPlan, PersonPlan
from .texts import begun, cut, is_id, line, link, moment, refused, titled
from .trello_labels import TrelloLabels
from .trello_parts import Row, checklists_by_card, comments_by_card, ident, objects, position

LIST_NAME_LIMIT = 100
LISTS_LIMIT = 500


def is_trello(data: Any) -> bool:
    """Whether it has what makes a Trello board."""
    return isinstance(data, dict) and isinstance(data.get("lists"), list) and isinstance(data.get("cards"), list)


@dataclass(frozen=True)
class _Board:
    """What belongs to cards but stands elsewhere in the file."""

    plan: BoardPlan
    labels: TrelloLabels
    checklists: dict[str, list[ChecklistPlan]]
    comments: dict[str, list[CommentPlan]]
    people: dict[str, PersonPlan]


def read_trello(data: Row) -> BoardPlan:
    """The plan for a board. Raises Invalid when a list or a card is none, or stands in it twice."""
    lists, cards = _rows(data, "lists"), _rows(data, "cards")
    if len(lists) > LISTS_LIMIT:
        raise refused("too_many", gettext_lazy("The board has more than 500 lists. Export a part of it."))
    plan = BoardPlan("Trello", cut(line(data.get("name")), LIST_NAME_LIMIT * 2) or _("Imported board"), [])
    board = _gathered(data, cards, plan)
    by_list: dict[str, list[Row]] = {}
    for card in cards:
        by_list.setdefault(str(card.get("idList")), []).append(card)
    for row in sorted(lists, key=position):
        plan.lists.append(_list(row, sorted(by_list.pop(str(row["id"]), []), key=position), board))
    plan.dropped["cards without a list"] += sum(len(rest) for rest in by_list.values())
    plan.labels.extend(board.labels.plans)
    _name_people(board)
    _count(data, cards, plan)
    return plan


def _rows(data: Row, key: str) -> list[Row]:
    """The objects under a key. Raises Invalid when one is none, has no id, or has an id that another has too."""
    rows: list[Row] = data[key]
    ids = [row.get("id") if isinstance(row, dict) else None for row in rows]
    if not all(is_id(one) for one in ids):
        sentence = _("The file is not a whole Trello board: some of its %(key)s have no id. Export it again.")
        raise refused("not_a_board", sentence % {"key": key})
    twice = {one for one, count in Counter(ids).items() if count > 1}
    if twice:
        first = next(row for row in rows if row["id"] in twice)
        sentence = _("“%(name)s” stands in the file twice, so nobody can tell where it belongs. Export the board again.")
        raise refused("stands_twice", sentence % {"name": line(first.get("name"))[:60]})
    return rows


def _gathered(data: Row, cards: list[Row], plan: BoardPlan) -> _Board:
    ids = {card["id"] for card in cards}
    members = {one["id"]: one for one in objects(data, "members") if is_id(one.get("id"))}
    people = {
        key: PersonPlan(ident(key), cut(line(one.get("fullName")), 200) or _("Somebody"), cut(line(one.get("username")), 100))
        for key, one in members.items()
    }
    plan.held["members"] = len(objects(data, "members"))
    return _Board(
        plan,
        TrelloLabels(objects(data, "labels"), plan),
        checklists_by_card(data, cards, plan),
        comments_by_card(objects(data, "actions"), ids, {key: one.name for key, one in people.items()}, plan),
        people,
    )


def _list(row: Row, cards: list[Row], board: _Board) -> ListPlan:
    name = line(row.get("name"))
    if len(name) > LIST_NAME_LIMIT:
        board.plan.noted.append(_("The list name “%(name)s” was cut to 100 characters.") % {"name": name[:60]})
    return ListPlan(
        source_id=ident(row["id"]),
        name=_("Untitled list") if is_invisible(name) else cut(name, LIST_NAME_LIMIT),
        archived=row.get("closed") is True,
        cards=[_card(card, board) for card in cards],
    )


def _card(card: Row, board: _Board) -> CardPlan:
    plan = board.plan
    title, description = titled(card.get("name"), card.get("desc"), plan, _links(card, plan))
    comments, due = board.comments.get(card["id"], []), moment(card.get("due"), plan)
    plan.dropped["comments that are not in the file"] += max(0, _said(card) - len(comments))
    plan.dropped["marks of due dates as kept"] += card.get("dueComplete") is True
    return CardPlan(
        source_id=ident(card["id"]),
        title=title,
        description=description,
        start=begun(moment(card.get("start"), plan), due, plan),
        due=due,
        archived=card.get("closed") is True,
        labels=tuple(board.labels.of(card)),
        people=tuple(_people(card, board)),
        checklists=tuple(board.checklists.get(card["id"], [])),
        comments=tuple(comments),
    )


def _said(card: Row) -> int:
    """How many comments the card says it has."""
    badges = card.get("badges")
    count = badges.get("comments") if isinstance(badges, dict) else 0
    return count if isinstance(count, int) and 0 < count < 100_000 else 0


def _links(card: Row, plan: BoardPlan) -> str:
    """The links that hang on a card, as a list in Markdown. Uploaded files are counted and stay out."""
    links = []
    for one in sorted(objects(card, "attachments"), key=position):
        if _is_upload(one):
            plan.dropped["attachments"] += 1
        elif written := link(line(one.get("name")), one.get("url"), plan):
            links.append(f"- {written}")
    return "\n".join(links)


def _is_upload(attachment: Row) -> bool:
    """Whether it is a file that lies with Trello. Older files do not say so, but their addresses do."""
    if isinstance(attachment.get("isUpload"), bool):
        return attachment["isUpload"] is True
    try:
        parts = urlsplit(str(attachment.get("url")))
    except ValueError:
        return False
    return parts.netloc.startswith("trello-attachments.") or "/trello-attachments" in parts.path


def _people(card: Row, board: _Board) -> list[str]:
    named = card.get("idMembers")
    keys = list(dict.fromkeys(key for key in named if isinstance(key, str))) if isinstance(named, list) else []
    board.plan.dropped["members that the file does not name"] += sum(key not in board.people for key in keys)
    return [board.people[key].source_id for key in keys if key in board.people]


def _name_people(board: _Board) -> None:
    """Name those whom cards name, the busiest first; the others are counted."""
    shares = board.plan.shares()
    busy = [person for person in board.people.values() if person.source_id in shares]
    board.plan.people.extend(sorted(busy, key=lambda person: -shares[person.source_id]))
    board.plan.dropped["members without a card"] += board.plan.held["members"] - len(busy)


def _count(data: Row, cards: list[Row], plan: BoardPlan) -> None:
    """Count what has no place here."""
    said = ("commentCard", "copyCommentCard")
    plan.held["attachments"] = sum(len(objects(card, "attachments")) for card in cards)
    plan.dropped["custom fields"] += len(objects(data, "customFields"))
    plan.dropped["history"] += sum(act.get("type") not in said for act in objects(data, "actions"))
    plan.dropped["board descriptions"] += bool(line(data.get("desc")))
    plan.dropped["votes"] += sum(len(votes) for card in cards if isinstance(votes := card.get("idMembersVoted"), list))
