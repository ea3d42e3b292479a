"""The desk of a large school: server time, SQL statements and weight of the class page and a child's page.

A class of 25 in a school of 1,000 children with 100,000 answers. Beside it a class of two and a child of few words:
the number of statements must be the same. The weight is what a browser without a cache
fetches: page, styles and scripts, before and after compression.
"""

import argparse
import re
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from httpx import Client

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.privacy import PassPurpose
from bot.storage.database import Database
from bot.web.app import application
from bot.web.bell import Bell
from tests.bench.counting import counted
from tests.bench.large_school import large_school
from tests.cast import catalogues, tools_for
from tests.web.page import SignedIn
from tests.web.served import serving

AT = datetime(2026, 10, 5, 18, 0, tzinfo=UTC)
LARGEST_BYTES = 100_000
_FETCHED = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')


@dataclass(frozen=True)
class Measured:
    """One page, asked for many times."""

    waits_ms: list[float]
    statements: set[int]
    html_bytes: int
    files_bytes: int
    sent_bytes: int  # of both, compressed


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument(
        "--rounds", type=int, default=100, help="how often each page is asked for (default 100)"
    )
    parser.add_argument("--children", type=int, default=1000, help="children in the school (default 1000)")
    parser.add_argument("--answers", type=int, default=100_000, help="answers in the school (default 100000)")


def run(options: argparse.Namespace) -> None:
    """The figures are printed; AssertionError where statements grow or a page is too heavy."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'school.db'}")
        metadata.create_all(database.engine)
        clock = MovableClock(start=AT)
        addresses = large_school(database, clock, options.children, options.answers)
        tools = tools_for(clock)
        texts = Texts(catalogues(), clock.zone)
        bell = Bell(database)
        with serving() as served:
            here = replace(tools, public_url=served.url)
            served.app = application(
                database=database,
                tools=here,
                texts=texts,
                reception=Reception(database, here, texts),
                bell=bell,
                after_commit=bell.ring,
            )
            browser = SignedIn(served.url)
            browser.sign_in(database, here, addresses.teacher, PassPurpose.DESK)
            measured = {
                name: _asked(browser.client, database, address, options.rounds)
                for name, address in addresses.pages
            }
            browser.close()
        _print_all(measured, options)
        bell.close()
        database.close()


def _asked(client: Client, database: Database, address: str, rounds: int) -> Measured:
    client.get(address)  # the look is on record, the templates are read
    waits_ms, statements = [], set()
    for _round in range(rounds):
        with counted(database) as sent:
            started = time.perf_counter()
            page = client.get(address)
            waits_ms.append((time.perf_counter() - started) * 1000)
        assert page.status_code == 200, page.status_code
        statements.add(len(sent))
    fetched = [page, *(client.get(file) for file in set(_FETCHED.findall(page.text)))]
    return Measured(
        waits_ms,
        statements,
        html_bytes=len(page.content),
        files_bytes=sum(len(file.content) for file in fetched[1:]),
        sent_bytes=sum(one.num_bytes_downloaded for one in fetched),
    )


def _print_all(measured: dict[str, Measured], options: argparse.Namespace) -> None:
    print(f"{options.children} children, {options.answers} answers, each page {options.rounds} times")
    for name, one in measured.items():
        waits = sorted(one.waits_ms)
        p95 = waits[int(len(waits) * 0.95)]
        statements = "/".join(str(count) for count in sorted(one.statements))
        weight_kb = (one.html_bytes + one.files_bytes) / 1000
        print(
            f"{name:36} p50 {statistics.median(waits):6.1f} ms   p95 {p95:6.1f} ms   {statements:>4} statements   "
            f"{weight_kb:6.1f} kB ({one.html_bytes / 1000:.1f} kB of it the page), {one.sent_bytes / 1000:.1f} kB sent"
        )
    for kind in ("class", "child"):
        counts = {
            count for name, one in measured.items() if name.startswith(kind) for count in one.statements
        }
        assert len(counts) == 1, f"{kind}: {sorted(counts)} statements"
    assert all(one.sent_bytes < LARGEST_BYTES for one in measured.values())
