"""`python -m nidus_training` is `nidus-train`."""

import sys

from nidus_training.cli import main

sys.exit(main())
