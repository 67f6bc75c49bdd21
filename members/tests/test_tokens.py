"""Tokens: which are good, which are not, and that a refresh token works once however many try."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cooperatives.policy import Credential, credential_of_token
from members import tokens
from members.actions import change_user
from members.models import RefreshToken, TokenFamily, User

from .factories import a_user, acting
from .forging import claims_of as claims_in, signed


def claims_of(pair: tokens.Pair, **changed: Any) -> dict[str, Any]:
    """The claims of its access token, some of them changed."""
    return claims_in(pair.access, **changed)


def test_a_good_token_names_its_user_and_its_end_in_one_query(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before = timezone.now()
    pair = tokens.issue(ada)
    with django_assert_num_queries(1):
        found = credential_of_token(pair.access)
    assert found == Credential(ada, pair.expires_at)
    assert timedelta(minutes=4, seconds=58) <= pair.expires_at - before <= timedelta(minutes=5)


def test_what_an_access_token_says(ada: User) -> None:
    claims = claims_of(tokens.issue(ada))
    family = TokenFamily.objects.get()
    assert claims.keys() == {"sub", "typ", "fam", "aud", "iat", "exp", "jti"}
    assert (claims["sub"], claims["typ"], claims["fam"]) == (str(ada.public_id), "access", str(family.pk))
    assert claims["exp"] - claims["iat"] == 300


def test_a_token_of_one_user_does_not_open_another_users_family(ada: User) -> None:
    mine, theirs = tokens.issue(ada), tokens.issue(a_user("Eve Other"))
    crossed = signed(claims_of(mine, fam=claims_of(theirs)["fam"]))
    assert credential_of_token(crossed) is None


def test_two_tokens_of_one_sign_in_differ(ada: User) -> None:
    first = tokens.issue(ada)
    second = tokens.rotate(first.refresh)
    assert second is not None
    assert second.access != first.access
    assert claims_of(second)["fam"] == claims_of(first)["fam"]


def test_a_token_signed_with_a_former_key_is_good_while_that_key_is_accepted(ada: User, settings: Any) -> None:
    pair = tokens.issue(ada)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" + "1" * 50
    assert credential_of_token(pair.access) is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert credential_of_token(pair.access) is not None


def test_the_database_holds_no_token(ada: User) -> None:
    pair = tokens.issue(ada)
    stored = RefreshToken.objects.get()
    assert pair.refresh not in (stored.digest, str(stored.pk))
    assert len(stored.digest) == 64
    assert not RefreshToken.objects.filter(digest=pair.refresh).exists()


def test_a_refresh_token_works_once_and_its_second_use_ends_the_sign_in(ada: User) -> None:
    first = tokens.issue(ada)
    second = tokens.rotate(first.refresh)
    assert second is not None
    assert credential_of_token(second.access) is not None
    assert tokens.rotate(first.refresh) is None
    assert credential_of_token(second.access) is None
    assert tokens.rotate(second.refresh) is None


def test_ending_one_sign_in_leaves_the_others(ada: User) -> None:
    phone, laptop = tokens.issue(ada), tokens.issue(ada)
    family = tokens.family_of_refresh(phone.refresh)
    assert family is not None
    tokens.end_family(family)
    assert credential_of_token(phone.access) is None
    assert tokens.rotate(phone.refresh) is None
    assert credential_of_token(laptop.access) is not None


@pytest.mark.parametrize("text", ["", "unknown", "\x00", "é", "x" * 10_000])
def test_an_unknown_refresh_token_gets_nothing(db: None, text: str) -> None:
    assert tokens.rotate(text) is None
    assert tokens.family_of_refresh(text) is None


def test_a_refresh_token_ends_after_thirty_days(ada: User) -> None:
    pair = tokens.issue(ada)
    RefreshToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tokens.rotate(pair.refresh) is None


def test_a_sign_in_ends_after_ninety_days_however_often_it_was_refreshed(ada: User) -> None:
    pair = tokens.issue(ada)
    TokenFamily.objects.update(created_at=timezone.now() - timedelta(days=90))
    assert credential_of_token(pair.access) is None
    assert tokens.rotate(pair.refresh) is None


def test_no_refresh_token_outlives_its_sign_in(ada: User) -> None:
    pair = tokens.issue(ada)
    TokenFamily.objects.update(created_at=timezone.now() - timedelta(days=89))
    assert tokens.rotate(pair.refresh) is not None
    latest = RefreshToken.objects.get(used_at=None)
    assert latest.expires_at <= timezone.now() + timedelta(days=1)


def test_a_new_password_ends_every_sign_in_however_it_was_set(ada: User) -> None:
    pair = tokens.issue(ada)
    ada.set_password("another-lantern-12")
    ada.save()
    assert credential_of_token(pair.access) is None
    assert tokens.rotate(pair.refresh) is None


def test_switching_a_login_off_ends_its_tokens_for_good(ada: User, keeper: User) -> None:
    pair = tokens.issue(ada)
    with acting(keeper) as actor:
        off = change_user(actor, ada, version=ada.version, is_active=False)
        assert credential_of_token(pair.access) is None
        change_user(actor, off, version=off.version, is_active=True)
    assert credential_of_token(pair.access) is None
    assert tokens.rotate(pair.refresh) is None


def test_a_demo_login_is_good_only_where_the_demo_is_shown(db: None, settings: Any) -> None:
    settings.DEMO = True
    pair = tokens.issue(a_user("Dee Mo", is_demo=True))
    assert credential_of_token(pair.access) is not None
    settings.DEMO = False
    assert credential_of_token(pair.access) is None


def test_what_is_long_over_is_forgotten(ada: User) -> None:
    old, ended, live = tokens.issue(ada), tokens.issue(ada), tokens.issue(ada)
    now = timezone.now()
    TokenFamily.objects.filter(pk=claims_of(old)["fam"]).update(created_at=now - timedelta(days=121))
    TokenFamily.objects.filter(pk=claims_of(ended)["fam"]).update(ended_at=now - timedelta(days=31))
    assert tokens.forget_old(now=now) == 2
    assert [str(family.pk) for family in TokenFamily.objects.all()] == [claims_of(live)["fam"]]
    assert credential_of_token(live.access) is not None


def test_an_access_token_that_ends_now_is_over(ada: User) -> None:
    now = int(datetime.now(UTC).timestamp())
    assert credential_of_token(signed(claims_of(tokens.issue(ada), exp=now - 1))) is None
