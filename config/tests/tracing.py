"""Coverage of one test in so many (TRACE_EVERY): a lower bound. Tracing them all doubled the time of a run."""

import os
from collections.abc import Iterator
from importlib import import_module
from zlib import crc32

import pytest
from coverage import Coverage
from django.conf import settings

EVERY = int(os.environ.get("TRACE_EVERY", "1"))
_tracer: list[Coverage] = []


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """With the doors everything is imported: tracing pauses until a test that is chosen."""
    if EVERY > 1:
        import_module(settings.ROOT_URLCONF)
    while EVERY > 1 and (tracer := Coverage.current()) is not None:
        # A worker has two, one upon the other: stopping the upper alone lets the lower go on.
        tracer.stop()
        _tracer.append(tracer)
    del _tracer[1:]  # the upper one is saved


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Trace this test, if it is chosen: by its name, so always the same ones."""
    chosen = _tracer if crc32(item.nodeid.encode()) % EVERY == 0 else []
    for tracer in chosen:
        tracer.start()
    try:
        return (yield)
    finally:
        for tracer in chosen:
            tracer.stop()
