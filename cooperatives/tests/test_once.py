"""Doing a thing once: the kernel, the header of the API, the hidden key of a form."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.response import Response

from cooperatives.actions import InFlight, KeyReused, NotFound, RuleBroken, Ticket, action, base, digest, found, once
from cooperatives.api import CooperativeViewSet
from cooperatives.events import CHANGED, record
from cooperatives.models import Cooperative, OnceKey
from cooperatives.policy import Actor
from cooperatives.queries import enter
from cooperatives.rest import ViewSet
from cooperatives.rest.once import key_of
from members.actions import admit, end_membership
from members.models import Membership, User
from members.tokens import issue

Pair = tuple[Cooperative, Actor]
postgres_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has waited when the transaction began")
TICKET = Ticket("found", "one", "what was asked")
API = "/api/v1/cooperatives/"
BODY = {"name": "Kilele", "kind": "chama"}


@pytest.fixture
def amina(person: Callable[[str], User]) -> Any:
    """Amina, entered."""
    user = person("Amina")
    with enter((), user.pk):
        yield Actor.of(user)


def founding(actor: Actor, ticket: Ticket = TICKET, name: str = "Kilele") -> Any:
    act = lambda: found(actor, name=name, kind="chama")  # noqa: E731
    return once(actor, ticket, act, lambda made: {"slug": made.slug})


# --- The kernel ---------------------------------------------------------------------------------------------------------


def test_the_first_time_it_is_done_and_the_second_time_it_is_told(amina: Actor) -> None:
    first = founding(amina)
    assert (first.is_replay, first.result.name, first.answer) == (False, "Kilele", {"slug": "kilele"})
    again = founding(Actor.of(amina.user))
    assert (again.is_replay, again.result, again.answer) == (True, None, {"slug": "kilele"})
    assert Cooperative.objects.count() == 1


def test_the_key_itself_is_not_kept_and_the_cooperative_is(amina: Actor) -> None:
    made = founding(amina).result
    row = OnceKey.objects.get()
    assert (row.digest, row.cooperatives) == (digest("one"), [made.pk])
    assert "one" not in {str(value) for value in vars(row).values()}


def test_a_refusal_leaves_no_key(amina: Actor) -> None:
    with pytest.raises(RuleBroken) as refusal:
        founding(amina, name="")
    assert refusal.value.field == "name"
    assert not OnceKey.objects.exists()
    assert founding(amina).is_replay is False


@pytest.mark.parametrize("late", ["act", "keep", "subscriber"])
@pytest.mark.django_db(transaction=True)
def test_whatever_fails_rolls_back_key_and_effect(late: str, amina: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    def act() -> Cooperative:
        made = found(amina, name="Kilele", kind="chama")
        return made if late != "act" else fail()

    if late == "subscriber":
        monkeypatch.setattr(base, "_tell", fail)
    with pytest.raises(ZeroDivisionError):
        once(amina, TICKET, act, fail if late == "keep" else lambda made: {})
    assert (Cooperative.objects.count(), OnceKey.objects.count()) == (0, 0)


def test_subscribers_have_agreed_before_the_answer_is_kept(amina: Actor) -> None:
    def keep(made: Cooperative) -> dict[str, Any]:
        with enter([made.pk], amina.user_id):
            return {"members": Membership.objects.count()}

    assert once(amina, TICKET, lambda: found(amina, name="Kilele", kind="chama"), keep).answer == {"members": 1}
    with enter(Actor.of(amina.user).cooperative_ids, amina.user_id):
        assert Membership.objects.count() == 1  # and they agreed once


def test_the_same_key_for_another_request_is_refused(amina: Actor) -> None:
    founding(amina)
    with pytest.raises(KeyReused) as refusal:
        founding(Actor.of(amina.user), Ticket("found", "one", "something else"))
    assert (refusal.value.status, refusal.value.code, refusal.value.answer) == (422, "key_reused", {"slug": "kilele"})


def test_keys_of_another_route_and_of_another_user_are_other_keys(amina: Actor, person: Callable[[str], User]) -> None:
    founding(amina)
    assert founding(amina, Ticket("other", "one", "what was asked")).is_replay is False
    marta = Actor.of(person("Marta"))
    with enter((), marta.user_id):
        assert founding(marta).is_replay is False
    assert Cooperative.objects.count() == 3


def test_who_asked_before_the_first_one_was_done_is_answered_too(amina: Actor) -> None:
    """The first one made the very standing that the second is asked for; what it knew of itself is older than that."""
    assert [founding(amina).is_replay, founding(amina).is_replay] == [False, True]


@pytest.mark.parametrize(("hours", "is_replay"), [(47, True), (49, False)])
def test_a_key_counts_for_48_hours(hours: int, is_replay: bool, amina: Actor) -> None:
    founding(amina)
    OnceKey.objects.update(created_at=timezone.now() - timedelta(hours=hours))
    again = founding(Actor.of(amina.user))
    assert again.is_replay is is_replay
    assert Cooperative.objects.count() == (1 if is_replay else 2)
    assert OnceKey.objects.count() == 1


def test_who_has_left_is_told_nothing(linden: Pair, person: Callable[[str], User]) -> None:
    user = person("Jonas")
    with enter([linden[0].pk], user.pk):
        member = admit(linden[1], linden[0], name="Jonas", user=user)

        @action
        def act() -> None:
            record(CHANGED, Actor.of(user), linden[0], changed=[])

        once(Actor.of(user), TICKET, act, lambda _: {"secret": 1})
        assert once(Actor.of(user), TICKET, act, lambda _: {}).answer == {"secret": 1}
        end_membership(linden[1], member)
        for ticket in (TICKET, Ticket("found", "one", "something else")):
            with pytest.raises(NotFound):
                once(Actor.of(user), ticket, act, lambda _: {})


def test_what_changed_nothing_speaks_of_all_that_was_active(linden: Pair) -> None:
    with enter([linden[0].pk], linden[1].user_id):
        once(linden[1], TICKET, lambda: None, lambda _: {"shown": 1})
        assert OnceKey.objects.get().cooperatives == [linden[0].pk]


def test_once_is_the_outermost_action(amina: Actor) -> None:
    @action
    def outer() -> None:
        founding(amina)

    with pytest.raises(RuntimeError, match="outermost"):
        outer()


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_the_first_one_is_told(person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch) -> None:
    actor = Actor.of(person("Amina"))
    claimed, release = Event(), Event()

    def slowly() -> Any:
        claimed.set()
        assert release.wait(20)

    def first() -> None:
        with enter((), actor.user_id):
            once(actor, TICKET, slowly, lambda _: {"said": 1})
        connection.close()

    worker = Thread(target=first)
    worker.start()
    assert claimed.wait(20)
    monkeypatch.setitem(once.__globals__, "PATIENCE", 0.05)
    with enter((), actor.user_id):
        with pytest.raises(InFlight):
            founding(actor)
        release.set()
        worker.join()
        monkeypatch.undo()
        assert founding(actor).answer == {"said": 1}
    assert Cooperative.objects.count() == 0


@postgres_only
def test_only_the_claim_is_limited_in_time(amina: Actor) -> None:
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return str(cursor.fetchone()[0])

    assert once(amina, TICKET, limit, lambda said: {"limit": said}).answer == {"limit": "0"}


def test_where_one_text_ends_and_the_next_begins_counts() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest(b"ab", "c") == digest("ab", b"c")


# --- The header ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def program(amina: Actor) -> Callable[..., Any]:
    """Amina's program posts."""
    client = Client(headers={"Authorization": f"Bearer {issue(amina.user).access}"})

    def post(body: Any = BODY, key: str | None = "one", path: str = API) -> Any:
        headers = {} if key is None else {"Idempotency-Key": key}
        return client.post(path, body, content_type="application/json", headers=headers)

    return post


