"""What was taken back and what has served is erased in time."""

import time
from datetime import timedelta

from sqlalchemy import select

from bot.assistant import speech
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.messages import Outgoing, Received
from bot.model.preparation import DialogVersion, Run
from bot.model.privacy import Pass, WebSession
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.erasure import Erasure
from tests.cast import Cast, open_door
from tests.running import running


def test_a_withdrawn_preparation_is_erased_after_its_seven_days(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """Not a moment earlier, and only what was withdrawn."""
    now = clock.now()
    with database.writing() as session:
        session.add(DialogVersion(digest="d", name="begin", script="{}", stored_at=now))
        for child, erase_at in ((cast.kuba, now + timedelta(days=7)), (cast.zosia, None)):
            session.add(
                Run(
                    person_id=cast.agnieszka.id,
                    child_id=child.id,
                    dialog="begin",
                    digest="d",
                    state="{}",
                    started_at=now,
                    touched_at=now,
                    withdrawn_at=now if erase_at else None,
                    erase_at=erase_at,
                )
            )
    erasure = Erasure(database, tools, texts)
    clock.move(days=7, seconds=-1)
    erasure.erase()
    assert _children(database) == {cast.kuba.id, cast.zosia.id}
    clock.move(seconds=1)
    erasure.erase()
    assert _children(database) == {cast.zosia.id}


def _children(database: Database) -> set[int]:
    with database.reading() as session:
        return set(session.scalars(select(Run.child_id)))


def test_links_sessions_and_marks_go_when_they_have_served(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """What can still be used or come again stays."""
    _leave_traces(database, clock, cast, "old")
    clock.move(days=7, hours=1)
    _leave_traces(database, clock, cast, "new")
    with running(erasure=Erasure(database, tools, texts, look_again_s=0.05).run):
        end_s = time.monotonic() + 5
        while len(_traces(database)) > 3:
            assert time.monotonic() < end_s
            time.sleep(0.01)
        time.sleep(0.1)
    assert _traces(database) == ["new", "new", "new"]


def _leave_traces(database: Database, clock: MovableClock, cast: Cast, name: str) -> None:
    now = clock.now()
    person = cast.agnieszka.id
    with database.writing() as session:
        session.add(Received(key=name, taken_at=now))
        session.add(Pass(person_id=person, purpose="desk", digest=name, made_at=now, expires_at=now))
        session.add(WebSession(person_id=person, purpose="desk", digest=name, made_at=now, seen_at=now))


def _traces(database: Database) -> list[str]:
    with database.reading() as session:
        return [
            *session.scalars(select(Received.key)),
            *session.scalars(select(Pass.digest)),
            *session.scalars(select(WebSession.digest)),
        ]


def test_a_one_time_link_is_forgotten_when_it_has_expired(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """The token of a link stands nowhere once it cannot be used any more; the message itself stays."""
    with database.writing() as session:
        door = open_door(session, clock, cast.agnieszka)
        made = speech.link("Dossier", "https://praat.example/in/one-time-token")
        speech.write(session, tools, texts, door, "menu.offer", buttons=[[made]])
    erasure = Erasure(database, tools, texts)
    erasure.erase()
    assert _links(database) == ["https://praat.example/in/one-time-token"]
    clock.move(minutes=10)
    erasure.erase()
    assert _links(database) == []
    with database.reading() as session:
        assert "one-time-token" not in str(session.scalars(select(Outgoing.buttons)).all())


def _links(database: Database) -> list[str | None]:
    with database.reading() as session:
        shown = [speech.visible_buttons(outgoing) for outgoing in session.scalars(select(Outgoing))]
    return [button.link for rows in shown for row in rows for button in row if button.link]
