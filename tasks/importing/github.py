"""Read GitHub issues.

Source: the REST answer of `GET /repos/{owner}/{repo}/issues?state=all`, of any year since 2015; one page, or pages joined
into one list. Pull requests are in that answer and are no issues: they are counted. Open issues come into the first lane of
the board, closed ones into its first lane of done work, the oldest on top.
"""

import re
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from ..models import Colour, Kind
from .colours import nearest
from .plan import BoardPlan, CardPlan, LabelPlan, ListPlan, PersonPlan
from .texts import cut, digest, label_name, line, link, moment, plain, refused, titled

Row = dict[str, Any]
_REPOSITORY = re.compile(r"https?://[^/]+/(?:repos/)?([^/]+/[^/]+)/(?:issues|pull)/\d+")
_BIGGEST = 2**63


def is_github(data: Any) -> bool:
    """Whether it is a list of issues: each has a number, a state and a title."""
    rows = data if isinstance(data, list) else []
    return bool(rows) and all(isinstance(row, dict) and {"number", "state", "title"} <= row.keys() for row in rows)


def read_github(rows: list[Row]) -> BoardPlan:
    """The plan for a list of issues. Raises Invalid when one has no id or no number."""
    if not all(_is_number(row.get("id")) and _is_number(row["number"]) for row in rows):
        raise refused("not_a_board", gettext_lazy("Some of the issues have no id or no number. Ask GitHub for them again."))
    repositories = {name for row in rows if (name := _repository(row))}
    plan = BoardPlan("GitHub", ", ".join(sorted(repositories))[:200] or _("Imported issues"), [])
    issues = [row for row in rows if not row.get("pull_request")]
    plan.dropped["pull requests"] += len(rows) - len(issues)
    once = {row["id"]: row for row in reversed(issues)}
    plan.dropped["repeated issues"] += len(issues) - len(once)
    reader = _Issues(plan)
    states: dict[bool, list[CardPlan]] = {True: [], False: []}
    for row in sorted(once.values(), key=lambda row: (_repository(row), row["number"])):
        states[row["state"] == "closed"].append(reader.card(row))
    plan.lists.append(ListPlan("github:open", _("Open"), False, states[False], role="first"))
    plan.lists.append(ListPlan("github:closed", _("Closed"), False, states[True], role="done"))
    reader.finish()
    accounts = {login for row in rows for login in _logins(row)}
    plan.held["members"] = len(accounts)
    plan.dropped["members without a card"] += len(accounts) - len(plan.people)
    return plan


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _BIGGEST


def _repository(row: Row) -> str:
    for key in ("html_url", "url"):
        if isinstance(row.get(key), str) and (match := _REPOSITORY.match(row[key])):
            return match[1]
    return ""


def _users(row: Row) -> list[Any]:
    """Who wrote an issue, and those who are to do it."""
    many = row.get("assignees")
    return [row.get("user"), row.get("assignee"), *(many if isinstance(many, list) else ())]


def _login(user: Any) -> str:
    return cut(line(user.get("login")), 80) if isinstance(user, dict) else ""


def _logins(row: Row) -> set[str]:
    return {login.casefold() for user in _users(row) if (login := _login(user))}


class _Issues:
    """Reads issues one after another, and gathers the labels and people that they name."""

    def __init__(self, plan: BoardPlan) -> None:
        self.plan = plan
        self.labels: dict[str, LabelPlan] = {}
        self.people: dict[str, PersonPlan] = {}
        self.milestones: set[str] = set()

    def card(self, row: Row) -> CardPlan:
        """One issue as a card."""
        author = self._person(row.get("user"))
        title, text = titled(row["title"], row.get("body"), self.plan, self._origin(row, author))
        labels = self._labels(row)
        self._count(row)
        return CardPlan(
            source_id=f"github:{row['id']}",
            title=title,
            description=text,
            kind=Kind.BUG if any(self.labels[one].name.casefold() == "bug" for one in labels) else Kind.TASK,
            created_at=moment(row.get("created_at"), self.plan),
            author=author,
            labels=tuple(labels),
            people=tuple(self._assignees(row)),
        )

    def finish(self) -> None:
        """Name everybody and every label in the plan, the busiest people first."""
        shares = self.plan.shares()
        self.plan.labels.extend(self.labels.values())
        self.plan.people.extend(sorted(self.people.values(), key=lambda person: -shares[person.source_id]))
        self.plan.held["labels"] = len(self.labels) - len(self.milestones)
        self.plan.held["milestones"] = len(self.milestones)

    def _person(self, user: Any) -> str:
        login = _login(user)
        if not login:
            return ""
        source = f"github:{login.casefold()}"
        self.people.setdefault(source, PersonPlan(source, login, login))
        return source

    def _assignees(self, row: Row) -> list[str]:
        return list(dict.fromkeys(one for user in _users(row)[1:] if (one := self._person(user))))

    def _origin(self, row: Row, author: str) -> str:
        """Where the issue is, who wrote it and when it was closed, as one line of Markdown."""
        name = f"{_repository(row)}#{row['number']}"
        where = link(name, row.get("html_url"), self.plan) or plain(name)
        who = plain(f"@{self.people[author].name}") if author else ""
        closed = moment(row.get("closed_at"), self.plan)
        when = _("closed on %(day)s") % {"day": date_format(closed, "DATE_FORMAT")} if closed else ""
        return " · ".join(part for part in (where, who, when) if part)

    def _labels(self, row: Row) -> list[str]:
        given = row.get("labels")
        found = [self._label(one) for one in given] if isinstance(given, list) else []
        milestone = row.get("milestone")
        if isinstance(milestone, dict) and (name := label_name(milestone.get("title"), self.plan)):
            source = f"github:milestone:{digest(name.casefold())}"
            self.milestones.add(source)
            self.labels.setdefault(source, LabelPlan(source, name, Colour.BLUE))
            found.append(source)
        return list(dict.fromkeys(one for one in found if one))

    def _label(self, row: Any) -> str:
        """A label's source id. A repository has a name once, however it is capitalised; the oldest answers give it no id."""
        name = label_name(row.get("name") if isinstance(row, dict) else row, self.plan)
        if not name:
            return ""
        source = f"github:label:{digest(name.casefold())}"
        colour = line(row.get("color")) if isinstance(row, dict) else ""
        self.labels.setdefault(source, LabelPlan(source, name, nearest(colour)))
        return source

    def _count(self, row: Row) -> None:
        reactions = row.get("reactions")
        self.plan.dropped["comments that are not in the file"] += _count_of(row.get("comments"))
        self.plan.dropped["reactions"] += _count_of(reactions.get("total_count")) if isinstance(reactions, dict) else 0


def _count_of(value: Any) -> int:
    return int(value) if _is_number(value) and value < 1_000_000 else 0
