"""Processes are killed while 200 parents answer: what was lost, doubled, repeated or out of order.

Without Telegram's own limits, so that the most is on its way when a process is killed: with a near Telegram, with one
50 ms away, and with that and three workers on PostgreSQL, of which one is killed while the others go on.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.counts import Counts
from tests.faults.fleet import WITHOUT_LIMITS
from tests.faults.killing import Plan, play
from tests.faults.school import sqlite_url
from tests.storage.postgres import fresh_database

AT_ONCE = 200
FAR_S = 0.05
_FIGURES = {
    "kills": "kills",
    "parents": "parents",
    "answers": "answers written",
    "acknowledged_at_kills": "confirmed before the last kill",
    "messages": "messages to parents",
    "in_flight": "in flight at the kills, together",
    "most_in_flight": "in flight at one kill, at the most",
    "most_to_one_chat": "of these to one parent, at the most",
    "repeats": "repeats that parents saw",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--near", type=int, default=50, help="kills with a near Telegram (default 50)")
    parser.add_argument("--far", type=int, default=50, help="kills with one 50 ms away (default 50)")
    parser.add_argument("--postgresql", type=int, default=20, help="kills of one of three (default 20)")
    parser.add_argument("--parents", type=int, default=AT_ONCE, help="who answer at once (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments (default 1)")


def run(options: argparse.Namespace) -> None:
    """The counts of all runs are printed; the exit code is 1 if one of them is wrong."""
    common = {"at_once": options.parents, "program": WITHOUT_LIMITS, "seed": options.seed}
    plans = {
        "SQLite, near": Plan(kills=options.near, more=_more(options.near), **common),
        "SQLite, 50 ms far": Plan(kills=options.far, more=_more(options.far), round_trip_s=FAR_S, **common),
        "PostgreSQL, 3 workers, 50 ms far": Plan(
            kills=options.postgresql,
            more=_more(options.postgresql),
            processes=3,
            round_trip_s=FAR_S,
            **common,
        ),
    }
    good = True
    for name, plan in plans.items():
        if plan.kills:
            counts = _played(plan)
            _print(name, counts)
            good = good and not counts.mistakes
    sys.exit(0 if good else 1)


def _more(kills: int) -> int:
    """Enough that people are answering at every kill."""
    return 40 * kills


def _played(plan: Plan) -> Counts:
    with tempfile.TemporaryDirectory() as folder, _database(plan, Path(folder)) as url:
        return play(plan, Path(folder), url)


@contextmanager
def _database(plan: Plan, folder: Path) -> Iterator[str]:
    if plan.processes == 1:
        yield sqlite_url(folder)
    else:
        with fresh_database() as url:
            yield url


def _print(name: str, counts: Counts) -> None:
    print(f"\n{name} ({counts.took_s:.0f} s)")
    for figure, words in _FIGURES.items():
        print(f"  {getattr(counts, figure):7} {words}")
    for words, number in counts.wrong.items():
        print(f"  {number:7} {words}{'  <-- WRONG' if number else ''}")
    sys.stdout.flush()
