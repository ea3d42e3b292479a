"""A golden talk while the translator is off, broken or silent: nobody who talks notices."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import select

from bot.assistant.reception import Reception
from bot.content.shipped import shipped
from bot.content.talks import Turn, read_talks
from bot.demo.desk import Desk
from bot.demo.phones import DirectPhone, Phone, Seen
from bot.demo.play import play
from bot.model.translation import Saying, Translation
from bot.services import sayings
from bot.translation.libretranslate import LibreTranslate
from bot.workers.translation import Translating
from tests.running import running
from tests.talks.doors import PhoneDoor
from tests.talks.school import School
from tests.translation import stub as bad
from tests.translation.failures import unused_port, wait_until
from tests.translation.stub import Handler, Stub, serving

[TALK] = [talk for talk in read_talks(shipped("dialogs") / "begin") if talk.name == "agnieszka"]


class _Direct(PhoneDoor):
    """No messenger between, and the program goes on all the time."""

    _addresses = count(9001)

    def phone(self, letter: str) -> Phone:
        """A phone that hands everything in twice."""
        school = self.school
        reception = Reception(school.database, school.tools, school.texts)
        return DirectPhone(school.database, reception, school.clock, letter, str(next(self._addresses)))


@pytest.mark.parametrize("behave", [None, bad.quoting(500), bad.never], ids=["refuses", "fails", "hangs"])
def test_agnieszka_needs_no_translator(school: School, behave: Callable[[Handler], None] | None) -> None:
    """Every turn is seen as written, and what others share all the while waits and is not lost (002-polish-parents)."""
    school = replace(school, tools=replace(school.tools, translates=True))

    def told(turn: Turn, seen: Seen) -> None:
        school.must_hold(turn, seen)
        _share(school, f"Lubi klocki, {turn.line}.")

    with _server(behave) as stub:
        provider = LibreTranslate(stub.url)
        loop = Translating(school.database, school.tools, school.texts, [provider], look_again_s=0.05)
        with running(translation=loop.run), _Direct(school) as door:
            _share(school, "Lubi klocki.")
            wait_until(lambda: bool(stub.translations_asked()) or _attempts(school) > 0)
            desk = Desk(school.database, school.tools, school.texts)
            play(TALK, door, school.clock, pages=desk, told=told)
    assert _states(school, "Lubi klocki") == {"waiting"}


@contextmanager
def _server(behave: Callable[[Handler], None] | None) -> Iterator[Stub]:
    """A translator that behaves so; None: nothing listens there."""
    if behave is None:
        yield Stub(url=f"http://127.0.0.1:{unused_port()}/")
        return
    with serving() as stub:
        stub.behave = behave
        yield stub


def _share(school: School, words: str) -> None:
    """Ewa's words are to be read in Dutch."""
    with school.database.writing() as session:
        cast = school.cast.at(session)
        saying = sayings.keep(session, school.tools, cast.ewa, words, child=cast.lena, language="pl")
        sayings.want_in(session, school.tools, saying, "nl")


def _attempts(school: School) -> int:
    """How often a translator was asked in vain."""
    with school.database.reading() as session:
        return sum(session.scalars(select(Translation.attempts)))


def _states(school: School, words: str) -> set[str]:
    """How far the translations are of what begins with these words."""
    found = select(Translation.state).join(Saying).where(Saying.original.startswith(words))
    with school.database.reading() as session:
        return set(session.scalars(found))
