"""`make drill`: how long until everything is back? Prints the times and saves them in var/drill.json.

DRILL_EVENTS sets the size: so many records, each with its detail, and half as many cards (200,000: half a million rows).
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from config.dev.account import Account, private_folder
from config.dev.daemon import Unfit
from config.dev.engines import engines
from config.env import BASE_DIR

RESULT = BASE_DIR / "var" / "drill.json"
EVENTS = int(os.environ.get("DRILL_EVENTS") or 200_000)
PROMISED = 600  # seconds for a million rows
_GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")  # a drill never touches what somebody works with


class Drill:
    """One run: commands on hosts, each with its time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.figures: dict[str, Any] = {}
        self._common = {"ENV_FILE": "", "SECRET_KEY": os.urandom(32).hex(), "DEBUG": "on", "LOG_LEVEL": "ERROR"}

    def host(self, name: str, **addresses: str) -> dict[str, str]:
        """The environment of an installation of its own."""
        place = self._folder / name
        place.mkdir()
        url = {"DATABASE_URL": f"sqlite:///{place / 'db.sqlite3'}", "MEDIA_ROOT": str(place / "media"), **addresses}
        return {**os.environ, **self._common, **url}

    def run(self, title: str, environment: dict[str, str], *command: str) -> float:
        """Run a command there; its seconds. Raises CalledProcessError when it fails."""
        began = time.monotonic()
        subprocess.run([sys.executable, *command], cwd=BASE_DIR, env=environment, check=True, stdout=subprocess.DEVNULL)
        self.figures[title] = seconds = round(time.monotonic() - began, 2)
        print(f"{seconds:8.1f} s  {title}", flush=True)
        return seconds

    def manage(self, title: str, environment: dict[str, str], *command: str) -> float:
        """The same for a management command."""
        return self.run(title, environment, "manage.py", *command)


def main() -> None:
    """Fill, back up, restore on either engine, compare, examine."""
    for name in _GIVEN:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="coop-drill-") as name:
        folder = Path(name)
        drill = Drill(folder)
        file, back = folder / "sqlite.tar", folder / "postgresql.tar"
        first = drill.host("first")
        drill.manage("migrate a new SQLite file", first, "migrate", "--verbosity=0")
        drill.run(f"write {EVENTS} records and {EVENTS // 2} cards", first, "-m", "config.dev.drill.filling", str(EVENTS))
        drill.manage("back up SQLite", first, "backup", str(file))
        drill.manage("check the backup", first, "verify_backup", str(file))
        times = {"SQLite": drill.manage("restore to an empty SQLite host", drill.host("second"), "restore", str(file))}
        account = Account.for_engines()
        with private_folder(account) as data, engines(data=account.own(data / "data")) as addresses:
            third = drill.host("third", **{name: url for name, url in addresses.items() if name in _GIVEN[:2]})
            times["PostgreSQL"] = drill.manage("restore to an empty PostgreSQL host", third, "restore", str(file))
            drill.manage("examine it", third, "doctor")
            drill.manage("back up PostgreSQL", third, "backup", str(back))
        fourth = drill.host("fourth")
        times["SQLite again"] = drill.manage("restore that to an empty SQLite host", fourth, "restore", str(back))
        drill.manage("examine it once more", fourth, "doctor")
        _conclude(drill, file, back, times)


def _conclude(drill: Drill, file: Path, back: Path, times: dict[str, float]) -> None:
    one, other = _told(file), _told(back)
    if one["rows"] != other["rows"] or one["chains"] != other["chains"]:
        raise SystemExit("The two engines do not hold the same rows.")
    rows = one["count"]
    drill.figures |= {"rows": rows, "bytes": file.stat().st_size, "engines_agree": True}
    print(f"\n{rows} rows, {file.stat().st_size / 1e6:.0f} MB; rows and chains are the same on both engines")
    for engine, seconds in times.items():
        million = seconds * 1e6 / rows
        drill.figures[f"{engine}: seconds for a million rows"] = round(million)
        print(f"{engine:14} {rows / seconds:8.0f} rows/s back; a million rows in {million:.0f} s (promised: {PROMISED})")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(drill.figures, indent=2) + "\n")
    if any(seconds * 1e6 / rows > PROMISED for seconds in times.values()):
        raise SystemExit("That is longer than promised.")


def _told(path: Path) -> dict[str, Any]:
    with tarfile.open(path) as opened:
        said = json.load(opened.extractfile("manifest.json"))  # type: ignore[arg-type]
    rows = {table["name"]: (table["rows"], table["sha256"]) for table in said["tables"]}
    return {"rows": rows, "chains": said["chains"], "count": sum(number for number, _hash in rows.values())}


if __name__ == "__main__":
    try:
        main()
    except Unfit as reason:
        sys.exit(str(reason))
