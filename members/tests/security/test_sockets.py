"""Open sockets end with the session, the token or the factor that let them in."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from activity.live.consumer import in_database
from activity.tests.conftest import quick_ticks  # noqa: F401
from activity.tests.lines import Line, line
from members import tokens
from members.models import User
from members.security import sessions
from members.tests.factories import a_cooperative, a_user

from .ways import an_app, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_ticks")]
PATH = "/ws/notifications/"
WITHIN = 5  # seconds in which a hang becomes a failure; what is measured is that it happens at all


def arrived(user: User) -> str:
    return signed_in(user).session.session_key or ""


async def closed(socket: Any) -> int:
    code, _said = await asyncio.wait_for(socket.code(), WITHIN)
    return int(code)


async def test_a_new_factor_closes_the_sockets_of_everything_else() -> None:
    ada = await in_database(a_user)
    there = await in_database(arrived, ada)
    program = await in_database(tokens.issue, ada)
    async with line(PATH, session=there) as browser, line(PATH, token=program.access, origin=None) as script:
        await in_database(an_app, ada)
        assert (await closed(browser), await closed(script)) == (4401, 4401)


async def test_ending_one_sign_in_closes_its_sockets_alone() -> None:
    ada = await in_database(a_user)
    here, there = await in_database(arrived, ada), await in_database(arrived, ada)
    async with line(PATH, session=here) as mine, line(PATH, session=there) as other:
        key = await in_database(lambda: sessions.UserSession.objects.get(session_key=there).pk)
        await in_database(sessions.end_place, ada, key)
        assert await closed(other) == 4401
        await mine.there.send_json_to({"type": "catch_up", "since": 0})
        assert (await mine.hear())["type"] == "resync"


async def test_a_session_that_is_over_opens_none_though_its_row_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await in_database(a_user)
    await in_database(a_cooperative, ada)
    key = await in_database(arrived, ada)
    monkeypatch.setattr(sessions, "IDLE", sessions.timedelta(0))
    assert await Line(PATH, session=key).refusal() == 4401


async def test_a_socket_does_not_outlive_the_idle_session(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await in_database(a_user)
    await in_database(a_cooperative, ada)
    monkeypatch.setattr(sessions, "IDLE", sessions.timedelta(seconds=1))
    key = await in_database(arrived, ada)
    async with line(PATH, session=key) as socket:
        assert await closed(socket) == 4401


async def test_who_is_held_back_hears_nothing(settings: Any) -> None:
    settings.REQUIRE_FACTOR_FOR = ["admin"]
    ada = await in_database(a_user)
    await in_database(a_cooperative, ada)
    key = await in_database(arrived, ada)
    assert await Line(PATH, session=key).refusal() == 4403
    await in_database(an_app, ada)
    assert (await sync_to_async(Client)()).cookies == {}
