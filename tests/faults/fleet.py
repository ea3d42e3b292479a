"""The processes of one program, side by side on one database; each can be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.fake_telegram import TOKEN, FakeTelegram
from tests.faults.school import LANGUAGES_ON
from tests.log_watch import WATCH

ROOT = Path(__file__).resolve().parent.parent.parent
AT_ANY_HOUR = "hours: off\nquiet: off\nmost_messages_a_week: off\ndigest: off\n"  # tests run at night too
AS_INSTALLED = ("-m", "bot", "run")
WITHOUT_LIMITS = ("-m", "tests.faults.program")
STARTS_WITHIN_S = 60.0
STOPS_WITHIN_S = 15.0
_INHERITED = ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR")


@dataclass(frozen=True)
class Life:
    """One process from its start to its end; Telegram knows by its name what it did."""

    place: int
    name: str
    process: subprocess.Popen[bytes]


class Fleet:
    """Starts `processes` of them in a `with`; at its end all are asked to stop and have to end well."""

    def __init__(
        self,
        telegram: FakeTelegram,
        folder: Path,
        database_url: str,
        *,
        program: Sequence[str] = AS_INSTALLED,
        processes: int = 1,
    ) -> None:
        self._telegram = telegram
        self._folder = folder
        self._database_url = database_url
        self._program = program
        self._started = 0
        (folder / "school.yaml").write_text(AT_ANY_HOUR + LANGUAGES_ON)
        self.lives: list[Life] = [self._life(place) for place in range(processes)]

    def __enter__(self) -> Self:
        for life in self.lives:
            self.wait_until_it_works(life)
        return self

    def __exit__(self, kind: object, *_details: object) -> None:
        if kind is None:  # before it has begun, a process ends at once and badly
            for life in self.lives:
                self.wait_until_it_works(life)
        for life in self.lives:
            life.process.send_signal(signal.SIGTERM)
        codes = [self._end_of(life) for life in self.lives]
        self._look_at_logs()
        if kind is None:
            assert codes == [0] * len(codes), [self.printed(life) for life in self.lives]

    @property
    def receiving(self) -> Life | None:
        """The process that asked Telegram for updates last; None if it is dead."""
        return next((life for life in self.lives if life.name == self._telegram.receiving), None)

    def wait_until_it_works(self, life: Life) -> None:
        """The process has begun: it has called Telegram, and not only to ask for its own name."""
        self._telegram.wait_until(
            lambda: self._telegram.callers[life.name] > 1 or life.process.poll() is not None, STARTS_WITHIN_S
        )
        self.require_alive(life)

    def wait_until_somebody_receives(self) -> None:
        """One of the processes asks Telegram for updates: after the death of the one that did, another one does."""
        self._telegram.wait_until(lambda: self.receiving, STARTS_WITHIN_S)

    def require_alive(self, life: Life) -> None:
        """Fails the test if the process ended by itself."""
        assert life.process.poll() is None, self.printed(life)

    def kill(self, life: Life) -> None:
        """The process is gone from one moment to the next."""
        self.require_alive(life)
        life.process.kill()
        life.process.wait()

    def replace(self, life: Life) -> Life:
        """Another process takes the place of one that was killed."""
        self.lives[life.place] = newer = self._life(life.place)
        return newer

    def printed(self, life: Life) -> str:
        """What a process wrote to its terminal."""
        return self._log_file(life.name).read_text()

    def _look_at_logs(self) -> None:
        """What all processes wrote was seen by the watch over log lines."""
        for file in self._folder.glob("life-*.log"):
            WATCH.look(file.read_text(), file.stem)

    def _life(self, place: int) -> Life:
        self._started += 1
        name = f"life-{self._started}-in-place-{place}"
        environment = {variable: os.environ[variable] for variable in _INHERITED if variable in os.environ}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(self._folder),
            "DATABASE_URL": self._database_url,
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self._telegram.url_for(name),
            "LISTEN": f"127.0.0.1:{_free_port()}",
        }
        with self._log_file(name).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *self._program], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        return Life(place, name, process)

    def _log_file(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    @staticmethod
    def _end_of(life: Life) -> int:
        try:
            return life.process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            life.process.kill()
            return life.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
