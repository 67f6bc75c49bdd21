"""How gunicorn serves pages: `gunicorn --config python:config.gunicorn config.wsgi`."""

import logging.config
import os
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gunicorn.glogging import Logger

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

workers = 2
# The thread that tells the sockets of a write must not hold up the requests beside it: by default a thread that computes
# keeps the others waiting for 5 ms, and a request waits for the database a dozen times.
sys.setswitchinterval(0.0005)
threads = 4
graceful_timeout = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108  (the heartbeat of a worker must not wait for a disk)
loglevel = "warning"


class OneLog(Logger):
    """Says what it has to say through the log of the product, and nothing about visits."""

    def setup(self, cfg: Any) -> None:
        """Leave handlers and formats to the product; refuse to begin where its settings do."""
        super().setup(cfg)
        try:
            logging.config.dictConfig(settings.LOGGING)
        except ImproperlyConfigured as reason:
            sys.exit(str(reason))
        self.error_log.handlers.clear()
        self.error_log.propagate = True
        self.access_log.disabled = True

    def access(self, *args: Any, **kwargs: Any) -> None:
        """Said already, by route."""

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """One line, as the product writes it."""
        logging.getLogger("gunicorn.error").error(msg, *args, exc_info=True)


logger_class = OneLog
