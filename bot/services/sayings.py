"""What people say in their own words: kept as said, shown to each reader in the reader's language."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import Session

from bot.model.agreements import AgreementOutcome, AgreementRemark, AgreementVersion
from bot.model.buddies import BuddyProfile
from bot.model.conversation import Conversation
from bot.model.dossier import Entry
from bot.model.gatherings import Gathering
from bot.model.help_requests import HelpRequest
from bot.model.helping import HelpComplaint, HelpLine
from bot.model.messages import Message, Outgoing
from bot.model.people import Child, Person
from bot.model.preparation import Answer, AnswerHistory
from bot.model.report import Goal, Reaction, ReportPart, ReportRelease
from bot.model.teacher_preparation import TeacherPreparationText
from bot.model.translation import Attachment, Origin, Saying, Translation, TranslationState
from bot.services import access, suggestion
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

_REMEMBERED = (
    select(Translation)
    .join(Saying, Saying.id == Translation.saying_id)
    .where(
        Saying.child_id == bindparam("child_id"),
        Saying.author_id == bindparam("author_id"),
        Saying.original == bindparam("original"),
        Saying.language == bindparam("language"),
        Translation.language == bindparam("reader_language"),
        Translation.state == TranslationState.DONE.value,
    )
    .limit(1)
)


@dataclass(frozen=True)
class File:
    """A file that came with a door's message, before it is stored."""

    kind: str  # voice | photo
    door_id: int | None = None
    file_id: str | None = None
    media_type: str | None = None
    content: bytes | None = None


@dataclass(frozen=True)
class InOther:
    """The own words stand in another language, in which somebody reads them."""

    language: str
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A saying as one reader sees it: words in the reader's language if there are, always the original."""

    saying_id: int
    words: str | None  # in the reader's language; None: not translated (yet)
    origin: str | None  # own | human | phrasebook | machine
    original: str
    original_language: str
    waiting: bool  # a translation may still come
    voices: tuple[int, ...] = ()  # attachment ids
    photos: tuple[int, ...] = ()
    from_recording: bool = False  # the original was heard in the recording, and its speaker confirmed it
    language: str = ""  # of the reader
    doubts: tuple[str, ...] = ()  # what may be wrong in the words, as the keys of the checks
    original_first: bool = False  # the reader wants the original on top
    in_others: tuple[InOther, ...] = ()  # of own words: the other languages that the reader may know of
    not_offered: bool = False  # no translator that is on knows this pair: only a person can help
    left_to_people: bool = False  # no computer translates it now or later; the reader may write it
    with_buddy: bool = False  # who wrote the translation had help of another parent

    @property
    def in_own_language(self) -> bool:
        """Whether the reader can read it without help."""
        return self.words is not None

    @property
    def translated(self) -> bool:
        """Whether somebody or something made the words of the original."""
        return self.words is not None and self.origin != Origin.OWN.value

    @property
    def mark(self) -> str:
        """The same for the same words, so that what was read is known when it is confirmed."""
        return mark_of(self.words)


def mark_of(words: str | None) -> str:
    """The same for the same words."""
    return sha256((words or "").encode()).hexdigest()[:16]


def keep(
    session: Session,
    tools: Tools,
    author: Person,
    words: str,
    *,
    child: Child | None,
    language: str | None = None,
    file: File | None = None,
    message_key: str | None = None,
    at_once: bool = True,
) -> Saying:
    """The words (and file) are kept exactly as said, in the language the author had chosen.

    Without `at_once` the saying has an id only after the next flush: one less where an answer follows.
    """
    saying = Saying(
        author_id=author.id,
        child_id=child.id if child else None,
        original=words,
        language=language or author.language,
        detected_language=None,
        message_key=message_key,
        said_at=tools.clock.now(),
        attachments=[],
    )
    if file:
        saying.attachments.append(
            Attachment(
                kind=file.kind,
                door_id=file.door_id,
                file_id=file.file_id,
                media_type=file.media_type,
                content=file.content,
                state="waiting",
                attempts=0,
                next_try_at=tools.clock.now(),
                made_at=tools.clock.now(),
            )
        )
    session.add(saying)
    if at_once:
        session.flush()
    return saying


