"""The one table of who may: complete, without dead rows, and each rule gives the same answer for one row and for many."""

import ast
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db.models import Model, Q

from activity.models import Event
from cooperatives.fences.declared import owned_models
from cooperatives.models import Cooperative
from cooperatives.policy import (
    ANONYMOUS,
    RULES,
    SYSTEM,
    Actor,
    Rule,
    Standing,
    cooperative_of,
    has_role,
    may,
    rule_for,
    visible,
)
from cooperatives.policy.rules import until
from cooperatives.queries import enter
from members.actions import admit, end_membership, keep_view
from members.models import Membership, Person, User
from members.tests.factories import an_offer
from tasks.actions import add_comment, create_project, create_task, keep_filter
from tasks.models import Comment, SavedFilter

Pair = tuple[Cooperative, Actor]
ASKING = {"check", "fetch", "may", "needs", "panel", "place", "rule_for", "visible", "_locked"}
NAME = re.compile(rf"^(?:{'|'.join(settings.ROOMS)})\.[a-z_]+$")


def sources() -> Iterator[tuple[str, ast.Module]]:
    for room in settings.ROOMS:
        for path in sorted(Path(settings.BASE_DIR, room).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield str(path.relative_to(settings.BASE_DIR)), ast.parse(path.read_text())


def words(node: ast.AST) -> set[str]:
    constants = (inner for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    return {inner.value for inner in constants if isinstance(inner.value, str) and NAME.match(inner.value)}


def asked() -> dict[str, set[str]]:
    """Action names which the code hands to the policy: {name: files}."""
    found: dict[str, set[str]] = {}
    for where, tree in sources():
        for node in ast.walk(tree):
            named: set[str] = set()
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                named = set().union(*(words(part) for part in [*node.args, *node.keywords])) if called in ASKING else set()
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if {"needed", "see", "action"} & {getattr(target, "id", "") for target in targets}:
                    named = words(node.value)
            for name in named:
                found.setdefault(name, set()).add(where)
    return found


def test_every_action_that_a_door_asks_for_has_a_rule() -> None:
    found = {name: files for name, files in asked().items() if "subscribe" not in name}
    assert {"cooperatives.change", "members.admit", "tasks.move", "activity.replay"} <= found.keys(), "the search finds them"
    assert {name: files for name, files in found.items() if name not in RULES} == {}


def test_every_rule_is_asked_for_somewhere() -> None:
    everywhere = {
        name for where, tree in sources() if not where.endswith(("policy.py", "policy/__init__.py")) for name in words(tree)
    }
    # The desk of logins asks `is_system_admin` itself: Django admin knows no action names.
    assert RULES.keys() - everywhere == set()


def test_every_name_begins_with_a_room_and_says_a_verb() -> None:
    assert [name for name in RULES if not NAME.match(name)] == []
    assert all(isinstance(rule, Rule) for rule in RULES.values())


@pytest.fixture
def two_rooms(linden: Pair, kilele: Pair, person: Callable[[str], User]) -> dict[str, Actor]:
    """Rows of every room in both cooperatives, and everybody who might ask."""
    users = {role: person(role.title()) for role in ("treasurer", "secretary", "member", "observer")}
    for cooperative, founder in (linden, kilele):
        with enter([cooperative.pk], founder.user_id):
            for role, user in users.items() if cooperative == linden[0] else ():
                admit(founder, cooperative, name=role.title(), user=user, roles=(role,))
            project = create_project(founder, cooperative, name="Roof")
            add_comment(founder, create_task(founder, project, title="Gutter"), text="It drips.")
            keep_filter(founder, cooperative, name="Mine", query="who=me")
    with enter([linden[0].pk], linden[1].user_id):
        users["gone"] = person("Gone")
        end_membership(linden[1], admit(linden[1], linden[0], name="Gone", user=users["gone"]))
    in_both = Actor.of(person("Both"))
    standings = {
        linden[0].pk: Standing(linden[0].pk, 10**9, frozenset({"observer"})),
        kilele[0].pk: Standing(kilele[0].pk, 10**9 + 1, frozenset({"treasurer"})),
    }
    return {
        "visitor": ANONYMOUS,
        "outsider": Actor.of(person("Nobody")),
        "founder": linden[1],
        "stranger": kilele[1],
        "keeper": Actor(User.objects.create_superuser("root@example.org", "a long pass phrase", name="Root")),
        "in both": Actor(in_both.user, MappingProxyType(standings)),
        **{role: Actor.of(user) for role, user in users.items()},
    }


def subjects(name: str) -> list[type[Model]]:
    """What an action may be about: the models of its room, and the cooperative."""
    if name == "activity.read":
        return [Event]
    if name.endswith("_user"):
        return [User]
    room = name.partition(".")[0]
    return [Cooperative, *(model for model in owned_models() if model._meta.app_label == room)]


def answers(name: str, actor: Actor, rows: list[Model]) -> tuple[set[int], set[int]] | None:
    """Keys by asking for each row, and by asking once; None when the rule has no column on this model."""
    try:
        by_rows = set(visible(actor, name, type(rows[0])._default_manager.all()).values_list("pk", flat=True))
    except FieldError:
        return None
    return {row.pk for row in rows if may(actor, name, row)}, by_rows


def test_both_faces_of_every_rule_agree(two_rooms: dict[str, Actor]) -> None:
    tried = dict.fromkeys(RULES, 0)
    with enter(Cooperative.objects.values_list("pk", flat=True)):
        stored = {model: list(model._default_manager.all()) for model in (*owned_models(), Cooperative, User)}
        for name, (who, actor) in product(RULES, two_rooms.items()):
            for model in filter(stored.get, subjects(name)):
                pair = answers(name, actor, stored[model])
                if pair is not None:
                    assert pair[0] == pair[1], (name, who, model.__name__)
                    tried[name] += 1
    assert [name for name, count in tried.items() if count < len(two_rooms)] == [], "tried on rows for everybody"


def thing(name: str, cooperative: Cooperative, founder: Actor) -> Model:
    """What the founder may do it to: a record, a view of their own, a cooperative where a home is offered, or the whole."""
    if name == "activity.read":
        return Event.objects.order_by("seq")[0]
    if name == "members.offered":
        an_offer(cooperative, Membership.objects.select_related("person").get(user=founder.user))
    if name in ("tasks.edit_comment", "tasks.remove_comment"):
        return Comment.objects.select_related("task__project").get()
    if name in ("tasks.change_filter", "tasks.see_filter"):
        return SavedFilter.objects.get()
    return keep_view(founder, cooperative, name="Mine", columns=["name"]) if name == "members.view" else cooperative


ABOUT_LOGINS = (".mine", "_user", ".found", ".profile", ".keys", "_key", ".accept", ".ask", ".withdraw", ".own_data", "_own")


def test_nobody_may_do_a_thing_to_a_cooperative_they_do_not_stand_in(two_rooms: dict[str, Actor], linden: Pair) -> None:
    with enter([linden[0].pk]):
        for name in RULES:
            if not name.endswith(ABOUT_LOGINS):
                row = thing(name, *linden)
                allowed = {who for who, actor in two_rooms.items() if may(actor, name, row)}
                assert not allowed & {"visitor", "outsider", "stranger", "keeper", "gone"}, name
                assert "founder" in allowed, name
                assert may(SYSTEM, name, row), name


def test_the_creator_keeps_the_settings_only_while_a_member(linden: Pair) -> None:
    creator = linden[1].user
    plain = Actor(creator, {linden[0].pk: Standing(linden[0].pk, 1, frozenset({"observer"}))})
    gone = Actor(creator)
    assert may(plain, "cooperatives.change", linden[0])
    assert not may(gone, "cooperatives.change", linden[0])
    assert not visible(gone, "cooperatives.change", Cooperative.objects.all()).exists()


def test_a_rule_about_nothing_holds_for_those_who_need_no_row() -> None:
    assert not may(ANONYMOUS, "cooperatives.see", None)
    assert not may(Actor(), "cooperatives.found")
    assert may(Actor(user=User(pk=1, name="Marta")), "cooperatives.found")


def test_negating_twice_changes_nothing(linden: Pair) -> None:
    rule = has_role("admin")
    for actor in (linden[1], ANONYMOUS):
        assert (~~rule).holds(actor, linden[0]) == rule.holds(actor, linden[0])
        kept = Cooperative.objects.filter((~~rule).rows(actor, Cooperative))
        assert list(kept) == list(Cooperative.objects.filter(rule.rows(actor, Cooperative)))


def test_a_rule_for_rows_is_one_condition_not_a_query(linden: Pair, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        for name in ("cooperatives.change", "tasks.move", "activity.read", "members.end"):
            assert isinstance(rule_for(name).rows(linden[1], Membership), Q)


def test_whose_a_thing_is(linden: Pair) -> None:
    with enter([linden[0].pk]):
        person = Person.objects.get()
    assert (cooperative_of(linden[0]), cooperative_of(person), cooperative_of(linden[1].user)) == (
        linden[0].pk, linden[0].pk, None
    )  # fmt: skip
    assert cooperative_of(None) is None


def test_when_a_right_ends_is_known_for_ones_own_standing_only(linden: Pair) -> None:
    assert until(linden[1], linden[0].pk) is None
    assert until(ANONYMOUS, linden[0].pk) is None
    assert until(linden[1], linden[0].pk + 1) is None


def test_standings_cannot_be_written_into() -> None:
    actor = Actor()
    with pytest.raises(TypeError):
        actor.standings[1] = Standing(1, 1, frozenset())  # type: ignore[index]
    with pytest.raises(AttributeError):
        actor.is_system = True  # type: ignore[misc]


def test_rooms_fill_the_table_when_they_start() -> None:
    configs = [config for config in apps.get_app_configs() if config.label in settings.ROOMS]
    rooms = {config.label for config in configs if find_spec(f"{config.name}.policy")}
    assert rooms >= {"cooperatives", "members", "tasks", "activity"}
    assert {name.partition(".")[0] for name in RULES} == rooms
