"""`make lock`: locks every requirement with hashes, for all platforms and from Python 3.11 up, with no registry address."""

import os
import subprocess
import sys

from config.env import BASE_DIR

SETS = ("requirements", "requirements-dev", "requirements-node")


def main() -> None:
    """Compile the .in files with uv, in an environment of its own, and the front-end packages with npm."""
    home = BASE_DIR / "var" / "uv"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", "uv"], check=True)
    # From 3.11.0 up: some packages are needed only below a patch release that stable systems still ship.
    shape = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--quiet"]
    for name in SETS:
        command = [str(home / "bin" / "uv"), "pip", "compile", *shape, f"{name}.in", "-o", f"{name}.txt"]
        subprocess.run(command, cwd=BASE_DIR, check=True, env={**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"})
    subprocess.run(["npm", "install", "--package-lock-only", "--ignore-scripts"], cwd=BASE_DIR, check=True)


if __name__ == "__main__":
    main()
