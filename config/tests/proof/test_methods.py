"""Every method on every address has an answer, and only writing ones write; what is said over HTTPS stays with HTTPS."""

import os
import subprocess
import sys

import pytest

from config.env import BASE_DIR

from ..kept import undone
from .knocking import Knock, Knocker
from .oracles import Oracles
from .surface import METHODS, SAFE, WRITING, addresses, offered
from .trials import is_alias, is_owned
from .world import HERE, THERE, World

ASKED = [door for door in addresses() if door.is_ours and door.kind in ("page", "api") and not is_alias(door)]
SECURE = """
import django; django.setup()
from django.test import Client
from django.conf import settings
page = Client().get("/accounts/password/reset/", secure=True, headers={"host": "coop.example.org"})
plain = Client().get("/accounts/password/reset/", headers={"host": "coop.example.org"})
print(page.status_code, settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE)
print(*[f"{cookie.key} {bool(cookie['secure'])} {cookie['path']} {cookie['domain']}" for cookie in page.cookies.values()])
print(page.headers.get("Strict-Transport-Security"))
print(plain.status_code, plain.headers.get("Location"))
"""


@pytest.mark.usefixtures("quiet", "still")
def test_every_method_is_answered_and_only_writing_ones_write(world: World) -> None:
    knocker, oracles = Knocker(world), Oracles(world)
    for door in ASKED:
        for method in METHODS:
            if method in offered(door):
                continue  # it is the crawl's
            knock = Knock("admin", door.by(method), world.ids(door, THERE if method in SAFE else HERE))
            with undone():
                answer = knocker(knock)
                found = list(oracles.of_any(knock, answer, (THERE,)))
            assert not found, [str(finding) for finding in found]
            if method in WRITING and (door.kind == "api" or method != "POST"):
                assert answer.status == 405, f"{answer.status} {knock}"


@pytest.mark.usefixtures("quiet", "still")
def test_the_admin_changes_nothing_by_methods_it_does_not_know(world: World) -> None:
    knocker, oracles = Knocker(world), Oracles(world)
    for door in (each for each in addresses() if is_owned(each)):
        for method in ("PUT", "DELETE", "HEAD", "OPTIONS"):
            knock = Knock("system_admin", door.by(method), world.ids(door, THERE))
            with undone():
                answer = knocker(knock)
                assert not list(oracles.of_any(knock, answer, (THERE,))), knock


def test_over_https_cookies_are_bound_to_the_host_and_to_https() -> None:
    said = {"SITE_URL": "https://coop.example.org", "DATABASE_URL": "sqlite:///:memory:", "REDIS_URL": "", "TESTING": "on"}
    plain = {**os.environ, **said, "DATABASE_OWNER_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings", "ENV_FILE": ""}
    ran = subprocess.run([sys.executable, "-c", SECURE], cwd=BASE_DIR, env=plain, capture_output=True, text=True, check=True)
    first, cookies, transport, redirected = ran.stdout.splitlines()[-4:]
    assert first == "200 __Host-sessionid True"
    assert cookies == "__Host-csrftoken True / "
    assert transport == "max-age=31536000; includeSubDomains; preload"
    assert redirected == "301 https://coop.example.org/accounts/password/reset/"
