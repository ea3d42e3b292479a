"""The only room that knows telegram: receives, converts, shows; decides nothing about the conversation."""

import os

# The library's own switch for durations as timedelta; without it every flood reply warns.
os.environ.setdefault("PTB_TIMEDELTA", "1")
