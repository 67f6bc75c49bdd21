"""Who may open a socket, with what, and from where."""

import pytest
from django.db import OperationalError

from activity.live import consumer
from activity.live.consumer import in_database

from .lines import HOME, Line, handshake, line, seq_of, switched_off

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_ticks")]


async def test_a_member_is_greeted_with_the_number_of_the_last_record(linden, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        assert socket.hello == {"type": "hello", "seq": await in_database(seq_of, linden), "heartbeat": 10}


async def test_a_personal_socket_has_no_number(session):
    async with line("/ws/notifications/", session=session) as socket:
        assert socket.hello == {"type": "hello", "seq": None, "heartbeat": 10}


async def test_a_visitor_is_refused_everywhere(linden):
    for path in ("/ws/notifications/", f"/ws/cooperatives/{linden.pk}/", "/ws/cooperatives/x/", "/ws/projects/1/"):
        assert await Line(path).refusal() == 4401
        assert await Line(path, session="k" * 32).refusal() == 4401
        assert await Line(path, token="not.a.token").refusal() == 4401


async def test_while_the_database_is_away_a_socket_is_told_to_come_again(linden, session, monkeypatch):
    def away(*args):
        raise OperationalError("connection refused")

    path = f"/ws/cooperatives/{linden.pk}/"
    async with line(path, session=session) as socket:
        monkeypatch.setattr(consumer, "missed_since", away)
        await socket.there.send_json_to({"type": "catch_up", "since": 0})
        assert (await socket.code())[0] == 1013
    monkeypatch.setattr(consumer, "admit", away)
    assert await Line(path, session=session).refusal() == 1013


MALFORMED = ["0", "999999", "x", "-1", "1.5", "1e3", "*", "%2a", "١", "9" * 19, "9" * 400, "", "1%00", "1 or 1", "1;2"]


@pytest.mark.parametrize("room", ["cooperatives", "projects"])
async def test_an_unknown_and_a_malformed_id_are_refused_like_a_strange_room(session, room):
    for key in MALFORMED:
        assert await Line(f"/ws/{room}/{key}/", session=session).refusal() == 4403, key


async def test_a_stranger_is_refused_as_if_there_were_no_such_cooperative(linden, kilele, session):
    assert await Line(f"/ws/cooperatives/{kilele.pk}/", session=session).refusal() == 4403


async def test_an_address_without_a_room_is_refused(session):
    for path in ("/ws/", "/ws/nowhere/", "/ws/cooperatives/", "/ws/cooperatives/1/2/", "/elsewhere/"):
        assert await Line(path, session=session).refusal() == 4404, path


async def test_a_login_that_is_switched_off_is_refused(session, jonas):
    await in_database(switched_off, jonas)
    assert await Line("/ws/notifications/", session=session).refusal() == 4401


async def test_a_session_from_before_a_new_password_is_refused(session, jonas):
    def change():
        jonas.set_password("another long pass phrase")
        jonas.save()

    await in_database(change)
    assert await Line("/ws/notifications/", session=session).refusal() == 4401


async def test_a_program_opens_with_a_token_and_without_an_origin(linden, token):
    async with line(f"/ws/cooperatives/{linden.pk}/", token=token, origin=None) as socket:
        assert socket.subprotocol is None


async def test_a_token_may_come_as_a_subprotocol_which_is_then_spoken(linden, token):
    path = f"/ws/cooperatives/{linden.pk}/"
    async with line(path, subprotocols=["cooperator.bearer", token], origin=None) as socket:
        assert socket.subprotocol == "cooperator.bearer"


async def test_a_subprotocol_without_a_good_token_is_refused(session):
    for others in ([], ["a", "b"], ["x"]):
        offered = ["cooperator.bearer", *others]
        assert await Line("/ws/notifications/", session=session, subprotocols=offered).refusal() == 4401


async def test_a_bad_token_is_not_rescued_by_a_good_cookie(session):
    assert await Line("/ws/notifications/", session=session, token="bad").refusal() == 4401


async def test_a_token_in_the_address_opens_nothing(token):
    assert await Line(f"/ws/notifications/?token={token}&access_token={token}").refusal() == 4401


FOREIGN = [
    "https://evil.example",
    "http://evil.example:8000",
    "null",
    "",
    HOME + ".evil.example",
    HOME.replace("http://", "https://"),
    HOME.replace(":8000", ":8001"),
    HOME.replace(":8000", ""),
    "file://",
    "http://testserver.evil.example",
    "http://user@testserver",
]


async def test_a_foreign_page_is_refused_before_the_handshake_is_through(session):
    for origin in FOREIGN:
        headers = [*handshake(session, origin=None), (b"origin", origin.encode())]
        assert await Line("/ws/notifications/", headers=headers).refusal() == 1008, origin


async def test_a_foreign_page_is_refused_with_a_token_too(token):
    assert await Line("/ws/notifications/", token=token, origin="https://evil.example").refusal() == 1008


async def test_a_cookie_without_an_origin_is_refused(session):
    assert await Line("/ws/notifications/", session=session, origin=None).refusal() == 1008


async def test_a_page_of_the_same_host_is_at_home(session):
    for host, page in (("testserver", "testserver"), ("127.0.0.1:8123", "127.0.0.1:8123"), ("TESTSERVER", "testserver")):
        async with line("/ws/notifications/", session=session, host=host.encode(), origin=f"http://{page}"):
            pass


async def test_a_host_that_is_not_ours_makes_no_home(session):
    assert await Line("/ws/notifications/", session=session, host=b"evil.example", origin="http://evil.example").refusal() == 1008
