"""Settings of the suite: the product's own, read from a test environment instead of a developer's `.env`."""

import os

os.environ["ENV_FILE"] = ""
os.environ["TESTING"] = "on"
os.environ["KEY_PREFIX"] = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"

from config.settings import *  # noqa: F403
