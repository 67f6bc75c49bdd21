"""Where the parts come from: every one locked by its hash, under terms that we accept, and asked about."""

import json
import re
from pathlib import Path

import pytest

from config.dev import audit, licences
from config.dev.licences import Package
from config.env import BASE_DIR

pytestmark = pytest.mark.gate
LOCKS = sorted(BASE_DIR.glob("requirements*.txt"))
_LOCKED = re.compile(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==[\w.!+-]+( ; [^\\]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*")


def unlocked(text: str) -> list[str]:
    """Entries of a lock file that are not pinned to one version, or bear no hash, or come from elsewhere."""
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.strip().startswith("#")]
    return [line[:60] for line in lines if not _LOCKED.fullmatch(line)]


def test_the_lock_files_are_these() -> None:
    assert [file.name for file in LOCKS] == sorted(licences.SETS)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_line_is_one_version_with_its_hashes(lock: Path) -> None:
    assert unlocked(lock.read_text()) == []
    assert len(licences.pinned(lock)) >= 2


@pytest.mark.parametrize(
    "line",
    ["django>=5.2 \\\n    --hash=sha256:" + "a" * 64, "django==5.2.19", "django==5.2.19 \\\n    --hash=md5:abc",
     "git+https://example.org/x.git \\\n    --hash=sha256:" + "a" * 64, "-e . \\\n    --hash=sha256:" + "a" * 64],
)  # fmt: skip
def test_a_line_that_is_not_locked_is_seen(line: str) -> None:
    assert len(unlocked(f"asgiref==3.13.0 \\\n    --hash=sha256:{'b' * 64}\n{line}\n")) == 1


def test_the_front_end_is_locked_by_hash_too() -> None:
    packages = json.loads((BASE_DIR / "package-lock.json").read_text())["packages"]
    assert [path for path, one in packages.items() if path and not one["integrity"].startswith("sha512-")] == []


def test_installing_insists_on_the_hashes() -> None:
    bootstrap = (BASE_DIR / "config" / "dev" / "bootstrap.py").read_text()
    assert '"--require-hashes", "--no-deps"' in bootstrap, "what is locked is whole: nothing is resolved anew"
    assert '"ci", *quiet' in bootstrap
    for name in ("Dockerfile", "config/dev/bootstrap.py"):
        text = (BASE_DIR / name).read_text()
        installs = [line for line in text.splitlines() if re.search(r"pip\"?,? \"?install", line)]
        assert installs
        assert all("--require-hashes --no-deps" in line or "*exact" in line for line in installs), name


def test_the_list_of_licences_says_what_is_locked() -> None:
    assert licences.PAGE.read_text() == licences.page(), "run: make licences"


def test_all_terms_are_accepted() -> None:
    assert [f"{one.name}: {one.terms}" for one in licences.locked() if not one.is_allowed] == []


@pytest.mark.parametrize(
    ("terms", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR AGPL-3.0-only", True),
        ("MIT AND AGPL-3.0-only", False),
        ("(MIT OR Apache-2.0) AND BSD-3-Clause", True),
        ("AGPL-3.0-only", False),
        ("GPL-3.0-or-later", False),
        ("SSPL-1.0", False),
        ("Other/Proprietary License", False),
        ("unknown", False),
        ("", False),
    ],
)
def test_what_is_accepted(terms: str, allowed: bool) -> None:
    assert Package("x", "1", "product", terms).is_allowed is allowed


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        (("MIT", "UNKNOWN", "UNKNOWN"), "MIT"),
        (("UNKNOWN", "BSD License", "UNKNOWN"), "BSD"),
        (("UNKNOWN", "BSD License", "BSD-3-Clause"), "BSD-3-Clause"),
        (("UNKNOWN", "Apache Software License; BSD License", "Dual License"), "Apache-2.0 OR BSD-3-Clause"),
        (("UNKNOWN", "Apache Software License; GNU Affero General Public License v3", "UNKNOWN"), ""),
        (("UNKNOWN", "UNKNOWN", "Copy" + "right (c) Somebody\n\nAll rights reserved."), "Copy" + "right (c) Somebody"),
        (("UNKNOWN", "UNKNOWN", "UNKNOWN"), "unknown"),
    ],
)
def test_how_a_package_speaks_of_itself(said: tuple[str, str, str], terms: str) -> None:
    found = licences.terms(*said)
    assert found == terms if terms else not Package("x", "1", "product", found).is_allowed


def answer(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": list(packages)})


GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["2.1"]}]}
SILENT = {"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("said", "outcome", "sentence"),
    [
        (answer(GOOD), audit.FINE, "x: no known flaws in 1 packages."),
        (answer(GOOD, BAD, SILENT), audit.FLAWED, "x: 1 known flaws.\n  b 2: CVE-2026-1, mended in 2.1"),
        (answer(GOOD, SILENT), audit.UNKNOWN, "x: no known flaws in 1 packages; nothing is known of c."),
        (answer(SILENT), audit.UNKNOWN, "x: the advisories cannot be reached from here"),
        ("", audit.UNKNOWN, "x: the advisories cannot be reached from here"),
        ("[]", audit.UNKNOWN, "x: the advisories cannot be reached from here"),
    ],
)
def test_silence_is_not_taken_for_a_good_answer(said: str, outcome: int, sentence: str) -> None:
    found = audit.judged("x", said)
    assert (found[0], found[1][: len(sentence)]) == (outcome, sentence)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ('{"metadata": {"vulnerabilities": {"total": 0}}}', audit.FINE),
        ('{"metadata": {"vulnerabilities": {"total": 2}}}', audit.FLAWED),
        ('{"message": "audit endpoint returned an error"}', audit.UNKNOWN),
        ("", audit.UNKNOWN),
    ],
)
def test_npm_is_read_the_same_way(said: str, outcome: int) -> None:
    assert audit.judged_of_npm(said)[0] == outcome


def test_the_list_of_parts_is_whole() -> None:
    document = audit.parts([Package("django", "5.2", "product", "BSD-3-Clause"), Package("sortablejs", "1", "browser", "MIT")])
    assert [one["purl"] for one in document["components"]] == ["pkg:pypi/django@5.2", "pkg:npm/sortablejs@1"]
    assert (document["bomFormat"], document["metadata"]["component"]["name"]) == ("CycloneDX", "cooperator")
