"""Every POST sent again, one after the other: one effect, and the same answer.

In the suite one engine presses half of the doors and the other those that are left; `make crawl` has each press them all.
"""

from cooperatives.rest.once import ACCEPTED, REFUSED, REQUIRED

from ..kept import undone
from .again import Press, anew, forms_done_once, kept, posting, presses, said, same, state
from .bodies import body
from .knocking import Knock, Knocker
from .shares import tries
from .world import HERE, World


def test_every_post_of_the_api_says_what_it_does_with_a_key() -> None:
    undeclared = [str(door) for door in posting("api") if kept(door) not in (ACCEPTED, REFUSED, REQUIRED)]
    assert undeclared == []
    assert len(posting("api")) > 15


def test_who_may_knock_without_signing_in_is_kept_no_answer(world: World, quiet: None) -> None:
    knocker = Knocker(world)
    for door in posting("api"):
        if kept(door) != REFUSED:
            with undone():
                answer = knocker(Knock("visitor", door, world.ids(door, HERE), body=said(world, door), headers=_key("k")))
            assert answer.status == 401, door


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def test_where_a_key_is_refused_nothing_is_done(world: World, quiet: None) -> None:
    knocker = Knocker(world)
    refusing = [door for door in posting("api") if kept(door) == REFUSED]
    assert len(refusing) >= 5
    for door in refusing:
        sent = body(world, door) or {}
        before = state()
        answer = knocker(Knock("admin", door, world.ids(door, HERE), body=sent, headers=_key("k")))
        assert (answer.status, b'"key_refused"' in answer.body) == (400, True), (door, answer.body)
        assert state() == before, door


def test_sent_again_each_post_is_answered_as_the_first_time(world: World, quiet: None) -> None:
    names = []
    for press in presses(world):
        names.append(press.door.name)
        if not tries(press.door):
            continue
        with undone():
            before = state()
            first = press("a")
            assert first.is_open, (press.door, first.status, first.body[:300])
            done = state()
            assert done != before, press.door
            again = press("a")
            assert same(press, first, again), (press.door, first, again)
            assert state() == done, press.door
            _with_another_body(press)
            assert state() == done, press.door
    assert len(names) > 18
    assert names.count("tasks:import") == 2, "the upload, and its confirmation"


def _with_another_body(press: Press) -> None:
    other = press("a", further="field")
    if press.door.kind == "api":
        assert (other.status, b'"key_reused"' in other.body) == (422, True), (press.door, other.body)
        return
    assert other.status in (409, 422), (press.door, other.status)  # an upload that was imported is done with
    if other.status == 422:
        assert b"You already sent this form" in other.body, press.door
        forms = forms_done_once(other.body, press.door.address(press.ids))
        assert [form for form in forms if form["once_key"] != "a"], press.door


def test_every_form_that_is_sent_twice_acts_once(world: World, quiet: None) -> None:
    """Those without a one-time key, too: a version, or what they do, must keep the second press from doing more."""
    knocker = Knocker(world)
    doors = posting("page")
    assert len(doors) > 12
    for door in filter(tries, doors):
        with undone():
            anew(world)
            ids, sent = world.ids(door, HERE), body(world, door) or {}
            page = knocker(Knock("admin", door.by("GET"), ids))
            for form in forms_done_once(page.body, door.address(ids))[:1]:
                sent = {**form, **sent}
            first = knocker(Knock("admin", door, ids, body=sent))
            assert first.status < 500, (door, first.error)
            done = state()
            again = knocker(Knock("admin", door, ids, body=sent))
            assert again.status < 500, (door, again.error)
            assert state() == done, f"{door}: pressed twice, done twice"
