"""When sockets are closed: a right that ends, a sign-out, a client that talks nonsense."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from activity.live import LiveConsumer, announce, frames, hub, recheck
from activity.live.admitting import SessionStore
from activity.live.consumer import in_database
from activity.live.hub import Hub
from cooperatives.policy import Actor, Credential, Standing, actor as policy_actor
from cooperatives.queries import enter
from members.actions import admit, end_membership
from members.models import Membership
from members.tokens import end_families

from .acts import CARD, note, stand
from .lines import Line, line, signed_in, switched_off, trial_application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_ticks")]


def leave(cooperative, user, by):
    with enter([cooperative.pk], by.pk):
        end_membership(Actor.of(by), Membership.objects.get(user=user))


async def test_a_member_who_is_struck_off_is_cut_off_and_hears_nothing_more(linden, marta, jonas, session):
    path = f"/ws/cooperatives/{linden.pk}/"
    async with line(path, session=session) as his, line(path, session=await in_database(signed_in, marta)) as hers:
        await in_database(leave, linden, jonas, marta)
        await in_database(note, linden, "when he is gone")
        code, said = await his.code()
        assert (code, [message["type"] for message in said if message["seq"] > his.hello["seq"]]) == (4403, [])
        while (await hers.hear()).get("text") != "when he is gone":
            pass


async def test_a_personal_socket_outlives_one_membership(linden, marta, jonas, session):
    async with line("/ws/notifications/", session=session) as socket:
        await in_database(leave, linden, jonas, marta)
        announce("still here")
        assert (await socket.hear())["text"] == "still here"


async def test_catching_up_after_being_struck_off_says_nothing(linden, marta, jonas, session, monkeypatch):
    """Even when the message that would have cut the socket off was lost."""
    monkeypatch.setattr(Hub, "_recheck", lambda hub, groups: None)
    async with line("/ws/projects/3/", application=trial_application, session=session) as socket:
        await in_database(leave, linden, jonas, marta)
        await in_database(lambda: note(linden, "here", what=CARD, project_id=4))
        await socket.there.send_json_to({"type": "catch_up", "since": 0})
        assert await socket.code() == (4403, [])


async def test_a_change_that_leaves_the_right_standing_costs_no_message(linden, jonas, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        await in_database(stand, linden, jonas)
        await in_database(note, linden, "next")
        assert [(await socket.hear())["type"] for _ in range(2)] == ["trial.stood", "trial.noted"]


async def test_signing_out_closes_the_sockets_of_that_session_only(linden, jonas, session):
    other = await in_database(signed_in, jonas)
    path = f"/ws/cooperatives/{linden.pk}/"
    async with line(path, session=session) as here, line(path, session=other) as there:
        await in_database(lambda: SessionStore(session).delete())
        recheck(str(jonas.public_id))
        assert await here.code() == (4401, [])
        await in_database(note, linden, "still")
        assert (await there.hear())["text"] == "still"


async def test_a_sign_out_that_is_told_of_before_it_is_done_closes_too(jonas, session):
    async with line("/ws/notifications/", session=session) as socket:
        recheck(str(jonas.public_id))
        await in_database(lambda: SessionStore(session).delete())
        assert await socket.code() == (4401, [])


async def test_switching_a_login_off_closes_every_socket(linden, jonas, session, token):
    path = f"/ws/cooperatives/{linden.pk}/"
    async with line(path, session=session) as by_cookie, line(path, token=token, origin=None) as by_token:
        await in_database(switched_off, jonas)
        recheck(str(jonas.public_id))
        assert (await by_cookie.code())[0] == (await by_token.code())[0] == 4401


async def test_ending_the_sign_ins_of_programs_leaves_browsers_alone(linden, jonas, session, token):
    path = f"/ws/cooperatives/{linden.pk}/"
    async with line(path, session=session) as by_cookie, line(path, token=token, origin=None) as by_token:
        await in_database(end_families, jonas)
        recheck(str(jonas.public_id))
        assert (await by_token.code())[0] == 4401
        await in_database(note, linden, "still")
        assert (await by_cookie.hear())["text"] == "still"


async def test_a_socket_closes_at_the_end_of_the_dated_right_that_opened_it(linden, jonas, session, monkeypatch):
    ends = datetime.now(UTC) + timedelta(milliseconds=200)
    standings = {linden.pk: Standing(linden.pk, 1, frozenset({"member"}), ends)}
    monkeypatch.setattr(policy_actor, "_finder", lambda user: standings if datetime.now(UTC) < ends else {})
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        assert await socket.code() == (4408, [])
    assert await Line(f"/ws/cooperatives/{linden.pk}/", session=session).refusal() == 4403


async def test_a_right_that_is_over_already_when_it_is_found_closes_at_the_next_look(linden, session, monkeypatch):
    ends = datetime.now(UTC) + timedelta(milliseconds=200)
    standings = {linden.pk: Standing(linden.pk, 1, frozenset({"member"}), ends)}
    monkeypatch.setattr(policy_actor, "_finder", lambda user: standings)  # a finder that forgets to look at the date
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        assert await socket.code() == (4408, [])


async def test_a_socket_closes_when_its_token_ends(linden, jonas, monkeypatch):
    ends = datetime.now(UTC) + timedelta(milliseconds=200)
    monkeypatch.setattr(policy_actor, "_resolver", lambda token: Credential(jonas, ends) if datetime.now(UTC) < ends else None)
    async with line(f"/ws/cooperatives/{linden.pk}/", token="t", origin=None) as socket:
        assert await socket.code() == (4401, [])


async def test_a_right_lost_while_the_socket_opens_is_noticed(linden, marta, jonas, session, monkeypatch):
    admitting = LiveConsumer._admit

    async def slowly(consumer):
        admission = await admitting(consumer)
        monkeypatch.setattr(LiveConsumer, "_admit", admitting)
        await in_database(leave, linden, jonas, marta)
        return admission

    monkeypatch.setattr(LiveConsumer, "_admit", slowly)
    socket = Line(f"/ws/cooperatives/{linden.pk}/", session=session)
    await socket.there.connect(timeout=20)
    code, said = await socket.code()
    assert (code, [message["type"] for message in said]) == (4403, ["hello"])
    await socket.close()


ODD = [
    ("not json", "not_json"),
    ("", "not_json"),
    ("[]", "unknown_type"),
    ('"catch_up"', "unknown_type"),
    ("null", "unknown_type"),
    ("{}", "unknown_type"),
    ('{"type": "issue.created"}', "unknown_type"),
    ('{"type": ["catch_up"]}', "unknown_type"),
    ('{"type": {"catch_up": 1}}', "unknown_type"),
    ("[" * 60_000, "not_json"),
    ('{"type": "catch_up", "since": 1\x00}', "not_json"),
    ('{"type": "catch_up"}', "since"),
    ('{"type": "catch_up", "since": null}', "since"),
    ('{"type": "catch_up", "since": "5"}', "since"),
    ('{"type": "catch_up", "since": true}', "since"),
    ('{"type": "catch_up", "since": -1}', "since"),
    ('{"type": "catch_up", "since": 1.0}', "since"),
    ('{"type": "catch_up", "since": 1e400}', "since"),
    ('{"type": "catch_up", "since": 99999999999999999999}', "since"),
    ('{"type": "catch_up", "since": NaN}', "since"),
    ('{"type": "catch_up", "since": ' + "9" * 5000 + "}", "not_json"),
]


async def test_odd_input_is_answered_and_three_times_is_enough(session, linden):
    for text, code in ODD:
        async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
            for _ in range(3):
                await socket.there.send_input({"type": "websocket.receive", "text": text})
            ended, said = await socket.code()
        assert ended == 1008
        assert [(answer["type"], answer["code"]) for answer in said] == [("error", code)] * 3, text[:50]


async def test_binary_is_answered(session):
    async with line("/ws/notifications/", session=session) as socket:
        await socket.there.send_to(bytes_data=b"\x00\xff")
        assert (await socket.hear())["code"] == "not_text"


async def test_two_odd_frames_do_not_end_a_socket(linden, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        for _ in range(2):
            assert (await socket.say(type="what"))["type"] == "error"
        await in_database(note, linden, "still")
        assert (await socket.hear())["text"] == "still"


@pytest.mark.parametrize("large", [{"text": " " * (64 * 1024 + 1)}, {"bytes": b" " * (64 * 1024 + 1)}])
async def test_a_frame_that_is_too_large_ends_a_socket(session, large):
    async with line("/ws/notifications/", session=session) as socket:
        await socket.there.send_input({"type": "websocket.receive", **large})
        assert await socket.code() == (1009, [])


async def test_a_pong_keeps_a_socket_alive_and_gets_no_answer(session):
    async with line("/ws/notifications/", session=session) as socket:
        (mine,) = hub._sockets
        mine.heard -= 1000
        await socket.there.send_json_to({"type": "pong"})
        assert await socket.say(type="catch_up", since=0) == {"type": "resync", "seq": None}
        await hub.tick(mine.heard + frames.SILENCE - 1)
        assert len(hub) == 1


async def test_a_flood_ends_a_socket(session):
    async with line("/ws/notifications/", session=session) as socket:
        for _ in range(frames.MOST_FRAMES + 1):
            await socket.there.send_json_to({"type": "pong"})
        assert await socket.code() == (1008, [])


async def test_after_its_end_a_socket_is_deaf(session):
    async with line("/ws/notifications/", session=session) as socket:
        for _ in range(4):
            await socket.there.send_json_to({"type": "what"})
        assert (await socket.code())[0] == 1008
        await socket.there.send_json_to({"type": "catch_up", "since": 0})
        await asyncio.sleep(0)
        assert await socket.there.receive_nothing()


async def test_a_page_that_is_left_leaves_nothing_behind(linden, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session):
        assert len(hub) == 1
    assert (len(hub), hub._groups, hub._tasks) == (0, {}, {})


async def test_a_new_member_may_listen_at_once(linden, marta, amina):
    session = await in_database(signed_in, amina)
    assert await Line(f"/ws/cooperatives/{linden.pk}/", session=session).refusal() == 4403

    def join():
        with enter([linden.pk], marta.pk):
            admit(Actor.of(marta), linden, name="Amina", user=amina)

    await in_database(join)
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session):
        pass
