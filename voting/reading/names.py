"""The end of a BLT file: names and a title, in quotes or one on each line."""

import re

from django.utils.translation import gettext as _

from .text import refuse

_QUOTED = re.compile(r'"([^"]*)"')
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_END = re.compile(r"(?:^|(?<=\s))0(?=\s|$)")
EXTRAS = 2  # Wichmann's files name a source and a comment after the title


def names_and_title(lines: list[str], end: int, candidates: int) -> tuple[tuple[str, ...], str]:
    """The names and the title that stand behind the 0 on line `end`. Raises Unreadable when there are too few or too many."""
    found = _strings(lines, end)
    if len(found) < candidates:
        raise refuse(
            "too_few_names",
            _("Line %(line)d: the names end after %(found)d, but there are %(all)d candidates. Write each on a line of its own."),
            line=len(lines),
            found=len(found),
            all=candidates,
        )
    if len(found) > candidates + 1 + EXTRAS:
        number, text = found[candidates + 1 + EXTRAS]
        raise refuse(
            "too_many_names",
            _("Line %(line)d: “%(word)s” comes after the names and the title. Check the number of candidates on the first line."),
            line=number,
            word=text[:20],
        )
    empty = next((number for number, text in found[:candidates] if not text), None)
    if empty is not None:
        raise refuse("no_name", _("Line %(line)d: this candidate has no name. Write one between the quotes."), line=empty)
    texts = [text for _number, text in found]
    return tuple(texts[:candidates]), texts[candidates] if len(texts) > candidates else ""


def _strings(lines: list[str], end: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for number, line in enumerate([_behind_the_end(lines[end - 1]), *lines[end:]], end):
        text = line.strip()
        if text.startswith('"'):
            if _COMMENT.sub("", _QUOTED.sub("", text)).strip():
                raise refuse("open_quote", _("Line %(line)d: write each name between two quotes, with none inside."), line=number)
            found += [(number, name.strip()) for name in _QUOTED.findall(_without_comment(text))]
        elif bare := _COMMENT.sub("", text).strip():
            found.append((number, bare))
    return found


def _behind_the_end(line: str) -> str:
    """What stands behind the last bare 0 of a line; before it may stand whole ballots."""
    before, quote, names = line.partition('"')
    plain = _COMMENT.sub("", before)
    rest = _END.split(plain)[-1]
    return rest if plain != before else rest + quote + names


def _without_comment(text: str) -> str:
    """The quoted names of a line, up to a comment between or behind them."""
    masked = _QUOTED.sub(lambda match: "." * len(match.group()), text)
    return text[: len(_COMMENT.sub("", masked))]
