"""The same limits for several processes: PostgreSQL keeps the moments, and its clock counts."""

import asyncio
import time
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.channels.telegram.budget import LATE_S, PUBLISHED, TRIES, Budget, Limits, until
from bot.model.delivery import DeliveryError
from bot.model.workers import SharedBudget
from bot.storage.database import Database

ALL_CHATS = "all"
_NOW_S = select(func.extract("epoch", func.clock_timestamp()))


@dataclass(frozen=True)
class _Turn:
    """How long to wait, and whether the message may go then or has to ask again."""

    wait_s: float
    granted: bool


class BudgetInDatabase(Budget):
    """Lets a message go when its turn has come among all workers of one PostgreSQL database."""

    def __init__(self, database: Database, limits: Limits = PUBLISHED) -> None:
        super().__init__(limits)
        self._database = database
        self._shared_limits = limits
        self._one_by_one = asyncio.Lock()  # who would wait for a thread would use the turn too late

    async def take(self, address: str) -> None:
        """One message may go to this address now. Raises DeliveryError while the database does not answer."""
        late = 0
        try:
            while True:
                async with self._one_by_one:
                    asked_at = time.monotonic()
                    turn = await asyncio.to_thread(self._ask, address)
                late_s = await until(asked_at + turn.wait_s)
                if turn.granted and (late_s < LATE_S or late == TRIES):
                    return
                late += turn.granted
        except SQLAlchemyError:
            raise DeliveryError("budget_unknown") from None

    async def close_for(self, seconds: float) -> None:
        """No worker sends a message before this time is over: Telegram asked for it."""
        try:
            await asyncio.to_thread(self._close, seconds)
        except SQLAlchemyError:
            await super().close_for(seconds)

    def _ask(self, address: str) -> _Turn:
        limits = self._shared_limits
        with self._database.writing() as session:
            chat = _row(session, f"chat:{address}")
            common = _row(session, ALL_CHATS)
            now = float(session.scalar(_NOW_S) or 0.0)
            if common.rests_until_s > now:
                return _Turn(common.rests_until_s - now, granted=False)
            moment = limits.moment_for_chat(chat.rests_until_s, now)
            if moment > now:
                return _Turn(moment - now, granted=False)
            moment = limits.moment_for_all(common.moments_s, now)
            common.moments_s = [*common.moments_s, moment][-limits.group :]
            chat.rests_until_s = limits.rests_until(chat.rests_until_s, moment)
            return _Turn(moment - now, granted=True)

    def _close(self, seconds: float) -> None:
        with self._database.writing() as session:
            common = _row(session, ALL_CHATS)
            now = float(session.scalar(_NOW_S) or 0.0)
            common.rests_until_s = max(common.rests_until_s, now + seconds)


def _row(session: Session, name: str) -> SharedBudget:
    """The row, made if need be and locked until the end of the transaction."""
    query = select(SharedBudget).where(SharedBudget.name == name).with_for_update()
    found = session.scalar(query)
    if found is None:
        made = insert(SharedBudget).values(name=name, moments_s=[], rests_until_s=0.0)
        session.execute(made.on_conflict_do_nothing())
        found = session.scalars(query).one()
    return found
