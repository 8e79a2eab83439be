"""What all tests share."""

import os

from hypothesis import settings

# Time limits per example would fail on a busy machine, and a compile inside the first one always breaks them.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
