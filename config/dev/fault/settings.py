"""The product's own settings with a witness beside it, who writes down what it was told and when it acted."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _OURS

# First, so that a process can be killed before any other target has been told of a commit.
INSTALLED_APPS = ["config.dev.fault.witness", *_OURS]
