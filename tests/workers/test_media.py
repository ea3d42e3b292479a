"""Files are fetched, checked and kept, and a parent hears of those that could not be."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from bot.channels.telegram.client import Client
from bot.channels.telegram.send import TelegramFetcher
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.delivery import DeliveryError, Fetcher
from bot.model.messages import Outgoing
from bot.model.people import DoorKind
from bot.model.translation import Attachment
from bot.services import sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.media import Media
from tests.cast import Cast, open_door
from tests.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.running import running
from tests.services.test_media import OGG, picture

AWAY = DeliveryError("unreachable")


class FakeFetcher:
    """Hands out files from memory; can fail first."""

    def __init__(self, content: bytes, *errors: DeliveryError) -> None:
        self.content = content
        self.errors = deque(errors)
        self.fetched: list[str] = []

    async def fetch(self, file_id: str) -> bytes:
        """As a fetcher does."""
        self.fetched.append(file_id)
        if self.errors:
            raise self.errors.popleft()
        return self.content


def send(
    database: Database,
    tools: Tools,
    cast: Cast,
    kind: str,
    *,
    file_id: str | None = "f",
    content: bytes | None = None,
) -> int:
    """Agnieszka's file waits at her telegram door; returns its id."""
    with database.writing() as session:
        everybody = cast.at(session)
        door = open_door(session, tools.clock, everybody.agnieszka, DoorKind.TELEGRAM, "501")
        file = sayings.File(kind=kind, door_id=door.id, file_id=file_id, content=content)
        saying = sayings.keep(session, tools, everybody.agnieszka, "", child=everybody.kuba, file=file)
        return saying.attachments[0].id


@contextmanager
def fetching(database: Database, tools: Tools, texts: Texts, fetcher: Fetcher | None) -> Iterator[Media]:
    """The media loop runs beside the test."""
    media = Media(database, tools, texts, fetcher, look_again_s=0.05)
    with running(media=media.run):
        yield media


def wait_for(database: Database, attachment_id: int, state: str) -> Attachment:
    """The file, once it stands like this."""
    end_s = time.monotonic() + 5
    while True:
        with database.reading() as session:
            file = session.get_one(Attachment, attachment_id)
            _ = file.content
            session.expunge(file)
        if file.state == state:
            return file
        assert time.monotonic() < end_s, f"{file.state} is not {state}"
        time.sleep(0.01)


def told(database: Database) -> list[str]:
    """The macros of what Agnieszka was told."""
    with database.reading() as session:
        return list(session.scalars(select(Outgoing.macro).where(Outgoing.address == "501")))


def test_a_voice_is_fetched_and_kept(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """The bytes are in the database with their real type, and the writer hears nothing of it."""
    attachment_id = send(database, tools, cast, "voice")
    fetcher = FakeFetcher(OGG)
    with fetching(database, tools, texts, fetcher):
        file = wait_for(database, attachment_id, "ready")
    assert (file.media_type, file.content) == ("audio/ogg", OGG)
    assert fetcher.fetched == ["f"]
    assert told(database) == []


def test_a_photo_from_a_browser_is_checked_at_once(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """A file that came with its bytes needs no messenger, and loses its place all the same."""
    attachment_id = send(database, tools, cast, "photo", file_id=None, content=picture("JPEG"))
    with fetching(database, tools, texts, None):
        file = wait_for(database, attachment_id, "ready")
    assert file.content is not None
    assert b"Agnieszka" not in file.content


def test_what_fails_for_now_is_tried_again(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """After a pause the file is fetched once more, and the parent is not troubled."""
    attachment_id = send(database, tools, cast, "voice")
    fetcher = FakeFetcher(OGG, AWAY, AWAY)
    with fetching(database, tools, texts, fetcher):
        for tries in (1, 2):
            while len(fetcher.fetched) < tries:
                time.sleep(0.01)
            time.sleep(0.1)
            assert len(fetcher.fetched) == tries
            clock.move(seconds=20)
        wait_for(database, attachment_id, "ready")
    assert told(database) == []


def test_after_the_last_attempt_the_parent_is_told(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """A file that never comes is given up, and its writer reads so at the same door."""
    attachment_id = send(database, tools, cast, "voice")
    fetcher = FakeFetcher(OGG, *[AWAY] * 20)
    with fetching(database, tools, texts, fetcher):
        for _attempt in range(60):
            clock.move(seconds=120)
            time.sleep(0.02)
        wait_for(database, attachment_id, "failed")
    assert len(fetcher.fetched) == 6
    assert told(database) == ["notices.media_failed"]


@pytest.mark.parametrize("kind", ["voice", "photo"])
def test_a_file_of_the_wrong_kind_is_told_at_once(
    database: Database, tools: Tools, texts: Texts, cast: Cast, kind: str
) -> None:
    """Bytes that are not what they claim are not kept, and the parent can send something else."""
    attachment_id = send(database, tools, cast, kind)
    fetcher = FakeFetcher(b"MZ\x90 a program")
    with fetching(database, tools, texts, fetcher):
        file = wait_for(database, attachment_id, "failed")
    assert file.content is None
    assert len(fetcher.fetched) == 1
    assert told(database) == ["notices.media_failed"]


def test_the_bell_brings_a_file_at_once(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """Right after the commit the file is fetched, and whoever waits for it is rung."""
    rung = threading.Event()
    media = Media(database, tools, texts, FakeFetcher(OGG), after_commit=rung.set, look_again_s=60)
    with running(media=media.run):
        time.sleep(0.3)
        attachment_id = send(database, tools, cast, "voice")
        media.bell.ring()
        wait_for(database, attachment_id, "ready")
        assert rung.wait(2)


def test_a_voice_comes_from_telegram(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """Over real HTTP: the first fault passes, then the bytes are here."""
    with FakeTelegram() as telegram:
        telegram.person_sends_voice(501, OGG)
        telegram.fail("getFile", Fault(429, "Too Many Requests", retry_after=1))
        client = Client(TOKEN, telegram.url)
        attachment_id = send(database, tools, cast, "voice", file_id="file-0")
        media = Media(database, tools, texts, TelegramFetcher(client.bot), look_again_s=0.05)
        with running(client.close, media=media.run):
            telegram.wait_until(lambda: telegram.calls["getFile"])
            time.sleep(0.1)
            assert isinstance(tools.clock, MovableClock)
            tools.clock.move(seconds=1)
            assert wait_for(database, attachment_id, "ready").content == OGG
