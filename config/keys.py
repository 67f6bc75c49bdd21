"""Secrets: which are too weak to start with, and how to make strong ones. Reads no settings: it cures what they refuse.

`manage.py generate_secrets` prints strong values for all; with `--write [FILE]` it fills those that a file lacks.
"""

import argparse
import math
import os
import re
import secrets
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .env import BASE_DIR

CURE = "Cure: `manage.py generate_secrets` prints strong ones, with --write into .env."
SIGNING = ("SECRET_KEY", "METRICS_TOKEN")
STORES = ("DB_SUPERUSER_PASSWORD", "DB_OWNER_PASSWORD", "DB_APP_PASSWORD", "REDIS_PASSWORD")
LENGTHS = {"SECRET_KEY": 50, "METRICS_TOKEN": 32}
FOR_DEBUGGING = "only-for-debugging-and-tests-" + "0" * 30
_PASSWORD = 12  # characters of a database password
_BITS = 3.0  # for each character: random letters and digits have over 4, hexadecimal digits nearly 4
_PLACEHOLDER = re.compile(
    r"change.?me|insecure|password|passwort|placeholder|example|s3cret|secret.?key|your.?(secret|key)|default|deadbeef|generated"
    r"|qwert|letmein|12345678|abcdefgh|only-for-|postgres|cooperator",
    re.IGNORECASE,
)


def weakness(value: str, least: int) -> str:
    """What makes a secret too weak, in words that follow "is"; nothing when it is strong."""
    if len(value) < least:
        return f"too short: it needs at least {least} random characters"
    if _PLACEHOLDER.search(value):
        return "a placeholder, or holds a word that everybody tries first"
    if _bits(value) < _BITS or _packed(value) < 0.6 * len(value):
        return "too regular: repeated characters or phrases can be guessed"
    return ""


def _bits(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _packed(value: str) -> int:
    return len(zlib.compress(value.encode(), 9)) - 8  # what zlib adds around anything


def faults(signing: Iterable[tuple[str, str]], addresses: Iterable[tuple[str, str]]) -> Iterator[str]:
    """One sentence for each secret that is too weak to serve with. Empty optional ones are none."""
    for name, value in signing:
        if (value or name == "SECRET_KEY") and (why := weakness(value, LENGTHS.get(name, 50))):
            yield f"{name} is {why}. {CURE}"
    for name, address in addresses:
        parts = urlsplit(address)
        if parts.password and not _is_near(parts.hostname) and (why := weakness(unquote(parts.password), _PASSWORD)):
            yield f"The password in {name} is {why}. {CURE}"


def _is_near(host: str | None) -> bool:
    """Whether a server runs on this machine, where only its own users reach it."""
    return not host or host in ("localhost", "127.0.0.1", "::1") or unquote(host).startswith("/")


def fresh(name: str) -> str:
    """A strong value: for passwords letters and digits only, as they stand in addresses."""
    while True:
        value = secrets.token_urlsafe(50) if name in LENGTHS else secrets.token_hex(24)
        if not weakness(value, LENGTHS.get(name, _PASSWORD)):
            return value


def fill(file: Path, names: Iterable[str]) -> list[str]:
    """Give the file a value for each name that it lacks or leaves empty; returns those. What is set stays as it is."""
    lines = file.read_text().splitlines() if file.exists() else []
    filled = []
    for name in names:
        places = [index for index, line in enumerate(lines) if re.match(rf"\s*#?\s*(export\s+)?{name}\s*=", line)]
        if any(not lines[index].lstrip().startswith("#") and lines[index].partition("=")[2].strip() for index in places):
            continue
        line = f"{name}={fresh(name)}"
        lines = [*lines[: places[0]], line, *lines[places[0] + 1 :]] if places else [*lines, line]
        filled.append(name)
    if filled:
        _replace(file, "\n".join(lines) + "\n")
    return filled


def _replace(file: Path, text: str) -> None:
    """Write it whole or not at all, readable by its owner only."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    beside.replace(file)


def main(arguments: list[str]) -> int:
    """Print, or fill a file and say which names were filled, never their values."""
    parser = argparse.ArgumentParser(prog="manage.py generate_secrets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", nargs="?", const=str(BASE_DIR / ".env"), metavar="FILE", help="fill FILE, or .env")
    target = parser.parse_args(arguments).write
    if target is None:
        print("\n".join(f"{name}={fresh(name)}" for name in (*SIGNING, *STORES)))
        return 0
    file = Path(target)
    wanted = SIGNING if file.name == ".env" else (*SIGNING, *STORES)
    filled = fill(file, wanted)
    for name in wanted:
        print(f"{name}: {'written' if name in filled else 'is set already and stays; remove its line to have it replaced'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
