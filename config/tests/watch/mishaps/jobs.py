"""Jobs that fail."""

import logging

from celery import shared_task


@shared_task(name="mishaps.fail")
def fail(secret: str, password: str) -> None:
    """An error with what it was given in its text."""
    logging.getLogger("tasks.careless").warning("about to fail")
    raise LookupError(f"{secret} and {password}")
