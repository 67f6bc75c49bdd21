"""Every kind of forged token at every kind of door, on both of two cooperatives: none is accepted, all answers are alike."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from activity.live.consumer import in_database
from activity.tests.lines import HOME, Line, handshake
from cooperatives.models import Cooperative
from members import tokens
from members.actions import create_key, end_key, end_membership
from members.models import Membership, User

from .factories import a_cooperative, a_member, a_user, acting, bearer
from .forging import FORGERIES, Loot

pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
PROFILE = "/api/v1/auth/profile/"


class Houses:
    """Two cooperatives, a member of both, a forger who has found what is lying about."""

    def __init__(self) -> None:
        self.ada, other = a_user("Ada Quist"), a_user("Olga Other")
        self.both = [a_cooperative(self.ada, "Alder Yard"), a_cooperative(self.ada, "Birch Lane")]
        a_member(self.both[1], other)
        with acting(self.ada) as actor:
            _key, key = create_key(actor, name="Good", scope="write")
            old, ended_key = create_key(actor, name="Ended", scope="write")
            end_key(actor, old)
        ended = tokens.issue(self.ada)
        tokens.end_families(self.ada)
        narrowed = tokens.issue(self.ada, cooperative_id=self.both[0].pk)
        self.loot = Loot(
            tokens.issue(self.ada), narrowed, key, tokens.issue(other), ended, ended_key, left_by(self.ada, self.both[0])
        )

    def forged(self) -> Iterator[tuple[str, str]]:
        for name, forge in FORGERIES.items():
            yield name, forge(self.loot)


def left_by(admin: User, house: Cooperative) -> tokens.Pair:
    """The token, narrowed to a cooperative, of somebody who has left it."""
    gone = a_user("Gil Gone")
    a_member(house, gone)
    pair = tokens.issue(gone, cooperative_id=house.pk)
    with acting(admin) as actor:
        end_membership(actor, Membership.objects.get(user=gone))
    return pair


@pytest.fixture
def houses(db: None) -> Houses:
    return Houses()


def addresses(houses: Houses) -> list[str]:
    return [PROFILE, "/api/v1/api-keys/", *(f"/api/v1/cooperatives/{house.pk}/" for house in houses.both)]


def as_header(token: str) -> dict[str, Any]:
    """A header as it comes over the wire: bytes, whatever they mean."""
    return {"HTTP_AUTHORIZATION": "Bearer " + token.encode().decode("latin1")}


def test_there_are_more_than_twelve_kinds_and_all_differ(houses: Houses) -> None:
    forged = dict(houses.forged())
    assert len(forged) >= 50
    assert len(set(forged.values())) == len(forged)
    assert not {houses.loot.pair.access, houses.loot.key, houses.loot.narrowed.access} & set(forged.values())


def test_at_the_api_none_is_accepted_and_all_answers_are_alike(houses: Houses) -> None:
    client = Client()
    for address in addresses(houses):
        for good in (houses.loot.pair.access, *([houses.loot.key] if "api-keys" not in address else [])):
            assert client.get(address, headers=bearer(good)).status_code == 200, address
        answers = {
            (answer.status_code, answer["WWW-Authenticate"], answer["Cache-Control"], answer.content)
            for _name, token in houses.forged()
            for answer in [client.get(address, **as_header(token))]
        }
        assert {answer[0] for answer in answers} == {401}
        assert len(answers) == 1, answers


def test_none_writes_either(houses: Houses) -> None:
    client = Client()
    for name, token in houses.forged():
        for method in ("post", "patch", "put", "delete"):
            answer = getattr(client, method)(PROFILE, "{}", content_type="application/json", **as_header(token))
            assert answer.status_code == 401, (method, name)


def test_at_a_page_a_token_counts_for_nothing(houses: Houses) -> None:
    client = Client()
    good = {"good": houses.loot.pair.access, "key": houses.loot.key}
    for path in ("/profile/", *(f"/c/{house.slug}/" for house in houses.both)):
        visitor = client.get(path)
        for name, token in {**dict(houses.forged()), **good}.items():
            answer = client.get(path, **as_header(token))
            assert (answer.status_code, answer["Location"]) == (visitor.status_code, visitor["Location"]) == (
                302, f"/accounts/login/?next={path}",
            ), name  # fmt: skip


def sockets(houses: Houses) -> list[str]:
    return ["/ws/notifications/", *(f"/ws/cooperatives/{house.pk}/" for house in houses.both)]


def by_header(path: str, token: str) -> Line:
    raw = b"Bearer " + token.encode()
    return Line(path, headers=[*handshake(origin=None), (b"authorization", raw)])


def by_subprotocol(path: str, token: str) -> Line:
    return Line(path, origin=HOME, subprotocols=["cooperator.bearer", token])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", [by_header, by_subprotocol])
async def test_at_a_socket_none_is_accepted(houses: Houses, door: Any) -> None:
    forged = await in_database(lambda: dict(houses.forged()))
    for path in sockets(houses):
        for good in (houses.loot.pair.access, houses.loot.key):
            opened = await door(path, good).open()
            await opened.close()
        codes = await asyncio.gather(*(door(path, token).refusal() for token in forged.values()))
        assert dict(zip(forged, codes, strict=True)) == dict.fromkeys(forged, 4401), path
