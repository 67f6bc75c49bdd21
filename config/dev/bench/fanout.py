"""Deliveries a second of one process, and the delay of one frame: bare, our hub, the stock layer."""

import asyncio
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from config.dev.bench.arena import FRAME, MODES
from config.dev.bench.crowd import Crowd, percentile
from config.dev.processes import Served

SOCKETS, FRAMES, ROUNDS = 200, 150, 5
ON_WIRE = len(FRAME) + 4  # a frame of this size has a header of four bytes


def arena(mode: str, folder: Path, redis_url: str) -> Served:
    """The arena as a served process; its first page is any answer."""
    served = Served([], folder, REDIS_URL=redis_url, DJANGO_SETTINGS_MODULE="config.settings")
    served.command = [sys.executable, "-m", "config.dev.bench.arena", mode, str(served.port)]
    return served


def measure(folder: Path, redis_url: str, delays_for: tuple[int, ...]) -> dict[str, Any]:
    """For each mode deliveries a second; for the bare one also delays in milliseconds by number of sockets."""
    houses = {mode: arena(mode, folder, redis_url) for mode in MODES}
    try:
        for house in houses.values():
            house.start()
        return asyncio.run(_figures({mode: house.port for mode, house in houses.items()}, delays_for))
    finally:
        for house in houses.values():
            house.stop()


async def _figures(ports: dict[str, int], delays_for: tuple[int, ...]) -> dict[str, Any]:
    best = dict.fromkeys(ports, 0.0)
    crowds = {mode: Crowd(port, "/", mark=b"issue.updated") for mode, port in ports.items()}
    for mode, crowd in crowds.items():
        await crowd.open(SOCKETS)
        await _burst(crowd, ports[mode], 10)  # warm up
    # In turns, and the best of each: what else this machine does then hits all of them alike, and counts for none.
    for _ in range(ROUNDS):
        for mode, crowd in crowds.items():
            try:
                best[mode] = max(best[mode], SOCKETS * FRAMES / await _burst(crowd, ports[mode], FRAMES))
            except TimeoutError:  # held up by what else this machine does: another round counts, with sockets that owe nothing
                crowd.close()
                await crowd.open(SOCKETS)
    for crowd in crowds.values():
        crowd.close()
    delays = {str(number): await _delays(ports["bare"], number) for number in delays_for}
    return {"deliveries_per_second": {mode: round(rate) for mode, rate in best.items()}, "bare_delay_ms": delays}


async def _burst(crowd: Crowd, port: int, frames: int) -> float:
    wanted, began = crowd.bytes + SOCKETS * frames * ON_WIRE, time.perf_counter()
    going = asyncio.create_task(asyncio.to_thread(_go, port, frames))
    try:
        await crowd.until(lambda: crowd.bytes >= wanted)
        return time.perf_counter() - began
    finally:
        await going


async def _delays(port: int, number: int) -> dict[str, float]:
    crowd = Crowd(port, "/", mark=b"issue.updated")
    await crowd.open(number)
    delays: list[float] = []
    for turn in range(1, 21):
        began = time.perf_counter()
        await asyncio.to_thread(_go, port, 1)
        await crowd.until(lambda turn=turn: all(len(ear.seen) >= turn for ear in crowd.ears))  # type: ignore[misc]
        delays += [(ear.seen[turn - 1] - began) * 1000 for ear in crowd.ears]
    crowd.close()
    return {"p50": round(percentile(delays, 0.5), 2), "p95": round(percentile(delays, 0.95), 2)}


def _go(port: int, frames: int) -> None:
    with urlopen(f"http://127.0.0.1:{port}/go?frames={frames}", timeout=60) as answer:
        answer.read()
