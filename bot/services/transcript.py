"""Spoken answers as text: asked for, heard, and made the speaker's own words by the speaker alone."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.errors import NotFoundError
from bot.model.people import Door, Person
from bot.model.preparation import Answer
from bot.model.transcript import Transcript, TranscriptState
from bot.model.translation import Attachment, MediaState, Saying
from bot.services import access, audit, preparation
from bot.services.claims import Claimant
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

MAX_ATTEMPTS = 5


@dataclass(frozen=True)
class Sound:
    """A recording to listen to."""

    transcript_id: int
    content: bytes = field(repr=False)
    language: str
    attempts: int


def want(session: Session, tools: Tools, attachment_id: int) -> None:
    """A spoken answer that has no words of its own waits to be listened to, where the school can do so."""
    attachment = session.get(Attachment, attachment_id)
    if not tools.hears or attachment is None or attachment.kind != "voice":
        return
    saying = session.get_one(Saying, attachment.saying_id)
    if attachment.state != MediaState.READY.value or saying.original.strip():
        return
    if answer_of(session, saying) is None or _of(session, attachment) is not None:
        return
    session.add(
        Transcript(
            attachment_id=attachment.id,
            language=saying.language,
            state=TranscriptState.WAITING.value,
            attempts=0,
            asked_at=tools.clock.now(),
        )
    )


def _of(session: Session, attachment: Attachment) -> Transcript | None:
    return session.scalar(select(Transcript).where(Transcript.attachment_id == attachment.id))


def answer_of(session: Session, saying: Saying) -> Answer | None:
    """The answer that stands on this saying now."""
    return session.scalar(select(Answer).where(Answer.saying_id == saying.id))


def saying_of(session: Session, transcript: Transcript) -> Saying:
    """The saying whose recording it is."""
    return session.get_one(Saying, transcript.attachment.saying_id)


def anything_due(session: Session, tools: Tools) -> bool:
    """Whether a recording waits to be listened to now."""
    return session.scalar(select(Transcript.id).where(_due(tools)).limit(1)) is not None


def _due(tools: Tools) -> ColumnElement[bool]:
    return (Transcript.state == TranscriptState.WAITING.value) & (
        Transcript.next_try_at.is_(None) | (Transcript.next_try_at <= tools.clock.now())
    )


def claim(session: Session, tools: Tools, claimant: Claimant) -> Sound | None:
    """The oldest recording that is due; nobody else takes it while this worker is alive."""
    transcript = session.scalar(
        select(Transcript)
        .where(_due(tools), claimant.may_take(Transcript.claimed_by))
        .order_by(Transcript.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if transcript is None:
        return None
    transcript.attempts += 1
    transcript.claimed_by = claimant.name
    content = transcript.attachment.content or b""
    return Sound(transcript.id, content, transcript.language, transcript.attempts)


def keep(session: Session, transcript_id: int, words: str) -> None:
    """This was heard; the speaker is told. Nothing heard is the end of it."""
    transcript = session.get(Transcript, transcript_id)
    if transcript is None:  # its owner erased it meanwhile
        return
    transcript.claimed_by = transcript.next_try_at = None
    transcript.words = words.strip() or None
    if transcript.words is None:
        transcript.state = TranscriptState.IMPOSSIBLE.value
        return
    transcript.state = TranscriptState.HEARD.value
    happened(session, EventKind.TRANSCRIPT_MADE, transcript.id, None)


def try_later(session: Session, tools: Tools, sound: Sound, wait_s: float) -> None:
    """It is listened to again after the time; after the last attempt the recording stays without words."""
    transcript = session.get(Transcript, sound.transcript_id)
    if transcript is None:
        return
    transcript.claimed_by = None
    if transcript.attempts >= MAX_ATTEMPTS:
        transcript.state = TranscriptState.IMPOSSIBLE.value
    else:
        transcript.next_try_at = tools.clock.now() + timedelta(seconds=wait_s)


def not_offered(session: Session, person: Person) -> list[Transcript]:
    """What was heard of this person and not shown to them yet, oldest first."""
    query = (
        select(Transcript)
        .join(Attachment, Attachment.id == Transcript.attachment_id)
        .join(Saying, Saying.id == Attachment.saying_id)
        .where(
            Saying.author_id == person.id,
            Transcript.state == TranscriptState.HEARD.value,
            Transcript.offered_at.is_(None),
        )
    )
    return list(session.scalars(query.order_by(Transcript.id)))


def door_to_offer_at(session: Session, transcript: Transcript) -> Door | None:
    """A door of the speaker that may read back, the one that was spoken at before others; None: later.

    None also where the answer is another one by now.
    """
    saying = saying_of(session, transcript)
    if answer_of(session, saying) is None or saying.original.strip():
        return None
    doors = session.scalars(
        select(Door)
        .where(Door.person_id == saying.author_id, Door.ended_at.is_(None), Door.welcomed_at.is_not(None))
        .where(Door.confirmed_at.is_not(None))
        .order_by(Door.id.desc())
    ).all()
    spoken_at = transcript.attachment.door_id
    return next((door for door in doors if door.id == spoken_at), doors[0] if doors else None)


def note_as_offered(tools: Tools, transcript: Transcript) -> None:
    """The speaker has been asked."""
    transcript.offered_at = tools.clock.now()


def own(session: Session, person: Person, transcript_id: int) -> Transcript | None:
    """What was heard of this person and is not settled; None where it is. Raises NotFoundError for anybody else's."""
    transcript = session.get(Transcript, transcript_id)
    if transcript is None or saying_of(session, transcript).author_id != person.id:
        raise NotFoundError
    return transcript if transcript.state == TranscriptState.HEARD.value else None


def confirm(session: Session, tools: Tools, person: Person, transcript: Transcript, words: str) -> None:
    """These are the speaker's own words now, beside the recording, and are translated where they are shared.

    What the machine heard is kept as it was. Raises `talk_held` where the answer cannot be changed any more.
    """
    saying = saying_of(session, transcript)
    answer = answer_of(session, saying)
    if answer is None:  # answered anew meanwhile
        decline(session, tools, person, transcript)
        return
    run = answer.run
    access.require(session, tools, person, run.child, Action.WRITE, Subject.OWN_PART, owner_id=run.person_id)
    preparation.require_changeable(session, answer)
    saying.original = words
    saying.written_down_at = transcript.settled_at = tools.clock.now()
    transcript.state = TranscriptState.CONFIRMED.value
    session.flush()
    preparation.want_translated(session, tools, answer)
    audit.note(
        session, tools.clock, person.id, "written_down", "answer", child_id=run.child_id, answer=answer.id
    )


def decline(session: Session, tools: Tools, person: Person, transcript: Transcript) -> None:
    """The recording stands alone; what was heard in it is gone."""
    transcript.words = None
    transcript.state = TranscriptState.DECLINED.value
    transcript.settled_at = tools.clock.now()
    session.flush()
    audit.note(session, tools.clock, person.id, "not_written_down", "answer")
