"""A sign-in that is narrowed to one cooperative: each token on each cooperative, and nothing beyond."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activity.live.consumer import in_database
from activity.tests.lines import Line, line
from cooperatives.actions import found
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, Credential, actor as policy_actor, actor_of_token
from members import tokens
from members.actions import change_user, end_membership, grant_role
from members.models import Membership, TokenFamily, User

from .factories import PASSWORD, a_cooperative, a_member, a_user, acting, bearer, refused

LOGIN, REFRESH, PROFILE = (f"/api/v1/auth/{name}/" for name in ("login", "refresh", "profile"))
JSON = "application/json"


@pytest.fixture
def birch(ada: User) -> Cooperative:
    """Ada's other cooperative."""
    return a_cooperative(ada, "Birch Lane")


def post(url: str, **body: Any) -> Any:
    return Client().post(url, body, content_type=JSON)


def sign_in(user: User, **more: Any) -> Any:
    return post(LOGIN, email=user.email, password=PASSWORD, **more)


def seen(access: str) -> list[int]:
    return [row["id"] for row in Client().get("/api/v1/cooperatives/", headers=bearer(access)).json()["results"]]


def test_each_token_on_each_cooperative(ada: User, alder: Cooperative, birch: Cooperative) -> None:
    mine = {None: sorted([alder.pk, birch.pk]), alder.pk: [alder.pk], birch.pk: [birch.pk]}
    for narrowed, opened in mine.items():
        body = sign_in(ada, cooperative=narrowed).json()
        assert (body["cooperative"], sorted(seen(body["access"]))) == (narrowed, opened)
        assert sorted(row["id"] for row in body["user"]["cooperatives"]) == opened
        codes = {
            pk: Client().get(f"/api/v1/cooperatives/{pk}/", headers=bearer(body["access"])).status_code
            for pk in (alder.pk, birch.pk)
        }
        assert codes == {pk: 200 if pk in opened else 404 for pk in codes}


def test_it_stays_narrow_when_it_is_refreshed(ada: User, alder: Cooperative, birch: Cooperative) -> None:
    first = sign_in(ada, cooperative=birch.pk).json()
    second = post(REFRESH, refresh=first["refresh"]).json()
    assert (second["cooperative"], seen(second["access"])) == (birch.pk, [birch.pk])


@pytest.mark.parametrize("body", [{"cooperative": 2**31 - 1}, {"cooperative": 0}, {"cooperative": "x"}, {"cooperative": [1]}])
def test_what_is_no_cooperative_of_mine_is_a_field_error(ada: User, alder: Cooperative, body: dict[str, Any]) -> None:
    answer = sign_in(ada, **body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cooperative"])
    assert not TokenFamily.objects.exists()


def test_anothers_cooperative_and_one_that_is_none_answer_alike(ada: User, stranger: User, alder: Cooperative) -> None:
    theirs, none = (sign_in(stranger, cooperative=pk) for pk in (alder.pk, 2**31 - 1))
    assert (theirs.status_code, theirs.content) == (none.status_code, none.content) == (400, none.content)


def test_it_is_over_when_its_user_leaves_that_cooperative(ada: User, alder: Cooperative, ben: User) -> None:
    pair = tokens.issue(ben, cooperative_id=alder.pk)
    assert Client().get(PROFILE, headers=bearer(pair.access)).status_code == 200
    with acting(ada) as actor:
        end_membership(actor, Membership.objects.get(user=ben))
    forged = Client().get(PROFILE, headers=bearer("rubbish"))
    answer = Client().get(PROFILE, headers=bearer(pair.access))
    assert (answer.status_code, answer.content) == (401, forged.content)
    assert tokens.rotate(pair.refresh) is None


def test_it_changes_nothing_outside(ada: User, alder: Cooperative) -> None:
    headers = bearer(tokens.issue(ada, cooperative_id=alder.pk).access)
    body = {"name": "Ada Q.", "version": 1}
    assert Client().patch(PROFILE, body, content_type=JSON, headers=headers).status_code == 403
    founding = {"name": "New House", "kind": "housing"}
    assert Client().post("/api/v1/cooperatives/", founding, content_type=JSON, headers=headers).status_code == 403
    assert Cooperative.objects.count() == 1


def test_actions_ask_the_narrowed_actor_again_without_widening_it(ada: User, alder: Cooperative, birch: Cooperative) -> None:
    ben = a_user("Ben Oduya")
    here, there = a_member(alder, ben), a_member(birch, ben)
    with acting(ada):
        actor = actor_of_token(tokens.issue(ada, cooperative_id=alder.pk).access)
        assert actor is not None
        grant_role(actor, here, role="treasurer")
        with refused("not_found"):
            grant_role(actor, there, role="treasurer")
        assert actor.again().cooperative_ids == (alder.pk,)


def test_a_keepers_narrowed_token_does_not_keep_the_installation(keeper: User, alder: Cooperative, ben: User) -> None:
    a_member(alder, keeper)
    pair = tokens.issue(keeper, cooperative_id=alder.pk)
    actor = Actor.of(keeper, pair.credential)
    assert not actor.is_system_admin
    for user in (ben, keeper):
        with acting(keeper), refused("forbidden"):
            change_user(actor, user, version=user.version, is_active=False)


def test_the_whole_actor_may_what_the_narrowed_one_may_not(keeper: User, ada: User, alder: Cooperative) -> None:
    with acting(keeper) as actor:
        change_user(actor, ada, version=ada.version, name="Ada Q.")
    with acting(ada) as actor:
        assert found(actor, name="New House", kind="housing").pk


@pytest.mark.django_db(transaction=True)
async def test_its_sockets_hear_one_cooperative_and_nothing_personal(ada: User, alder: Cooperative, birch: Cooperative) -> None:
    pair = await in_database(lambda: tokens.issue(ada, cooperative_id=alder.pk))
    async with line(f"/ws/cooperatives/{alder.pk}/", token=pair.access, origin=None):
        pass
    assert await Line(f"/ws/cooperatives/{birch.pk}/", token=pair.access, origin=None).refusal() == 4403
    assert await Line("/ws/notifications/", token=pair.access, origin=None).refusal() == 4403
    whole = await in_database(lambda: tokens.issue(ada))
    async with line("/ws/notifications/", token=whole.access, origin=None):
        pass


@pytest.mark.django_db(transaction=True)
async def test_a_socket_asks_the_scope_too(ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch) -> None:
    path, ends = f"/ws/cooperatives/{alder.pk}/", timezone.now() + timedelta(minutes=5)
    for words, code in (("read", 0), ("write", 0), ("", 4403), ("other", 4403)):
        proof = Credential(ada, ends, scopes=frozenset(words.split()))
        monkeypatch.setattr(policy_actor, "_resolver", lambda token, proof=proof: proof)
        if code:
            assert await Line(path, token="any", origin=None).refusal() == code
        else:
            async with line(path, token="any", origin=None):
                pass
