"""Settings of the suite: the product's own, read from a test environment instead of a developer's `.env`."""

import os

# What a developer or a machine has set must not decide a test; the addresses of the engines must.
for _name in (
    "ADMIN_PATH",
    "ALLOWED_HOSTS",
    "DEBUG",
    "DEMO",
    "EMAIL_HOST",
    "LOG_FORMAT",
    "PORT",
    "SECRET_KEY",
    "SITE_URL",
    "TRUST_PROXY",
):
    os.environ.pop(_name, None)
os.environ["ENV_FILE"] = ""
os.environ["API_LIMIT"] = "0"
os.environ["TESTING"] = "on"
os.environ["KEY_PREFIX"] = f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}"

from config.settings import *  # noqa: E402, F403
