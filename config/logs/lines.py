"""From a log record to its line."""

import logging
from datetime import UTC, datetime
from typing import Any

from structlog.contextvars import get_contextvars
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer

from . import cleaning

_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_WITHHELD = "(text withheld)"


class Failures(logging.Filter):
    """Of Django's words about answers only those about our own failures: each answer has a line of ours already."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is about a failure."""
        return int(getattr(record, "status_code", 500)) >= 500


class Lines(logging.Formatter):
    """One record, one line. `ours` are the loggers whose fields and texts are trusted to be ids and words of ours;

    of all others only what stands in their code is told, with numbers filled in. In an `open_book`, for those who
    build, everything is told; known secrets are taken out even there.
    """

    def __init__(self, *, style: str = "json", open_book: bool = False, ours: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._open, self._ours = open_book, {name.partition(".")[0] for name in ours}
        self._render: Any = JSONRenderer(ensure_ascii=False) if style == "json" else _for_people

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line = self.facts(record)
        if self._open and record.exc_info and record.exc_info[1]:
            line["exception"] = cleaning.text(self.formatException(record.exc_info)).replace("\\n", "\n")
        return str(self._render(None, record.levelname.lower(), line))

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """The line as a dictionary, cleaned."""
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": cleaning.text(self.event(record)),
            **cleaning.clean({**get_contextvars(), **self._extras(record)}),
        }
        if record.exc_info and (error := record.exc_info[1]) is not None:
            line |= {"error": cleaning.told(error), "causes": cleaning.causes(error), "stack": cleaning.stack(error)}
        return {name: value for name, value in line.items() if value not in (None, [], "")}

    def is_ours(self, record: logging.LogRecord) -> bool:
        """Whether one of our own rooms said it."""
        return record.name.partition(".")[0] in self._ours

    def event(self, record: logging.LogRecord) -> str:
        """What is said."""
        trusted = self._open or self.is_ours(record)
        if not trusted and not cleaning.is_written(record.msg, record.pathname, record.lineno):
            return f"{_WITHHELD} at {cleaning.short(record.pathname)}:{record.lineno}"
        if not record.args:
            return str(record.msg)
        fill = _own if trusted else _stranger
        args = record.args
        filled = {key: fill(value) for key, value in args.items()} if isinstance(args, dict) else tuple(map(fill, args))
        try:
            return str(record.msg) % filled
        except (TypeError, ValueError, KeyError):
            return str(record.msg)

    def _extras(self, record: logging.LogRecord) -> dict[str, Any]:
        if not (self._open or self.is_ours(record)):
            return {}
        return {name: value for name, value in vars(record).items() if name not in _PLAIN and not name.startswith("_")}


class _Word(str):
    """A text that %r does not put into quotes; %d and %f show it too, so that no template fails."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _own(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    return _Word(cleaning.clean(value))


def _stranger(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    return _Word(cleaning.told(value) if isinstance(value, BaseException) else "...")


def _for_people(logger: Any, level: str, line: dict[str, Any]) -> str:
    """One line, and where there was an exception its place below it."""
    stack = line.pop("stack", [])
    text = str(_console(logger, level, line))
    return "\n    ".join([text, *stack]) if "exception" not in line else text


_console = ConsoleRenderer(colors=False, exception_formatter=plain_traceback, pad_event_to=0)
