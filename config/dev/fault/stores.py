"""PostgreSQL and Valkey in our hands: stopped without a goodbye, killed, emptied, started again."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from config.dev.account import Account
from config.dev.daemon import Daemon
from config.dev.engines import make_roles, postgresql, valkey


@dataclass
class Stores:
    """Both engines of the full stack."""

    database: Daemon
    admin: str  # the superuser's way into the product's database
    memory: Daemon
    memory_url: str
    addresses: dict[str, str]

    def stop_database(self) -> None:
        """Immediate shutdown: every connection is cut, nothing is written, and the next start recovers from the log."""
        self.database.strike(signal.SIGQUIT)

    def start_database(self) -> None:
        """Start and wait until it answers."""
        self.database.__enter__()

    def kill_memory(self) -> None:
        """SIGKILL: what it held is gone."""
        self.memory.strike(signal.SIGKILL)

    def start_memory(self) -> None:
        """Start, empty."""
        self.memory.__enter__()

    def flush_memory(self) -> None:
        """FLUSHALL: jobs, bindings, counters, everything."""
        with Redis.from_url(self.memory_url) as client:
            client.flushall()


@contextmanager
def stores(folder: Path, data: Path) -> Iterator[Stores]:
    """Both engines, the database in `data` with its full care for what is committed."""
    account = Account.for_engines()
    database, admin, urls = postgresql(account, folder, data)
    memory, others = valkey(account, folder)
    with database, memory:
        make_roles(admin)
        address = admin.replace("dbname=postgres", "dbname=cooperator")
        yield Stores(database, address, memory, others["REDIS_URL"], {**urls, **others})
