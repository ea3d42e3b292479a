"""A whole golden talk, and the reminders after it: what a teacher's Telegram chat holds, and what it never does."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant.reception import Reception
from bot.content.shipped import shipped
from bot.content.talks import read_talks
from bot.demo.desk import Desk
from bot.demo.phones import DirectPhone, Phone
from bot.demo.play import play
from bot.model.messages import Outgoing
from bot.model.people import Door, DoorKind
from bot.model.translation import Saying, Translation
from bot.workers.reminders import Reminders
from tests.talks.doors import PhoneDoor
from tests.talks.school import School

OWN_FORM = "forms.summary"  # what the teacher has just typed, read back before it is sent
FEWEST_SIGNS = 6
TALK = next(one for one in read_talks(shipped("dialogs") / "begin") if one.name == "agnieszka")


def _bare(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def _sentences(text: str) -> Iterator[str]:
    """Its sentences, so that a piece of what was said is found too."""
    yield from (one.strip() for one in re.split(r"[.!?]", _bare(text)) if len(one.strip()) >= FEWEST_SIGNS)


def _all_said(session: Session) -> dict[str, int]:
    """Every sentence in every language, and whose it is."""
    said: dict[str, int] = {}
    for saying in session.scalars(select(Saying)):
        translated = session.scalars(select(Translation.words).where(Translation.saying_id == saying.id))
        for words in (saying.original, *(one for one in translated if one)):
            said |= dict.fromkeys(_sentences(words), saying.author_id)
    return said


def _sent_to_the_teacher(session: Session, school: School) -> list[Outgoing]:
    query = select(Outgoing).join(Door, Door.id == Outgoing.door_id)
    query = query.where(Door.person_id == school.cast.marieke.id, Door.kind == DoorKind.TELEGRAM.value)
    return list(session.scalars(query))


def _shown(outgoing: Outgoing) -> str:
    labels = " ".join(button["label"] for button in chain.from_iterable(outgoing.buttons))
    return _bare(f"{outgoing.body} {labels}")


def _found(school: School) -> set[str]:
    """Which words of a parent or of an agreement stand in the teacher's chat."""
    with school.database.reading() as session:
        said = _all_said(session)
        return {
            sentence
            for outgoing in _sent_to_the_teacher(session, school)
            for shown in [_shown(outgoing)]
            for sentence, author_id in said.items()
            if sentence in shown and not (outgoing.macro == OWN_FORM and author_id == school.cast.marieke.id)
        }


class OneReception(PhoneDoor):
    """Phones at one reception that is never started anew."""

    def phone(self, letter: str) -> Phone:
        """The phone of somebody who holds this letter."""
        reception = Reception(self.school.database, self.school.tools, self.school.texts)
        return DirectPhone(self.school.database, reception, self.school.clock, letter, f"66{len(self)}")


def _remind(school: School, *, days: int) -> None:
    school.clock.move(days=days)
    Reminders(school.database, school.tools, school.texts).look()


def test_a_teachers_telegram_holds_no_word_of_a_parent_or_an_agreement(school: School) -> None:
    """States and links only, in the talk, in the list of agreements and in reminders (design section 7).

    As a proof that words would be found: once the school wants them, the next reminder holds the agreement.
    """
    with OneReception(school) as door:
        play(TALK, door, school.clock, pages=Desk(school.database, school.tools, school.texts))
        door["marieke"].tap("Meer over dit kind")
        door["marieke"].tap("🤝 Terugkijken op afspraken")
    _remind(school, days=22)
    with school.database.reading() as session:
        sent = _sent_to_the_teacher(session, school)
        assert {"looking_back.for_teacher", "looking_back.overdue"} <= {one.macro for one in sent}
        assert len(sent) > 30
        assert len(_all_said(session)) > 20
    assert _found(school) == set()
    school.tools = replace(school.tools, words_in_staff_chat=True)
    _remind(school, days=7)
    assert _found(school) == {"Kuba kiest elke avond een boek", "Samen lezen jullie tien minuten"}
