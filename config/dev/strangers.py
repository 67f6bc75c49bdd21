"""What must not be committed: secrets, and code of others. The patterns and the measure; the gate walks the files."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

LARGEST = 300_000  # bytes of one file; what is larger is data or somebody else's work
# Drawn from our own code and compared with it by a test, so nobody reads them line by line; each grows with every room.
DRAWN = {"docs/openapi.yaml": 2_000_000}
# Written in pieces, so that this file does not find itself.
_PATTERNS = {
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIV" + r"ATE KEY",
    "AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub token": r"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{40,}",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{16,}",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}",
    "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "PyPI token": r"\bpypi-AgE[A-Za-z0-9_-]{20,}",
    "Twilio or SendGrid key": r"\bSK[0-9a-f]{32}\b|\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "JSON web token": r"\beyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}",
    "password in an address": r"\b[a-z][a-z0-9+]{2,}://[^\s:/@'\"{}$<%]*:(?P<password>[^\s:/@'\"{}$<>]{10,})@[a-z0-9]",
    "Sentry address": r"https?://[0-9a-f]{32}@(?!127\.0\.0\.1|localhost|\{)[\w.-]+/\d+",
}
PATTERNS = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_GIVEN = re.compile(
    r"(?i)(?:secret|token|passw(?:or)?d|api_?key|private_?key|auth|credential|dsn)[\w.-]*[\"']?\s*(?::=|=>|=|:)\s*"
    r"[\"']?(?P<value>[A-Za-z0-9+/_=~.-]{16,})"
)
_LONG = re.compile(r"(?<![A-Za-z0-9+/_.#-])(?P<value>[A-Za-z0-9+/_-]{32,}={0,2})(?![A-Za-z0-9+/_=-])")
# Fingerprints and ids are public by nature.
_FINGERPRINT = re.compile(r"--hash=sha256:[0-9a-f]{64}|\"integrity\": \"sha512-[A-Za-z0-9+/=]+\"|\bsha256:[0-9a-f]{64}")
_BITS = 4.3  # a random key of 32 and more letters, digits and signs has more; words joined by signs have less
_BITS_GIVEN = 3.2  # after "token =", also hexadecimal digits and short values are suspect
_HEXADECIMAL = re.compile(r"[0-9a-f]+|[0-9A-F]+")
CODE = (".py", ".js", ".css", ".html", ".svg", ".sh")
# The names under which the work of others is usually kept, and what nobody writes by hand.
KEPT = re.compile(
    r"(^|/)(vendor|third_party|node_modules|bower_components|dist)/|\.min\.(js|css)$|\.(map|whl|zip|gz|tgz|jar|so|dll|exe|wasm|woff2?"
    r"|ttf|otf|eot|pyc|sqlite3?|db|pem|key|p12|pfx|keystore)$|(^|/)(\.env|id_rsa|id_ed25519|\.netrc|\.pypirc)$"
)
FOREIGN = {
    "somebody's copyright": re.compile(
        r"(?i)copyright (?:\(c\)|©|\d{4})|\(c\) \d{4}|@licen[cs]e|@pre" + r"serve|SPDX-Lic" + r"ense"
    ),
    "a banner that survives packing": re.compile(r"/\*!"),
    "packed code": re.compile(r"[^\n]{2000}"),
    "a source map": re.compile(r"sourceMapp" + r"ingURL="),
    "a packed module": re.compile(r"!function\(|__webpack_" + r"require__|\(function\(root, factory\)|typeof define *==="),
}


def secrets(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, kind, what) of everything in a text that looks like a secret."""
    text = _FINGERPRINT.sub("", text)
    for kind, what in _suspects(text):
        yield text.count("\n", 0, what.start()) + 1, kind, what.group()[:60]


def _suspects(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, pattern in PATTERNS.items():
        yield from ((kind, found) for found in pattern.finditer(text))
    for kind, shape, least in (("a value given to a secret's name", _GIVEN, _BITS_GIVEN), ("a random value", _LONG, _BITS)):
        yield from ((kind, found) for found in shape.finditer(text) if is_random(found["value"], least))


def is_random(value: str, least: float) -> bool:
    """Whether it is too irregular for words: mixed signs, or hexadecimal digits, and many bits for each."""
    if _HEXADECIMAL.fullmatch(value):
        return least < _BITS and bits(value) > 3.0 and bool(re.search(r"\d", value) and re.search(r"[a-fA-F]", value))
    kinds = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds == 3 and bits(value) >= least and not _is_words(value)


def _is_words(value: str) -> bool:
    """Paths, class names and the like: pieces that are mostly letters, with few changes between kinds of signs."""
    changes = sum(_kind(one) != _kind(other) for one, other in pairwise(value))
    return changes < len(value) / 4


def _kind(sign: str) -> str:
    return "a" if sign.islower() else "A" if sign.isupper() else "0" if sign.isdigit() else "-"


def bits(value: str) -> float:
    """Bits of surprise for each sign."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)
