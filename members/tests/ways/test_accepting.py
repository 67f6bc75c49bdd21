"""The invited come in: with a login, with a new one, too late, as somebody else, and fifty at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import ANONYMOUS, Actor, Credential
from cooperatives.queries import enter
from members.actions import (
    accept,
    ask_again,
    end_role,
    grant_role,
    invite,
    invite_many,
    join,
    open_invitation,
    print_slips,
    resend,
    revoke,
)
from members.codes import resolve
from members.models import Invitation, InvitationUse, Membership, Person, User
from members.queries import standings_of
from members.roles import Role
from members.tests.factories import PASSWORD, a_member, a_user, acting, refused

Posted = Callable[[], list[str]]


def mailed(ada: User, alder: Cooperative, posted: Posted, email: str = "new@example.org", **facts: object) -> str:
    with acting(ada) as actor:
        invite(actor, alder, email=email, **facts)  # type: ignore[arg-type]
    return posted()[-1]


def linked(ada: User, alder: Cooperative, **facts: object) -> str:
    with acting(ada) as actor:
        return invite(actor, alder, way="link", **facts).code  # type: ignore[arg-type]


def uses(alder: Cooperative) -> list[tuple[int, int]]:
    with enter([alder.pk]):
        return [(row.uses, row.used.count()) for row in Invitation.objects.order_by("pk")]


# --- With a login -----------------------------------------------------------------------------------------------------


def test_a_stranger_comes_in_with_the_login_they_have(ada: User, stranger: User, alder: Cooperative, posted: Posted) -> None:
    code = mailed(ada, alder, posted, stranger.email, role=Role.OBSERVER)
    with acting(stranger) as actor:
        joined = accept(actor, code)
    assert (joined.cooperative, joined.membership.number) == (alder, 2)
    assert standings_of(stranger)[alder.pk].roles == {"observer"}
    assert uses(alder) == [(1, 1)]


def test_the_person_of_the_register_keeps_number_and_data(
    ada: User, alder: Cooperative, register: dict[str, Membership], posted: Posted
) -> None:
    user = a_user("Cleo Parkova", email="cleo@example.org")
    code = mailed(ada, alder, posted, "cleo@example.org")
    with acting(user) as actor:
        member = accept(actor, code).membership
    assert (member.pk, member.number) == (register["cleo"].pk, register["cleo"].number)
    with enter([alder.pk]):
        assert Person.objects.filter(name__startswith="Cleo").values_list("name", flat=True).get() == "Cleo Park"
    assert standings_of(user)[alder.pk].roles == {"member"}


def test_who_came_by_slip_leaves_their_address(ada: User, alder: Cooperative, register: dict[str, Membership]) -> None:
    user = a_user("Emil Rask")
    with acting(ada) as actor:
        invite_many(actor, alder)
        [made] = print_slips(actor, alder, version=1)
    with acting(user) as actor:
        assert accept(actor, made.code).membership == register["emil"]
    with enter([alder.pk]):
        assert Person.objects.get(name="Emil Rask").email == user.email


def test_another_address_has_to_be_meant(ada: User, stranger: User, alder: Cooperative, posted: Posted) -> None:
    code = mailed(ada, alder, posted)
    with acting(stranger) as actor:
        with refused("other_address"):
            accept(actor, code)
        assert accept(actor, code, sure=True).user == stranger


def test_who_is_in_already_uses_nothing_up(ada: User, ben: User, alder: Cooperative) -> None:
    code = linked(ada, alder)
    with acting(ben) as actor, refused("already_member"):
        accept(actor, code)
    assert uses(alder) == [(0, 0)]


def test_who_left_may_come_back_with_a_new_number(ada: User, ben: User, alder: Cooperative, inside: None) -> None:
    Membership.objects.filter(user=ben).update(joined_on="2020-01-01", left_on="2021-01-01")
    code = linked(ada, alder)
    with acting(ben) as actor:
        assert accept(actor, code).membership.number == 3


def test_neither_a_key_nor_a_narrowed_token_comes_in(ada: User, stranger: User, alder: Cooperative) -> None:
    code, ends = linked(ada, alder), timezone.now() + timedelta(hours=1)
    for credential in (Credential(stranger, ends, scopes=frozenset({"write"})), Credential(stranger, ends, 1)):
        with refused("forbidden"):
            accept(Actor.of(stranger, credential), code)
    with refused("forbidden"):
        accept(ANONYMOUS, code)


def test_an_office_comes_with_membership(ada: User, stranger: User, alder: Cooperative, posted: Posted) -> None:
    code = mailed(ada, alder, posted, stranger.email, role=Role.TREASURER)
    with acting(stranger) as actor:
        accept(actor, code)
    assert standings_of(stranger)[alder.pk].roles == {"treasurer", "member"}


def test_an_office_is_void_when_who_gave_it_is_no_admin_any_more(
    ada: User, ben: User, stranger: User, alder: Cooperative, posted: Posted
) -> None:
    code = mailed(ada, alder, posted, stranger.email, role=Role.ADMIN)
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=ben), role=Role.ADMIN)
        end_role(actor, Membership.objects.get(user=ada), role=Role.ADMIN)
    with acting(stranger) as actor, refused("void"):
        accept(actor, code)
    assert alder.pk not in standings_of(stranger)


# --- With a new login -------------------------------------------------------------------------------------------------


def test_a_mailed_invitation_makes_a_proved_login_and_lets_it_in(ada: User, alder: Cooperative, posted: Posted) -> None:
    joined = join(mailed(ada, alder, posted), name=" Nora New ", password=PASSWORD)
    user = User.objects.get(email="new@example.org")
    assert (joined.user, user.name, user.check_password(PASSWORD)) == (user, "Nora New", True)
    assert EmailAddress.objects.get(user=user).verified
    assert standings_of(user)[alder.pk].roles == {"member"}


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("", PASSWORD, "no_name"),
        ("\u2060", PASSWORD, "invisible"),
        ("Nora", "short", "password"),
        ("Nora", "12345678", "password"),
    ],
)
def test_what_makes_no_login_uses_nothing_up(
    ada: User, alder: Cooperative, posted: Posted, name: str, password: str, code: str
) -> None:
    key = mailed(ada, alder, posted)
    with refused(code):
        join(key, name=name, password=password)
    assert uses(alder) == [(0, 0)] and not User.objects.filter(email="new@example.org").exists()


def test_an_address_with_a_login_gets_no_second_one(ada: User, stranger: User, alder: Cooperative, posted: Posted) -> None:
    code = mailed(ada, alder, posted, stranger.email)
    assert open_invitation(code).has_login
    with refused("has_login"):
        join(code, name="Sam", password=PASSWORD)
    assert User.objects.get(pk=stranger.pk).name != "Sam"


def test_a_link_proves_no_address(ada: User, alder: Cooperative) -> None:
    code = linked(ada, alder)
    with refused("no_address"):
        join(code, name="Nora", password=PASSWORD)


# --- Too late, and never ------------------------------------------------------------------------------------------------


def test_opening_is_noted_once(ada: User, alder: Cooperative, posted: Posted) -> None:
    code = mailed(ada, alder, posted)
    with enter([alder.pk]):
        assert Invitation.objects.get().opened_at is None
    open_invitation(code)
    with enter([alder.pk]):
        first = Invitation.objects.get().opened_at
    opened = open_invitation(code)
    assert first is not None and opened.invitation.opened_at == first and opened.over is None


def test_codes_that_open_nothing_are_all_alike(ada: User, stranger: User, alder: Cooperative) -> None:
    old = linked(ada, alder)
    with acting(ada) as actor:
        resend(actor, Invitation.objects.get(), version=1)
    seen = set()
    with acting(stranger) as actor:
        for code in (old, "0" * 26, "", "x", old[:-1], "é" * 26, "\x00" * 26):
            with refused("unknown_code") as caught:
                accept(actor, code)
            seen.add((caught.value.status, caught.value.sentence))
    assert len(seen) == 1


def test_used_revoked_and_expired_say_which(ada: User, stranger: User, alder: Cooperative, posted: Posted) -> None:
    used, gone = mailed(ada, alder, posted), linked(ada, alder)
    join(used, name="Nora", password=PASSWORD)
    with acting(ada) as actor:
        revoke(actor, Invitation.objects.get(way="link"))
    late = linked(ada, alder)
    with acting(stranger) as actor:
        for code, why in ((used, "used"), (gone, "revoked")):
            with refused(why):
                accept(actor, code, sure=True)
        with time_machine.travel(timezone.now() + timedelta(days=14, seconds=1)), refused("expired"):
            accept(actor, late)
    assert alder.pk not in standings_of(stranger)


def test_the_last_second_counts_and_the_next_does_not(ada: User, stranger: User, alder: Cooperative) -> None:
    code = linked(ada, alder)
    with enter([alder.pk]):
        ends = Invitation.objects.get().expires_at
    with time_machine.travel(ends, tick=False):
        assert open_invitation(code).over is not None
    with time_machine.travel(ends - timedelta(seconds=1), tick=False), acting(stranger) as actor:
        assert accept(actor, code).cooperative == alder


def test_an_erased_person_is_not_let_in(ada: User, alder: Cooperative, register: dict[str, Membership], posted: Posted) -> None:
    code = mailed(ada, alder, posted, "cleo@example.org")
    with enter([alder.pk]):
        Person.objects.filter(pk=register["cleo"].person_id).update(erased_at=timezone.now())
    with refused("revoked"):
        join(code, name="Cleo", password=PASSWORD)


def test_an_ended_mail_is_sent_again_to_the_same_address(ada: User, alder: Cooperative, posted: Posted) -> None:
    code = mailed(ada, alder, posted)
    with refused("still_open"):
        ask_again(code)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert ask_again(code).email == "new@example.org"
        assert resolve(code) is None
        [new] = posted()
        assert join(new, name="Nora", password=PASSWORD).cooperative == alder


def test_what_was_taken_back_used_or_is_no_mail_is_not_sent_again(ada: User, alder: Cooperative, posted: Posted) -> None:
    used, gone = mailed(ada, alder, posted), mailed(ada, alder, posted, "other@example.org")
    link = linked(ada, alder)
    join(used, name="Nora", password=PASSWORD)
    with acting(ada) as actor:
        revoke(actor, Invitation.objects.get(email="other@example.org"))
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        for code, why in ((used, "used"), (gone, "revoked"), (link, "expired"), ("0" * 26, "unknown_code")):
            with refused(why):
                ask_again(code)
    assert posted() == []


# --- At once ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_with_one_single_code_are_one(ada: User, alder: Cooperative, at_once: Callable[..., list[object]]) -> None:
    code = linked(ada, alder)
    users = [a_user(f"User {number}", password=None) for number in range(50)]
    came = at_once(lambda index: accept(Actor.of(users[index]), code).membership.number, 50)
    assert [each for each in came if isinstance(each, int)] == [2]
    assert {getattr(each, "code", each) for each in came if not isinstance(each, int)} <= {"used", "gave_way"}
    assert uses(alder) == [(1, 1)]
    with enter([alder.pk]):
        assert Membership.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_counted_link_lets_in_as_many_as_it_says(ada: User, alder: Cooperative, at_once: Callable[..., list[object]]) -> None:
    code = linked(ada, alder, most_uses=5)
    users = [a_user(f"User {number}", password=None) for number in range(12)]
    came = at_once(lambda index: accept(Actor.of(users[index]), code).membership.number, 12)
    assert sorted(each for each in came if isinstance(each, int)) == [2, 3, 4, 5, 6]
    assert uses(alder) == [(5, 5)]


@pytest.mark.django_db(transaction=True)
def test_one_login_with_two_codes_at_once_joins_once(
    ada: User, stranger: User, alder: Cooperative, at_once: Callable[..., list[object]]
) -> None:
    codes = [linked(ada, alder), linked(ada, alder)]
    came = at_once(lambda index: accept(Actor.of(stranger), codes[index]).membership.number, 2)
    assert sorted(getattr(each, "code", "in") for each in came) == ["already_member", "in"]
    with enter([alder.pk]):
        assert InvitationUse.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_mail_opened_twice_at_once_makes_one_login(
    ada: User, alder: Cooperative, posted: Posted, woken: list[object], at_once: Callable[..., list[object]]
) -> None:
    code = mailed(ada, alder, posted)
    came = at_once(lambda index: join(code, name=f"Nora {index}", password=PASSWORD).membership.number, 4)
    assert [each for each in came if isinstance(each, int)] == [2]
    assert User.objects.filter(email="new@example.org").count() == 1
    with enter([alder.pk]):
        assert a_member(alder, name="Next").number == 3
