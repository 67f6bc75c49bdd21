#!/usr/bin/env python
"""Django's command line for Cooperator."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config import keys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["generate_secrets"]:  # the cure for settings that cannot be read must not need them
        sys.exit(keys.main(sys.argv[2:]))
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as reason:
        sys.exit(str(reason))
