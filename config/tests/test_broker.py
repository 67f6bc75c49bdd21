"""The worker and beat ask for their broker at a short, steady distance, however long it has been away."""

import pytest
from kombu.exceptions import OperationalError

from config.broker import PAUSE, SteadyConnection
from config.celery import app


def test_the_celery_app_uses_it_and_its_copies_too() -> None:
    assert isinstance(app.connection_for_read(), SteadyConnection)
    assert isinstance(app.connection_for_write().clone(), SteadyConnection)


def test_the_distance_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    line = SteadyConnection("redis+socket:///nonexistent/kv")
    with pytest.raises(OperationalError):
        line.ensure_connection(lambda error, wait: waits.append(wait), max_retries=8)
    assert set(waits) == {PAUSE}
    assert len(waits) == 8


def test_whoever_asks_at_shorter_distances_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    line = SteadyConnection("redis+socket:///nonexistent/kv")
    with pytest.raises(OperationalError):
        # By place, as the library itself calls it when a message is published.
        line._ensure_connection(lambda error, wait: waits.append(wait), 3, 0, 0.2, 0.2)
    assert waits == pytest.approx([0, 0.2, 0.2])
