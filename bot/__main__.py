"""`python -m bot` is the command `oudergesprek`."""

import sys

from bot.cli import main

sys.exit(main())
