"""The readers of the environment, and the settings that depend on it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from config import env, stores
from config.dev.environment import FILES
from config.env import BASE_DIR
from config.tests.keyring import strong
from config.tests.source import relative

LONG = strong("SECRET_KEY")


@pytest.mark.gate
@pytest.mark.parametrize("path", FILES, ids=relative)
def test_what_is_drawn_from_the_readers_is_in_sync(path: Path) -> None:
    assert path.read_text() == FILES[path](), "run: .venv/bin/python manage.py environment"


def setting(expression: str, environment: Mapping[str, str]) -> str:
    """What an expression over the settings gives in a fresh process with exactly this environment."""
    code = f"import config.settings as s; value = {expression}; print(value)"
    plain = {"ENV_FILE": "", **environment}
    done = subprocess.run([sys.executable, "-c", code], cwd=BASE_DIR, env=plain, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("environment", "expression", "expected"),
    [
        ({"SECRET_KEY": "short"}, "s.SECRET_KEY", "django.core.exceptions.ImproperlyConfigured: SECRET_KEY is too short"),
        ({}, "s.SECRET_KEY", "django.core.exceptions.ImproperlyConfigured: SECRET_KEY is too short"),
        ({"DEBUG": "on"}, "s.SECRET_KEY == s.keys.FOR_DEBUGGING", "True"),
        ({"SECRET_KEY": LONG}, f"s.DEBUG, s.SECRET_KEY == {LONG!r}", "(False, True)"),
        (
            {"SECRET_KEY": LONG, "DEBUG": "maybe"},
            "s.DEBUG",
            "django.core.exceptions.ImproperlyConfigured: DEBUG must be on or off, not 'maybe'",
        ),
        (
            {"SECRET_KEY": LONG, "PORT": "eighty"},
            "s.PORT",
            "django.core.exceptions.ImproperlyConfigured: PORT must be a whole number, not 'eighty'",
        ),
        (
            {"SECRET_KEY": LONG, "PORT": "9001"},
            "s.SITE_URL, s.CSRF_TRUSTED_ORIGINS",
            "('http://localhost:9001', ['http://localhost:9001'])",
        ),
        (
            {"SECRET_KEY": LONG, "SITE_URL": "https://coop.example"},
            "s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0",
            "(True, True)",
        ),
        ({"SECRET_KEY": LONG, "SITE_URL": "https://coop.example"}, "s.ALLOWED_HOSTS", "['coop.example']"),
        ({"SECRET_KEY": LONG}, "hasattr(s, 'SECURE_PROXY_SSL_HEADER')", "False"),
        ({"SECRET_KEY": LONG, "TRUST_PROXY": "on"}, "s.SECURE_PROXY_SSL_HEADER[0]", "HTTP_X_FORWARDED_PROTO"),
        ({"SECRET_KEY": LONG}, "s.CELERY_BROKER_URL, s.OWNER_DATABASE", "('memory://localhost/', None)"),
        ({"SECRET_KEY": LONG, "REDIS_URL": "unix:///run/kv?db=0"}, "s.CELERY_BROKER_URL", "redis+socket:///run/kv?db=0"),
        ({"SECRET_KEY": LONG, "GITHUB_CLIENT_ID": "abc"}, "list(s.SOCIALACCOUNT_PROVIDERS)", "['github']"),
        ({"SECRET_KEY": LONG, "OIDC_SERVER": "https://id.example"}, "list(s.SOCIALACCOUNT_PROVIDERS)", "['openid_connect']"),
        ({"SECRET_KEY": LONG, "EMAIL_HOST": "mail.example"}, "s.EMAIL_BACKEND.split('.')[-2]", "smtp"),
    ],
)
def test_settings_follow_the_environment(environment: dict[str, str], expression: str, expected: str) -> None:
    assert setting(expression, environment).startswith(expected)


def test_no_unsafe_words_in_the_policy_for_content() -> None:
    assert setting("'unsafe' in str(s.CONTENT_SECURITY_POLICY)", {"SECRET_KEY": LONG}) == "False"


def test_an_env_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(f"SECRET_KEY={LONG}\nPORT=9002\nADMIN_PATH=desk/\n")
    given = {"ENV_FILE": str(file), "PORT": "9003"}
    assert setting("s.PORT, s.ADMIN_PATH", given) == "(9003, 'desk/')"


def test_sqlite_waits_for_the_write_lock_instead_of_failing() -> None:
    options = stores.database("sqlite:///var/some.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "recursive_triggers=ON", "synchronous=NORMAL"):
        assert pragma in options["init_command"]


def test_postgresql_carries_no_server_side_cursor_and_no_lasting_connection() -> None:
    entry = stores.database("postgres://app:secret@db/cooperator", pool_size=4)
    assert (entry["CONN_MAX_AGE"], entry["DISABLE_SERVER_SIDE_CURSORS"]) == (0, True)
    assert entry["OPTIONS"]["pool"]["max_size"] == 4
    assert stores.database("postgres://app@db/cooperator")["OPTIONS"] == {}


def test_a_database_behind_a_unix_socket() -> None:
    entry = stores.database(stores.socket_database_url("/run/pg", "cooperator", "app"))
    assert (entry["HOST"], entry["NAME"], entry["USER"]) == ("/run/pg", "cooperator", "app")


def test_caches() -> None:
    assert stores.cache("", "a")["BACKEND"].endswith("LocMemCache")
    shared = stores.cache("redis://kv:6379/0", "a")
    assert (shared["LOCATION"], shared["KEY_PREFIX"]) == ("redis://kv:6379/0", "a")


def test_every_variable_has_a_meaning_that_is_a_sentence() -> None:
    assert [variable.name for variable in env.declared() if not variable.meaning.endswith((".", ".)"))] == []
