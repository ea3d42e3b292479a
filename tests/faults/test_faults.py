"""Telegram stutters, the database is locked, the disk is full: nothing is lost, doubled or out of order."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, event, select

from bot.model.translation import Saying
from bot.services import invitations, people
from tests.fake_telegram import Fault
from tests.faults.counts import Counts
from tests.faults.evening import PARENTS, WEB_CHAT, Evening, evening
from tests.faults.school import FILE_NAME
from tests.telegram_rules import Json
from tests.translation import stub
from tests.web.browser import Browser

GOOD = Fault()
SILENCE_S = 10.5  # longer than the program waits for an answer
LOCKED_FOR_S = 10.0  # longer than the program waits for a lock
MANY_PAGES = 2**30
REPEATS = "repeats of what was not in flight"


def _require_good(counts: Counts, *, repeats: int = 0, written: int = 12) -> None:
    """Everybody came to the end, and only what Telegram took without saying so was shown again."""
    assert counts.parents == PARENTS
    assert counts.answers == written * PARENTS
    assert counts.repeats == repeats
    assert counts.mistakes == ({REPEATS: repeats} if repeats else {})


@contextmanager
def _web_parent(this: Evening) -> Iterator[Browser]:
    """A parent who writes in the browser and has been welcomed there."""
    with this.house.database.writing() as session:
        person = people.by_roster_id(session, f"p-{WEB_CHAT}")
        token = invitations.invite(session, this.house.tools, person)
    with Browser(this.served.url) as phone:
        phone.join(token)
        phone.finish_welcome()
        yield phone


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Another program has the database to itself, for longer than ours waits for it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ends_s = time.monotonic() + LOCKED_FOR_S
        yield
        time.sleep(max(0, ends_s - time.monotonic()))
        other.execute("ROLLBACK")


class _Disk:
    """The file of one database can be kept from growing while `is_full`.

    The switch is there before the program begins: a listener that is added while a transaction of another thread
    begins would break that one.
    """

    def __init__(self, file: Path) -> None:
        self.is_full = False
        self._file = str(file)

    def __enter__(self) -> Self:
        event.listen(Engine, "begin", self._limit)
        return self

    def __exit__(self, *_details: object) -> None:
        event.remove(Engine, "begin", self._limit)

    def _limit(self, connection: Connection) -> None:
        if connection.engine.url.database == self._file:
            most_pages = 1 if self.is_full else MANY_PAGES  # 1 means: no more than it has
            connection.exec_driver_sql(f"PRAGMA max_page_count={most_pages}")


def _waiting(this: Evening) -> set[int]:
    """The chats whose messages Telegram still keeps for us."""
    found = set()
    for update in this.telegram.unconfirmed:
        message = update.get("message") or update["callback_query"]["message"]
        found.add(int(message["chat"]["id"]))
    return found


def _require_only_once(this: Evening, words: str) -> None:
    """What was sent by the form is stored, and not twice."""
    with this.house.database.reading() as session:
        assert len(session.scalars(select(Saying.id).where(Saying.original == words)).all()) == 1


def test_telegram_asks_to_wait(tmp_path: Path) -> None:
    """A storm of 429 delays messages and does nothing else to them."""
    too_many = Fault(429, "Too Many Requests: retry after 1", retry_after=1)
    faults = {"sendMessage": [GOOD, too_many] * 4 + [too_many] * 8, "getUpdates": [GOOD, too_many, too_many]}
    with evening(tmp_path, faults=faults) as this:
        this.parents.begin()
    _require_good(this.counts)


def test_telegram_breaks_down(tmp_path: Path) -> None:
    """500 and 502 delay messages and do nothing else to them."""
    broken = [Fault(500, "Internal Server Error"), Fault(502, "Bad Gateway")]
    faults = {"sendMessage": [GOOD, *broken] * 6, "getUpdates": [GOOD, *broken]}
    with evening(tmp_path, faults=faults) as this:
        this.parents.begin()
    _require_good(this.counts)


def test_connections_break(tmp_path: Path) -> None:
    """Before the effect, or in the middle of the answer: only what was shown already is shown once more."""
    before, amid = Fault(drop_after_bytes=0), Fault(drop_after_bytes=70, after_effect=True)
    faults = {
        "sendMessage": [GOOD, before, amid] * 5,
        "getUpdates": [GOOD, before, amid, GOOD, amid],
        "answerCallbackQuery": [before, amid],
    }
    with evening(tmp_path, faults=faults) as this:
        this.parents.begin()
    _require_good(this.counts, repeats=5)


def test_telegram_falls_silent(tmp_path: Path) -> None:
    """A call without an answer, before or after its effect, holds up that chat and no other."""
    before, after = Fault(504, hang_s=SILENCE_S), Fault(hang_s=SILENCE_S, after_effect=True)
    faults = {"sendMessage": [GOOD, before, after]}
    with evening(tmp_path, faults=faults, answers=5) as this:
        this.parents.begin()
        this.telegram.wait_until(lambda: this.parents.underway == 2, SILENCE_S - 1)
    _require_good(this.counts, repeats=1, written=4)


def test_updates_come_twice_and_in_disorder(tmp_path: Path) -> None:
    """Each batch comes backwards, with some of it twice and with old updates in it; people write several at once."""
    old: list[Json] = []

    def muddled(batch: list[Json]) -> list[Json]:
        mixed = [*batch, *batch[:2], *old[-3:]][::-1] if batch else []
        old.extend(batch)
        return mixed

    with evening(tmp_path, in_transit=muddled, patience_s=(0.02, 0.2)) as this:
        this.parents.begin()
    _require_good(this.counts)


def test_a_translator_hangs(tmp_path: Path) -> None:
    """It is asked for the first parents' words and says nothing; the others do not notice (design promise 5)."""
    with stub.serving() as provider:
        provider.behave = stub.never
        settings = {"TRANSLATORS": "libretranslate", "LIBRETRANSLATE_URL": provider.url}
        with evening(tmp_path, at_once=2, shares=True, environment=settings) as this:
            this.parents.begin()
            this.telegram.wait_until(provider.translations_asked, 20)
            began_s = time.monotonic()
            assert this.parents.underway
            this.telegram.wait_until(lambda: not this.parents.underway, 20)
            assert time.monotonic() - began_s < 20
    _require_good(this.counts)


