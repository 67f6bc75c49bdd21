"""Sessions: how long they last, where they are seen, and ending them with all that hangs on them."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cooperatives.models import Cooperative
from members import tokens
from members.actions import grant_role
from members.jobs import forget_tokens
from members.models import Membership, User
from members.roles import Role
from members.security import sessions
from members.security.devices import device, shortened
from members.tests.browser import LOGOUT, NEW, is_in
from members.tests.factories import PASSWORD, a_member, a_user, acting

from .ways import ELSEWHERE, FIREFOX, NOON, PHONE, SECURITY, at, signed_in


def in_after(user: User, *hours: float, **more: float) -> bool:
    """Whether a browser of the user is still in at the last of these hours after noon, used at each of them."""
    with at():
        client = signed_in(user)
    for hour in hours:
        with at(hours=hour, **more):
            found = is_in(client)
    return found


# --- How long -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "still"),
    [((1.99,), True), ((2,), False), ((1.9, 3.8, 5.6), True), ((1.9, 4), False)],
)
def test_an_officer_is_signed_out_two_hours_after_the_last_use(
    ada: User, alder: Cooperative, hours: tuple[float, ...], still: bool
) -> None:
    assert in_after(ada, *hours) is still


def test_a_use_that_cannot_be_written_down_is_served_all_the_same(
    ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(request: object) -> None:
        raise OperationalError("database or disk is full")

    with at():
        client = signed_in(ada)
    seen = client.session[sessions.SEEN]
    with at(hours=1):
        with monkeypatch.context() as disk:
            disk.setattr(UserSession.objects, "create_from_request", full)
            assert client.get("/").status_code == 200
        assert client.session[sessions.SEEN] == seen
        assert client.get("/").status_code == 200
        assert client.session[sessions.SEEN] == seen + 3600


@pytest.mark.parametrize(("last", "still"), [(11.99, True), (12, False)])
def test_an_officer_is_signed_out_twelve_hours_after_signing_in(ada: User, alder: Cooperative, last: float, still: bool) -> None:
    assert in_after(ada, 1.5, 3, 4.5, 6, 7.5, 9, 10.5, last) is still


@pytest.mark.parametrize(("days", "still"), [(29.99, True), (30, False)])
def test_everybody_else_stays_for_thirty_days_used_or_not(ben: User, days: float, still: bool) -> None:
    assert in_after(ben, 24 * days) is still
    assert in_after(ben, 1, 240, 480, 24 * days) is still


@pytest.mark.parametrize(
    ("role", "office"), [*[(role, True) for role in ("admin", "treasurer", "secretary")], ("observer", False)]
)
def test_which_roles_are_offices(alder: Cooperative, role: str, office: bool) -> None:
    user = a_user("Olga Officer")
    a_member(alder, user, role)
    assert in_after(user, 3) is not office


def test_who_keeps_the_installation_holds_an_office(keeper: User) -> None:
    assert not in_after(keeper, 3)


def test_an_office_that_begins_shortens_the_session_that_is_open(ada: User, ben: User) -> None:
    with at():
        client = signed_in(ben)
    with at(hours=5):
        with acting(ada) as actor:
            his = Membership.objects.select_related("person", "cooperative").get(user=ben)
            grant_role(actor, his, role=Role.SECRETARY)
        assert not is_in(client)


def test_a_session_that_is_over_takes_its_sockets_along(ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go: list[User] = []
    monkeypatch.setattr(sessions, "let_go", let_go.append)
    with at():
        client = signed_in(ada)
        assert is_in(client)
    assert let_go == []
    with at(hours=3):
        assert not is_in(client)
    assert let_go == [ada]


def test_it_is_said_why_and_one_is_led_back(ada: User, alder: Cooperative) -> None:
    with at():
        client = signed_in(ada)
    with at(hours=3):
        page = client.get(f"/c/{alder.slug}/", follow=True)
    assert page.redirect_chain[-1][0] == f"/accounts/login/?next=/c/{alder.slug}/"
    assert "You were signed out" in page.content.decode()
    assert not UserSession.objects.filter(user=ada).exists()
    assert not Session.objects.filter(session_key=client.session.session_key or "-").exists()


def test_news_that_a_page_fetches_by_itself_are_no_use_of_it(ada: User, alder: Cooperative) -> None:
    with at():
        client = signed_in(ada)
    with at(hours=1.9):
        client.get("/profile/", headers={sessions.UNASKED: "1"})
    with at(hours=2.1):
        assert not is_in(client)


def test_use_is_written_down_once_a_minute(ben: User) -> None:
    with at():
        client = signed_in(ben)
    with at(seconds=59), CaptureQueriesContext(connection) as queries:
        assert is_in(client)
    assert [query["sql"] for query in queries if re.search(r"\b(INSERT|UPDATE|DELETE)\b", query["sql"])] == []
    assert UserSession.objects.get(user=ben).last_seen_at == NOON
    with at(seconds=61):
        assert is_in(client)
    assert UserSession.objects.get(user=ben).last_seen_at == NOON + timedelta(seconds=61)


def test_the_cookie_and_the_row_end_with_the_session(ada: User, alder: Cooperative) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=30):
        is_in(client)
    row = Session.objects.get(session_key=client.session.session_key)
    assert row.expire_date == NOON + timedelta(minutes=150)
    assert client.cookies[project.SESSION_COOKIE_NAME]["max-age"] == 7200


def test_a_session_from_before_these_rules_lasts_as_it_was_stored(ben: User, client: Client) -> None:
    client.force_login(ben)
    session = client.session
    del session[sessions.BEGUN], session[sessions.SEEN]
    session.save()
    assert is_in(client)
    assert client.session[sessions.BEGUN]


# --- Where --------------------------------------------------------------------------------------------------------------


def test_the_page_lists_where_one_is_signed_in_this_one_first(ada: User) -> None:
    there = signed_in(ada, **{"user-agent": PHONE})
    here = signed_in(ada)
    tokens.issue(ada)
    page = here.get(SECURITY)
    assert [(place.device, place.address, place.is_here, place.is_phone) for place in page.context["places"]] == [
        ("Firefox on Linux", "127.0.…", True, False),
        ("Safari on iPhone", "127.0.…", False, True),
    ]
    assert len(page.context["programs"]) == 1
    assert "127.0.0.1" not in page.content.decode()
    assert is_in(there)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15; SM-S921B) SamsungBrowser/28.0 Chrome/130.0 Mobile", "Samsung Internet on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0.0.0 Safari/537.36", "Chrome on Mac"),
        ("curl/8.5.0", "A program or an unknown browser"),
        ("<script>", "A program or an unknown browser"),
        ("", "A program or an unknown browser"),
    ],
)
def test_devices_in_plain_words(said: str, words: str) -> None:
    assert device(said) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [("203.0.113.77", "203.0.…"), ("2001:db8:0:12::7", "2001:db8:0:…"), ("::1", "0:0:0:…"), ("nonsense", ""), ("", "")],
)
def test_addresses_are_shortened(address: str, words: str) -> None:
    assert shortened(address) == words


# --- Ending -------------------------------------------------------------------------------------------------------------


def place_of(client: Client) -> str:
    row = UserSession.objects.get(session_key=client.session.session_key)
    return reverse("members:end_place", args=[row.pk])


@pytest.mark.django_db(transaction=True)
def test_one_sign_in_is_ended_and_its_sockets_are_asked_again(ada: User, asked: list[str]) -> None:
    here, there, third = signed_in(ada), signed_in(ada), signed_in(ada)
    assert here.post(place_of(there))["Location"] == SECURITY
    assert [is_in(browser) for browser in (here, there, third)] == [True, False, True]
    assert asked == [str(ada.public_id)]


def test_ending_this_one_is_signing_out(ada: User) -> None:
    here = signed_in(ada)
    assert here.post(place_of(here))["Location"] == "/"
    assert not is_in(here)


def test_nobody_ends_somebody_elses(ada: User, stranger: User) -> None:
    mine, theirs = signed_in(ada), signed_in(stranger)
    family = tokens.family_of_access(tokens.issue(stranger).access)
    assert family is not None
    unknown = mine.post(reverse("members:end_place", args=[10**6]))
    foreign = mine.post(place_of(theirs))
    assert (unknown.status_code, unknown["Location"]) == (foreign.status_code, foreign["Location"])
    assert is_in(theirs)
    assert mine.post(reverse("members:end_program", args=[family.pk])).status_code == 404
    family.refresh_from_db()
    assert family.ended_at is None


def test_a_program_is_signed_out(ada: User) -> None:
    client, pair = signed_in(ada), tokens.issue(ada)
    family = tokens.family_of_access(pair.access)
    assert family is not None
    client.post(reverse("members:end_program", args=[family.pk]))
    assert tokens.resolve(pair.access) is None
    assert client.get(SECURITY).context["programs"] == []


def test_everywhere_else_is_everywhere_else(ada: User, stranger: User) -> None:
    here, there, other = signed_in(ada), signed_in(ada), signed_in(stranger)
    pair = tokens.issue(ada)
    assert here.get(ELSEWHERE).status_code == 200
    here.post(ELSEWHERE)
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)
    assert tokens.resolve(pair.access) is None


def test_signing_out_and_a_new_password_leave_no_dead_rows_in_the_list(ada: User) -> None:
    here, there, third = signed_in(ada), signed_in(ada), signed_in(ada)
    there.post(LOGOUT)
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert not is_in(third)
    assert [place.is_here for place in here.get(SECURITY).context["places"]] == [True]


def test_rows_of_sessions_that_are_no_more_are_forgotten_by_night(ada: User, client: Client) -> None:
    live, gone = signed_in(ada), signed_in(ada)
    Session.objects.filter(session_key=gone.session.session_key).delete()
    forget_tokens()
    assert [row.session_key for row in UserSession.objects.all()] == [live.session.session_key]
