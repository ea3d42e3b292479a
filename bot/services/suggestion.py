"""Another language for a person, suggested once where words of theirs were clearly in it; never changed by a guess."""

from sqlalchemy.orm import Session

from bot.model.people import Door, Person
from bot.model.suggestion import LanguageSuggestion
from bot.model.translation import Saying
from bot.services import access, people
from bot.services.events import EventKind, happened
from bot.services.tools import Tools
from bot.storage.inserting import unless_there
from bot.translation.detection import words_in

MIN_WORDS = 3  # a greeting says nothing about a person's language


def notice(session: Session, tools: Tools, saying: Saying) -> None:
    """Shared words in another language than their author reads are noted, when it is one we offer."""
    found = saying.detected_language
    if found is None or found == saying.language or found not in tools.languages:
        return
    if words_in(saying.original) >= MIN_WORDS:
        session.flush()  # the fact names the saying by its id
        happened(session, EventKind.OTHER_LANGUAGE_SEEN, saying.id, saying.author_id)


def door_to_ask_at(session: Session, tools: Tools, person: Person, language: str) -> Door | None:
    """Where the person may be asked now, for the only time: the door that was last written to; else None.

    Parents are asked; what a member of staff writes in says nothing about the language of the desk.
    """
    if language == person.language or not access.children_of(session, person):
        return None
    door = people.door_in_use(session, person)
    return door if door is not None and _claim(session, tools, person, language) else None


def _claim(session: Session, tools: Tools, person: Person, language: str) -> bool:
    """Whether nobody asked before; never again true for anybody once this transaction is committed."""
    make = unless_there(LanguageSuggestion, session.get_bind().dialect.name)
    values = {"person_id": person.id, "language": language, "asked_at": tools.clock.now()}
    made = session.execute(make.values(**values).returning(LanguageSuggestion.id)).scalar()
    return made is not None
