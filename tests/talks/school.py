"""The invented school that golden talks are played in, and what must hold after every turn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from bot.assistant.reception import Reception
from bot.content.school_file import read_phrases
from bot.content.shipped import PACKAGE
from bot.content.talks import Turn
from bot.content.texts import Texts
from bot.demo.phones import Seen
from bot.dialog.script import Part
from bot.model.clock import MovableClock
from bot.model.incoming import Incoming
from bot.model.messages import DeadLetter
from bot.model.people import Person
from bot.services import invitations, language
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.translation.detection import Detector
from bot.translation.phrasebook import Phrasebook
from tests.cast import Cast, catalogues, make_school, tools_for


@dataclass
class School:
    """The cast with their letters; everything a door is built from."""

    url: str
    clock: MovableClock
    tools: Tools
    texts: Texts
    database: Database  # to look with
    cast: Cast

    def letter(self, name: str) -> str:
        """The token of a fresh invitation."""
        with self.database.writing() as session:
            person = session.get_one(Person, getattr(self.cast, name).id)
            return invitations.invite(session, self.tools, person)

    def switch_on(self, languages: Sequence[str]) -> None:
        """These languages are on too; who wished for one of them has it."""
        on = tuple(dict.fromkeys((*self.tools.languages, *languages)))
        if on != self.tools.languages:
            self.tools = replace(self.tools, languages=on, detector=Detector(on))
            self.texts = Texts(catalogues().only(on), self.clock.zone)
            with self.database.writing() as session:
                language.settle(session, self.tools)

    def dead_letters(self) -> list[str]:
        """Why messages were set aside."""
        with self.database.reading() as session:
            return list(session.scalars(select(DeadLetter.reason)))

    def must_hold(self, turn: Turn, seen: Seen) -> None:
        """Nothing was set aside, and the question that is to stand is the last thing the person sees."""
        assert self.dead_letters() == [], f"line {turn.line}"
        if turn.asks:
            script = self.tools.scripts["begin"]
            asked = {script.text(language, turn.asks, Part.ASK) for language in self.tools.languages}
            assert any(words in seen.bubbles[-1].words for words in asked), f"line {turn.line}"


def open_school(url: str, clock: MovableClock) -> School:
    """The school of the demo, with its phrasebook; nobody has joined."""
    database = Database(url)
    phrases = read_phrases(PACKAGE / "demo_school" / "phrasebook.yaml")
    tools = replace(tools_for(clock), phrasebook=Phrasebook(phrases))
    return School(url, clock, tools, Texts(catalogues(), clock.zone), database, make_school(database, clock))


class RestartingReception(Reception):
    """A reception of a program that is started anew for every message."""

    def __init__(self, school: School) -> None:
        super().__init__(school.database, school.tools, school.texts)
        self._school = school

    def take(self, batch: Sequence[Incoming]) -> None:
        """As the reception does, on connections of its own."""
        database = Database(self._school.url)
        Reception(database, self._school.tools, self._school.texts).take(batch)
        database.close()
