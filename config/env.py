"""Typed readers of the environment. Each reader declares its variable once, with default and meaning:
`.env.example` and `docs/environment.md` are written from these declarations."""

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = str(tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"])
_TRUE = "on"
_FALSE = "off"


@dataclass(frozen=True)
class Variable:
    """One environment variable: what it means, what it is when unset, what a new `.env` starts with."""

    name: str
    kind: str
    default: str
    meaning: str
    group: str
    start: str | None = None


_declared: dict[str, Variable] = {}
_SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|DSN")
_group = ""
_reader = environ.Env()
# The suite names no file, so that a developer's own `.env` cannot change what is tested.
if (_file := os.environ.get("ENV_FILE", str(BASE_DIR / ".env"))) and Path(_file).is_file():
    _reader.read_env(_file)


def group(title: str) -> None:
    """Put the variables that follow under a heading."""
    global _group
    _group = title


def text(name: str, default: str, meaning: str, *, start: str | None = None) -> str:
    """A variable that is any text; an empty value counts as unset. `start` is what a new `.env` holds."""
    _declare(name, "text", default, meaning, start)
    return str(_reader.str(name, default="")) or default


def flag(name: str, default: bool, meaning: str, *, start: str | None = None) -> bool:
    """A variable that is on or off. Raises ImproperlyConfigured for anything else."""
    value = text(name, _TRUE if default else _FALSE, meaning, start=start).lower()
    _declare(name, "on or off", _TRUE if default else _FALSE, meaning, start)
    if value not in ("on", "true", "1", "yes", "off", "false", "0", "no"):
        raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}")
    return value in ("on", "true", "1", "yes")


def number(name: str, default: int, meaning: str, *, start: str | None = None) -> int:
    """A variable that is a whole number. Raises ImproperlyConfigured for anything else."""
    value = text(name, str(default), meaning, start=start)
    _declare(name, "whole number", str(default), meaning, start)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    return int(value)


def words(name: str, default: str, meaning: str) -> list[str]:
    """A variable that is a list, separated by commas."""
    value = text(name, default, meaning)
    _declare(name, "list, separated by commas", default, meaning, None)
    return [word.strip() for word in value.split(",") if word.strip()]


def _declare(name: str, kind: str, default: str, meaning: str, start: str | None) -> None:
    _declared[name] = Variable(name, kind, default, meaning, _group, start)


def declared() -> Iterator[Variable]:
    """Every variable that was read, in order; settings must have been imported."""
    yield from _declared.values()


def hidden() -> Iterator[str]:
    """The values of all variables read so far that are secrets by their name, and the passwords inside addresses."""
    for name in _declared:
        value = str(_reader.str(name, default=""))
        password = urlsplit(value).password if "://" in value else None
        if password:
            yield from {password, unquote(password)}
        if _SECRET.search(name) and name != "KEY_PREFIX":
            yield value
