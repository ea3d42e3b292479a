"""What people do with a translation: make it better, see what stood there before, read the original first.

A reader finds exactly the words that stand in the reader's view of the child.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Child, Person
from bot.model.preparation import Answer, Run
from bot.model.translation import Origin, Saying, Translation, TranslationHistory, TranslationState
from bot.services import access, agreement_words, audit, dossier, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools


@dataclass(frozen=True)
class WordsView:
    """The words of a translation as they stand or stood."""

    words: str
    origin: str
    provider: str | None
    by: str | None  # the person who made them; None: no person, or not for this reader
    own: bool  # the reader made them
    made_at: datetime
    with_buddy: bool = False  # another parent helped to find them


@dataclass(frozen=True)
class TranslationView:
    """One translation with everything it ever said."""

    translation_id: int
    child_id: int
    saying_id: int
    language: str
    original: str
    original_language: str
    own_words: bool  # the reader wrote the original
    doubts: tuple[str, ...]
    now: WordsView | None  # None: there are no words yet
    before: tuple[WordsView, ...]  # newest first
    original_first: bool
    may_correct: bool
    mark: str  # of the words that stand now


def find(
    session: Session, tools: Tools, reader: Person, translation_id: int, *, as_staff: bool
) -> Translation:
    """The translation of words which this reader may read, in a language which the reader may know of.

    Nothing else exists for the reader: NotFoundError.
    """
    translation = session.get(Translation, translation_id)
    saying = translation.saying if translation else None
    if translation is None or saying is None or saying.child_id is None:
        raise NotFoundError
    child = access.child_or_not_found(session, saying.child_id)
    access.require(session, tools, reader, child, Action.READ, Subject.TRANSLATION)
    seen = dossier.view(session, tools, reader, child, as_staff=as_staff)
    stands = any(one.saying_id == saying.id for one in dossier.said_in(seen))
    if not stands or not (
        as_staff or translation.language in _open_to(session, tools, reader, child, saying)
    ):
        raise NotFoundError
    return translation


def find_in(
    session: Session, tools: Tools, reader: Person, saying_id: int, language: str, *, as_staff: bool
) -> Translation:
    """As `find`, by the words and the language."""
    query = select(Translation.id).where(Translation.saying_id == saying_id, Translation.language == language)
    found = session.scalar(query)
    if found is None:
        raise NotFoundError
    return find(session, tools, reader, found, as_staff=as_staff)


def view(
    session: Session, tools: Tools, reader: Person, translation: Translation, *, as_staff: bool
) -> TranslationView:
    """The translation as this reader sees it; staff read who made it, guardians only what was theirs."""
    saying = translation.saying
    child = session.get_one(Child, saying.child_id)
    return TranslationView(
        translation_id=translation.id,
        child_id=child.id,
        saying_id=saying.id,
        language=translation.language,
        original=saying.original,
        original_language=saying.written_in,
        own_words=saying.author_id == reader.id,
        doubts=tuple(translation.doubts),
        now=_words(
            session, reader, translation, translation.made_at or translation.asked_at, as_staff=as_staff
        ),
        before=tuple(_before(session, reader, translation, as_staff=as_staff)),
        original_first=reader.id in translation.original_for,
        may_correct=access.allowed(session, tools, reader, child, Action.CORRECT, Subject.TRANSLATION),
        mark=sayings.mark_of(translation.words),
    )


def correct(
    session: Session,
    tools: Tools,
    actor: Person,
    translation: Translation,
    words: str,
    *,
    seen: str,
    as_staff: bool,
    with_buddy: bool = False,
) -> None:
    """These words stand wherever the text is shown in that language, labelled as made by a person.

    What stood there before is kept; what was confirmed on it has lapsed; the writer is told. The same words
    say that they are right; where none stood, they are the first. Raises words_needed, words_corrected (they
    are not those that the person saw). `with_buddy`: another parent helped to write them.
    """
    find(session, tools, actor, translation.id, as_staff=as_staff)
    child = session.get_one(Child, translation.saying.child_id)
    access.require(session, tools, actor, child, Action.CORRECT, Subject.TRANSLATION)
    words = words.strip()
    if not words:
        raise DomainError("words_needed")
    _lock(session, translation)
    if sayings.mark_of(translation.words) != seen:
        raise DomainError("words_corrected")
    before, other = translation.words, words != translation.words
    if not other and translation.origin == Origin.HUMAN.value and not translation.doubts:
        return
    now = tools.clock.now()
    if before is not None:
        translation.history.append(
            TranslationHistory(
                words=before,
                origin=translation.origin or Origin.MACHINE.value,
                provider=translation.provider,
                corrected_by_id=translation.corrected_by_id,
                made_at=translation.made_at or translation.asked_at,
                replaced_at=now,
            )
        )
    translation.words, translation.origin, translation.provider = words, Origin.HUMAN.value, None
    translation.corrected_by_id, translation.made_at, translation.doubts = actor.id, now, []
    translation.with_buddy = with_buddy
    translation.state, translation.claimed_by = TranslationState.DONE.value, None
    translation.next_try_at = None
    session.flush()
    audit.note(
        session,
        tools.clock,
        actor.id,
        "correct",
        "translation",
        child_id=child.id,
        translation=translation.id,
    )
    happened(session, EventKind.TRANSLATION_CORRECTED, translation.id, actor.id)
    if other and before is not None:
        agreement_words.lapse(session, tools, translation, before)


def put_original_first(
    session: Session, tools: Tools, reader: Person, translation: Translation, *, first: bool, as_staff: bool
) -> None:
    """From now on this reader sees the original of this text on top, or the translation again."""
    find(session, tools, reader, translation.id, as_staff=as_staff)
    _lock(session, translation)
    others = [one for one in translation.original_for if one != reader.id]
    translation.original_for = [*others, reader.id] if first else others
    session.flush()


def answer_behind(session: Session, saying: Saying) -> Answer | None:
    """The answer of a preparation that consists of these words; None if they stand elsewhere."""
    query = (
        select(Answer)
        .join(Run, Run.id == Answer.run_id)
        .where(
            Run.person_id == saying.author_id, Run.child_id == saying.child_id, Answer.saying_id == saying.id
        )
    )
    return session.scalar(query)


def is_first(translation: Translation) -> bool:
    """Whether the words that a person wrote stand where none stood before."""
    return not translation.history


def told_to_writer(session: Session, translation: Translation, actor: Person | None) -> bool:
    """Whether the writer may hear of a translation: not where it tells one guardian how another reads."""
    saying = translation.saying
    child = session.get(Child, saying.child_id) if saying.child_id else None
    writer = session.get_one(Person, saying.author_id)
    if child is None or (actor is not None and actor.id == writer.id):
        return False
    return not access.is_guardian(writer, child) or translation.language in sayings.staff_languages(
        session, child
    )


def _open_to(session: Session, tools: Tools, reader: Person, child: Child, saying: Saying) -> set[str]:
    """The languages in which a guardian may look at words: the own one, and of own words those of the school."""
    known = sayings.known_languages(session, tools, child, as_staff=False)
    return {reader.language, *(known if saying.author_id == reader.id else ())}


def _lock(session: Session, translation: Translation) -> None:
    session.flush()
    session.execute(select(Translation.id).where(Translation.id == translation.id).with_for_update())
    session.refresh(translation)


def _words(
    session: Session,
    reader: Person,
    made: Translation | TranslationHistory,
    made_at: datetime,
    *,
    as_staff: bool,
) -> WordsView | None:
    if made.words is None or made.origin is None:
        return None
    by = session.get(Person, made.corrected_by_id) if made.corrected_by_id else None
    return WordsView(
        words=made.words,
        origin=made.origin,
        provider=made.provider if as_staff else None,
        by=by.name if by and (as_staff or by.id == reader.id) else None,
        own=by is not None and by.id == reader.id,
        made_at=made_at,
        with_buddy=isinstance(made, Translation) and made.with_buddy,
    )


def _before(
    session: Session, reader: Person, translation: Translation, *, as_staff: bool
) -> Iterator[WordsView]:
    for one in reversed(translation.history):
        found = _words(session, reader, one, one.made_at, as_staff=as_staff)
        if found is not None:
            yield found
