"""Languages of people against the languages that are on: nobody is lost when the lead switches one on or off."""

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.model.people import Person
from bot.services import audit
from bot.services.tools import Tools

FALLBACK_LANGUAGES = ("en", "nl")  # for whom we do not speak: the first that is on, and Dutch always is


def fallback(tools: Tools) -> str:
    """What a person reads whose own language is off."""
    return next(one for one in FALLBACK_LANGUAGES if one in tools.languages)


def settle(session: Session, tools: Tools) -> list[Person]:
    """Everybody reads a language that is on; those who from now on read the one they wished for.

    Who read a language that is off reads the fallback, and the wish for the own language is kept.
    """
    off = Person.language.not_in(tools.languages)
    wish_is_on = Person.wished_language.in_(tools.languages)
    found = session.scalars(select(Person).where(or_(off, wish_is_on)).order_by(Person.id).with_for_update())
    granted = []
    for person in found:
        before = person.language
        if person.wished_language in tools.languages:
            person.language, person.wished_language = person.wished_language, None
            granted.append(person)
        else:
            person.wished_language = person.wished_language or person.language
            person.language, person.language_chosen = fallback(tools), False
        audit.note(
            session, tools.clock, None, "language_switched", "person", language=person.language, before=before
        )
    session.flush()
    return granted


def wishes(session: Session, on: Collection[str]) -> Mapping[str, int]:
    """How many people would read each language that is not among those that are on."""
    found = session.execute(select(Person.language, Person.wished_language))
    return Counter(wish for language, wished in found if (wish := wished or language) not in on)
