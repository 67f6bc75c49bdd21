"""The crawl's eye for headers, cookies and markup: an honest answer passes, each fault alone is named."""

from http.cookies import SimpleCookie
from typing import Any

import pytest

from . import manners
from .knocking import Answer

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Content-Type": "text/html; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
TOLD = (
    '<meta name="htmx-config" content=\'{"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,'
    '"includeIndicatorStyles":false,"historyCacheSize":0}\'>'
)
HTMX = '<script src="/static/django_htmx/htmx-2.min.js"></script>'
PAGE = f'<!doctype html>{TOLD}{HTMX}<script nonce="abc"></script><p title="on and on">'


def faults(page: str = PAGE, cookie: str = "", **headers: str | None) -> list[str]:
    """What is wrong with an honest answer to somebody signed in, once this much of it is changed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in {**HEADERS, **named}.items() if value is not None}
    return list(manners.faults(Answer(200, kept, SimpleCookie(cookie), page.encode()), signed_in=True))


def test_an_honest_answer_has_no_fault() -> None:
    assert faults() == []
    assert faults(cookie="csrftoken=x; HttpOnly; SameSite=Lax; Path=/") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("default-src 'none'", "default-src 'self'", "no Content-Security-Policy that begins with nothing"),
        ("script-src 'self'", "script-src 'self' https:", "opens script-src to https:"),
        ("script-src 'self'", "script-src 'self' https://cdn.example", "opens script-src to https://cdn.example"),
        ("script-src 'self'", "script-src 'self' 'unsafe-eval'", "opens script-src to 'unsafe-eval'"),
        ("script-src 'self'", "script-src 'self' data:", "opens script-src to data:"),
        ("style-src 'self'", "style-src 'self' 'unsafe-inline'", "opens style-src to 'unsafe-inline'"),
        ("img-src 'self'", "img-src 'self' https:", "opens img-src to https:"),
        ("connect-src 'self'", "connect-src *", "opens connect-src to *"),
        ("form-action 'self'", "form-action 'self' https://evil.example", "opens form-action to https://evil.example"),
        ("frame-ancestors 'none'", "frame-ancestors 'self'", "opens frame-ancestors to 'self'"),
        ("base-uri 'none'", "base-uri 'self'", "opens base-uri to 'self'"),
        ("base-uri 'none'", "object-src 'self'", "leaves base-uri open"),
        ("form-action 'self'; ", "", "leaves form-action open"),
    ],
)
def test_a_policy_that_opens_anything_is_seen(old: str, new: str, said: str) -> None:
    assert said in " ".join(faults(Content_Security_Policy=POLICY.replace(old, new)))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<script>x()</script>", "an inline script without a nonce"),
        ('<script nonce="other"></script>', "a nonce that the policy does not name"),
        ('<p onclick="x()">', "an inline handler"),
        (HTMX, "htmx is not told"),
        (PAGE.replace('"allowEval":false', '"allowEval":true'), "htmx is not told ['allowEval']"),
        (PAGE.replace('"historyCacheSize":0', '"historyCacheSize":10'), "htmx is not told ['historyCacheSize']"),
    ],
)
def test_a_page_that_runs_text_is_seen(page: str, said: str) -> None:
    assert said in " ".join(faults(page))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X_Content_Type_Options", None),
        ("X_Frame_Options", "SAMEORIGIN"),
        ("Referrer_Policy", None),
        ("Cross_Origin_Opener_Policy", None),
        ("Cache_Control", "private"),
        ("Access_Control_Allow_Origin", "*"),
        ("Server", "gunicorn/23.0"),
    ],
)
def test_a_header_that_is_wrong_or_missing_is_seen(header: str, value: str | None) -> None:
    assert faults(**{header: value}) != []


@pytest.mark.parametrize(
    "manners_of_it",
    ["SameSite=Lax; Path=/", "HttpOnly; Path=/", "HttpOnly; SameSite=None; Path=/", "HttpOnly; SameSite=Lax; Path=/x"],
)
def test_a_careless_cookie_is_seen(manners_of_it: str) -> None:
    assert len(faults(cookie=f"a=b; {manners_of_it}")) == 1


def test_over_https_a_cookie_stays_there(settings: Any) -> None:
    settings.HTTPS = True
    assert len(faults(cookie="a=b; HttpOnly; SameSite=Lax; Path=/")) == 1
