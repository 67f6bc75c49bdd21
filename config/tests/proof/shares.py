"""What the engines would answer alike is dealt out between them in the suite: together they try all of it.

With CRAWL_WHOLE, which `make crawl` sets, each tries everything.
"""

import os
from zlib import crc32

from django.db import connection

WHOLE = os.environ.get("CRAWL_WHOLE") == "1"
ON_POSTGRES = connection.vendor == "postgresql"


def tries(what: object, *, on_postgres: bool = ON_POSTGRES, whole: bool = WHOLE) -> bool:
    """Whether this engine tries it: by its name, so always the same one, and never neither."""
    return whole or (crc32(str(what).encode()) % 2 == 1) is on_postgres
