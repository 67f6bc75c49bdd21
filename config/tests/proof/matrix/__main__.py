"""`python -m config.tests.proof.matrix` writes the tables."""

import sys

from .writing import main

sys.exit(main())
