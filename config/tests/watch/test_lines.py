"""What a line holds and what it never holds, by values."""

import json
import logging
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import OperationalError
from django.utils.functional import lazystr
from structlog.contextvars import bound_contextvars

from config import env, logs
from config.logs import cleaning
from config.logs.lines import Failures, Lines

OURS = Lines(ours=("tasks",))
SECRET = "Xq7-planted" + "-9fK2"
# Loggers of their own: the suite's handlers would fill in what must not be filled in.
ours, stranger = logging.Logger("tasks.test"), logging.Logger("stranger")


class Kept(logging.Handler):
    """Formats at once, as a handler of the product does, so that the caller's code is still at hand."""

    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self.lines, self.said = lines, list[str]()

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.lines.format(record))

    @property
    def last(self) -> dict[str, Any]:
        return dict(json.loads(self.said[-1]))


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler = Kept(OURS)
    loggers = (ours, stranger, logging.getLogger("tasks.test"))
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)


def test_a_line_of_ours_with_its_fields(kept: Kept) -> None:
    number = uuid.uuid4()
    with bound_contextvars(request_id="abc-12345"):
        ours.warning("moved %s of %d", "lane", 3, extra={"cooperative": 7, "seq": 12, "user": number})
    line = kept.last
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "level": "warning", "logger": "tasks.test", "event": "moved lane of 3", "request_id": "abc-12345",
        "cooperative": 7, "seq": 12, "user": str(number),
    }  # fmt: skip


def test_a_stranger_is_told_by_what_stands_in_its_code(kept: Kept) -> None:
    stranger.warning("retry %d of %s for %r", 3, SECRET, ValueError(SECRET), extra={"payload": SECRET})
    assert kept.last["event"] == "retry 3 of ... for ValueError"
    assert "payload" not in kept.last


WRITTEN = "a constant of a module: %s"


def test_a_constant_of_its_module_is_its_code_too(kept: Kept) -> None:
    stranger.warning(WRITTEN, SECRET)
    assert kept.last["event"] == "a constant of a module: ..."


def test_what_a_stranger_puts_together_is_withheld(kept: Kept) -> None:
    stranger.warning(f"failed for {SECRET}")
    stranger.warning("failed for " + str([SECRET]))
    stranger.warning(str({"password": SECRET}), 1)
    assert all("(text withheld) at config/tests/watch/test_lines.py:" in said for said in kept.said)
    assert SECRET not in "".join(kept.said)


def test_a_template_that_does_not_fit_is_told_without_its_arguments(kept: Kept) -> None:
    stranger.warning("%d %d", SECRET)
    ours.warning("%(name)s", SECRET)
    assert [json.loads(said)["event"] for said in kept.said] == ["%d %d", "%(name)s"]


@pytest.mark.parametrize(
    "name", ["password", "new_password1", "token", "access_token", "api_key", "apikey", "Authorization", "cookie", "Set-Cookie",
             "email", "mail", "otp", "csrfmiddlewaretoken", "session_key", "sentry_dsn", "SECRET_KEY", "credentials"],
)  # fmt: skip
def test_telling_names_lose_their_values_at_any_depth(name: str) -> None:
    assert cleaning.clean({"a": [{name: SECRET}]}) == {"a": [{name: "[removed]"}]}


