"""A reception that stores in memory."""

from collections.abc import Callable, Sequence

from sqlalchemy.exc import OperationalError

from bot.model.incoming import Incoming


class Desk:
    """Takes batches and remembers them; can be told to fail or to think for a while."""

    def __init__(self) -> None:
        self.batches: list[list[Incoming]] = []
        self.locked_for = 0
        self.before: Callable[[], None] = lambda: None

    def take(self, batch: Sequence[Incoming]) -> None:
        """As the reception does: returns when all is committed."""
        self.before()
        if self.locked_for:
            self.locked_for -= 1
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        self.batches.append(list(batch))

    def comfort(self, incoming: Incoming) -> str:
        """What somebody reads whose message cannot be stored now."""
        return f"Trwa to dłużej ({incoming.phone_language})."

    @property
    def texts(self) -> list[str]:
        """All words taken, in order."""
        return [incoming.text for batch in self.batches for incoming in batch]
