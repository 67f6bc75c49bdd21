"""`make audit`: known flaws in what is locked, asked of the public advisories; and the list of parts, var/sbom.json.

Not part of `make test`: it needs the network, and its answer changes without a change here.
"""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

from config.dev.licences import Package, locked
from config.env import BASE_DIR, VERSION

SETS = ("requirements.txt", "requirements-dev.txt")
PARTS = BASE_DIR / "var" / "sbom.json"
FINE, FLAWED, UNKNOWN = 0, 1, 2


def main() -> int:
    """0 when nothing is known, 1 when a flaw is, 2 when nobody could be asked."""
    outcomes = [_told(*_python(name)) for name in SETS] + [_told(*_browser())]
    PARTS.parent.mkdir(exist_ok=True)
    PARTS.write_text(json.dumps(parts(list(locked())), indent=1))
    print(f"The list of parts is in {PARTS.relative_to(BASE_DIR)}.")
    return FLAWED if FLAWED in outcomes else max(outcomes)


def _told(outcome: int, sentence: str) -> int:
    print(sentence)
    return outcome


def _python(name: str) -> tuple[int, str]:
    options = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
    command = [sys.executable, "-m", "pip_audit", "--requirement", name, *options]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False, timeout=600)
    return judged(name, done.stdout)


def judged(name: str, said: str) -> tuple[int, str]:
    """What pip-audit's answer comes to. It also ends well when it was told nothing at all, so its list is counted."""
    try:
        packages: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    asked = [one for one in packages if "skip_reason" not in one]
    flaws = [f"  {one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw.get('fix_versions') or ['nothing yet'])}"
             for one in asked for flaw in one.get("vulns", [])]  # fmt: skip
    if flaws:
        return FLAWED, "\n".join([f"{name}: {len(flaws)} known flaws.", *flaws])
    if not asked:
        return (
            UNKNOWN,
            f"{name}: the advisories cannot be reached from here, so nothing is known. Cure: repeat it with a network.",
        )
    silent = [one["name"] for one in packages if "skip_reason" in one]
    if silent:
        return UNKNOWN, f"{name}: no known flaws in {len(asked)} packages; nothing is known of {', '.join(silent)}."
    return FINE, f"{name}: no known flaws in {len(asked)} packages."


def _browser() -> tuple[int, str]:
    path = os.pathsep.join([os.environ.get("PATH", ""), str(BASE_DIR / ".venv" / "bin")])
    npm = shutil.which("npm", path=path)
    if npm is None:
        return UNKNOWN, "package-lock.json: not asked, as npm is missing. Cure: `make install` brings one."
    command = [npm, "audit", "--omit=dev", "--package-lock-only", "--json"]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False, timeout=120)
    return judged_of_npm(done.stdout)


def judged_of_npm(said: str) -> tuple[int, str]:
    """What npm's answer comes to."""
    try:
        counts = json.loads(said)["metadata"]["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return UNKNOWN, "package-lock.json: the advisories cannot be reached from here, so nothing is known."
    if counts["total"]:
        return FLAWED, f"package-lock.json: {counts['total']} known flaws. `npm audit` tells which."
    return FINE, "package-lock.json: no known flaws."


def parts(packages: list[Package]) -> dict[str, Any]:
    """The parts of the product and of its proof as a CycloneDX document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "cooperator", "version": VERSION}},
        "components": [
            {
                "type": "library",
                "name": one.name,
                "version": one.version,
                "scope": "excluded" if one.use == "proof" else "required",
                "purl": f"pkg:{'npm' if one.use == 'browser' else 'pypi'}/{one.name}@{one.version}",
                # "BSD" alone is no identifier of SPDX.
                "licenses": [{"license": {"name": one.terms}} if "BSD" in one.terms.split() else {"expression": one.terms}],
            }
            for one in packages
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