def test_sent_again_the_answer_is_the_same_to_the_byte(program: Any) -> None:
    first, again = program(), program()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert [again[name] for name in ("ETag", "Content-Type", "Idempotent-Replayed")] == ['"1"', "application/json", "true"]
    assert first["ETag"] == '"1"'
    assert not first.has_header("Idempotent-Replayed")
    assert again["Cache-Control"] == first["Cache-Control"]
    assert Cooperative.objects.count() == 1


def test_without_a_key_it_is_done_each_time(program: Any) -> None:
    assert [program(key=None).status_code for _ in range(2)] == [201, 201]
    assert (Cooperative.objects.count(), OnceKey.objects.count()) == (2, 0)


def test_another_body_under_the_same_key_is_refused(program: Any) -> None:
    program()
    other = program({"name": "Linden", "kind": "housing"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert "new key" in other.json()["detail"]
    assert Cooperative.objects.count() == 1


def test_under_another_name_the_resource_is_the_same(program: Any) -> None:
    program()
    assert program(path="/api/v1/chamas/").json()["code"] == "key_reused"
    assert Cooperative.objects.count() == 1


def test_a_refused_request_may_be_mended_and_sent_again(program: Any) -> None:
    assert program({"name": "", "kind": "chama"}).status_code == 400
    assert program({"name": "Kilele", "kind": "chama", "currency": "euro"}).status_code in (400, 422)
    assert program().status_code == 201


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("abc", "abc"), ('"abc"', "abc"), ("x" * 255, "x" * 255), ('"a\\"b\\\\c"', 'a"b\\c'), (" abc ", "abc"), ("!~", "!~"),
        (None, None),
    ],
)  # fmt: skip
def test_a_key_is_read(header: str | None, key: str | None) -> None:
    assert key_of(header) == key


