"""What is answered when no view answers, and what the middleware makes of odd addresses, tokens and languages."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from cooperatives import errors
from cooperatives.middleware import Entering
from cooperatives.models import Cooperative
from cooperatives.policy import ANONYMOUS, Actor, Credential, actor as actors
from cooperatives.queries import entered

Pair = tuple[Cooperative, Actor]
ERRORS: dict[str, tuple[Any, int, str, str]] = {
    "unreadable": (lambda r: errors.bad_request(r, SuspiciousOperation("secret")), 400, "invalid", "cannot be read"),
    "too large": (lambda r: errors.bad_request(r, RequestDataTooBig("secret")), 413, "too_large", "Send less at once"),
    "forbidden": (lambda r: errors.forbidden(r, PermissionDenied("secret")), 403, "forbidden", "does not include this"),
    "not found": (lambda r: errors.not_found(r, Http404("secret")), 404, "not_found", "nothing at this address"),
    "failed": (lambda r: errors.failed(r), 500, "error", "Nothing was saved"),
}


def visitor(path: str, **headers: str) -> Any:
    request: Any = RequestFactory().get(path, headers=headers)
    request.user, request.actor, request.cooperative, request.htmx = AnonymousUser(), ANONYMOUS, None, False
    request.session = {}
    return request


@pytest.mark.parametrize("what", ERRORS)
def test_a_program_gets_a_problem_document(what: str) -> None:
    answer_to, status, code, words = ERRORS[what]
    answer = answer_to(visitor("/api/v1/nothing/"))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = json.loads(answer.content)
    assert (body["status"], body["code"], body["type"]) == (status, code, "about:blank")
    assert words in body["detail"]
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nothing/", "/c/api/", "/apiary/"])
@pytest.mark.parametrize("what", ERRORS)
def test_a_reader_gets_a_page(what: str, path: str) -> None:
    answer_to, status, _, _ = ERRORS[what]
    answer = answer_to(visitor(path))
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (status, "text/html")
    assert "<h1" in answer.content.decode()
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_address_of_the_api_is_not_a_page(client: Client) -> None:
    answer = client.get("/api/v1/no-such-thing/")
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (404, "application/problem+json", "not_found")
    assert client.get("/no-such-thing/")["Content-Type"].startswith("text/html")


def test_a_defect_is_told_without_its_inside(linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("cooperatives.views.panels_for", fail)
    monkeypatch.setattr("cooperatives.api.CooperativeViewSet.get_queryset", fail)
    client = Client(raise_request_exception=False)
    client.force_login(linden[1].user)
    for path, words in (("/c/linden-court/", b"<h1"), ("/api/v1/cooperatives/", b'"code": "error"')):
        answer = client.get(path)
        assert answer.status_code == 500
        assert words in answer.content
        assert b"secret" not in answer.content


def through(path: str, user: Any = None, **headers: str) -> tuple[Any, dict[str, Any]]:
    """A request after the middleware, and what stood around the view."""
    request: Any = RequestFactory().get("/", headers=headers)
    request.path_info = path
    request.user = user or AnonymousUser()
    seen: dict[str, Any] = {}

    def view(request: HttpRequest) -> HttpResponse:
        seen.update(entered=entered(), language=translation.get_language(), zone=timezone.get_current_timezone_name())
        return HttpResponse()

    seen["answer"] = Entering(view)(request)
    return request, seen


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/c/linden-court/", True), ("/c/linden-court", True), ("/c/linden-court/work/3/", True), ("/c/linden-court//", True),
        ("/c/Linden-Court/", False), ("/c/linden/", False), ("/c//", False), ("/c/", False), ("/cc/linden-court/", False),
        ("/x/c/linden-court/", False), ("/c/linden-court\x00/", False), ("/c/%25/", False), ("/c/'; --/", False),
        ("/c/" + "x" * 5000 + "/", False), ("/c/linden-court\n/", False),
    ],
)  # fmt: skip
def test_which_addresses_lie_in_a_cooperative(path: str, inside: bool, linden: Pair, kilele: Pair) -> None:
    request, seen = through(path, linden[1].user)
    assert request.cooperative == (linden[0] if inside else None)
    assert seen["entered"].cooperatives == (linden[0].pk,), "never another's"


def test_a_page_inside_is_not_told_the_address_it_knows_already(linden: Pair) -> None:
    request, _ = through("/c/linden-court/", linden[1].user)
    given = {"slug": "linden-court", "pk": 3}
    Entering(lambda _: HttpResponse()).process_view(request, None, (), given)
    assert given == {"pk": 3}
    outside, _ = through("/search/", linden[1].user)
    given = {"slug": "kept"}
    Entering(lambda _: HttpResponse()).process_view(outside, None, (), given)
    assert given == {"slug": "kept"}


def test_a_visitor_under_an_address_is_left_to_the_page(linden: Pair) -> None:
    request, _ = through("/c/linden-court/")
    Entering(lambda _: HttpResponse()).process_view(request, None, (), {"slug": "linden-court"})
    assert request.cooperative is None


@pytest.mark.parametrize("path", ["/static/app.css", "/healthz", "/readyz", "/metrics"])
def test_files_and_probes_ask_for_nobody(path: str) -> None:  # nor for a database: none is open here
    class Reader:
        @property
        def is_authenticated(self) -> bool:
            raise AssertionError("the session was read")

    request, seen = through(path, Reader())
    assert (request.actor, seen["entered"]) == (ANONYMOUS, ((), None))
    assert not seen["answer"].has_header("Cache-Control")


@pytest.mark.parametrize("header", ["Bearer good", "bearer good", "BEARER   good  "])
def test_a_token_is_read_however_it_is_written(header: str, linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    good = Credential(linden[1].user, timezone.now())
    monkeypatch.setattr(actors, "_resolver", {"good": good}.get)
    request, seen = through("/api/v1/tasks/", Authorization=header)
    assert (request.user, request.by_token, request.token_failed) == (linden[1].user, True, False)
    assert seen["entered"] == ((linden[0].pk,), linden[1].user_id)


@pytest.mark.parametrize("header", ["Basic good", "good", "Bearer", ""])
def test_what_is_no_bearer_token_is_left_to_the_session(header: str, linden: Pair) -> None:
    request, _ = through("/api/v1/tasks/", linden[1].user, Authorization=header)
    assert (request.actor.user, request.token_failed, hasattr(request, "by_token")) == (linden[1].user, False, False)


@pytest.mark.parametrize(
    ("mine", "theirs", "spoken"), [("sw", "de", "sw"), ("", "de", "de"), ("", "", "en"), ("sw", "", "sw")]
)  # fmt: skip
def test_the_readers_language_wins_then_the_cooperatives(mine: str, theirs: str, spoken: str, linden: Pair) -> None:
    linden[1].user.locale = mine
    Cooperative.objects.update(locale=theirs)
    _, seen = through("/c/linden-court/", linden[1].user)
    assert seen["language"] == spoken
    assert translation.get_language() == "en"


def test_outside_a_cooperative_times_stay_in_the_installations_zone(kilele: Pair) -> None:
    assert through("/c/kilele-dev-chama/", kilele[1].user)[1]["zone"] == "Africa/Nairobi"
    assert through("/search/", kilele[1].user)[1]["zone"] == "UTC"


def test_a_view_that_says_how_long_an_answer_keeps_is_believed(linden: Pair) -> None:
    request: Any = RequestFactory().get("/")
    request.user = linden[1].user
    answer = Entering(lambda _: HttpResponse(headers={"Cache-Control": "max-age=60"}))(request)
    assert answer["Cache-Control"] == "max-age=60"


@pytest.mark.django_db
def test_a_form_that_is_too_large_is_told_so() -> None:
    answer = errors.bad_request(visitor("/cooperatives/new/"), RequestDataTooBig("secret"))
    page = answer.content.decode()
    assert (answer.status_code, '<p class="faint num">413</p>' in page, "shorten it" in page) == (413, True, True)


def test_an_address_that_only_takes_what_is_sent_says_so(linden: Pair) -> None:
    client = Client()
    client.force_login(linden[1].user)
    answer = client.get("/c/linden-court/work/lanes/1/step/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "it cannot be opened by itself" in answer.content.decode()
