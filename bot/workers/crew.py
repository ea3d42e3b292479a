"""This worker among others: its name, its lease, and who else is alive.

On PostgreSQL any number of processes work side by side; each renews a lease there, by the clock of the database.
Who is killed loses it within seconds: then the others take over what it had claimed. SQLite has one worker only.
"""

import asyncio
import logging
import time
from uuid import uuid4

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.model.errors import code_of
from bot.model.workers import Lease
from bot.services.claims import Claimant
from bot.storage.database import Database

log = logging.getLogger(__name__)

LEASE_S = 6.0
RENEW_EVERY_S = 1.5
RECEIVING = "receiving"  # from Telegram: one worker asks, the others are ready to
_WORKER = "worker:"
_NOW_S = func.extract("epoch", func.clock_timestamp())


class Crew:
    """One worker; `receives` when it would ask Telegram for updates as soon as nobody else does."""

    def __init__(self, database: Database, *, receives: bool = False, lease_s: float = LEASE_S) -> None:
        self.name = uuid4().hex
        self._database = database
        self._receives = receives
        self._lease_s = lease_s
        self._renewed_s = float("-inf")
        self._holds_receiving = False

    @property
    def on_duty(self) -> bool:
        """Whether this worker's claims count now; a process that stood still first has to renew its lease."""
        return not self._database.shared or time.monotonic() - self._renewed_s < self._lease_s

    def may_receive(self) -> bool:
        """Whether this worker is the one that asks Telegram for updates."""
        return not self._database.shared or (self._holds_receiving and self.on_duty)

    def claimant(self, session: Session) -> Claimant:
        """This worker, and who else is alive now."""
        if not self._database.shared:
            return Claimant(self.name)
        alive = session.scalars(
            select(Lease.holder).where(Lease.name.startswith(_WORKER), Lease.until_s > _NOW_S)
        )
        return Claimant(self.name, frozenset(alive) - {self.name})

    async def run(self) -> None:
        """Our lease is renewed until this is cancelled; on SQLite there is nothing to do."""
        while self._database.shared:
            await asyncio.to_thread(self.renew)
            await asyncio.sleep(RENEW_EVERY_S)

    def renew(self) -> None:
        """Our lease is ours for some seconds more, and that of receiving if nobody else has it."""
        began_s = time.monotonic()
        received_before = self._holds_receiving
        try:
            with self._database.writing() as session:
                session.execute(delete(Lease).where(Lease.until_s < _NOW_S - self._lease_s))
                self._take(session, _WORKER + self.name)
                self._holds_receiving = self._receives and self._take(session, RECEIVING)
        except SQLAlchemyError as error:
            log.error("the lease of this worker waits: %s", code_of(error))  # noqa: TRY400 - no words in logs
            return
        self._renewed_s = began_s
        if self._receives and self._holds_receiving != received_before:
            log.warning("this worker %s", "receives" if self._holds_receiving else "no longer receives")

    def _take(self, session: Session, name: str) -> bool:
        """Whether the lease is ours for the next seconds: it was ours, or nobody's any more."""
        values = insert(Lease).values(name=name, holder=self.name, until_s=_NOW_S + literal(self._lease_s))
        taken = session.scalar(
            values.on_conflict_do_update(
                index_elements=[Lease.name],
                set_={"holder": values.excluded.holder, "until_s": values.excluded.until_s},
                where=(Lease.holder == self.name) | (Lease.until_s < _NOW_S),
            ).returning(Lease.holder)
        )
        return taken is not None

    def leave(self) -> None:
        """All our leases are given back, and with them what we had claimed; for the end, when nothing is on its way."""
        if not self._database.shared:
            return
        self._renewed_s, self._holds_receiving = float("-inf"), False
        try:
            with self._database.writing() as session:
                session.execute(delete(Lease).where(Lease.holder == self.name))
        except SQLAlchemyError as error:
            log.warning("the lease of this worker runs out by itself: %s", code_of(error))
