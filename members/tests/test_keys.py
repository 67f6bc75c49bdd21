"""Personal API keys: how one is written, who makes and ends one, how long it opens, and that nothing of it is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, actor_of_token, credential_of_token
from members import keys, tokens
from members.actions import change_user, create_key, end_key, end_membership
from members.actions.keys import MOST_AN_HOUR, MOST_OPEN
from members.models import ApiKey, Membership, User

from .factories import a_user, acting, refused


def made(user: User, name: str = "Sheet", **facts: Any) -> tuple[ApiKey, str]:
    with acting(user) as actor:
        return create_key(actor, name=name, **facts)


# --- How one is written -----------------------------------------------------------------------------------------------


def test_a_key_is_known_by_sight_and_its_typos_too() -> None:
    text, prefix, digest = keys.mint()
    assert keys.PATTERN.fullmatch(text)
    assert (text[:13], len(text), len(digest)) == (prefix, 60, 64)
    assert keys.is_written_right(text)
    swapped = [text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(5, 59) if text[at] != text[at + 1]]
    changed = [text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :] for at in range(60)]
    assert [typo for typo in (*swapped, *changed) if keys.is_written_right(typo)] == []


def test_the_checksum_is_the_one_the_page_for_integrators_names() -> None:
    body = "coop_00000000_" + "0" * 40
    assert keys.checksum(body) == "2MDjOh"
    assert keys.is_written_right(f"{body}2MDjOh")


def test_two_keys_share_nothing() -> None:
    first, second = keys.mint(), keys.mint()
    assert len({*first, *second}) == 6


def test_the_database_holds_no_key(ada: User) -> None:
    key, text = made(ada)
    stored = ApiKey.objects.filter(pk=key.pk).values().get()
    assert not [value for value in stored.values() if str(value) == text or text[14:] in str(value)]
    assert (stored["prefix"], stored["digest"]) == (text[:13], keys.digest(text))


# --- What one proves --------------------------------------------------------------------------------------------------


def test_a_key_proves_its_user_scope_and_end(ada: User, alder: Cooperative) -> None:
    key, text = made(ada, scope="write", cooperative_id=alder.pk, days=30)
    found = credential_of_token(text)
    assert found is not None
    assert (found.user, found.scopes, found.cooperative_id, found.ends) == (ada, {"write"}, alder.pk, key.expires_at)
    assert (found.is_key, found.name) == (True, f"key:{key.pk}")
    assert timedelta(days=30) - timedelta(minutes=1) < key.expires_at - timezone.now() <= timedelta(days=30)


def test_a_key_is_found_in_one_query_and_its_use_noted_once_a_minute(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, text = made(ada)
    with django_assert_num_queries(2):
        keys.resolve(text)
    with django_assert_num_queries(1):
        keys.resolve(text)
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    with django_assert_num_queries(2):
        keys.resolve(text)
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert timezone.now() - key.last_used_at < timedelta(minutes=1)


def test_a_key_opens_while_nothing_can_be_written(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    _key, text = made(ada)

    def full(*args: Any, **facts: Any) -> int:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", full)
    assert credential_of_token(text) is not None


def test_what_is_not_written_right_asks_no_database(ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _key, text = made(ada)
    with django_assert_num_queries(0):
        assert keys.resolve(text[:-1]) is None
        assert keys.resolve(text[:-1] + ("A" if text[-1] != "A" else "B")) is None


def over(ada: User, key: ApiKey, keeper: User) -> None:
    ApiKey.objects.update(expires_at=timezone.now())


def ended(ada: User, key: ApiKey, keeper: User) -> None:
    with acting(ada) as actor:
        end_key(actor, key)


def switched_off(ada: User, key: ApiKey, keeper: User) -> None:
    with acting(keeper) as actor:
        off = change_user(actor, ada, version=ada.version, is_active=False)
        change_user(actor, off, version=off.version, is_active=True)


def closed(ada: User, key: ApiKey, keeper: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)


def of_a_demo_that_is_not_shown(ada: User, key: ApiKey, keeper: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_demo=True)


@pytest.mark.parametrize("happening", [over, ended, switched_off, closed, of_a_demo_that_is_not_shown])
def test_what_shuts_a_key(ada: User, keeper: User, happening: Callable[[User, ApiKey, User], None]) -> None:
    key, text = made(ada)
    assert credential_of_token(text) is not None
    happening(ada, key, keeper)
    assert credential_of_token(text) is None


def test_a_new_password_leaves_keys_as_they_are(ada: User) -> None:
    _key, text = made(ada)
    ada.set_password("another-lantern-12")
    ada.save()
    assert credential_of_token(text) is not None


def test_ending_one_closes_the_sockets_that_came_from_it(
    ada: User, asked: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    key, _text = made(ada)
    with django_capture_on_commit_callbacks(execute=True):
        ended(ada, key, ada)
    assert asked == [str(ada.public_id)]


def test_who_has_left_a_cooperative_is_shut_out_of_it_with_every_key(ada: User, alder: Cooperative, ben: User) -> None:
    _bound, bound = made(ben, "Bound", cooperative_id=alder.pk)
    _free, free = made(ben, "Free")
    with acting(ada) as actor:
        end_membership(actor, Membership.objects.get(user=ben))
    left = actor_of_token(free)
    assert left is not None
    assert left.cooperative_ids == ()
    assert actor_of_token(bound) is None


def test_what_is_long_over_is_forgotten(ada: User) -> None:
    now = timezone.now()
    rows = [made(ada, name)[0] for name in ("Over", "Ended", "Just over", "Open")]
    ApiKey.objects.filter(pk=rows[0].pk).update(expires_at=now - timedelta(days=31))
    ApiKey.objects.filter(pk=rows[1].pk).update(ended_at=now - timedelta(days=31))
    ApiKey.objects.filter(pk=rows[2].pk).update(expires_at=now - timedelta(days=29))
    assert keys.forget_old(now=now) == 2
    assert set(ApiKey.objects.values_list("name", flat=True)) == {"Just over", "Open"}


# --- Making one -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "key_name"),
        ({"name": "N" * 81}, "key_name"),
        ({"name": "two\nlines"}, "key_name"),
        ({"name": "N\x00"}, "key_name"),
        ({"scope": "admin"}, "key_scope"),
        ({"scope": ""}, "key_scope"),
        ({"days": 0}, "key_days"),
        ({"days": 366}, "key_days"),
        ({"cooperative_id": 10**9}, "key_cooperative"),
    ],
)
def test_what_no_key_can_be(ada: User, facts: dict[str, Any], code: str) -> None:
    with refused(code):
        made(ada, **{"name": "Sheet", **facts})
    assert not ApiKey.objects.exists()


def test_nobody_makes_a_key_for_a_cooperative_of_others(ada: User, stranger: User, alder: Cooperative) -> None:
    with refused("key_cooperative"):
        made(stranger, cooperative_id=alder.pk)


def test_a_name_stands_for_one_open_key(ada: User, ben: User) -> None:
    key, _text = made(ada)
    with refused("key_name_taken"):
        made(ada, " Sheet ")
    made(ben)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    made(ada)
    assert ApiKey.objects.filter(user=ada, ended_at=None).count() == 1


def test_twenty_open_keys_are_enough(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.actions.keys.MOST_AN_HOUR", 100)
    for number in range(MOST_OPEN):
        key, _text = made(ada, f"Key {number}")
    with refused("too_many_keys"):
        made(ada, "One more")
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())
    made(ada, "One more")


def test_so_many_an_hour_and_no_more(ada: User) -> None:
    for _number in range(MOST_AN_HOUR):
        ended(ada, made(ada)[0], ada)
    with refused("throttled") as caught:
        made(ada)
    assert 0 < caught.value.wait <= 3600  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_place(at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.actions.keys.MOST_OPEN", 3)
    user = a_user()
    results = at_once(lambda index: made(user, f"Key {index}"), 8)
    assert sum(isinstance(result, tuple) for result in results) == 3
    assert ApiKey.objects.count() == 3
    assert {getattr(result, "code", "") for result in results if not isinstance(result, tuple)} == {"too_many_keys"}


@pytest.mark.parametrize("narrowed", [False, True])
def test_no_key_makes_or_ends_a_key(ada: User, alder: Cooperative, narrowed: bool) -> None:
    key, text = made(ada, scope="write")
    pair = tokens.issue(ada, cooperative_id=alder.pk)
    actor = Actor.of(ada, pair.credential if narrowed else credential_of_token(text))
    with refused("forbidden"):
        create_key(actor, name="Child")
    with refused("forbidden"):
        end_key(actor, key)
    assert ApiKey.objects.filter(ended_at=None).count() == 1


def test_nobody_ends_the_key_of_another(ada: User, keeper: User) -> None:
    key, text = made(ada)
    for other in (a_user("Olga Other"), keeper):
        with acting(other) as actor, refused("forbidden"):
            end_key(actor, key)
    assert credential_of_token(text) is not None


def test_the_owner_is_told_of_a_new_key_and_not_what_it_is(
    ada: User, alder: Cooperative, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        key, text = made(ada, "Sheet <b>", cooperative_id=alder.pk)
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject) == ([ada.email], "A new API key for your login")
    for said in ("Sheet <b>", key.prefix, "Read", "Alder Yard", "/profile/keys/"):
        assert said in letter.body
    assert text not in letter.body
    assert text[14:] not in letter.body


def test_a_letter_that_cannot_be_sent_undoes_nothing(
    ada: User, settings: Any, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with django_capture_on_commit_callbacks(execute=True):
        _key, text = made(ada)
    assert credential_of_token(text) is not None
    assert "could not be sent" in caplog.text
    assert ada.email not in caplog.text
