"""Fifty at one instant for one thing: exactly one effect, the others are told why, nothing falls over.

RACE_ROUNDS says how often each race is run; `make races` runs many.
"""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from activity.verifying import verify
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative, OnceKey
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members import tokens
from members.actions import admit, end_role, grant_role
from members.models import Membership, RoleGrant, User
from members.roles import Role
from members.tests.factories import a_cooperative, a_member, a_user
from tasks.actions import change_lane, create_project, create_task
from tasks.models import Lane, Project, Task

from .again import together
from .knocking import Answer, Knock, Knocker
from .surface import door
from .world import World

RACERS = 50
ROUNDS = range(int(os.environ.get("RACE_ROUNDS", "1")))

pytestmark = pytest.mark.django_db(transaction=True)


class House:
    """A cooperative with a board, its admin, and a program that speaks for the admin."""

    def __init__(self) -> None:
        self.user = a_user("Marta Lindqvist")
        self.cooperative = a_cooperative(self.user, "Linden Court")
        self.token = tokens.issue(self.user).access
        self.knocker = Knocker(World())
        with self.inside() as actor:
            self.project = create_project(actor, self.cooperative, name="House")
            self.lanes = list(Lane.objects.filter(project=self.project).order_by("position"))

    def inside(self) -> Any:
        """Act as the admin inside the cooperative."""
        return _Inside(self.cooperative, self.user)

    def post(self, name: str, sent: dict[str, Any], **more: Any) -> Answer:
        """One POST of the admin's program."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.knocker(Knock("", door(name, "POST"), more, body=sent, headers=headers))

    def verified(self) -> list[Any]:
        """What is wrong with the record."""
        with enter([self.cooperative.pk]):
            return list(verify(self.cooperative).faults)


class _Inside:
    def __init__(self, cooperative: Cooperative, user: User) -> None:
        self.user, self._entering = user, enter([cooperative.pk], user.pk)

    def __enter__(self) -> Actor:
        self._entering.__enter__()
        return Actor.of(self.user)

    def __exit__(self, *error: object) -> None:
        self._entering.__exit__(*error)  # type: ignore[arg-type]


@pytest.fixture
def house(settings: Any, quiet: None) -> Iterator[House]:
    """Linden Court; after the race its record is whole."""
    settings.API_LIMIT = 0
    made = House()
    yield made
    assert made.verified() == []


def raced(act: Callable[[int], Any], count: int = RACERS) -> dict[Any, list[Any]]:
    """What came of it by status or by code of the refusal; "done" for what was done. Anything else fails."""
    found: dict[Any, list[Any]] = {}
    for answer in together(act, count):
        found.setdefault(_outcome(answer), []).append(answer)
    return found


def _outcome(answer: Any) -> Any:
    if isinstance(answer, RuleBroken):
        return answer.code
    assert not isinstance(answer, Exception), repr(answer)
    if not isinstance(answer, Answer):
        return "done"
    assert answer.status < 500, answer.error or answer.body
    return answer.status if answer.status < 300 else json.loads(answer.body)["code"]


def counts(found: dict[Any, list[Any]]) -> dict[Any, int]:
    return {outcome: len(answers) for outcome, answers in found.items()}


def test_one_card_is_moved_once(house: House) -> None:
    for _round in ROUNDS:
        with house.inside() as actor:
            card = create_task(actor, house.project, title="Roof")
        target = {"lane": house.lanes[1].pk, "version": 1}
        found = raced(lambda _index, pk=card.pk, sent=target: house.post("tasks-move", sent, pk=pk))
        assert counts(found) == {200: 1, "stale": RACERS - 1}
        assert {answer.status for answer in found["stale"]} == {409}
        with house.inside():
            assert Task.objects.get(pk=card.pk).version == 2


def test_the_last_place_of_a_lane_is_taken_once(house: House) -> None:
    for _round in ROUNDS:
        with house.inside() as actor:
            lane = Lane.objects.get(pk=house.lanes[2].pk)
            taken = Task.objects.filter(lane=lane).count()
            change_lane(actor, lane, version=lane.version, wip_limit=taken + 1)
            cards = [create_task(actor, house.project, title=f"Card {number}").pk for number in range(RACERS)]
        sent = {"lane": lane.pk, "version": 1}
        found = raced(lambda index, cards=cards, sent=sent: house.post("tasks-move", sent, pk=cards[index]))
        assert counts(found) == {200: 1, "lane_full": RACERS - 1}
        assert {answer.status for answer in found["lane_full"]} == {409}
        with house.inside():
            assert Task.objects.filter(lane=lane).count() == taken + 1


def test_a_person_joins_once_and_gets_a_role_once(house: House) -> None:
    for round_ in ROUNDS:
        user = a_user(f"Yusuf Demir {round_}")

        def join(_index: int, user: User = user) -> Membership:
            with house.inside() as actor:
                return admit(actor, house.cooperative, name=user.name, user=user)

        assert counts(raced(join)) == {"done": 1, "already_member": RACERS - 1}
        with house.inside():
            member = Membership.objects.get(user=user)

        def grant(_index: int, member: Membership = member) -> RoleGrant:
            with house.inside() as actor:
                return grant_role(actor, member, role=Role.TREASURER)

        assert counts(raced(grant)) == {"done": 1, "has_role": RACERS - 1}
        with house.inside():
            assert RoleGrant.objects.filter(membership=member, role=Role.TREASURER).count() == 1


def test_two_admins_who_remove_each_other_leave_one(house: House) -> None:
    for round_ in ROUNDS:
        pair = [a_user(f"First {round_}"), a_user(f"Second {round_}")]
        cooperative = a_cooperative(pair[0], f"Birch Lane {round_}")
        a_member(cooperative, pair[1], Role.ADMIN, Role.MEMBER)
        with enter([cooperative.pk]):
            rows = {member.user_id: member for member in Membership.objects.select_related("cooperative")}

        def end(index: int, pair: list[User] = pair, cooperative: Cooperative = cooperative, rows: Any = rows) -> None:
            me, other = pair[index % 2], pair[1 - index % 2]
            with enter([cooperative.pk], me.pk):
                end_role(Actor.of(me), rows[other.pk], role=Role.ADMIN)

        found = counts(raced(end))
        assert found.pop("done") == 1
        assert found.keys() <= {"forbidden", "has_not_role"}
        with enter([cooperative.pk]):
            today = RoleGrant.objects.filter(role=Role.ADMIN, ends_on=None)
            assert today.count() == 1


def test_fifty_of_one_name_are_founded_under_fifty_addresses(house: House) -> None:
    for round_ in ROUNDS:
        sent = {"name": f"Kilele {round_}", "kind": "chama"}
        found = raced(lambda _index, sent=sent: house.post("cooperatives-list", sent))
        assert counts(found) == {201: RACERS}
        slugs = {json.loads(answer.body)["slug"] for answer in found[201]}
        assert len(slugs) == RACERS
        assert f"kilele-{round_}" in slugs


def test_projects_of_one_name_get_numbers_of_their_own(house: House) -> None:
    for round_ in ROUNDS:
        sent = {"name": f"Garden {round_}", "organization": house.cooperative.pk}
        assert counts(raced(lambda _index, sent=sent: house.post("project-list", sent))) == {201: RACERS}
    with house.inside():
        keys = list(Project.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys)) == 1 + RACERS * len(ROUNDS)


def test_one_key_does_one_thing_and_tells_fifty(house: House) -> None:
    for round_ in ROUNDS:
        sent = {"title": f"Once {round_}", "project": house.project.pk}
        found = raced(
            lambda _index, sent=sent, key=f"k{round_}": house.post("tasks-list", sent, headers={"Idempotency-Key": key})
        )
        assert counts(found) == {201: RACERS}
        assert len({answer.body for answer in found[201]}) == 1
        with house.inside():
            assert Task.objects.filter(title=f"Once {round_}").count() == 1
            assert OnceKey.objects.count() == round_ + 1


def test_fifty_keys_do_fifty_things(house: House) -> None:
    sent = {"title": "Each", "project": house.project.pk}
    found = raced(lambda index: house.post("tasks-list", sent, headers={"Idempotency-Key": f"k{index}"}))
    assert counts(found) == {201: RACERS}
    with house.inside():
        assert sorted(Task.objects.filter(title="Each").values_list("number", flat=True)) == list(range(1, RACERS + 1))
