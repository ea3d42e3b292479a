"""`python -m bot` is the command `oudergesprek`."""

import gc
import sys

gc.disable()  # nothing that the imports make is garbage: to look again and again is a fifth of the start
from bot.cli import main  # noqa: E402

gc.enable()

if __name__ == "__main__":
    sys.exit(main())
