"""Finds headless Chromium, or installs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.dev.daemon import Unfit

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root


def chromium() -> str:
    """The path of a Chromium: found, else installed by apt as root, else by Playwright. Raises Unfit with a hint."""
    return _found() or _by_apt() or _by_playwright()


def _found() -> str:
    given = os.environ.get("CHROMIUM", "")
    return given or next((path for name in NAMES if (path := shutil.which(name))), "") or _playwrights()


def _playwrights() -> str:
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    found = sorted(home.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else ""


def _by_apt() -> str:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return ""
    print("Installing Chromium for the browser tests ...", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], stdout=subprocess.DEVNULL, check=False)
    return _found()


def _by_playwright() -> str:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if path := _playwrights():
        return path
    raise Unfit("The browser tests need Chromium. Cure: `sudo apt install chromium`, or set CHROMIUM to one.")