def want_in(session: Session, tools: Tools, saying: Saying, language: str) -> None:
    """A translation of this shared saying is there, or asked for, in the reader's language.

    Order: phrasebook, memory of this text within the same family, provider. Call it only for what was shared.
    """
    if not saying.original.strip():
        return
    if saying.detected_language is None:
        saying.detected_language = tools.detector.decide(saying.original, saying.language)
        suggestion.notice(session, tools, saying)
    if language == saying.written_in:
        return
    if any(translation.language == language for translation in saying.translations):
        return
    now = tools.clock.now()
    made = Translation(
        language=language,
        words=None,
        attempts=0,
        next_try_at=now,
        asked_at=now,
        made_at=None,
        doubts=[],
        original_for=[],
        history=[],
    )
    phrase = tools.phrasebook.find(saying.original, saying.written_in, language)
    if phrase is not None:
        origin = Origin.HUMAN if phrase.reviewed else Origin.PHRASEBOOK
        made.words, made.origin, made.provider = phrase.words, origin.value, "phrasebook"
    elif remembered := _remembered(session, saying, language):
        made.words, made.origin, made.provider = remembered.words, remembered.origin, remembered.provider
        made.corrected_by_id, made.doubts = remembered.corrected_by_id, list(remembered.doubts)
        made.with_buddy = remembered.with_buddy
    made.state = _state(made.words, tools).value
    made.made_at = now if made.words else None
    saying.translations.append(made)
    if tools.outside_translators and made.state == TranslationState.WAITING.value:
        session.flush()  # the fact names the saying by its id
        happened(session, EventKind.TRANSLATOR_NEEDED, saying.id, saying.author_id)


def want_no_more(session: Session, saying: Saying) -> None:
    """No translator is asked for this saying any more; the translations that are there stay."""
    session.flush()  # only what is written can be deleted
    for translation in list(saying.translations):
        if translation.state == TranslationState.WAITING.value:
            saying.translations.remove(translation)
            session.delete(translation)
    session.flush()


def _state(found: str | None, tools: Tools) -> TranslationState:
    if found:
        return TranslationState.DONE
    return TranslationState.WAITING if tools.translates else TranslationState.NOT_OFFERED


def _remembered(session: Session, saying: Saying, language: str) -> Translation | None:
    """An earlier translation of the same words in the same family; words of a family never serve another one."""
    if saying.child_id is None:
        return None
    same_words = {name: getattr(saying, name) for name in ("child_id", "author_id", "original", "language")}
    with session.no_autoflush:  # what is not written yet came from this memory or the phrasebook itself
        return session.scalar(_REMEMBERED, {**same_words, "reader_language": language})


def shown(
    saying: Saying, language: str, reader_id: int | None = None, *, knows: Collection[str] = ()
) -> Shown:
    """The saying as a reader of this language sees it now; its own author always sees the own words.

    Of own words it is said in which of the languages in `knows` they stand too.
    """
    words: str | None = None
    origin: str | None = None
    waiting = original_first = not_offered = left_to_people = with_buddy = False
    doubts: tuple[str, ...] = ()
    if language == saying.written_in or reader_id == saying.author_id or not saying.original.strip():
        words, origin = saying.original, Origin.OWN.value
    else:
        for translation in saying.translations:
            if translation.language == language:
                words, origin, doubts = translation.words, translation.origin, tuple(translation.doubts)
                waiting = translation.state == TranslationState.WAITING.value
                not_offered = translation.state == TranslationState.NOT_OFFERED.value
                left_to_people = words is None and not waiting
                original_first = reader_id in translation.original_for
                with_buddy = translation.with_buddy
    return Shown(
        saying_id=saying.id,
        words=words,
        origin=origin,
        original=saying.original,
        original_language=saying.written_in,
        waiting=waiting,
        voices=tuple(file.id for file in saying.attachments if file.kind == "voice"),
        photos=tuple(file.id for file in saying.attachments if file.kind == "photo"),
        from_recording=saying.written_down_at is not None,
        language=language,
        doubts=doubts,
        original_first=original_first,
        in_others=_in_others(saying, knows) if knows and reader_id == saying.author_id else (),
        not_offered=not_offered,
        left_to_people=left_to_people,
        with_buddy=with_buddy,
    )


