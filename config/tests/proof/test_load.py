"""Fifty at once through ASGI and a real pool, with views that raise and clients that leave: nobody gets another's rows.

CRAWL_REQUESTS says how many; `make crawl` sends 5,000.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import got_request_exception

from cooperatives import views
from cooperatives.tenancy import _entered

from .load import FAULT, Crowd, as_in_production, left_over
from .surface import doors
from .trials import is_alias
from .world import World

# Pages that say nothing of whose they are.
NAMELESS = ("members:contacts", "members:key_end", "members:erasure_receipt", "members:photo", "tasks:import")
REQUESTS = int(os.environ.get("CRAWL_REQUESTS", "250"))


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The overview raises when it is asked to, after it has read its rows."""
    honest = views.respond

    def respond(request: Any, *args: Any) -> Any:
        answer = honest(request, *args)
        if FAULT in request.GET:
            raise ZeroDivisionError
        return answer

    monkeypatch.setattr(views, "respond", respond)
    yield


# Django reads a streamed body whole before it serves it asynchronously, and says so.
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_nothing_of_one_cooperative_is_left_for_the_next_request(real_world: World, failing: None) -> None:
    looked = [door for door in doors() if door.is_ours and door.method == "GET" and door.params and not is_alias(door)]
    looked = [door for door in looked if door.name not in NAMELESS]
    raised: list[Any] = []
    got_request_exception.connect(lambda **said: raised.append(said), weak=False, dispatch_uid="load")
    crowd = Crowd(real_world, looked)
    start = time.perf_counter()
    with as_in_production():
        tally = asyncio.run(crowd.come(REQUESTS))
        kept = left_over()
    got_request_exception.disconnect(dispatch_uid="load")
    print(f"{REQUESTS} requests, {time.perf_counter() - start:.1f} s: {dict(sorted(tally.statuses.items()))}")
    assert not tally.foreign
    assert not tally.lost
    assert not kept
    assert _entered.get() is None
    # Each kind of trouble came, and what was to be served was served.
    assert min(tally.statuses["gone"], tally.statuses["cancelled"]) > REQUESTS // 500
    assert tally.statuses["GET 500"] == len(raised) > REQUESTS // 50
    assert tally.statuses["POST 201"] == sum(visit.method == "POST" for visit in Crowd(real_world, looked).visits(REQUESTS))
    assert tally.statuses["GET 200"] > REQUESTS // 3
    # A chama has no homes: their pages are not there.
    refused = {"GET 401", "GET 403", "GET 404"}
    assert set(tally.statuses) <= {"GET 200", "GET 302", "GET 500", "POST 201", "gone", "cancelled", *refused}
