"""Messages that were set aside: what an operator may know of them, trying again, letting go, the author's own copy."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.model.errors import DomainError, NotFoundError
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import DeadLetter, Outgoing, OutgoingState
from bot.model.people import Door, Person
from bot.services import audit
from bot.services.tools import Tools

KEEP = timedelta(days=30)


@dataclass(frozen=True)
class Listed:
    """One dead letter without a word of it."""

    id: int
    made_at: datetime
    outgoing: (
        bool  # one of ours that could not be shown; otherwise one of a person that could not be answered
    )
    reason: str


def listed(session: Session) -> list[Listed]:
    """All dead letters, oldest first."""
    letters = session.scalars(select(DeadLetter).order_by(DeadLetter.id))
    return [Listed(one.id, one.made_at, "outgoing" in one.content, one.reason) for one in letters]


def as_json(incoming: Incoming, *, with_words: bool) -> dict[str, Any]:
    """The whole message as a dead letter keeps it; of somebody who has not been welcomed no words are kept."""
    content = asdict(incoming)
    content["at"] = incoming.at.isoformat()
    content["content"] = incoming.content.hex() if incoming.content else None
    if not with_words:
        content |= {"text": "", "argument": "", "content": None, "file_id": None, "words_kept": False}
    return content


def as_incoming(letter: DeadLetter) -> Incoming:
    """The message as it came in. Raises DomainError `words_not_kept` when only the fact of it was kept."""
    kept = dict(letter.content)
    if not kept.pop("words_kept", True):
        raise DomainError("words_not_kept")
    kept["at"] = datetime.fromisoformat(kept["at"])
    kept["kind"] = InputKind(kept["kind"])
    kept["content"] = bytes.fromhex(kept["content"]) if kept["content"] else None
    return Incoming(**kept)


def find(session: Session, letter_id: int) -> DeadLetter:
    """The dead letter with this id. Raises NotFoundError."""
    letter = session.get(DeadLetter, letter_id)
    if letter is None:
        raise NotFoundError
    return letter


def send_again(session: Session, tools: Tools, letter: DeadLetter) -> None:
    """One of our messages waits to go out again, as if it had never been tried; its dead letter is gone."""
    outgoing = session.get(Outgoing, letter.content["outgoing"])
    if outgoing is not None:
        outgoing.attempts, outgoing.next_try_at, outgoing.claimed_by = 0, None, None
        if outgoing.state == OutgoingState.SENT.value:
            outgoing.edited = True
        else:
            outgoing.state = OutgoingState.WAITING.value
    _remove(session, tools, letter, "dead_letter_sent_again")


def taken_again(session: Session, tools: Tools, letter: DeadLetter) -> None:
    """The dead letter is gone, because its message is taken once more."""
    _remove(session, tools, letter, "dead_letter_taken_again")


def drop(session: Session, tools: Tools, letter: DeadLetter) -> None:
    """The dead letter is gone, and with it the only copy of its message."""
    _remove(session, tools, letter, "dead_letter_dropped")


def _remove(session: Session, tools: Tools, letter: DeadLetter, action: str) -> None:
    audit.note(session, tools.clock, None, action, "dead_letter", letter=letter.id, reason=letter.reason)
    session.delete(letter)
    session.flush()


def remove_outdated(session: Session, tools: Tools) -> None:
    """Those older than KEEP are gone."""
    session.execute(delete(DeadLetter).where(DeadLetter.made_at < tools.clock.now() - KEEP))


def own_copy(session: Session, author: Person) -> list[dict[str, str]]:
    """What this person sent and what was set aside: when, and the words."""
    letters = session.scalars(
        select(DeadLetter)
        .join(Door, Door.id == DeadLetter.door_id)
        .where(Door.person_id == author.id)
        .order_by(DeadLetter.id)
    )
    return [
        {"made_at": one.made_at.isoformat(), "words": one.content["text"]}
        for one in letters
        if "outgoing" not in one.content
    ]
