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

from config.dev.account import Account
from config.dev.daemon import Unfit
from config.dev.engines import engines
from config.dev.proxy import Proxy
from config.dev.supervisor import Child, Supervisor
from config.env import BASE_DIR, number

PORT = number("PORT", 8000, "Where `make run` and `make run-full` answer.")
PYTHON = sys.executable


def main(forget: bool) -> None:
    """Run the stack until Ctrl-C or SIGTERM. `forget` throws the database away at the end."""
    # A signal during the start must unwind the engines too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    data = None if forget else _data_folder()
    with engines(data) as addresses, tempfile.TemporaryDirectory(prefix="coop-full-") as folder:
        environment = {"SITE_URL": f"http://localhost:{PORT}", **os.environ, **addresses, "TRUST_PROXY": "on"}
        subprocess.run([PYTHON, "manage.py", "prepare"], cwd=BASE_DIR, env=environment, check=True)
        asyncio.run(_serve(environment, Path(folder)))


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


async def _serve(environment: dict[str, str], folder: Path) -> None:
    supervisor = Supervisor(_children(folder), environment)
    loop = asyncio.get_running_loop()
    for number_ in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number_, supervisor.stop)
    proxy = await Proxy(f"{folder}/pages", f"{folder}/sockets").serve("127.0.0.1", PORT)
    announcing = asyncio.create_task(_announce())
    await supervisor.run()
    announcing.cancel()
    proxy.close()


async def _announce() -> None:
    while not await asyncio.to_thread(_ready):  # noqa: ASYNC110  (the outside world sends no event)
        await asyncio.sleep(0.2)
    print(f"Cooperator is at http://localhost:{PORT}  (stop with Ctrl-C)", flush=True)


def _ready() -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    try:
        main(forget="--forget" in sys.argv)
    except Unfit as reason:
        sys.exit(str(reason))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)  # the command has said why
    except OSError as error:
        sys.exit(f"{error.strerror or error}. If port {PORT} is taken: `PORT={PORT + 1} make run-full`.")
