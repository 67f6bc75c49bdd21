"""Bytes of a file of ballots into lines, and what is said of a line that cannot be read."""

from django.utils.translation import gettext, gettext_lazy as _

from cooperatives.reading import Unreadable, as_text

MOST_BYTES = 20_000_000
MOST_CANDIDATES = 500  # pairs are compared along every third one: 500 take half a minute


def refuse(code: str, sentence: str, **facts: object) -> Unreadable:
    """An error with its facts filled in: the sentence names the line and the cure."""
    return Unreadable(code, sentence % facts)


def expect_countable(candidates: int, line: int) -> None:
    """Raise Unreadable for more candidates than can be counted in a while."""
    if candidates > MOST_CANDIDATES:
        raise refuse(
            "too_many_candidates",
            gettext("Line %(line)d: at most %(most)d candidates can be counted. Check the number."),
            line=line,
            most=MOST_CANDIDATES,
        )


def lines_of(content: bytes) -> list[str]:
    """The lines of a file, without what ends them. Raises Unreadable for what is too large or no text."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", _("The file is larger than 20 MB. Put equal ballots on one line, with their number."))
    try:
        text = as_text(content)[0]
    except Unreadable as error:
        sentence = _("The file is no text. Save the ballots as plain text (UTF-8) and choose that file.")
        raise Unreadable("no_text", sentence) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
