"""What hangs on the cards of a Trello board: checklists with their steps, and comments."""

import math
from typing import Any

from django.utils.translation import gettext as _

from cooperatives.actions import is_invisible

from ..models import CHECK_LENGTH, COMMENT_LIMIT
from .plan import BoardPlan, ChecklistPlan, CommentPlan, StepPlan
from .texts import LAST, cut, is_id, line, moment, whole_text

Row = dict[str, Any]
NAME_LIMIT = 200


def objects(row: Row, key: str) -> list[Row]:
    """The objects in a list under a key; what is none is left alone."""
    found = row.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def ident(key: str) -> str:
    """The source id of a row of Trello."""
    return f"trello:{key}"


def position(row: Row) -> float:
    """Where it stands. Equal positions keep the order of the file; without a number it stands last."""
    pos = row.get("pos")
    sound = isinstance(pos, int | float) and not isinstance(pos, bool) and abs(pos) < 1e300 and math.isfinite(pos)
    return float(pos) if sound and pos is not None else math.inf


def once_each(rows: list[Row], plan: BoardPlan) -> list[Row]:
    """Rows with an id, each once. Those without one are counted, for a second import would double them."""
    found: dict[str, Row] = {}
    for row in rows:
        if is_id(row.get("id")):
            found.setdefault(row["id"], row)
        else:
            plan.dropped["parts without an id"] += 1
    return list(found.values())


def checklists_by_card(data: Row, cards: list[Row], plan: BoardPlan) -> dict[str, list[ChecklistPlan]]:
    """The checklists of each card, top to bottom."""
    found: dict[str, list[ChecklistPlan]] = {card["id"]: [] for card in cards}
    for row in once_each(sorted(objects(data, "checklists"), key=position), plan):
        mine = found.get(str(row.get("idCard")))
        if mine is None:
            plan.dropped["checklists on cards that are not in the file"] += 1
        else:
            mine.append(_checklist(row, plan))
    return found


def _checklist(row: Row, plan: BoardPlan) -> ChecklistPlan:
    name = _short(row.get("name"), NAME_LIMIT, plan) or _("Checklist")
    steps = once_each(sorted(objects(row, "checkItems"), key=position), plan)
    return ChecklistPlan(ident(row["id"]), name, [_step(one, plan) for one in steps])


def _step(row: Row, plan: BoardPlan) -> StepPlan:
    plan.dropped["people and dates of checklist items"] += bool(row.get("idMember")) + bool(row.get("due"))
    text = _short(row.get("name"), CHECK_LENGTH, plan) or _("Untitled step")
    return StepPlan(ident(row["id"]), text, row.get("state") == "complete")


def _short(value: Any, limit: int, plan: BoardPlan) -> str:
    text = line(value)
    if len(text) > limit:
        plan.noted.append(_("“%(text)s” in a checklist was cut to %(limit)d characters.") % {"text": text[:60], "limit": limit})
    return "" if is_invisible(text) else cut(text, limit)


def comments_by_card(acts: list[Row], cards: set[str], names: dict[str, str], plan: BoardPlan) -> dict[str, list[CommentPlan]]:
    """The comments of each card, oldest first. `names`: who an account is."""
    said = once_each([act for act in acts if act.get("type") in ("commentCard", "copyCommentCard")], plan)
    found: dict[str, list[CommentPlan]] = {}
    for act in said:
        key = _card_of(act)
        if key not in cards:
            plan.dropped["comments on cards that are not in the file"] += 1
        elif comment := _comment(act, names, plan):
            found.setdefault(key, []).append(comment)
    for mine in found.values():
        mine.sort(key=lambda one: one.at or LAST)
    return found


def _card_of(act: Row) -> str:
    data = act.get("data")
    card = data.get("card") if isinstance(data, dict) else None
    found = card.get("id") if isinstance(card, dict) else None
    return found if isinstance(found, str) else ""


def _comment(act: Row, names: dict[str, str], plan: BoardPlan) -> CommentPlan | None:
    text = whole_text(act["data"].get("text"))
    if is_invisible(text):
        plan.dropped["empty comments"] += 1
        return None
    if len(text) > COMMENT_LIMIT:
        plan.noted.append(_("The comment “%(text)s” was cut to 20,000 characters.") % {"text": text[:60]})
    return CommentPlan(ident(act["id"]), _speaker(act, names), cut(text, COMMENT_LIMIT), moment(act.get("date"), plan))


def _speaker(act: Row, names: dict[str, str]) -> str:
    creator = act.get("memberCreator")
    said = line(creator.get("fullName")) or line(creator.get("username")) if isinstance(creator, dict) else ""
    known = names.get(str(act.get("idMemberCreator")), "")
    return cut(said, NAME_LIMIT) or known or _("Somebody")