def test_the_database_is_locked_for_a_while(tmp_path: Path) -> None:
    """On the web the words stay in the form, in Telegram somebody is told once; then all goes on by itself."""
    with evening(tmp_path, round_trip_s=0.1) as this, _web_parent(this) as phone:
        key = phone.key()
        this.parents.begin()
        this.telegram.wait_until(lambda: len(this.parents.given) > 2 * PARENTS)
        with _locked(tmp_path / FILE_NAME):
            page = phone.say("ważne słowa", key=key)
            assert page.status_code == 503
            assert "ważne słowa</textarea>" in page.text
            this.telegram.wait_until(lambda: this.comforted)
        this.telegram.wait_until(lambda: not this.parents.underway, 30)
        assert phone.say("ważne słowa", key=key).status_code == 303
        assert phone.say("ważne słowa", key=key).status_code == 303
    assert set(this.comforted.values()) == {1}
    _require_only_once(this, "ważne słowa")
    _require_good(this.counts)


def test_the_disk_is_full(tmp_path: Path) -> None:
    """Nothing half-written, everybody who waits is told once, outside the outbox; with room again all goes on."""
    with (
        _Disk(tmp_path / FILE_NAME) as disk,
        evening(tmp_path, round_trip_s=0.1) as this,
        _web_parent(this) as phone,
    ):
        key = phone.key()
        this.parents.begin()
        this.telegram.wait_until(lambda: len(this.parents.given) > 2 * PARENTS)
        disk.is_full = True
        try:
            this.telegram.wait_until(lambda: _waiting(this) and this.comforted.keys() >= _waiting(this))
            page = phone.say("ważne słowa" * 1000, key=key)
        finally:
            disk.is_full = False
        assert page.status_code == 503
        assert "ważne słowa" * 1000 + "</textarea>" in page.text
        told = this.comforted
        this.telegram.wait_until(lambda: not this.parents.underway, 30)
        assert phone.say("ważne słowa" * 1000, key=key).status_code == 303
    assert set(told.values()) == {1}
    _require_only_once(this, "ważne słowa" * 1000)
    _require_good(this.counts)
