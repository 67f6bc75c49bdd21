"""No secret and no work of others is committed. Planted ones show that the search sees."""

import random
import string
import subprocess
from functools import cache
from pathlib import Path

import pytest

from config.dev import strangers
from config.env import BASE_DIR

pytestmark = pytest.mark.gate
BINARY = {"docs/pictures/board.png"}


@cache
def tracked() -> tuple[str, ...]:
    """Every file that git knows or would add, migrations too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(name for name in sorted(set(names)) if name and (BASE_DIR / name).is_file())


@cache
def text_of(name: str) -> str:
    return (BASE_DIR / name).read_bytes().decode() if name not in BINARY else ""


def test_there_is_something_to_look_at() -> None:
    assert len(tracked()) > 300
    assert {"manage.py", "static/js/app.js", "requirements.txt", "members/migrations/0001_initial.py"} <= set(tracked())


def test_no_secret_is_committed() -> None:
    assert [(name, *found) for name in tracked() for found in strangers.secrets(text_of(name))] == []


def test_nothing_has_a_name_under_which_the_work_of_others_is_kept() -> None:
    assert [name for name in tracked() if strangers.KEPT.search(name)] == []


def test_no_file_is_big_and_all_but_our_pictures_are_text() -> None:
    sizes = {name: (BASE_DIR / name).stat().st_size for name in tracked()}
    assert [name for name, size in sizes.items() if size > strangers.DRAWN.get(name, strangers.LARGEST)] == []
    assert [name for name in strangers.DRAWN if sizes.get(name, 0) <= strangers.LARGEST] == [], "no exception without need"
    assert all((BASE_DIR / name).read_bytes().startswith(b"\x89PNG") for name in BINARY)
    assert [name for name in tracked() if name not in BINARY and "\0" in text_of(name)] == []


def test_no_code_bears_the_marks_of_others() -> None:
    found = [
        (name, kind)
        for name in tracked()
        if name.endswith(strangers.CODE)
        for kind, mark in strangers.FOREIGN.items()
        if mark.search(text_of(name))
    ]
    assert found == []


def test_what_browsers_are_sent_is_ours_or_comes_by_npm() -> None:
    folders = {Path(name).parts[1] for name in tracked() if name.startswith("static/") and len(Path(name).parts) > 2}
    assert folders <= {"css", "js"}
    assert {Path(name).suffix for name in tracked() if name.startswith("static/")} <= {".css", ".js", ".svg"}


def planted(seed: int = 0) -> dict[str, str]:
    """One of each kind, drawn by lot from a seed and written in pieces."""
    lot = random.Random(seed)
    letters = "".join(lot.choices(string.ascii_letters + string.digits, k=70))
    digits = "".join(lot.choices("0123456789abcdef", k=40))
    return {
        "private key": "-----BEGIN RSA PRIV" + "ATE KEY-----",
        "another private key": "-----BEGIN PRIV" + "ATE KEY-----",
        "AWS": "key = AKI" + "A" + "Q7" * 8,
        "GitHub": "gh" + "p_" + letters[:36],
        "GitHub, newer": "github" + "_pat_" + letters[:60],
        "GitLab": "glp" + "at-" + letters[:20],
        "Slack": "xox" + "b-" + "123456789012-" + letters[:20],
        "Stripe": "sk_" + "live_" + letters[:24],
        "Google": "AI" + "za" + letters[:35],
        "npm": "np" + "m_" + letters[:36],
        "web token": "ey" + f"J{letters[:20]}.{letters[20:40]}.{letters[40:60]}",
        "address": "postgres://app:" + f"{letters[:14]}@db.example/coop",
        "Sentry": "https://" + digits[:32] + "@o1.ingest.example/12",
        "assignment": f'SECRET_KEY = "{letters}"',
        "env line": f"METRICS_TOKEN={letters[::-1]}",
        "hexadecimal password": f"REDIS_PASSWORD={digits}",
        "YAML": f"api_key: {letters[:20]}4{letters[20:30]}",
        "JSON": f'{{"access_token": "{letters[:40]}"}}',
        "argument": f'login(password="{letters[:10]}7{letters[10:20]}")',
        "a bare random value": f"x = '{letters[:50]}'",
    }


@pytest.mark.parametrize("kind", planted())
def test_a_planted_secret_is_seen(kind: str) -> None:
    for seed in range(20):
        line = planted(seed)[kind]
        assert list(strangers.secrets(f"first line\n{line}\n")), line
        assert next(strangers.secrets(f"first line\n{line}\n"))[0] == 2


@pytest.mark.parametrize(
    "line",
    [
        "    --hash=sha256:" + "0a1b2c3d" * 8 + " \\",
        'password = "correct horse battery staple"',
        'token = request.headers["Authorization"]',
        "SECRET_KEY=generated",
        "from config.tests.watch.mishaps.views import page",
        "test_a_long_name_of_a_test_which_says_what_it_is_about_and_more",
        "https://docs.example.org/en/latest/Reference/SomeThing/index.html",
        "commit 8ae8dcca07a6d0a1f4a0c3b1d5e6f7a8b9c0d1e2",
    ],
)
def test_plain_words_are_no_secrets(line: str) -> None:
    assert list(strangers.secrets(line)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/*" + "! htmx 2.0 */", "a banner that survives packing"),
        ("// Copy" + "right (c" + ") 2020 Somebody", "somebody's copyright"),
        ("# SPDX-Lic" + "ense-Identifier: MIT", "somebody's copyright"),
        ("a" * 2500, "packed code"),
        ("//# sourceMapp" + "ingURL=x.js.map", "a source map"),
        ("!func" + "tion(e,t){}", "a packed module"),
    ],
)
def test_the_marks_of_others_are_seen(text: str, kind: str) -> None:
    assert strangers.FOREIGN[kind].search(text)


@pytest.mark.parametrize(
    "name",
    ["static/js/htmx.min.js", "static/vendor/x.js", "third_party/a.py", "static/fonts/a.woff2", "x.whl", ".env",
     "certs/server.key", "var/db.sqlite3", "node_modules/a/b.js", "a.js.map", "deploy/.netrc"],
)  # fmt: skip
def test_such_names_are_seen(name: str) -> None:
    assert strangers.KEPT.search(name)


@pytest.mark.parametrize(
    "name", [".env.example", "static/js/app.js", "config/keys.py", "tasks/api/tasks.py", "distribution/models.py"]
)
def test_our_own_names_are_not(name: str) -> None:
    assert not strangers.KEPT.search(name)
