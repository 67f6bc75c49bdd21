"""`make fault`: the whole of it, about half an hour; `--short` a part of each, in about a minute and a half.

FAULT_SEED repeats a run. FAULT_PLANT puts a mistake into the product under test, which the run must then find.
"""

import argparse
import os
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg

from config.dev.account import Account as Login
from config.dev.daemon import Unfit
from config.env import BASE_DIR

from . import evidence, plan, report
from .disk import Disk, PageQuota, RealDisk, RefusingTrigger
from .house import Broken, Embedded, Full, House
from .stores import stores
from .storm import Storm
from .volume import NoMount, Volume, withdraw

EMBEDDED_CLIENTS, FULL_CLIENTS, LISTENERS = 3, 4, 2
KEPT = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def main(arguments: list[str]) -> int:
    """Run, print, save; 1 when an invariant is broken."""
    parser = argparse.ArgumentParser(prog="fault", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", choices=["embedded", "full"])
    options = parser.parse_args(arguments)
    seed = os.environ.get("FAULT_SEED") or secrets.token_hex(4)
    sizes = plan.sizes(short=options.short, environment=os.environ)
    print(f"fault run with seed {seed}; repeat it with FAULT_SEED={seed}", flush=True)
    can_mount = _withdrawn()
    ways = {"embedded": _embedded, "full": _full}
    with tempfile.TemporaryDirectory(prefix="coop-static-") as statics:  # collected once for both
        chosen = [way for mode, way in ways.items() if options.only in (None, mode)]
        accounts = [way(seed, sizes, can_mount, Path(statics)) for way in chosen]
    report.show(accounts, seed)
    report.save(accounts, seed)
    return 0 if all(account.passed for account in accounts) else 1


def _withdrawn() -> bool:
    try:
        withdraw()
    except NoMount:
        return False
    return True


@contextmanager
def _folders(can_mount: bool) -> Iterator[tuple[Path, Path, Volume | None]]:
    """A folder for the run, one for the database, and the volume it lies on."""
    with tempfile.TemporaryDirectory(prefix="coop-fault-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        data = Login.for_engines().own(folder / "disk")
        volume = Volume(data) if can_mount else None
        try:
            yield folder, data, volume
        finally:
            if volume is not None:
                volume.remove()


def _embedded(seed: str, sizes: plan.Sizes, can_mount: bool, statics: Path) -> report.Account:
    with _folders(can_mount) as (folder, data, volume):
        house = Embedded(folder, data, statics, **dict.fromkeys(KEPT[1:], ""))
        house.prepare()
        ask = evidence.of_sqlite(house.database)
        evidence.make_witness_tables(ask, is_shared=False)
        disk: Disk = RealDisk(volume) if volume is not None else PageQuota(folder, ask)
        return _weathered(Storm(house, ask, disk, seed), plan.embedded(seed, sizes, house.parts), EMBEDDED_CLIENTS)


def _full(seed: str, sizes: plan.Sizes, can_mount: bool, statics: Path) -> report.Account:
    with _folders(can_mount) as (folder, data, volume), stores(folder, data / "pg") as engines:
        house = Full(folder, statics, **engines.addresses)
        house.prepare()
        ask = evidence.of_postgresql(engines.admin)
        evidence.make_witness_tables(ask, is_shared=True)
        disk: Disk = RealDisk(volume, ask) if volume is not None else RefusingTrigger(ask)
        return _weathered(Storm(house, ask, disk, seed, engines), plan.full(seed, sizes, house.parts), FULL_CLIENTS)


def _weathered(storm: Storm, faults: list[plan.Fault], clients: int) -> report.Account:
    began, broken = time.monotonic(), ""
    findings = []
    with ExitStack() as stack:
        storm.house.served.start()
        stack.callback(storm.house.served.stop)
        try:
            findings = storm.run(faults, clients, LISTENERS)
        except (Broken, AssertionError) as reason:
            broken = str(reason)
            with suppress(sqlite3.Error, psycopg.Error):  # what can still be read says more
                findings = storm.examine()
        account = report.account(storm, time.monotonic() - began, findings, broken)
        if not account.passed:
            _keep_log(storm.house)
    return account


def _keep_log(house: House) -> None:
    target = report.RESULT.with_name(f"fault-{house.mode}.log")
    target.write_text((house.folder / "said.log").read_text(errors="replace")[-2_000_000:])
    print(f"\n{house.mode}: what the processes said is in {target.relative_to(BASE_DIR)}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unfit as reason:
        sys.exit(str(reason))
