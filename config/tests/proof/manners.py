"""What every answer must say to browsers and caches, and what it must not say to anybody."""

import json
import re
from collections.abc import Iterator

from django.conf import settings

from .knocking import Answer

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")(?![^>]*\bnonce=)[^>]*>", re.IGNORECASE)
_HANDLER = re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
_NONCE = re.compile(r"nonce=\"([^\"]+)\"")
_HTMX = re.compile(r"<meta name=\"htmx-config\" content='([^']+)'>")
# Everything that the policy may name, whatever the directive. Anything else, such as a scheme or a host, is a door.
_SOURCES = {
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "manifest-src": {"'self'"},
    "form-action": {"'self'"},
}
_WITH_NONCE = ("script-src", "style-src")
# What keeps htmx from running text and from carrying it elsewhere or into the browser's storage.
_TAME = {
    "allowEval": False,
    "allowScriptTags": False,
    "selfRequestsOnly": True,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
}
_VERSION = re.compile(r"\d+\.\d+")


def faults(answer: Answer, *, signed_in: bool) -> Iterator[str]:
    """Everything that is wrong with the headers and cookies of one answer, a line each."""
    if answer.error:
        return
    yield from _policy(answer)
    yield from _headers(answer)
    yield from _caching(answer, signed_in=signed_in)
    yield from _cookies(answer)


def _policy(answer: Answer) -> Iterator[str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    said = {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}
    if said.get("default-src") != ["'none'"]:
        yield "no Content-Security-Policy that begins with nothing"
    for name in ("base-uri", "frame-ancestors", "form-action"):
        if name not in said:
            yield f"the policy leaves {name} open"
    for name, sources in said.items():
        strange = [source for source in sources if not _is_allowed(name, source)]
        if strange:
            yield f"the policy opens {name} to {' '.join(strange)}"
    if "text/html" in answer.headers.get("Content-Type", ""):
        yield from _markup(answer.body.decode(errors="replace"), policy)


def _is_allowed(directive: str, source: str) -> bool:
    named = source in _SOURCES.get(directive, {"'none'"})
    return named or (directive in _WITH_NONCE and source.startswith("'nonce-"))


def _markup(page: str, policy: str) -> Iterator[str]:
    if _INLINE_SCRIPT.search(page):
        yield "an inline script without a nonce"
    if _HANDLER.search(page):
        yield f"an inline handler: {_HANDLER.search(page)[0][-80:]}"  # type: ignore[index]
    if any(f"'nonce-{nonce}'" not in policy for nonce in _NONCE.findall(page)):
        yield "a nonce that the policy does not name"
    if "/htmx" in page:
        said = _HTMX.search(page)
        wild = {name for name, value in _TAME.items() if said is None or json.loads(said[1]).get(name) != value}
        if wild:
            yield f"htmx is not told {sorted(wild)}"


def _headers(answer: Answer) -> Iterator[str]:
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for name, value in wanted.items():
        if answer.headers.get(name) != value:
            yield f"{name} is {answer.headers.get(name)}"
    for name in ("Server", "X-Powered-By", "Via"):
        if _VERSION.search(answer.headers.get(name, "")):
            yield f"{name} tells a version: {answer.headers[name]}"
    if "Access-Control-Allow-Origin" in answer.headers:
        yield "other origins may read this"


def _caching(answer: Answer, *, signed_in: bool) -> Iterator[str]:
    said = {part.strip() for part in answer.headers.get("Cache-Control", "").split(",")}
    if signed_in and "no-store" not in said:
        yield f"Cache-Control of a signed-in answer is {', '.join(sorted(said)) or 'missing'}"
    varies = {part.strip() for part in answer.headers.get("Vary", "").split(",")}
    is_page = "text/html" in answer.headers.get("Content-Type", "") and answer.status < 300
    if is_page and "no-store" not in said and "Cookie" not in varies:
        yield "a page that may be kept, but does not vary by cookie"


def _cookies(answer: Answer) -> Iterator[str]:
    for name, cookie in answer.cookies.items():
        if cookie["max-age"] == 0:
            continue  # it is taken back
        if not cookie["httponly"]:
            yield f"the cookie {name} can be read by scripts"
        if cookie["samesite"] not in ("Lax", "Strict"):
            yield f"the cookie {name} goes to other sites"
        if cookie["path"] != "/" or cookie["domain"]:
            yield f"the cookie {name} is for {cookie['domain']}{cookie['path']}"
        if settings.HTTPS and not cookie["secure"]:
            yield f"the cookie {name} goes over plain HTTP"
