"""Takes out of a line what must not stand in it: secrets we know, shapes of secrets and addresses, control characters."""

import re
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from ..env import BASE_DIR

REMOVED = "[removed]"
LONGEST = 1000  # characters of one value
MOST_FRAMES = 40
_LIBRARIES = Path(sysconfig.get_paths()["purelib"])
# Texts of these come from servers and sockets, never from what a visitor sent.
_OUTAGES = ("OperationalError", "InterfaceError", "ConnectionError", "TimeoutError", "PoolTimeout", "ConnectionRefusedError")
_TELLING = re.compile(
    r"pass(word|wd|phrase)?|secret|token|cookie|authori[sz]ation|credential|api_?key|e?mail|otp|csrf|session|dsn", re.IGNORECASE
)
_SHAPES = [
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[\w.~+/=-]{6,}"), rf"\1 {REMOVED}"),
    (re.compile(r"(?<=://)[^/\s@]*@"), f"{REMOVED}@"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*"), REMOVED),
    (re.compile(r"\?[^\s?]*=[^\s]*"), f"?{REMOVED}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), REMOVED),
    (re.compile(r"\b(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{24,}"), REMOVED),
]
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_known: tuple[str, ...] = ()


def hide(secrets: Iterable[str]) -> None:
    """Never let these values through, wherever they stand."""
    global _known
    _known = tuple(sorted({*_known, *(secret for secret in secrets if len(secret) >= 6)}, key=len, reverse=True))


def text(value: str) -> str:
    """One text without secrets, addresses and anything that could begin a line of its own."""
    value = value[: LONGEST * 4]
    for secret in _known:
        value = value.replace(secret, REMOVED)
    for shape, instead in _SHAPES:
        value = shape.sub(instead, value)
    value = _UNSEEN.sub(lambda found: found.group().encode("unicode_escape", "backslashreplace").decode(), value)
    return value if len(value) <= LONGEST else value[:LONGEST] + "..."


def clean(value: Any, name: str = "") -> Any:
    """Anything, made fit for a line: plain values stay, texts are cleaned, everything else is named by its class."""
    if name and _TELLING.search(name) and value not in (None, "", 0):
        return REMOVED
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {text(str(key)): clean(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner) for inner in list(value)[:50]]
    return told(value) if isinstance(value, BaseException) else named(value)


def named(value: Any) -> str:
    """An object by its class; ids that say nothing by themselves are written out."""
    kind = type(value)
    if kind.__name__ in ("UUID", "datetime", "date", "timedelta", "Decimal"):
        return str(value)
    return text(str(value)) if kind.__module__ == "django.utils.functional" else f"<{kind.__qualname__}>"


def told(error: BaseException) -> str:
    """An exception by its class. Its text may hold what somebody sent, so it is told only where a server wrote it."""
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    if kind.__name__ in _OUTAGES:
        return f"{name}: {text(str(error).partition(chr(10))[0])}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {text(error.strerror)}"
    return name


def causes(error: BaseException) -> list[str]:
    """The exceptions that an exception came from, nearest first."""
    found: list[BaseException] = []
    cause = _cause(error)
    while cause is not None and cause not in found:
        found.append(cause)
        cause = _cause(cause)
    return [told(one) for one in found]


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def stack(error: BaseException) -> list[str]:
    """Where it happened, outermost first: file, line and function, no values and no text of the lines."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return [f"{short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def short(path: str) -> str:
    """A file below the checkout or below the libraries, without saying where those lie."""
    for folder in (_LIBRARIES, BASE_DIR):
        if Path(path).is_relative_to(folder):
            return str(Path(path).relative_to(folder))
    return Path(path).name


def is_written(message: Any, path: str, line: int) -> bool:
    """Whether a message stands in the code that says it, rather than being put together from what is being handled."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_lineno == line and frame.f_code.co_filename == path:
            if message in frame.f_code.co_consts:
                return True
            return any(value is message for value in frame.f_globals.values())
        frame = frame.f_back
    return False
