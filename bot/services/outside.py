"""A guardian's consent to translators outside the school: asked once, given, refused, taken back.

That it was asked stands as a consent that was taken back in the moment it was given: it never held.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.people import Door, Person
from bot.model.preparation import Answer, AnswerHistory, Run, Share
from bot.model.privacy import Consent, ConsentPurpose
from bot.model.translation import Saying, Translation, TranslationState
from bot.services import access, audit, names, people, privacy
from bot.services.tools import Tools

PURPOSE = ConsentPurpose.OUTSIDE_TRANSLATION
SCHOOL_LANGUAGE = "nl"


def concerns(session: Session, tools: Tools, person: Person) -> bool:
    """Whether the school switched such a translator on, and the person is somebody whose consent it needs."""
    return bool(tools.outside_translators) and bool(access.children_of(session, person))


def agrees(session: Session, person: Person) -> bool:
    """Whether the person's words may leave now."""
    return privacy.consents(session, person, PURPOSE)


def door_to_ask_at(session: Session, tools: Tools, saying: Saying) -> Door | None:
    """Where its author may be asked now, for the only time: the door that was last written to; else None.

    Nobody is asked because of a sensitive answer, which never leaves, nor who reads the language of the school.
    """
    author = session.get_one(Person, saying.author_id)
    if author.language == SCHOOL_LANGUAGE or _was_asked(session, author):
        return None
    if not concerns(session, tools, author) or names.sensitive(session, {saying.id}):
        return None
    door = people.door_in_use(session, author)
    if door is not None:
        _note_asked(session, tools, author)
    return door


def agree(session: Session, tools: Tools, person: Person) -> None:
    """The person's words may leave from now on; what was shared before and not translated is asked for again."""
    if agrees(session, person):
        return
    privacy.consent(session, tools, person, PURPOSE)
    session.flush()
    untranslated = session.scalars(
        select(Translation)
        .join(Saying, Saying.id == Translation.saying_id)
        .where(
            Saying.author_id == person.id,
            Translation.state.in_((TranslationState.IMPOSSIBLE.value, TranslationState.NOT_OFFERED.value)),
            Translation.words.is_(None),
        )
    ).all()
    allowed = names.may_leave(session, [one.id for one in untranslated])
    hidden = _not_shared(session, {one.saying_id for one in untranslated})
    for one in untranslated:
        if one.id in allowed and one.saying_id not in hidden:
            one.state = TranslationState.WAITING.value
            one.attempts, one.refusals, one.next_try_at = 0, 0, tools.clock.now()


def refuse(session: Session, tools: Tools, person: Person) -> None:
    """The person's words do not leave any more, and nobody asks again; what is translated stays."""
    if agrees(session, person):
        privacy.withdraw_consent(session, tools, person, PURPOSE)
        return
    if not _was_asked(session, person):
        _note_asked(session, tools, person)
    audit.note(session, tools.clock, person.id, "refuse_consent", PURPOSE.value)


def _was_asked(session: Session, person: Person) -> bool:
    query = select(Consent.id).where(Consent.person_id == person.id, Consent.purpose == PURPOSE.value)
    return session.scalar(query.limit(1)) is not None


def _note_asked(session: Session, tools: Tools, person: Person) -> None:
    now = tools.clock.now()
    session.add(Consent(person_id=person.id, purpose=PURPOSE.value, given_at=now, withdrawn_at=now))
    session.flush()


def _not_shared(session: Session, saying_ids: set[int]) -> set[int]:
    """Those of them that were said in a preparation and that the school may not read now."""
    said = set(session.scalars(select(Answer.saying_id).where(Answer.saying_id.in_(saying_ids))))
    said |= set(
        session.scalars(select(AnswerHistory.saying_id).where(AnswerHistory.saying_id.in_(saying_ids)))
    )
    shared = session.scalars(
        select(Answer.saying_id)
        .join(Run, Run.id == Answer.run_id)
        .where(
            Answer.saying_id.in_(saying_ids),
            Answer.share == Share.SHARED.value,
            Run.withdrawn_at.is_(None),
        )
    )
    return {one for one in said if one is not None} - set(shared)
