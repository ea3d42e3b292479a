"""A running program is told to stop: it ends within five seconds, and nothing on its way is lost or doubled."""

import signal
import socket
import subprocess
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select

from bot.model.messages import Outgoing, OutgoingState
from bot.storage.database import Database
from tests.fake_telegram import FakeTelegram, Fault
from tests.faults.counts import Audit
from tests.faults.fleet import Fleet
from tests.faults.parents import Parents
from tests.faults.school import FIRST_CHAT, open_school, sqlite_url
from tests.test_cli import Terminal, serving, tokens
from tests.test_cli import school as school  # noqa: PLC0414 - a fixture
from tests.test_cli import terminal as terminal  # noqa: PLC0414 - a fixture
from tests.web.browser import Browser

WITHIN_S = 5.0
PARENTS = 20
HANGS = Fault(hang_s=120)


def end_of(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> float:
    """The process was asked to stop and has ended well; returned is how long that took."""
    assert process.poll() is None
    began_s = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    return time.monotonic() - began_s


def test_stopping_while_twenty_parents_answer(tmp_path: Path) -> None:
    """Twice: what was confirmed is stored, what was shown is noted as shown, and afterwards it all goes on.

    So nothing is shown twice either, which a killed process cannot promise (design promise 1).
    """
    url = sqlite_url(tmp_path)
    chats = range(FIRST_CHAT, FIRST_CHAT + PARENTS)
    open_school(url, chats)
    with FakeTelegram(round_trip_s=0.02) as telegram, Parents(telegram, chats, answers=5) as parents:
        parents.begin()
        audit = Audit(url, telegram, parents)
        with Fleet(telegram, tmp_path, url) as fleet:
            for _ in range(2):
                life = fleet.lives[0]
                fleet.wait_until_it_works(life)
                time.sleep(0.8)
                assert parents.underway
                assert end_of(life.process) < WITHIN_S
                audit.after_kill(life.name, loses=False)
                fleet.replace(life)
            audit.wait_until_all_is_done(60)
        counts = audit.at_the_end()
    assert counts.mistakes == {}
    assert (counts.parents, counts.answers) == (PARENTS, len(parents.given))
    assert counts.acknowledged_at_kills > 0
    assert (counts.in_flight, counts.repeats) == (0, 0)


def test_stopping_while_telegram_hangs(tmp_path: Path) -> None:
    """No answer comes to whatever is asked of Telegram: it ends in time all the same, and the next one delivers."""
    url = sqlite_url(tmp_path)
    chats = range(FIRST_CHAT, FIRST_CHAT + PARENTS)
    open_school(url, chats)
    with FakeTelegram() as telegram:
        telegram.fail("sendMessage", *[HANGS] * PARENTS)
        for chat in chats:
            telegram.person_says(chat, f"Lubi klocki, {chat}.")
        with Fleet(telegram, tmp_path, url) as fleet:
            telegram.wait_until(lambda: telegram.calls["sendMessage"] == PARENTS, 30)
            assert end_of(fleet.lives[0].process) < WITHIN_S
            assert (answers(url), waiting(url)) == ([1] * PARENTS, PARENTS)
            assert not any(telegram.messages(chat) for chat in chats)
            fleet.replace(fleet.lives[0])
            telegram.wait_until(lambda: all(telegram.messages(chat) for chat in chats), 30)
        assert (answers(url), waiting(url)) == ([1] * PARENTS, 0)
        assert [len(telegram.messages(chat)) for chat in chats] == [1] * PARENTS


def test_stopping_while_pages_are_open(school: Terminal) -> None:
    """An open event stream ends with its whole last event, and a form that is only half sent keeps nobody."""
    token = tokens(school)["p-agnieszka"]
    with serving(school, PUBLIC_URL="http://praat.example") as (process, url), Browser(url) as phone:
        phone.join(token)
        phone.finish_welcome()
        stream = Stream(phone)
        stream.open.wait(10)
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as half:
            half.sendall(
                f"POST {phone.path}say HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n\r\nkey=".encode()
            )
            time.sleep(0.2)
            assert end_of(process) < WITHIN_S
        stream.join(10)
    assert stream.trouble is None
    assert stream.text.endswith("\n\n")


class Stream(threading.Thread):
    """A page that listens for news, until the program ends it."""

    def __init__(self, phone: Browser) -> None:
        super().__init__(daemon=True)
        self._phone = phone
        self.open = threading.Event()
        self.text = ""
        self.trouble: Exception | None = None
        self.start()

    def run(self) -> None:
        """Reads to the end."""
        try:
            with self._phone.client.stream("GET", f"{self._phone.path}events?after=0") as answer:
                assert answer.status_code == 200
                for part in answer.iter_text():
                    self.text += part
                    self.open.set()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.trouble = error


def answers(url: str) -> list[int]:
    """How many messages there are for each address that has any."""
    with closing(Database(url)) as database, database.reading() as session:
        return list(session.scalars(select(func.count(Outgoing.id)).group_by(Outgoing.address)))


def waiting(url: str) -> int:
    """How many of them have not been shown."""
    with closing(Database(url)) as database, database.reading() as session:
        unsent = Outgoing.state == OutgoingState.WAITING.value
        return session.scalar(select(func.count()).where(unsent)) or 0
