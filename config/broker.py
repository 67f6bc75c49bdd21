"""The worker's and beat's line to the broker, which may go away for minutes and is wanted back within seconds."""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

PAUSE = 1.0  # seconds between attempts; the library would stretch them to half a minute


class SteadyConnection(Connection):
    """Asks again at the same short distance, however long the broker has been away."""

    def _ensure_connection(
        self,
        errback: Any = None,
        max_retries: int | None = None,
        interval_start: float = PAUSE,
        interval_step: float = 0,
        interval_max: float = PAUSE,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        pauses = min(interval_start, PAUSE), min(interval_step, PAUSE), min(interval_max, PAUSE)
        return super()._ensure_connection(errback, max_retries, *pauses, *args, **kwargs)


class SteadyAMQP(AMQP):
    """Celery's messaging over such connections."""

    Connection = SteadyConnection
