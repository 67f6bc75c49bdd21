"""`make bench`: prints every figure beside its floor or its limit, and saves all in var/bench.json."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from config.dev.bench import counting, fanout, moves, reading, register, storm, work, writing
from config.dev.engines import engines
from config.dev.processes import Served, embedded
from config.env import BASE_DIR
from config.stores import database

RESULT = BASE_DIR / "var" / "bench.json"


def main() -> None:
    """Measure, print, save."""
    figures: dict[str, Any] = {"when": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "python": sys.version.split()[0]}
    figures["counting"] = counting.measure()
    with tempfile.TemporaryDirectory(prefix="coop-bench-") as name:
        folder = Path(name)
        figures["embedded"] = _embedded(folder)
        with engines() as addresses:
            figures["fanout"] = fanout.measure(folder, addresses["REDIS_URL"], writing.CROWDS)
            figures["full"] = _full(folder, addresses)
            figures["work"] = work.measure(folder, addresses)
            figures["moves_postgresql"] = moves.measure(work.environment_of(folder, addresses) | {"DATABASE_POOL": "40"})
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=2) + "\n")
    _print(figures)


def _embedded(folder: Path) -> dict[str, Any]:
    served = embedded(folder)
    served.start()  # the first start creates the database
    served.stop()
    starts = []
    for _ in range(3):
        starts.append(served.start())
        resident = writing.memory(served.process.pid) / 1024
        served.stop()
    served.start()
    figures = {"start_s": round(sorted(starts)[1], 2), "memory_mb": round(resident), "delay_ms": writing.measure(served)}
    figures["memory_after_work_mb"] = round(writing.memory(served.process.pid) / 1024)
    served.stop()
    served.start()
    figures["idle_socket_kb"] = writing.idle_kilobytes(served, served.process.pid)
    served.stop()
    floor = _seconds([sys.executable, "-c", "import django, daphne.server"])
    figures["floor_start_s"] = round(floor, 2)
    figures["read_us"] = reading.measure(f"{folder}/db.sqlite3", served.environment)
    figures["register"] = register.measure(folder, reading.plain(served.environment))
    figures["moves_sqlite"] = moves.measure(reading.plain(served.environment) | {"LOG_LEVEL": "ERROR"})
    return figures


def _full(folder: Path, addresses: dict[str, str]) -> dict[str, Any]:
    served = Served([sys.executable, "-m", "config.dev.full"], folder, **addresses)
    served.start()
    try:
        delays = writing.measure(served)
        live = next(int(pid) for pid in served.left_over() if b"live" in Path(f"/proc/{pid}/cmdline").read_bytes())
        before = _connections(addresses)
        cost = writing.idle_kilobytes(served, live)
        return {
            "delay_ms": delays,
            "storm_ms": storm.measure(served),
            "idle_socket_kb": cost,
            "connections_held_by_idle_sockets": max(0, _connections(addresses) - before),
        }
    finally:
        served.stop()


def _connections(addresses: dict[str, str]) -> int:
    entry = database(addresses["DATABASE_OWNER_URL"])
    with psycopg.connect(host=entry["HOST"], user=entry["USER"], dbname=entry["NAME"]) as connection:
        row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'cooperator_app'").fetchone()
        return int(row[0]) if row else 0


def _seconds(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - began


def _print(figures: dict[str, Any]) -> None:
    one, full, fan = figures["embedded"], figures["full"], figures["fanout"]
    rates, read = fan["deliveries_per_second"], one["read_us"]
    floor = one["floor_start_s"]
    _line("start of serve", f"{one['start_s']} s (limit 2), {one['start_s'] / floor:.1f} x importing Django and Daphne")
    _line("memory of serve", f"{one['memory_mb']} MB (limit 160), {one['memory_after_work_mb']} MB after 500 sockets")
    for number in writing.CROWDS:
        bare = fan["bare_delay_ms"][str(number)]["p50"]
        for shape, where in (("embedded", one), ("full", full)):
            delay = where["delay_ms"][str(number)]
            ratio = f"{delay['p50'] / bare:.1f} x a bare broadcast of {bare} ms"
            _line(f"write to {number} sockets, {shape}", f"p50 {delay['p50']} ms, p95 {delay['p95']} ms, {ratio}")
    _print_delays(full["delay_ms"])
    found = full["storm_ms"]
    _line(f"pages while {storm.COMING} sockets come back", f"p95 {found['storm_p95']} ms, {storm.share(found)} x quiet (limit 2)")
    _line(
        "fan-out of the hub", f"{rates['hub']} deliveries/s, {rates['hub'] / rates['layer']:.1f} x the stock layer (at least 4)"
    )
    _line("", f"{rates['hub'] / rates['bare']:.2f} of a bare broadcast (at least 0.3)")
    _line("memory of an idle socket", f"{one['idle_socket_kb']} KB embedded, {full['idle_socket_kb']} KB full (limit 60)")
    _line("connections held by idle sockets", f"{full['connections_held_by_idle_sockets']} (limit 0)")
    _print_work(figures)
    _print_register(one["register"], read["bare"] / 1000)
    for title, figure in counting.lines(figures["counting"]):
        _line(title, figure)
    _line("one row through the API", f"{read['api']:.0f} us, {read['api'] / read['bare']:.1f} x the bare Django floor")


def _print_delays(delays: dict[str, dict[str, float]]) -> None:
    hundred, most = delays["100"], delays["500"]
    ratio, more = hundred["p95"] / hundred["reply_p95"], most["last_p95"] - most["reply_p95"]
    _line("write to 100 sockets, full", f"p95 {ratio:.2f} x the answer to the write (limit 1.5)")
    _line("the last of 500 sockets, full", f"p95 {more:.0f} ms after the answer to the write (limit 60)")


def _print_work(figures: dict[str, Any]) -> None:
    found = figures["work"]
    for name, least in work.LEAST.items():
        for width in work.WIDTHS:
            one = found[f"{name}_{width}"]
            shares = f"{one['ratio']} of the floor's requests, {one['cpu_ratio']} by processor time (at least {least})"
            _line(f"{name}, {width} at once", f"{one['ours']['rate']:.0f}/s, {shares}")
    for size, counts in found["statements"].items():
        _line(f"statements with {size} tasks", ", ".join(f"{name} {count}" for name, count in counts.items()))
    for engine in ("sqlite", "postgresql"):
        one = figures[f"moves_{engine}"]
        faults = f"lost {one['lost']}, doubled {one['doubled']}, equal ranks {one['equal_ranks']}, odd {len(one['odd'])}"
        same = "order equals the replay" if one["order_equals_replay"] else "ORDER DIFFERS FROM THE REPLAY"
        _line(f"{one['moves']} moves of {moves.WRITERS}, {engine}", f"{one['seconds']} s, {faults}, {same}")


def _print_register(found: dict[str, Any], floor: float) -> None:
    for name, title in (("register", "register page"), ("directory", "directory"), ("homes", "homes"), ("api", "members API")):
        one = found[name]
        times = f"p50 {one['p50']} ms, p95 {one['p95']} ms, {one['p95'] / floor:.0f} x the bare Django floor"
        _line(f"{title}, {register.MEMBERS} members", f"{times}, {one['queries']} queries")
    done, out = found["import"], found["export_s"]
    rates = {name: done["rows"] / done[f"{name}_s"] for name in ("preview", "apply")}
    _line(f"import of {done['rows']} rows", f"preview {done['preview_s']} s (limit 10), {rates['preview']:.0f} rows/s")
    _line("", f"apply {done['apply_s']} s, {rates['apply']:.0f} rows/s")
    _line(f"export of {register.MEMBERS} members", f"CSV {out['csv']} s, XLSX {out['xlsx']} s")


def _line(title: str, figure: str) -> None:
    print(f"{title:34} {figure}")


if __name__ == "__main__":
    main()
