"""`python -m config.dev.bench.register`: the register of a big cooperative, inside the process; prints JSON.

A list is looked at and imported; of a cooperative with 2,000 members in 1,000 units pages and API are read, and everything
is exported.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string

from config.dev.bench.crowd import percentile
from config.env import BASE_DIR

MEMBERS, IMPORTED, REQUESTS = 2_000, 5_000, 60
WHO = "marta.lindqvist@linden-court.example"
COLUMNS = ("number", "name", "status", "joined", "left", "roles", "email", "phone", "unit", "household")


def table(rows: int) -> bytes:
    """A list of so many people, two in each home."""
    lines = ["Building;Unit;Type;Name;E-mail;Phone;Member since;Moved in"]
    for number in range(rows):
        name = "".join(chr(97 + number // 26**place % 26) for place in range(3)).title()
        home = f"House {number % 40 // 2};U-{number // 2:04d};2-bed"
        lines.append(
            f"{home};{name} Alder;{name}{number}@example.org;+4930231{number:05d};2020-01-{1 + number % 28:02d};2020-02-01"
        )
    return "\n".join(lines).encode()


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def imported(actor: Any, cooperative: Any, rows: int) -> dict[str, float]:
    """Seconds of looking at a list and of importing it."""
    start, apply = import_string("members.actions.start_import"), import_string("members.actions.apply_import")
    content = table(rows)
    kept, batch = timed(lambda: start(actor, cooperative, name="list.csv", content=content))
    looked, plan = timed(lambda: import_string("members.queries.plan_of")(batch))
    mark = import_string("members.queries.mark_of")(plan)
    written, _done = timed(lambda: apply(actor, batch, mark=mark, version=batch.version))
    return {"rows": rows, "preview_s": round(kept + looked, 2), "apply_s": round(written, 2)}


def read(client: Client, address: str) -> dict[str, float]:
    """Milliseconds of one request, and how often the database is asked."""
    asked: list[str] = []

    def count(execute: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(count):
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    spans = [timed(lambda: client.get(address))[0] * 1000 for _ in range(REQUESTS)]
    return {"p50": round(percentile(spans, 0.5), 1), "p95": round(percentile(spans, 0.95), 1), "queries": len(asked)}


def exported(client: Client, slug: str, file: str) -> float:
    """Seconds until the last byte of everybody with every column is there."""
    body = {"columns": list(import_string("members.queries.exports.COLUMNS")), "status": "", "role": "", "q": "", "file": file}
    seconds, answer = timed(lambda: client.post(f"/c/{slug}/members/export/", body))
    more, content = timed(lambda: b"".join(answer.streaming_content) if answer.streaming else answer.content)
    if "attachment" not in answer.get("Content-Disposition", "") or len(content) < MEMBERS:
        raise RuntimeError(f"the export answered {answer.status_code}: {content[:200]!r}")
    return round(seconds + more, 2)


def figures() -> dict[str, Any]:
    """All of it."""
    user = import_string("members.models.User").objects.get(email=WHO)
    of, enter = import_string("cooperatives.policy.Actor").of, import_string("cooperatives.queries.enter")
    big, bigger = (
        import_string("cooperatives.actions.found")(of(user), name=name, kind="housing", time_zone="Europe/Berlin")
        for name in ("Big House", "Bigger House")
    )
    actor = of(user)
    with enter(actor.cooperative_ids, user.pk):
        figures: dict[str, Any] = {"import": imported(actor, bigger, IMPORTED)}
        imported(actor, big, MEMBERS)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    pages = {"register": "members/register/", "directory": "members/", "homes": "homes/"}
    figures |= {name: read(client, f"/c/{big.slug}/{path}") for name, path in pages.items()}
    figures["api"] = read(client, f"/api/v1/cooperatives/{big.pk}/members/")
    return figures | {"export_s": {file: exported(client, big.slug, file) for file in ("csv", "xlsx")}}


def measure(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """The figures, in a fresh process on the database of this environment, with files collected as production wants them."""
    environment = {**environment, "STATIC_ROOT": f"{folder}/static", "LOG_LEVEL": "ERROR"}
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env=environment, cwd=BASE_DIR, check=True)
    command = [sys.executable, "-m", "config.dev.bench.register"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    django.setup()
    print(json.dumps(figures()))
