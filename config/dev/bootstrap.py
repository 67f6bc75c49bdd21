"""Makes a checkout runnable: virtual environment, locked packages, front-end packages, `.env`.

Standard library only, for the system's own Python. It must parse on older ones too, so that they
get a sentence instead of a syntax error: no walrus, no match, no evaluated modern annotations.
"""

import errno
import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ENOUGH_DISK = 800 * 1024 * 1024
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


class Stop(Exception):
    """One sentence that says what is wrong and how to mend it."""


def main(what: str) -> None:
    """Install for `run` or, with the tools for proving it, for `dev`. Quick when nothing has changed."""
    _need_python()
    _need_disk()
    _make_venv()
    _install("requirements-dev.txt" if what == "dev" else "requirements.txt")
    _front_end()
    _write_env()


def _need_python() -> None:
    version: tuple[int, ...] = sys.version_info[:2]
    if version >= (3, 11):
        return
    for name in NEWER:
        better = shutil.which(name)
        if better:
            os.execv(better, [better, *sys.argv])
    found = ".".join(str(part) for part in version)
    raise Stop(
        f"Cooperator needs Python 3.11 or newer and found {found}. Cure: install one and run `PYTHON=python3.11 make run`."
    )


def _need_disk() -> None:
    if not PYTHON.exists() and shutil.disk_usage(ROOT).free < ENOUGH_DISK:
        raise Stop("The disk is nearly full: the installation needs 800 MB. Cure: free some space and repeat the command.")


def _make_venv() -> None:
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        _call([sys.executable, "-m", "venv", str(VENV)])
    elif importlib.util.find_spec("virtualenv"):
        _call([sys.executable, "-m", "virtualenv", "--quiet", str(VENV)])
    elif shutil.which("virtualenv"):
        _call(["virtualenv", "--quiet", "--python", sys.executable, str(VENV)])
    else:
        raise Stop("Python's venv module is missing. Cure: `sudo apt install python3-venv` and repeat the command.")


def _install(name: str) -> None:
    wanted = _digest(ROOT / name)
    if wanted in (_stamp(name), _stamp("requirements-dev.txt") if name == "requirements.txt" else None):
        return
    if name == "requirements.txt" and _stamp("requirements-dev.txt") == _digest(ROOT / "requirements-dev.txt"):
        return  # the larger set holds the smaller
    print("Installing Python packages (about a minute the first time) ...", flush=True)
    _pip(name)
    (VENV / f".{name}.installed").write_text(wanted)


def _pip(name: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    # The locked file names every package. Asked to resolve what it requires, pip 23 takes `coverage[toml]` for another
    # package than the locked `coverage`, finds a newer release, and refuses it for want of a hash.
    exact = ["--require-hashes", "--no-deps"]
    _call([str(PYTHON), "-m", "pip", "install", *quiet, *exact, "-r", str(ROOT / name)])


def _digest(*files: Path) -> str:
    version = ".".join(str(part) for part in sys.version_info[:2])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files) + version.encode()).hexdigest()


def _stamp(name: str) -> str:
    file = VENV / f".{name}.installed"
    return file.read_text() if file.exists() else ""


def _front_end() -> None:
    """Two small packages for dragging and morphing; without them every page still works by buttons."""
    wanted, stamp = _digest(ROOT / "package-lock.json"), ROOT / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    try:
        if not shutil.which("npm") and not (VENV / "bin" / "npm").exists():
            print("Installing Node.js for the front-end packages, as npm is missing ...", flush=True)
            _pip("requirements-node.txt")
        path = os.pathsep.join([os.environ.get("PATH", ""), str(VENV / "bin")])
        quiet = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
        _call([shutil.which("npm", path=path) or "npm", "ci", *quiet], PATH=path)
        stamp.write_text(wanted)
    except (Stop, OSError):
        print(
            "Without the front-end packages cards move by buttons instead of drag; `make install` tries again.", file=sys.stderr
        )


def _write_env() -> None:
    target = ROOT / ".env"
    if target.exists():
        return
    lines = (ROOT / ".env.example").read_text().replace("SECRET_KEY=generated", "SECRET_KEY=" + secrets.token_urlsafe(50))
    with open(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(lines)


def _call(command: "list[str]", **environment: str) -> None:
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        if "No space left" in done.stderr:
            raise OSError(errno.ENOSPC, "full")
        raise Stop(done.stderr.strip()[-2000:] + "\nThe installation failed at: " + " ".join(command[:5]))


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except Stop as reason:
        sys.exit(str(reason))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit("The disk is full. Cure: free some space and repeat the command.")
