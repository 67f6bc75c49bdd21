"""The product's settings with one room added: pages and jobs that fail with a secret in their mouth."""

from config.settings import *  # noqa: F403

INSTALLED_APPS += ["config.tests.watch.mishaps"]  # noqa: F405
ROOT_URLCONF = "config.tests.watch.mishaps.urls"
