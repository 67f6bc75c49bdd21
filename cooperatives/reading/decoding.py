"""Bytes into text. No guessing by statistics: a detector takes short Windows-1252 for something else."""

import codecs

from django.utils.translation import gettext_lazy as _

from .errors import Unreadable

ENCODINGS = {
    "utf-8": _("Unicode (UTF-8)"),
    "utf-16": _("Unicode (UTF-16)"),
    "windows-1252": _("Western European (Windows)"),
    "iso-8859-1": _("Western European (ISO)"),
    "mac-roman": _("Western European (old Mac)"),
    "windows-1250": _("Central European (Windows)"),
    "windows-1251": _("Cyrillic (Windows)"),
}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def as_text(content: bytes, encoding: str = "") -> tuple[str, str, bool]:
    """The text, its encoding and whether it began with a byte order mark; `encoding` is the reader's own choice.

    Without a choice: what a byte order mark says, else UTF-8 if every byte agrees, else Windows-1252.
    Raises Unreadable for what is no text in that encoding.
    """
    mark = next((name for sign, name in _MARKS if content.startswith(sign)), "")
    if encoding and encoding not in ENCODINGS:
        raise Unreadable("encoding", _("Choose one of the encodings from the list."))
    if encoding or mark:
        return _checked(content, encoding or mark), encoding or mark, bool(mark)
    try:
        return _checked(content, "utf-8"), "utf-8", False
    except Unreadable:
        return _checked(content, "windows-1252"), "windows-1252", False


def _checked(content: bytes, encoding: str) -> str:
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeError as error:
        sentence = _("These bytes are no text in this encoding. Choose another encoding, or save the file as CSV (UTF-8).")
        raise Unreadable("encoding", sentence) from error
    if "\x00" in text:
        raise Unreadable("not_a_table", _("This is not a table. Save it as .xlsx or as CSV (UTF-8) and choose that file."))
    return text.removeprefix("\ufeff")
