"""What two parents say to each other goes out, and is erased in time, by the loops that do so for all."""

import pytest
from sqlalchemy import select

from bot.assistant import notices
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.help_requests import Match
from bot.model.helping import HelpLine
from bot.model.messages import Outgoing
from bot.model.people import DoorKind
from bot.model.translation import Attachment
from bot.services import helping, sayings
from bot.services.media import Checked, keep
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.workers.crew import Crew
from bot.workers.erasure import Erasure
from bot.workers.outbox import Outbox
from tests.cast import Cast, open_door
from tests.helps import begun


@pytest.fixture
def voice(database: Database, tools: Tools, texts: Texts, cast: Cast) -> int:
    """Ewa helps Agnieszka, who has just sent a voice message that nobody has fetched yet; its number."""
    with database.writing() as session:
        c = cast.at(session)
        for person in (c.agnieszka, c.ewa):
            open_door(session, tools.clock, person, DoorKind.TELEGRAM)
        match = begun(session, tools, c.agnieszka, c.ewa, c.kuba)
        file = sayings.File("voice", file_id="f")
        said = sayings.keep(session, tools, c.agnieszka, "", child=None, file=file)
        helping.write(session, tools, c.agnieszka, match, said)
        notices.tell_all(session, tools, texts)
        return said.attachments[0].id


def test_a_voice_message_goes_out_when_it_is_there(
    database: Database, tools: Tools, texts: Texts, voice: int
) -> None:
    """Until it is fetched its line waits; then the other one hears it (002-cannot-write)."""
    outbox = Outbox(database, tools, texts, Crew(database), "telegram")

    def sounds() -> list[bytes]:
        jobs = [job for line in outbox.exchange([], frozenset(), 10).values() for job in line]
        return [job.parcel.enclosure.content for job in jobs if job.parcel.enclosure]

    assert sounds() == []
    with database.writing() as session:
        keep(session, voice, Checked("audio/ogg", b"OggS..."))
    assert sounds() == [b"OggS..."]


def test_what_was_said_is_erased_by_the_loop(
    database: Database, tools: Tools, texts: Texts, clock: MovableClock, voice: int
) -> None:
    """Sixty silent days end the help, both hear it, and thirty days later nothing is left (004-privacy-care)."""
    erasure = Erasure(database, tools, texts)
    clock.move(days=60)
    erasure.erase()
    with database.reading() as session:
        told = session.scalars(select(Outgoing.macro).where(Outgoing.macro == "helping.ended")).all()
        assert len(told) == 2
        assert session.get(Attachment, voice) is not None
    clock.move(days=30)
    erasure.erase()
    with database.reading() as session:
        assert session.get(Attachment, voice) is None
        assert session.scalars(select(HelpLine)).all() == []
        assert session.scalars(select(Match)).one().erased_at == clock.now()