def _in_others(saying: Saying, knows: Collection[str]) -> tuple[InOther, ...]:
    return tuple(
        InOther(translation.language, tuple(translation.doubts))
        for translation in sorted(saying.translations, key=lambda one: one.language)
        if translation.words is not None and translation.language in knows
    )


def staff_languages(session: Session, child: Child) -> list[str]:
    """The languages in which the school reads about a child: Dutch, and what its teachers chose."""
    return sorted({"nl", *(teacher.language for teacher in access.teachers_of(session, child))})


def known_languages(session: Session, tools: Tools, child: Child, *, as_staff: bool) -> frozenset[str]:
    """The languages in which a reader may know that words are read: not those of another guardian."""
    return frozenset(tools.languages if as_staff else staff_languages(session, child))


def guardian_languages(session: Session, child: Child) -> list[str]:
    """The languages in which the child's guardians read."""
    return sorted({guardianship.person.language for guardianship in access.guardians_of(session, child)})


def named_in(parameters: Any) -> Iterator[int]:
    """The ids of the sayings that stand in the parameters of a message."""
    if isinstance(parameters, list):
        for inner in parameters:
            yield from named_in(inner)
    elif isinstance(parameters, dict):
        if set(parameters) == {"saying"}:
            yield parameters["saying"]
        else:
            for inner in parameters.values():
                yield from named_in(inner)


def erase(session: Session, saying_ids: Iterable[int]) -> None:
    """These sayings, their files, their translations and the messages that show them are gone."""
    for saying_id in set(saying_ids):
        saying = session.get(Saying, saying_id)
        if saying is None:
            continue
        for outgoing in showing(session, saying_id):
            session.delete(outgoing)
        for row in (*saying.attachments, *saying.translations):
            session.delete(row)
        session.flush()
        session.delete(saying)
    session.flush()


def showing(session: Session, saying_id: int) -> list[Outgoing]:
    """The messages, at any door, in which this saying stands."""
    written = f'%"saying": {saying_id}}}%'  # narrows the search; named_in decides
    found = session.scalars(select(Outgoing).where(cast(Outgoing.parameters, Text).like(written)))
    return [outgoing for outgoing in found if saying_id in named_in(outgoing.parameters)]


def is_used(session: Session, saying: Saying) -> bool:
    """Whether an answer, an addition, a message, an agreement, a talk or help of a parent stands on this saying."""
    columns = (
        Answer.saying_id,
        AnswerHistory.saying_id,
        Entry.saying_id,
        Message.saying_id,
        AgreementVersion.saying_id,
        AgreementRemark.saying_id,
        AgreementOutcome.saying_id,
        Conversation.goal_saying_id,
        Conversation.place_saying_id,
        TeacherPreparationText.saying_id,
        ReportPart.saying_id,
        Goal.saying_id,
        Reaction.saying_id,
        ReportRelease.reason_saying_id,
        HelpRequest.saying_id,
        HelpLine.saying_id,
        HelpComplaint.saying_id,
        HelpComplaint.quoted_saying_id,
        BuddyProfile.reason_saying_id,
        Gathering.saying_id,
    )
    return any(session.scalar(select(column).where(column == saying.id).limit(1)) for column in columns)
