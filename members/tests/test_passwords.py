"""Passwords in the browser: forgotten, changed, stood in for by a code; and what that ends."""

from typing import Any

from django.core import mail
from django.test import Client

from members import tokens
from members.models import User

from .browser import CHANGE, LOGIN, NEW, RESET, is_in, link, plain
from .factories import PASSWORD


def test_a_forgotten_password_is_set_anew_over_the_mail(
    client: Client, ada: User, asked: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    other = Client()
    other.force_login(ada)
    pair = tokens.issue(ada)
    client.post(RESET, {"email": "ADA.quist@example.org"})
    page = client.get(link(), follow=True)
    action = page.redirect_chain[-1][0]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(action, {"password1": NEW, "password2": NEW})
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert asked == [str(ada.public_id)]
    assert not is_in(other)
    assert tokens.resolve(pair.access) is None
    used = Client().get(link(0), follow=True)
    assert "password1" not in used.content.decode()


def test_asking_for_a_reset_looks_the_same_for_everybody(ada: User) -> None:
    answers = []
    for email in (ada.email, "nobody@example.org"):
        client = Client()
        posted = client.post(RESET, {"email": email})
        answers.append((posted.status_code, posted["Location"], plain(client.get(posted["Location"])).replace(email, "")))
    assert answers[0] == answers[1]


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    client: Client, ada: User, asked: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    other = Client()
    pair = tokens.issue(ada)
    for browser in (client, other):
        browser.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert answer["Location"] == "/profile/"
    assert is_in(client)
    assert not is_in(other)
    assert tokens.resolve(pair.access) is None
    assert asked == [str(ada.public_id)]
    assert mail.outbox[-1].to == [ada.email]
