"""`make run-full`: the shape of production on one machine. PostgreSQL and Valkey, pages on gunicorn, sockets on Daphne,
worker and beat, and one proxy in front."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.core.exceptions import ImproperlyConfigured

from config.dev.account import Account
from config.dev.daemon import Unfit
from config.dev.engines import engines
from config.dev.proxy import Proxy
from config.dev.supervisor import Child, Supervisor
from config.env import BASE_DIR, number

PYTHON = sys.executable


def main(forget: bool) -> None:
    """Run the stack until Ctrl-C or SIGTERM. `forget` throws the database away at the end."""
    port = number("PORT", 8000, "Where `make run` and `make run-full` answer.")
    # A signal during the start must unwind the engines too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    data = None if forget else _data_folder()
    with engines(data) as addresses, tempfile.TemporaryDirectory(prefix="coop-full-") as folder:
        environment = {"SITE_URL": f"http://localhost:{port}", **os.environ, **addresses, "TRUST_PROXY": "on"}
        subprocess.run([PYTHON, "manage.py", "prepare"], cwd=BASE_DIR, env=environment, check=True)
        asyncio.run(_serve(environment, Path(folder), port))


def _data_folder() -> Path:
    """Below var/, or where the database's account can reach it when the checkout is private to root."""
    folder = BASE_DIR / "var" / "postgresql"
    folder.parent.mkdir(exist_ok=True)
    if Account.for_engines().passes(folder.parent):
        return folder
    return Path("/var/tmp") / f"cooperator-{hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:12]}"


def _children(folder: Path) -> list[Child]:
    celery = [PYTHON, "-m", "celery", "-A", "config.celery"]
    quiet = ["--without-heartbeat", "--without-mingle", "--without-gossip", "--loglevel=WARNING"]
    pages = ["--config=python:config.gunicorn", "--graceful-timeout=3", f"--bind=unix:{folder}/pages"]
    return [
        Child("pages", [PYTHON, "-m", "gunicorn", *pages, "config.wsgi"]),
        Child("sockets", [PYTHON, "manage.py", "live", f"--unix={folder}/sockets"]),
        Child("worker", [*celery, "worker", "--concurrency=2", *quiet]),
        Child("beat", [*celery, "beat", "--loglevel=WARNING", f"--pidfile={folder}/beat.pid"]),
    ]


async def _serve(environment: dict[str, str], folder: Path, port: int) -> None:
    supervisor = Supervisor(_children(folder), environment)
    loop = asyncio.get_running_loop()
    for number_ in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number_, supervisor.stop)
    proxy = await _in_front(folder, port)
    announcing = asyncio.create_task(_announce(port))
    await supervisor.run()
    announcing.cancel()
    proxy.close()


async def _in_front(folder: Path, port: int) -> asyncio.Server:
    try:
        return await Proxy(f"{folder}/pages", f"{folder}/sockets").serve("127.0.0.1", port)
    except OverflowError as error:
        raise Unfit(f"There is no port {port}: the last is 65535. Cure: `PORT=8000 make run-full`.") from error
    except OSError as error:
        raise Unfit(f"{error.strerror or error}. If port {port} is taken: `PORT={port + 1} make run-full`.") from error


async def _announce(port: int) -> None:
    while not await asyncio.to_thread(_ready, port):  # noqa: ASYNC110  (the outside world sends no event)
        await asyncio.sleep(0.2)
    print(f"Cooperator is at http://localhost:{port}  (stop with Ctrl-C)", flush=True)


def _ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    try:
        main(forget="--forget" in sys.argv)
    except (Unfit, ImproperlyConfigured) as reason:
        sys.exit(str(reason))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)  # the command has said why
