"""The table of a run, for people and as var/fault.json."""

import json
import platform
import subprocess
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from config.dev.bench.crowd import percentile
from config.env import BASE_DIR

from .checks import Finding
from .storm import Storm

RESULT = BASE_DIR / "var" / "fault.json"


@dataclass
class Account:
    """What one run has to say."""

    mode: str
    engine: str
    seconds: float
    disk: str
    figures: dict[str, Any]
    faults: dict[str, dict[str, float]]
    findings: list[Finding] = field(default_factory=list)
    broken: str = ""

    @property
    def passed(self) -> bool:
        """Nothing is broken."""
        return not self.broken and all(finding.passed for finding in self.findings)


def account(storm: Storm, seconds: float, findings: list[Finding], broken: str) -> Account:
    """Draw up the account of a run."""
    faults = {name: _figures(times) for name, times in sorted(storm.done.items())}
    return Account(storm.house.mode, storm.house.engine, round(seconds, 1), storm.disk.kind, _of(storm), faults, findings, broken)


def _figures(times: list[float]) -> dict[str, float]:
    return {"times": len(times), "median_s": round(percentile(times, 0.5), 2), "slowest_s": round(max(times), 2)}


def _of(storm: Storm) -> dict[str, Any]:
    journal = storm.journal
    outcomes = [write.outcome for write in journal.writes]
    weathers = sorted({it.weather[0] for it in journal.answers} - {"calm"})
    return {
        "acknowledged": outcomes.count("acknowledged"),
        "unknown": outcomes.count("unknown"),
        "refused": outcomes.count("refused"),
        "idempotency_keys": storm.keys,
        "repeated_with_key": journal.repeats,
        "requests": len(journal.answers),
        "by_status": _by_status(journal.answers),
        "live_messages": sum(len(it.heard) for it in journal.listeners),
        "reconnects": sum(max(0, it.connections - 1) for it in journal.listeners),
        "resyncs": sum(it.resyncs for it in journal.listeners),
        "reads_of_pages": {weather: _reads(storm, weather) for weather in weathers},
    }


def _by_status(answers: Iterable[Any]) -> dict[str, int]:
    count: dict[str, int] = {}
    for answer in answers:
        count[str(answer.status)] = count.get(str(answer.status), 0) + 1
    return dict(sorted(count.items()))


def _reads(storm: Storm, weather: str) -> dict[str, float]:
    total, good, slowest = storm.reads_in(weather)
    return {"total": total, "served": good, "slowest_s": round(slowest, 2)}


def commit() -> str:
    """The commit under test; with a plus when files differ from it."""
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=BASE_DIR, capture_output=True, text=True, check=False)
    changed = subprocess.run(
        ["git", "--no-optional-locks", "status", "--porcelain"], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")


def save(accounts: list[Account], seed: str, path: Path = RESULT) -> None:
    """Write all of it."""
    body = {
        "when": time.strftime("%Y-%m-%d"),
        "seed": seed,
        "commit": commit(),
        "python": platform.python_version(),
        "passed": all(it.passed for it in accounts),
        "runs": [asdict(it) for it in accounts],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(body, indent=2) + "\n")


def show(accounts: list[Account], seed: str) -> None:
    """Print the table."""
    print(f"\nfault run  seed {seed}  commit {commit()}")
    for one in accounts:
        print(f"\n{one.mode} on {one.engine}, {one.seconds:.0f} s, full disk by {one.disk}")
        print(f"  {'fault':38} {'times':>5} {'median':>8} {'slowest':>8}")
        for name, figures in one.faults.items():
            print(f"  {name:38} {figures['times']:5.0f} {figures['median_s']:6.2f} s {figures['slowest_s']:6.2f} s")
        for name, value in one.figures.items():
            print(f"  {name.replace('_', ' '):38} {_shown(value)}")
        for finding in one.findings:
            word = "passed" if finding.passed else "BROKEN"
            print(f"  {word}  {finding.name:18} {finding.looked_at:7} looked at, {len(finding.faults)} wrong")
            for fault in finding.faults[:5]:
                print(f"            {fault}")
        if one.broken:
            print(f"  BROKEN  {one.broken}")


def _shown(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items())
