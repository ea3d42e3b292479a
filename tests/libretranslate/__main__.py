"""`python -m tests.libretranslate install DIR`, or `serve DIR [PORT]` until it is stopped."""

import argparse
import signal
import sys
from pathlib import Path

from tests.libretranslate.server import install, serving


def main() -> int:
    """The server stands ready in the directory, and with `serve` it ran until Ctrl+C."""
    parser = argparse.ArgumentParser(prog="python -m tests.libretranslate", description=__doc__)
    parser.add_argument("verb", choices=["install", "serve"])
    parser.add_argument("directory", type=Path, help="about 600 MB; kept and used again")
    parser.add_argument("port", type=int, nargs="?", default=0, help="0 takes a free one")
    wish = parser.parse_args()
    install(wish.directory)
    if wish.verb == "install":
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with serving(wish.directory, wish.port) as (url, process):
            sys.stdout.write(f"LIBRETRANSLATE_URL={url}\n")
            sys.stdout.flush()
            return process.wait()
    except KeyboardInterrupt:
        return 0


sys.exit(main())
