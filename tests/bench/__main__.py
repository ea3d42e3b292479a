"""`python -m tests.bench NAME` runs one measurement; without a name it lists them."""

import argparse

from tests.bench import (
    buddies,
    desk,
    detection,
    doubts,
    kill,
    load,
    mailing,
    main_path,
    reminders,
    translation,
)

MEASUREMENTS = {
    "buddies": buddies,
    "desk": desk,
    "detection": detection,
    "doubts": doubts,
    "kill": kill,
    "load": load,
    "mailing": mailing,
    "main_path": main_path,
    "reminders": reminders,
    "translation": translation,
}


def main() -> None:
    """The figures are printed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    names = parser.add_subparsers(required=True, metavar="NAME")
    for name, measurement in MEASUREMENTS.items():
        own = names.add_parser(name, help=(measurement.__doc__ or "").splitlines()[0])
        measurement.add_options(own)
        own.set_defaults(run=measurement.run)
    options = parser.parse_args()
    options.run(options)


main()
