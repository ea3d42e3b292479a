"""Spoken answers are listened to one after the other, beside everything else, and never lost."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from bot.content.texts import Texts
from bot.dialog.inputs import Say
from bot.model.clock import MovableClock
from bot.model.messages import Outgoing
from bot.model.people import Door, DoorKind
from bot.model.preparation import Answer
from bot.model.transcript import CannotHearError, Transcript
from bot.services import preparation, sayings
from bot.services.tools import Tools
from bot.services.transcript import MAX_ATTEMPTS
from bot.storage.database import Database
from bot.workers.media import Media
from bot.workers.speech import Speech
from tests.cast import Cast, open_door
from tests.recordings import ogg
from tests.running import running

HEARD = "Kuba lubi pociągi."


class FakeListener:
    """Hears the same in every recording; can fail first, and can be held up."""

    def __init__(self, *errors: Exception, hears: str = HEARD) -> None:
        self.errors = deque(errors)
        self.hears = hears
        self.asked: list[tuple[bytes, str]] = []
        self.at_once = 0
        self.most_at_once = 0
        self.may_go = threading.Event()
        self.may_go.set()

    def write_down(self, sound: bytes, language: str) -> str:
        """As a listener does."""
        self.asked.append((sound, language))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.may_go.wait(10)
        self.at_once -= 1
        if self.errors:
            raise self.errors.popleft()
        return self.hears


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """A school that listens."""
    return replace(tools, hears=True)


def speak(database: Database, tools: Tools, cast: Cast, *guardians: str) -> None:
    """These guardians' spoken answers to the first question about Kuba came in with their bytes."""
    with database.writing() as session:
        everybody = cast.at(session)
        for number, name in enumerate(guardians):
            person = getattr(everybody, name)
            door = open_door(session, tools.clock, person, DoorKind.TELEGRAM, str(501 + number))
            file = sayings.File(kind="voice", door_id=door.id, content=ogg())
            run = preparation.begin(session, tools, person, everybody.kuba).run
            saying = sayings.keep(session, tools, person, "", child=everybody.kuba, file=file)
            preparation.advance(session, tools, person, run, Say("", voice=True), saying)


@contextmanager
def listening(database: Database, tools: Tools, texts: Texts, listener: FakeListener) -> Iterator[None]:
    """The loops that fetch and listen run beside the test."""
    media = Media(database, tools, texts, None, look_again_s=0.05)
    speech = Speech(database, tools, texts, listener, look_again_s=0.05)
    with running(media=media.run, speech=speech.run):
        yield


def wait_for(database: Database, *states: str) -> None:
    """Returns when the recordings stand like this."""
    end_s = time.monotonic() + 20
    while True:
        with database.reading() as session:
            found = list(session.scalars(select(Transcript.state).order_by(Transcript.id)))
        if found == list(states):
            return
        assert time.monotonic() < end_s, f"{found} is not {states}"
        time.sleep(0.01)


def offers(database: Database) -> int:
    """How many speakers have been asked."""
    with database.reading() as session:
        return (
            session.scalar(select(func.count(Outgoing.id)).where(Outgoing.macro == "transcript.offer")) or 0
        )


def test_a_spoken_answer_is_heard_and_offered(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """From the recording that came in to the question to its speaker; the answer is as it was (002-cannot-write)."""
    speak(database, tools, cast, "agnieszka")
    listener = FakeListener()
    with listening(database, tools, texts, listener):
        wait_for(database, "heard")
    assert listener.asked == [(ogg(), "pl")]
    assert offers(database) == 1
    with database.reading() as session:
        answer = session.scalars(select(Answer)).one()
        assert answer.saying is not None
        assert answer.saying.original == ""


def test_one_after_the_other(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """Listening takes every core; two recordings are not heard at once, and each goes to its own speaker."""
    speak(database, tools, cast, "agnieszka", "pieter")
    listener = FakeListener()
    with listening(database, tools, texts, listener):
        wait_for(database, "heard", "heard")
    assert listener.most_at_once == 1
    with database.reading() as session:
        told = session.execute(
            select(Door.address, Outgoing.language).join(Outgoing, Outgoing.door_id == Door.id)
        )
        assert sorted(tuple(row) for row in told) == [("501", "pl"), ("502", "nl")]


def test_nothing_waits_for_the_listener(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """While a recording is heard the database can be written, and a stop does not wait for it."""
    speak(database, tools, cast, "agnieszka")
    listener = FakeListener()
    listener.may_go.clear()
    with listening(database, tools, texts, listener):
        end_s = time.monotonic() + 20
        while not listener.asked:
            assert time.monotonic() < end_s
            time.sleep(0.01)
        with database.writing() as session:
            session.execute(update(Door).values(confirmed_at=None))
    listener.may_go.set()
    wait_for(database, "waiting")  # the next start hears it again
    with listening(database, tools, texts, FakeListener()):
        wait_for(database, "heard")
    assert offers(database) == 0  # the door may not read back any more


def test_what_fails_is_tried_again_and_then_left(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """After a few attempts the recording stands alone, as it does without any listener."""
    speak(database, tools, cast, "agnieszka")
    listener = FakeListener(*[CannotHearError() for _ in range(MAX_ATTEMPTS)])
    with listening(database, tools, texts, listener):
        for attempt in range(1, MAX_ATTEMPTS + 1):
            end_s = time.monotonic() + 20
            while len(listener.asked) < attempt:
                assert time.monotonic() < end_s
                clock.move(minutes=10)
                time.sleep(0.01)
        wait_for(database, "impossible")
    assert offers(database) == 0
