"""Whether the long form of the tests is asked for: ``make long``."""

import os

LONG = bool(os.environ.get("REALPOLITIK_LONG"))
