"""The measured programs as processes of their own, and what the system tells about them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fake_telegram import TOKEN, FakeTelegram
from tests.faults.fleet import ROOT, WITHOUT_LIMITS
from tests.faults.school import LANGUAGES_ON

STARTS_WITHIN_S = 60.0
STOPS_WITHIN_S = 20.0


@dataclass(frozen=True)
class Programs:
    """One program, or several of the same on one database."""

    process_ids: Sequence[int]
    first_poll_s: float  # from the start to the first question for updates

    def processor_s(self) -> float:
        """User and system time of all so far; 0 where the system does not tell."""
        return sum(map(_processor_s, self.process_ids))

    def resident_mb(self) -> float:
        """Memory of all that is not swapped out, in millions of bytes; 0 where the system does not tell."""
        return sum(map(_resident_mb, self.process_ids))


@contextmanager
def running_bare(telegram: FakeTelegram, *, at_once: int = 1) -> Iterator[Programs]:
    """The floor runs and has asked for updates; it works on so many updates at once."""
    with _running(telegram, ["-m", "tests.bench.bare", telegram.url, str(at_once)], {}) as programs:
        yield programs


@contextmanager
def running_ours(
    telegram: FakeTelegram, folder: Path, database_url: str = "", *, processes: int = 1
) -> Iterator[Programs]:
    """The whole assistant without its pages and without limits runs, once or several times, and asked for updates."""
    (folder / "school.yaml").write_text(LANGUAGES_ON)
    environment = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
    }
    with _running(telegram, WITHOUT_LIMITS, environment, processes) as programs:
        yield programs


@contextmanager
def _running(
    telegram: FakeTelegram, program: Sequence[str], environment: Mapping[str, str], processes: int = 1
) -> Iterator[Programs]:
    began_s = time.perf_counter()
    started = [
        subprocess.Popen([sys.executable, *program], cwd=ROOT, env={**os.environ, **environment})
        for _place in range(processes)
    ]
    try:
        telegram.wait_until(lambda: telegram.calls["getUpdates"], STARTS_WITHIN_S)
        yield Programs([process.pid for process in started], time.perf_counter() - began_s)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(STOPS_WITHIN_S)


def _processor_s(process_id: int) -> float:
    text = _system_file(process_id, "stat")
    if not text:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(process_id: int) -> float:
    lines = _system_file(process_id, "status").splitlines()
    kilobytes = next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
    return kilobytes * 1024 / 1_000_000


def _system_file(process_id: int, name: str) -> str:
    found = Path(f"/proc/{process_id}/{name}")
    return found.read_text() if found.exists() else ""
