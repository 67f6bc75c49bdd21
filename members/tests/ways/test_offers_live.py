"""The office hears what somebody answers to an offer as it happens, and looks again; no other member hears of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from activity.live.consumer import in_database
from activity.live.messages import groups_of
from activity.tests.conftest import quick_ticks  # noqa: F401
from activity.tests.lines import line, signed_in
from cooperatives.events import KINDS
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import (
    admit,
    answer_offer,
    end_role as end_office,
    grant_role,
)
from members.models import Membership, UnitOffer, User, WaitingEntry
from members.roles import Role
from members.tests.factories import a_cooperative, a_member, a_user, acting, an_offer, days

OFFERS = ["members.offer_accepted", "members.offer_expired", "members.offer_refused", "members.offer_withdrawn"]
live = pytest.mark.django_db(transaction=True)


class World:
    """Alder Yard: Ada is its admin, Cleo its secretary, Dora and Ben are members; a home is offered to Ben."""

    def __init__(self) -> None:
        self.ada, self.cleo, self.dora, self.ben = (a_user(f"{name} Oak") for name in ("Ada", "Cleo", "Dora", "Ben"))
        self.alder = a_cooperative(self.ada)
        self.office = a_member(self.alder, self.cleo, Role.SECRETARY, Role.MEMBER)
        a_member(self.alder, self.dora)
        self.bens = a_member(self.alder, self.ben)
        self.offer = self.offered("N-1")

    def offered(self, code: str) -> UnitOffer:
        """A home that is offered to Ben."""
        with enter([self.alder.pk]):
            WaitingEntry.objects.update(state="withdrawn")
            return an_offer(self.alder, self.bens, code=code)

    def answer(self, *, accepted: bool) -> None:
        """Ben answers."""
        with acting(self.ben) as actor:
            answer_offer(actor, self.offer, version=1, accepted=accepted)

    def line(self, user: User) -> Any:
        """The socket of the cooperative for a user."""
        return line(f"/ws/cooperatives/{self.alder.pk}/", session=signed_in(user))

    def admit(self) -> None:
        """Something that every member hears of."""
        with enter([self.alder.pk]):
            admit(SYSTEM, self.alder, name="Nora New")


@live
@pytest.mark.usefixtures("quick_ticks")
async def test_the_office_hears_the_answer_and_other_members_do_not() -> None:
    world = await in_database(World)
    lines = [await in_database(world.line, user) for user in (world.cleo, world.dora, world.ben)]
    async with lines[0] as office, lines[1] as fellow, lines[2] as own:
        await in_database(lambda: world.answer(accepted=False))
        await in_database(world.admit)
        heard = [await socket.hear() for socket in (office, fellow, own)]
    assert [message["type"] for message in heard] == ["members.offer_refused", "members.joined", "members.offer_refused"]
    assert (heard[0]["entry"], heard[0]["unit"]) == (str(world.offer.entry.public_id), "N-1")


@live
@pytest.mark.usefixtures("quick_ticks")
async def test_who_is_no_officer_any_more_hears_no_answers() -> None:
    world = await in_database(World)
    async with await in_database(world.line, world.cleo) as socket:

        def ends() -> None:
            with acting(world.ada) as actor:
                end_office(actor, world.office, role=Role.SECRETARY)

        await in_database(ends)
        assert (await socket.hear())["type"] == "members.role_ended"
        await in_database(lambda: world.answer(accepted=True))
        await in_database(world.admit)
        assert (await socket.hear())["type"] == "members.joined"


@live
@pytest.mark.usefixtures("quick_ticks")
async def test_who_becomes_an_officer_hears_them_from_then_on() -> None:
    world = await in_database(World)
    async with await in_database(world.line, world.dora) as socket:

        def begins() -> None:
            with acting(world.ada) as actor:
                grant_role(actor, Membership.objects.get(user=world.dora), role=Role.TREASURER, starts_on=days(0))

        await in_database(begins)
        assert (await socket.hear())["type"] == "members.role_granted"
        await in_database(lambda: world.answer(accepted=True))
        assert (await socket.hear())["type"] == "members.offer_accepted"


@live
@pytest.mark.usefixtures("quick_ticks")
async def test_what_an_officer_missed_is_said_when_they_come_back() -> None:
    world = await in_database(World)
    await in_database(lambda: world.answer(accepted=True))
    heard = []
    for user in (world.cleo, world.dora):
        async with await in_database(world.line, user) as socket:
            await socket.there.send_json_to({"type": "catch_up", "since": socket.hello["seq"] - 1})
            heard.append((await socket.hear())["type"])
    assert heard == ["members.offer_accepted", "caught_up"]


def test_every_turn_of_an_offer_is_waited_for_by_the_office() -> None:
    kinds = [name for name, kind in KINDS.items() if kind.office]
    assert sorted(kinds) == sorted([*OFFERS, "members.unit_offered"])
    for name in kinds:
        assert groups_of(KINDS[name], 7, {"user_id": ""}) == ("officers.7",)
        assert groups_of(KINDS[name], 7, {"user_id": "u"}) == ("member.u", "member.u.7", "officers.7")


@pytest.mark.django_db
def test_the_pages_of_the_office_look_again_at_every_turn_of_an_offer(
    alder: Cooperative, ada: User, ben: User, signed_in: Callable[[User], Client], inside: None
) -> None:
    offer = an_offer(alder, Membership.objects.select_related("person").get(user=ben))
    office, entry = signed_in(ada), f"/c/alder-yard/members/waiting/{offer.entry.public_id}/"
    for address, root in (
        (entry, f'<div id="waits-{offer.entry.pk}" data-refresh="{entry}" data-refresh-on="'),
        ("/c/alder-yard/members/waiting/?page=1", '<div id="waiting" data-refresh="/c/alder-yard/members/waiting/?page=1"'),
    ):
        page = office.get(address).content.decode()
        again = office.get(address, headers={"HX-Request": "true"}).content.decode()
        assert root in page and root in again and "<html" not in again
        words = page.partition('data-refresh-on="')[2].partition('"')[0].split()
        assert [kind for kind in (*OFFERS, "members.unit_offered") if not kind.startswith(tuple(words))] == []