@pytest.mark.parametrize("name", ["method", "status", "route", "seq", "cooperative", "ms", "kind", "job", "level"])
def test_plain_names_keep_theirs(name: str) -> None:
    assert cleaning.clean("value", name) == "value"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("from ann@example.org now", "from [removed] now"),
        ("ann.o'neil+x@mail.example.co.ke", "ann.o'[removed]"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [removed]"),
        ("Basic dXNlcjpwYXNz", "Basic [removed]"),
        ("postgres://app:geheim@db/coop failed", "postgres://[removed]@db/coop failed"),
        ("redis://:geheim@kv:6379/0", "redis://[removed]@kv:6379/0"),
        ("GET /reset/?key=abc&b=c HTTP", "GET /reset/?[removed] HTTP"),
        ("eyJhbGciOi.eyJzdWIi.c2ln", "[removed]"),
        ("key aB3dE5gH7jK9mN1pQ3sT5vW7x", "key [removed]"),
        ("9b2c7de3f4a5968778695a4b3c2d1e0f", "9b2c7de3f4a5968778695a4b3c2d1e0f"),
        ("activity.sweep in 3 s: why?", "activity.sweep in 3 s: why?"),
    ],
)
def test_shapes_of_secrets_and_addresses(said: str, kept: str) -> None:
    assert cleaning.text(said) == kept


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\x00", "\x1b[2J", "\x0b", "\x85", "\u2028", "\u202e", "\ud800", "\x7f"])
def test_nothing_begins_a_line_of_its_own_or_steers_a_terminal(kept: Kept, sign: str) -> None:
    ours.warning("before%safter", sign, extra={"field" + sign: sign + '{"level": "critical"}'})
    for style in (kept.said[-1], Lines(style="text", ours=("tasks",)).format(_record(f"before{sign}after", who=sign))):
        assert not set(sign) & set(style) - set("[2J")
        assert len(style.splitlines()) == 1


def _record(message: str, **extra: Any) -> logging.LogRecord:
    record = logging.LogRecord("tasks.test", logging.WARNING, __file__, 1, message, (), None)
    vars(record).update(extra)
    return record


def test_long_texts_end(kept: Kept) -> None:
    ours.warning("%s", "x" * 50_000)
    assert len(kept.said[-1]) < 1200
    assert len(cleaning.clean(list(range(1000)))) == 50


def test_known_secrets_are_found_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_known", ())
    cleaning.hide(["short", "geheim-geheim", "geheim-geheim-and-more", ""])
    assert cleaning.text("a geheim-geheim-and-more b xgeheim-geheimx short") == "a [removed] b x[removed]x short"


def test_secrets_are_known_by_the_names_of_their_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SECRET_KEY": "aaaaaaaa", "OIDC_CLIENT_SECRET": "bbbbbbbb", "EMAIL_HOST_PASSWORD": "cccccccc",
                        "METRICS_TOKEN": "dddddddd", "DATABASE_URL": "postgres://u:e%40ee" + "eeee@db/x", "SENTRY_DSN": "https://ffffffff@s/1",
                        "KEY_PREFIX": "gggggggg", "SITE_URL": "https://hhhhhhhh"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    found = set(env.hidden())
    assert {"aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd", "e%40eeeeee", "e@eeeeee", "https://ffffffff@s/1"} <= found
    assert not {"gggggggg", "https://hhhhhhhh"} & found


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    hidden = SECRET
    try:
        raise error from cause
    except Exception as caught:  # noqa: BLE001
        assert hidden
        return caught


def test_an_exception_is_its_kind_and_its_place(kept: Kept) -> None:
    ours.error("failed", exc_info=raised(ValueError(SECRET), KeyError(SECRET)))
    stranger.error("failed", exc_info=raised(ValueError(SECRET)))
    assert SECRET not in "".join(kept.said)
    line = json.loads(kept.said[0])
    assert (line["error"], line["causes"]) == ("ValueError", ["KeyError"])
    assert [frame.split(":")[0] for frame in line["stack"]] == ["config/tests/watch/test_lines.py"]
    assert line["stack"][0].endswith(" raised")


def test_what_a_server_says_of_itself_is_told() -> None:
    error = OperationalError('connection to server at "db" failed: ann@example.org\nDETAIL: row')
    assert cleaning.told(error) == 'django.db.utils.OperationalError: connection to server at "db" failed: [removed]'
    assert cleaning.told(OSError(28, "No space left on device", f"/files/{SECRET}")) == "OSError: No space left on device"
    assert cleaning.told(UnicodeDecodeError("utf8", SECRET.encode(), 0, 1, SECRET)) == "UnicodeDecodeError"


def test_a_ring_of_causes_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert cleaning.causes(first) == ["KeyError", "ValueError"]


def test_objects_are_named_not_shown() -> None:
    class Person:
        def __repr__(self) -> str:
            return SECRET

        __str__ = __repr__

    assert "Person>" in cleaning.clean(Person())
    assert cleaning.clean(lazystr("words")) == "words"
    assert cleaning.clean([1, 2.5, None, True]) == [1, 2.5, None, True]


def test_django_speaks_of_failures_only() -> None:
    spoken = [Failures().filter(_record("x", status_code=code)) for code in (400, 403, 404, 500, 503)]
    assert spoken == [False, False, False, True, True]
    assert Failures().filter(_record("x"))


def test_those_who_build_see_everything_but_known_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_known", ("geheim-geheim",))
    book = Lines(style="text", open_book=True)
    record = logging.LogRecord("stranger", logging.ERROR, __file__, 1, "for %s", ("lane geheim-geheim",), None)
    error = raised(ValueError("why geheim-geheim"))
    record.exc_info = (type(error), error, error.__traceback__)
    text = book.format(record)
    assert "for lane [removed]" in text
    assert "ValueError: why [removed]" in text
    assert "geheim-geheim" not in text


def test_structlog_speaks_through_the_same_door(kept: Kept) -> None:
    structlog.get_logger("tasks.test").warning("moved", cooperative=3, password=SECRET)
    assert (kept.last["event"], kept.last["cooperative"], kept.last["password"]) == ("moved", 3, "[removed]")


def test_the_end_of_a_thread_is_a_line(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = Kept(Lines(ours=("config",)))
    threads = logging.getLogger("config.threads")
    threads.addHandler(handler)
    error = raised(RuntimeError(SECRET))
    logs._thread_ended(type("Args", (), {"exc_type": RuntimeError, "exc_value": error})())
    logs._thread_ended(type("Args", (), {"exc_type": SystemExit, "exc_value": SystemExit()})())
    threads.removeHandler(handler)
    assert [json.loads(said)["error"] for said in handler.said] == ["RuntimeError"]
    assert SECRET not in handler.said[0]


def test_the_style_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def style(**chosen: Any) -> str:
        return str(logs.logging_of(("tasks",), **chosen)["formatters"]["line"]["style"])

    monkeypatch.delenv("LOG_FORMAT", raising=False)
    assert (style(debug=False, quiet=False), style(debug=True, quiet=False)) == ("json", "text")
    monkeypatch.setenv("LOG_FORMAT", "json")
    assert style(debug=True, quiet=False) == "json"


def test_this_file_is_not_what_is_found(kept: Kept) -> None:
    assert cleaning.is_written("no such words stand here", __file__, sys._getframe().f_lineno)
    assert not cleaning.is_written("no such " + str(1), __file__, sys._getframe().f_lineno)
