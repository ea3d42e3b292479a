"""The circle around a child: its guardians, and the languages in which shared words are wanted there."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Guardianship, Person
from bot.model.translation import Saying
from bot.services import access, sayings
from bot.services.tools import Tools


def guardianship(session: Session, child: Child, person_id: int) -> Guardianship:
    """What makes the person a guardian of the child now; raises NotFoundError for anybody else."""
    for one in access.guardians_of(session, child):
        if one.person_id == person_id:
            return one
    raise NotFoundError


def own_words(session: Session, tools: Tools, author: Person, child: Child, words: str | Saying) -> Saying:
    """The author's words about this child, kept once; raises `words_needed` where nothing was said."""
    if isinstance(words, str):
        if not words.strip():
            raise DomainError("words_needed")
        return sayings.keep(session, tools, author, words, child=child)
    if words.author_id != author.id or words.child_id not in {None, child.id}:
        raise NotFoundError
    if not words.original.strip() and not words.attachments:
        raise DomainError("words_needed")
    words.child_id = child.id
    return words


def share_with_all(
    session: Session, tools: Tools, child: Child, saying: Saying, *, also: Iterable[Person] = ()
) -> None:
    """The words are there, or asked for, in the languages of the school, the guardians, and `also`."""
    wanted = {*sayings.guardian_languages(session, child), *(person.language for person in also)}
    _want(session, tools, child, saying, wanted)


def share_with_one(session: Session, tools: Tools, child: Child, saying: Saying, guardian: Person) -> None:
    """The words are there, or asked for, in the languages of this guardian and the school."""
    _want(session, tools, child, saying, {guardian.language})


def _want(session: Session, tools: Tools, child: Child, saying: Saying, languages: set[str]) -> None:
    for language in sorted({*languages, *sayings.staff_languages(session, child)}):
        sayings.want_in(session, tools, saying, language)
