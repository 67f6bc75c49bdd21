"""The middleware: who acts, what is entered around a request, and that nothing stays behind."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from cooperatives.actions import Conflict, Forbidden, NotFound
from cooperatives.middleware import Entering
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, Credential, actor
from cooperatives.queries import NotEntered, enter, entered
from cooperatives.tenancy import entering_each_async
from cooperatives.web import ActionForm, fetch, needs, pager, respond
from members.models import Person

Pair = tuple[Cooperative, Actor]


def ask(path: str, user: Any = None, view: Any = None, **headers: str) -> Any:
    request: Any = RequestFactory().get(path, headers=headers)
    request.user = user or AnonymousUser()
    request.htmx = False
    seen: dict[str, Any] = {}

    def answer(request: Any) -> HttpResponse:
        seen.update(entered=entered(), language=translation.get_language(), zone=timezone.get_current_timezone_name())
        return view(request) if view else HttpResponse("ok")

    response = Entering(answer)(request)
    with pytest.raises(NotEntered):
        entered()
    return request, response, seen


def test_a_visitor_enters_nothing(linden: Pair) -> None:
    request, response, seen = ask("/")
    assert (seen["entered"], request.cooperative) == (((), None), None)
    assert not response.has_header("Cache-Control")


def test_a_flat_page_acts_in_all_of_mine(linden: Pair, kilele: Pair) -> None:
    _, response, seen = ask("/api/v1/tasks/", linden[1].user)
    assert seen["entered"] == ((linden[0].pk,), linden[1].user_id)
    assert response["Cache-Control"] == "private, no-store"


def test_a_page_of_a_cooperative_acts_in_that_one_in_its_zone(kilele: Pair) -> None:
    request, _, seen = ask("/c/kilele-dev-chama/work/", kilele[1].user)
    assert request.cooperative == kilele[0]
    assert (seen["entered"].cooperatives, seen["zone"], seen["language"]) == ((kilele[0].pk,), "Africa/Nairobi", "en")
    assert timezone.get_current_timezone_name() == "UTC"


def test_somebody_elses_page_enters_my_own_only(linden: Pair, kilele: Pair) -> None:
    request, _, seen = ask("/c/linden-court/", kilele[1].user)
    assert request.cooperative is None
    assert seen["entered"].cooperatives == (kilele[0].pk,)
    with pytest.raises(Http404):
        Entering(lambda _: HttpResponse()).process_view(request, None, (), {"slug": "linden-court"})


def test_a_token_speaks_for_itself(linden: Pair, kilele: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = timezone.now() + timedelta(minutes=5)
    monkeypatch.setattr(actor, "_resolver", lambda token: Credential(linden[1].user, ends) if token == "good" else None)
    request, _, seen = ask("/api/v1/tasks/", kilele[1].user, Authorization="Bearer good")
    assert (request.user, seen["entered"].cooperatives) == (linden[1].user, (linden[0].pk,))
    request, _, seen = ask("/api/v1/tasks/", kilele[1].user, Authorization="Bearer bad")
    assert (request.token_failed, request.actor.is_signed_in, seen["entered"].cooperatives) == (True, False, ())


def test_a_streamed_body_is_drawn_inside(linden: Pair) -> None:
    def body(request: Any) -> StreamingHttpResponse:
        def rows() -> Iterator[str]:
            for person in Person.objects.iterator():
                yield person.name

        return StreamingHttpResponse(rows())

    _, response, _ = ask("/c/linden-court/", linden[1].user, body)
    assert b"".join(response.streaming_content) == b"Marta"


def test_an_asynchronous_body_is_drawn_inside(linden: Pair) -> None:
    async def chunks() -> Any:
        for _ in range(2):
            yield entered().cooperatives

    async def draw() -> list[Any]:
        with enter([linden[0].pk]):
            body = entering_each_async(chunks(), entered())
        return [chunk async for chunk in body]

    assert asyncio.run(draw()) == [(linden[0].pk,)] * 2


def test_an_error_leaves_nothing_entered(linden: Pair) -> None:
    def fail(request: Any) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask("/", linden[1].user, fail)
    with pytest.raises(NotEntered):
        entered()


def page_request(pair: Pair, path: str = "/c/linden-court/") -> Any:
    request, _, _ = ask(path, pair[1].user)
    return request


def test_fetching_loads_and_authorises_in_one_call(linden: Pair, kilele: Pair) -> None:
    request = page_request(linden)
    everything = Cooperative.objects.all()
    assert fetch(request, everything, "cooperatives.change", pk=linden[0].pk) == linden[0]
    for missing in (0, 10**30, "x"):
        with pytest.raises(Http404):
            fetch(request, everything, "cooperatives.change", pk=missing)
    with pytest.raises(PermissionDenied):
        fetch(request, everything, "cooperatives.change", pk=kilele[0].pk)


def test_a_page_states_what_it_needs(linden: Pair) -> None:
    guarded = needs("cooperatives.change")(lambda request: HttpResponse("in"))
    assert guarded.needs == "cooperatives.change"
    assert guarded(page_request(linden)).content == b"in"
    visitor, _, _ = ask("/c/linden-court/")
    assert guarded(visitor)["Location"].startswith("/accounts/login/?next=")


def test_pagers_count_from_one_and_forgive() -> None:
    request: Any = RequestFactory().get("/?kind=x&page=99")
    page = pager(request, list(range(101)), size=50)
    assert (page.number, page.pages, page.total, page.items) == (3, 3, 101, [100])
    assert (page.previous, page.next, page.first_index, page.last_index, page.query) == (2, None, 101, 101, "kind=x")
    empty = pager(request, [], size=50)
    assert (empty.first_index, empty.last_index, empty.previous) == (0, 0, None)


@pytest.mark.parametrize(("broken", "status"), [(Conflict("full", "The lane is full.", "lane"), 409)])
def test_a_broken_rule_becomes_a_message(broken: Conflict, status: int) -> None:
    def refuse(**_: Any) -> None:
        raise broken

    form = ActionForm({})
    assert not form.act(refuse)
    assert (form.status, form.non_field_errors()) == (status, ["The lane is full."])


@pytest.mark.parametrize(("broken", "raised"), [(NotFound(), Http404), (Forbidden(), PermissionDenied)])
def test_not_found_and_forbidden_are_pages(broken: Exception, raised: type[Exception]) -> None:
    def refuse(**_: Any) -> None:
        raise broken

    with pytest.raises(raised):
        ActionForm({}).act(refuse)


def test_htmx_gets_the_part_and_everybody_else_the_whole(linden: Pair) -> None:
    request = page_request(linden, "/c/linden-court/search/")
    context = {"query": "", "groups": {}}
    with enter([linden[0].pk]):
        whole = respond(request, "cooperatives/search.html", "cooperatives/_hits.html", context).content.decode()
    request.htmx = type("Htmx", (), {"boosted": False, "history_restore_request": False, "__bool__": lambda _: True})()
    part = respond(request, "cooperatives/search.html", "cooperatives/_hits.html", context).content.decode()
    assert "<html" in whole
    assert "<html" not in part
