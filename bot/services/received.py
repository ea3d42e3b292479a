"""The marks of what was taken: a second delivery of the same message or form finds its mark and changes nothing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.model.messages import Received
from bot.storage.inserting import DIALECTS, unless_there

_MARKS = {dialect: unless_there(Received, dialect).returning(Received.key) for dialect in DIALECTS}


def mark(session: Session, keys: Iterable[str], now: datetime) -> set[str]:
    """These keys are marked as taken; returned are those that were not before.

    Two processes that mark the same key wait for each other: the second one sees it as taken, whatever the first did
    with it, unless the first gave up its transaction. Keys are marked in one order, so that they never wait crosswise.
    """
    values = [{"key": key, "taken_at": now} for key in sorted(set(keys))]
    if not values:
        return set()
    connection = session.connection()
    return set(connection.scalars(_MARKS[connection.dialect.name], values))
