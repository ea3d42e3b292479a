"""One guardian and the teachers of a child write to each other, each in their own language."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.model.access import Action, Subject
from bot.model.errors import NotFoundError
from bot.model.messages import Message
from bot.model.people import Child, Person
from bot.model.preparation import Answer
from bot.model.translation import Saying
from bot.services import access, audit, circle, preparation
from bot.services.events import EventKind, happened
from bot.services.tools import Tools


def write(
    session: Session,
    tools: Tools,
    author: Person,
    child: Child,
    guardian: Person,
    saying: Saying,
    *,
    about: Answer | None = None,
) -> Message:
    """The words stand in this guardian's thread, and at the answer they are `about`; raises words_needed."""
    access.require(session, tools, author, child, Action.WRITE, Subject.THREAD, owner_id=guardian.id)
    circle.guardianship(session, child, guardian.id)
    if about is not None and (
        about.run.person_id != guardian.id
        or about.run.child_id != child.id
        or not preparation.reads_answer(session, tools, author, about)
    ):
        raise NotFoundError
    saying = circle.own_words(session, tools, author, child, saying)
    message = Message(
        child_id=child.id,
        guardian_id=guardian.id,
        author_id=author.id,
        saying=saying,
        answer=about,
        made_at=tools.clock.now(),
        read_at=None,
    )
    session.add(message)
    session.flush()
    circle.share_with_one(session, tools, child, saying, guardian)
    audit.note(session, tools.clock, author.id, "write", "message", child_id=child.id, message=message.id)
    happened(session, EventKind.MESSAGE_WRITTEN, message.id, author.id)
    return message


def mark_read(session: Session, tools: Tools, reader: Person, message: Message) -> None:
    """The message counts as read when the other side read it; the writer's own side changes nothing."""
    _require_read(session, tools, reader, message)
    reads_for_guardian = reader.id == message.guardian_id
    if message.read_at is None and message.from_school == reads_for_guardian:
        message.read_at = tools.clock.now()
        audit.note(
            session, tools.clock, reader.id, "read", "message", child_id=message.child_id, message=message.id
        )


def thread(session: Session, tools: Tools, reader: Person, child: Child, guardian: Person) -> list[Message]:
    """All messages of this guardian and the teachers about the child, oldest first."""
    access.require(session, tools, reader, child, Action.READ, Subject.THREAD, owner_id=guardian.id)
    circle.guardianship(session, child, guardian.id)
    query = (
        select(Message)
        .where(Message.child_id == child.id, Message.guardian_id == guardian.id)
        .options(selectinload(Message.saying).selectinload(Saying.translations), selectinload(Message.author))
        .order_by(Message.made_at, Message.id)
    )
    return list(session.scalars(query))


def find(session: Session, tools: Tools, reader: Person, message_id: int) -> Message:
    """The message, if this reader may see its thread; NotFoundError otherwise."""
    message = session.get(Message, message_id)
    if message is None:
        raise NotFoundError
    _require_read(session, tools, reader, message)
    return message


def answer_behind(session: Session, tools: Tools, reader: Person, message_id: int | None) -> Answer | None:
    """The answer that a message of this guardian's thread is about; None if it is about none, or is gone."""
    message = session.get(Message, message_id) if message_id is not None else None
    if message is None:
        return None
    _require_read(session, tools, reader, message)
    return message.answer


def _require_read(session: Session, tools: Tools, reader: Person, message: Message) -> None:
    child = session.get_one(Child, message.child_id)
    access.require(session, tools, reader, child, Action.READ, Subject.THREAD, owner_id=message.guardian_id)
