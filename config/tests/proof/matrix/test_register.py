"""The rule about roles looks at who asks, not at whom they ask about; and somebody always stays admin."""

from typing import Any

import pytest

from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import end_membership
from members.models import Membership
from members.roles import Role

from ..world import ACTORS, World
from .register import TARGETS, acts, asked, table

TABLE = table()


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_manage_whom(actor: str, world: World, writer: Any) -> None:
    found = {line: asked(world, actor, act, target) for line, (act, target) in acts().items()}
    if writer is not None:
        writer.take(TABLE, actor, found)
        return
    wanted = TABLE.read()
    wrong = [
        f"{line}: {actor} wanted {wanted[line][actor]}, got {word}" for line, word in found.items() if wanted[line][actor] != word
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_table_has_every_act_on_everybody() -> None:
    assert TABLE.read().keys() == acts().keys()


def test_what_the_target_is_opens_no_door() -> None:
    """Who is refused is refused alike about everybody: a secretary gains nothing by asking about a mere observer."""
    for act in (*(f"give {role}" for role in Role.values), "end own-role", "switch system-role"):
        for actor in ACTORS:
            _refused_alike(act, actor, set(TARGETS))


def test_who_holds_an_office_is_let_go_by_admins_alone() -> None:
    """A secretary keeps the register, and may end anybody's membership but an office-holder's."""
    plain = {"observer", "member"}
    for actor in ACTORS:
        _refused_alike("end membership", actor, plain)
        _refused_alike("end membership", actor, {target for target in TARGETS if target not in plain})
    rows = TABLE.read()
    assert {rows[f"end membership {target}"]["secretary"] for target in plain} == {"yes"}
    assert rows["end membership treasurer"]["secretary"] == "forbidden"


def _refused_alike(act: str, actor: str, targets: set[str]) -> None:
    rows = TABLE.read()
    others = {rows[f"{act} {target}"][actor] for target in targets if target != actor}
    refused = others & {"forbidden", "not_found"}
    assert not refused or others == refused, f"{actor} may {act} some and not others: {others}"


@pytest.mark.parametrize("actor", ["admin"])
def test_the_last_admin_stays(actor: str, world: World) -> None:
    with enter([world.here.pk]):
        end_membership(SYSTEM, Membership.objects.get(user=world.users["system_admin"], left_on=None))
    lines = acts()
    assert asked(world, actor, *lines["end own-role self"]) == "last_admin"
    assert asked(world, actor, *lines["end membership self"]) == "last_admin"
    assert asked(world, actor, *lines["end membership member"]) == "yes"
