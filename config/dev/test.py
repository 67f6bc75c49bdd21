"""`make test`: the whole proof. No engine is ever skipped: what cannot start is a failure with its cure."""

import os
import shutil
import sys

from config.dev.browser import chromium
from config.dev.check import PYTEST, marked
from config.dev.daemon import Unfit
from config.dev.engines import engines
from config.dev.steps import Steps
from config.env import BASE_DIR

COVERAGE = BASE_DIR / "var" / "coverage"
SUITE = [*PYTEST, "-n", "2", "--dist", "worksteal"]
# A file starts its processes once. In the order of collection: the longest of the browser's comes first, as it should.
BY_FILE = [*PYTEST, "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
PROOF = "config/tests/proof"  # walks through everything many times over, so tracing it would cost most and tell least
# What asks no database, or the same of both: the second engine would tell nothing new.
ONCE = [
    "config/tests/proof/matrix",
    "config/tests/proof/test_methods.py",
    "config/tests/watch",
    "config/tests/test_keys.py",
    "config/tests/test_settings.py",
]
FUZZ = "config/tests/test_fuzz.py"  # most of what it sends never reaches a table
# One engine is measured, by one test in eight: tracing all of them doubled the time.
MEASURE = {"COVERAGE_FILE": str(COVERAGE / "total"), "TRACE_EVERY": "8"}
MEASURED = [*SUITE, "--cov", "--cov-report=", f"--ignore={PROOF}", f"--ignore={FUZZ}"]
MIGRATED = BASE_DIR / "var" / "test-migrated.sqlite3"  # which every run on SQLite copies
PREPARED = BASE_DIR / "var" / "test-prepared.sqlite3"  # with which every process of a browser test begins
RUN, MANAGE = [sys.executable, "-m"], [sys.executable, "manage.py"]
NO_ENGINES = {"DATABASE_URL": "", "DATABASE_OWNER_URL": "", "REDIS_URL": "", "TEST_TEMPLATE": str(MIGRATED)}
SERVED = {**NO_ENGINES, "TEST_PREPARED": str(PREPARED)}


def main() -> None:
    """Both engines, real processes, a browser, the gates; then coverage over the run."""
    os.chdir(BASE_DIR)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile everything anew
    shutil.rmtree(COVERAGE, ignore_errors=True)
    COVERAGE.mkdir(parents=True)
    steps, browser = Steps(), chromium()
    # Two workers on one server leave a core idle now and then; to migrate takes one for a while.
    with engines() as addresses, steps.beside("migrations on SQLite", *migrations()):
        steps.run("suite on PostgreSQL and Valkey", [*SUITE, *(f"--ignore={part}" for part in ONCE)], addresses)
    demo(steps)
    steps.run("browser", [*BY_FILE, *marked("browser")], {**SERVED, "CHROMIUM": browser})
    # Faults mostly wait for processes to come back, and so do those who look at real ones; types are read by one process.
    with steps.beside("faults, some of each", [*RUN, "config.dev.fault", "--short"], NO_ENGINES):
        steps.run("suite on SQLite, in one process", MEASURED, {**NO_ENGINES, **MEASURE})
        steps.run("proofs on SQLite", [*SUITE, PROOF], NO_ENGINES)
        with steps.beside("style, types and gates", [*RUN, "config.dev.check"]):
            steps.run("real processes", [*BY_FILE, *marked("smoke")], SERVED)
    steps.run("coverage of 80 % or more", [*RUN, "coverage", "report"], MEASURE)
    steps.finish()


def migrations() -> tuple[list[str], dict[str, str]]:
    """The command that makes the migrated database, which is copied many times over, and its environment."""
    MIGRATED.unlink(missing_ok=True)
    settings = {"DATABASE_URL": f"sqlite:///{MIGRATED}", "DATABASE_OWNER_URL": "", "REDIS_URL": ""}
    return [*MANAGE, "migrate", "--verbosity", "0"], {**settings, "DJANGO_SETTINGS_MODULE": "config.tests.settings"}


def demo(steps: Steps) -> None:
    """The same database with the demo in it, for every process that is served."""
    for path in PREPARED.parent.glob(f"{PREPARED.name}*"):
        path.unlink()
    if MIGRATED.exists():
        shutil.copyfile(MIGRATED, PREPARED)
    settings = {**NO_ENGINES, "DATABASE_URL": f"sqlite:///{PREPARED}", "ENV_FILE": "", "DEBUG": "on", "DEMO": "on"}
    steps.run("the demo on SQLite", [*MANAGE, "prepare"], settings)


if __name__ == "__main__":
    try:
        main()
    except Unfit as reason:
        sys.exit(str(reason))