@pytest.mark.parametrize("header", ["", '""', "a b", '"a b"', "x" * 256, "é", '"abc', "a\tb", '"a"b"', "a, b", '"\\n"'])
def test_what_is_no_key_is_named_with_its_cure(header: str, program: Any) -> None:
    answer = program(key=header)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "key_invalid", "Idempotency-Key")
    assert "visible ASCII" in answer.json()["detail"]
    assert Cooperative.objects.count() == 0


def test_where_a_key_is_refused_it_says_why(amina: Actor) -> None:
    answer = Client().post(
        "/api/v1/auth/login/",
        {"email": amina.user.email, "password": "a long pass phrase"},
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "key_refused")
    assert "secret" in answer.json()["detail"]
    assert not OnceKey.objects.exists()


def test_where_a_key_is_required_it_must_be_there(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ViewSet, "idempotency", "required")
    assert program(key=None).json()["code"] == "key_required"
    assert program().status_code == 201


def test_a_key_that_is_being_worked_on_is_a_conflict_that_says_how_long(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any) -> Any:
        raise InFlight

    monkeypatch.setitem(once.__globals__, "_claimed", busy)
    answer = program()
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "in_flight", "5")


def test_a_refusal_that_a_view_answers_by_itself_is_not_kept(program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(view: Any, request: Any) -> Response:
        found(view.actor, name="Half done", kind="chama")
        return Response({"detail": "No."}, status=409)

    monkeypatch.setattr(CooperativeViewSet, "create", refuse)
    assert [program().status_code for _ in range(2)] == [409, 409]
    assert (Cooperative.objects.count(), OnceKey.objects.count()) == (0, 0)


def test_a_stranger_to_the_answer_gets_what_every_stranger_gets(linden: Pair, program: Any, amina: Actor) -> None:
    made = program()
    with enter([made.json()["id"]], linden[1].user_id):
        cooperative = Cooperative.objects.get(pk=made.json()["id"])
        member = Membership.objects.get()
        admit(Actor.of(amina.user), cooperative, name="Marta", user=linden[1].user, roles=("admin", "member"))
        end_membership(Actor.of(linden[1].user), member)
    answer = program()
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
