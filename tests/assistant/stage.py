"""The stage of the assistant's tests: the school, its people, and phones that talk with the real reception."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant import notices
from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.demo.phones import DirectPhone
from bot.model.agreements import Agreement, AgreementState
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import DeadLetter, Outgoing
from bot.model.people import Child, Door, DoorKind, Guardianship, Person
from bot.model.preparation import Answer, Run
from bot.model.translation import Saying
from bot.services import agreements, conversation, invitations, messages, sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.assistant.labels import READ, YES
from tests.cast import Cast, open_door

Entity = TypeVar("Entity")


def _kept(session: Session, rows: Sequence[Entity]) -> list[Entity]:
    session.expunge_all()  # they stay as they were read
    return list(rows)


def _named(action: dict[str, Any], ids: dict[str, int]) -> dict[str, int]:
    return {name: number for name, number in ids.items() if name in action}


@dataclass
class Stage:
    """Everything a test of the assistant needs."""

    database: Database
    tools: Tools
    texts: Texts
    clock: MovableClock
    cast: Cast
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def reception(self) -> Reception:
        """A fresh reception, as after a restart."""
        return Reception(self.database, self.tools, self.texts)

    def invited(self, person: Person) -> DirectPhone:
        """A phone whose owner holds a letter and has not opened it."""
        with self.database.writing() as session:
            token = invitations.invite(session, self.tools, session.get_one(Person, person.id))
        address = str(7000 + next(self._numbers))
        return DirectPhone(self.database, self.reception, self.clock, token, address)

    def joined(self, person: Person, *, confirmed: bool = True) -> DirectPhone:
        """A phone that shows its menu in English. Unless it is confirmed, its owner went all the way to there."""
        phone = self.invited(person)
        if confirmed:
            with self.database.writing() as session:
                session.get_one(Person, person.id).language = "en"
                open_door(session, self.clock, person, DoorKind.TELEGRAM, phone.address)
            phone.command("menu")
            return phone
        phone.open()
        phone.tap(next(label for label in self.labels(phone) if label.endswith("English")))
        for button in (READ, YES):
            if button in self.labels(phone):
                phone.tap(button)
        return phone

    def confirm(self, phone: DirectPhone) -> None:
        """A teacher has confirmed this phone, and everything that follows is told."""
        with self.database.writing() as session:
            door = self._door(session, phone)
            door.confirmed_at = self.clock.now()

    def labels(self, phone: DirectPhone) -> list[str]:
        """Every button of the newest message that has buttons."""
        for bubble in reversed(phone.bubbles):
            if bubble.buttons:
                return list(bubble.buttons)
        return []

    def door(self, phone: DirectPhone) -> Door:
        """The newest door of the phone, as it stands."""
        with self.reading() as session:
            return _kept(session, [self._door(session, phone)])[0]

    def _door(self, session: Session, phone: DirectPhone) -> Door:
        query = select(Door).where(Door.address == phone.address).order_by(Door.id.desc()).limit(1)
        return session.scalars(query).one()

    def person(self, person: Person) -> Person:
        """The person as stored now."""
        with self.reading() as session:
            return _kept(session, [session.get_one(Person, person.id)])[0]

    def guardianship(self, session: Session, person: Person, child: Child) -> Guardianship:
        """What ties the person to the child."""
        query = select(Guardianship).where(
            Guardianship.person_id == person.id, Guardianship.child_id == child.id
        )
        return session.scalars(query).one()

    def plan_talk(self, child: Child, *, held: bool = False, guardian: Person | None = None) -> None:
        """Juf Marieke planned a talk in a week, or it was held just now; those concerned are told."""
        with self.database.writing() as session:
            conversation.plan(
                session,
                self.tools,
                session.get_one(Person, self.cast.marieke.id),
                session.get_one(Child, child.id),
                moment="begin",
                planned_at=self.clock.now() + timedelta(days=0 if held else 7),
                length_minutes=15,
                place="school",
                goals=["meet"],
                people=["parents"],
                guardian=session.get_one(Person, guardian.id) if guardian else None,
                held=held,
            )
            self.tell(session)

    def propose(
        self,
        child: Child,
        words: str,
        *,
        guardians: Sequence[Person] | None = None,
        teacher: Person | None = None,
    ) -> None:
        """The teacher proposed an agreement; those concerned are told."""
        with self.database.writing() as session:
            named = [session.get_one(Person, one.id) for one in guardians] if guardians else None
            agreements.propose(
                session,
                self.tools,
                session.get_one(Person, (teacher or self.cast.marieke).id),
                session.get_one(Child, child.id),
                words=words,
                guardians=named,
                **self._terms,
            )
            self.tell(session)

    def change_agreement(self, words: str) -> None:
        """The only agreement says something else now; those concerned are told."""
        with self.database.writing() as session:
            teacher = session.get_one(Person, self.cast.marieke.id)
            agreement = session.scalars(select(Agreement)).one()
            agreements.change(session, self.tools, teacher, agreement, words=words, **self._terms)
            self.tell(session)

    def close_agreement(self) -> None:
        """The only agreement is done; those concerned are told."""
        with self.database.writing() as session:
            teacher = session.get_one(Person, self.cast.marieke.id)
            agreement = session.scalars(select(Agreement)).one()
            agreements.close(session, self.tools, teacher, agreement, AgreementState.DONE.value)
            self.tell(session)

    @property
    def _terms(self) -> dict[str, Any]:
        today = self.clock.today()
        return {
            "owner": "parents",
            "due_on": today + timedelta(days=30),
            "look_back_on": today + timedelta(days=40),
        }

    def tell(self, session: Session) -> None:
        """What happened in this transaction is told."""
        notices.tell_all(session, self.tools, self.texts)

    def translating(self) -> Tools:
        """The tools of a school that switched a translator on."""
        return replace(self.tools, translates=True)

    def write(self, author: Person, child: Child, guardian: Person, words: str) -> None:
        """A message stands in this guardian's thread; the other side is told."""
        with self.database.writing() as session:
            author, guardian = (session.get_one(Person, one.id) for one in (author, guardian))
            child = session.get_one(Child, child.id)
            saying = sayings.keep(session, self.tools, author, words, child=child)
            messages.write(session, self.tools, author, child, guardian, saying)
            self.tell(session)

    def redirect(self, session: Session, phone: DirectPhone, **ids: int) -> None:
        """Every button at this phone that names such a thing names this one instead, as a forger would wish."""
        for row in session.scalars(select(Outgoing).where(Outgoing.address == phone.address)):
            row.buttons = [
                [
                    {**made, "action": {**made["action"], **_named(made["action"], ids)}}
                    if "action" in made
                    else made
                    for made in line
                ]
                for line in row.buttons
            ]

    def own_run(self, session: Session, person: Person) -> Run:
        """The only preparation of a person."""
        return session.scalars(select(Run).where(Run.person_id == person.id)).one()

    def forget_confirmation(self, phone: DirectPhone) -> None:
        """The phone is as it was before a teacher confirmed it."""
        with self.database.writing() as session:
            self._door(session, phone).confirmed_at = None

    @property
    def file(self) -> str:
        """Where the database stands."""
        return str(self.database.engine.url.database)

    def wait_less_long(self) -> None:
        """A writer gives up at once instead of after seconds."""
        with self.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
            connection.rollback()

    def message_key(self, words: str) -> str:
        """The key of the chat message that said this."""
        with self.reading() as session:
            return session.scalars(select(Saying.message_key).where(Saying.original == words)).one() or ""

    def reading(self) -> AbstractContextManager[Session]:
        """A session to look with."""
        return self.database.reading()

    def all(self, entity: type[Any]) -> Sequence[Any]:
        """Every row of a table, oldest first."""
        with self.reading() as session:
            return _kept(session, session.scalars(select(entity).order_by(entity.id)).all())

    def answers(self) -> dict[str, tuple[list[str], str | None]]:
        """What stands per question: choices and own words."""
        with self.reading() as session:
            return {
                answer.question: (answer.choices, answer.saying.original if answer.saying else None)
                for answer in session.scalars(select(Answer))
            }

    def said(self) -> list[str]:
        """All own words that are kept."""
        return [saying.original for saying in self.all(Saying)]

    def dead_letters(self) -> list[str]:
        """Why messages were set aside."""
        return [letter.reason for letter in self.all(DeadLetter)]

    def everything(self) -> str:
        """The whole database as text."""
        with self.reading() as session:
            return "\n".join(
                f"{table.name} {[str(value) for value in row]}"
                for table in metadata.sorted_tables
                for row in session.execute(select(table))
            )

    def links(self, phone: DirectPhone) -> list[str]:
        """Every address behind a button at this phone."""
        rows = [row for row in self.all(Outgoing) if row.address == phone.address]
        return [made["link"] for row in rows for line in row.buttons for made in line if "link" in made]

    def shown_at(self, phone: DirectPhone) -> str:
        """Every word ever written to this phone."""
        with self.reading() as session:
            rows = session.scalars(select(Outgoing).where(Outgoing.address == phone.address))
            return "\n".join(f"{row.body} {row.buttons} {row.parameters}" for row in rows)

    def incoming(self, phone: DirectPhone, kind: InputKind, **what: Any) -> Incoming:
        """Something that comes in at this phone's address, with a key of its own."""
        number = next(self._numbers)
        given = {"key": f"odd:{number}", "message_key": f"odd:m{number}", **what}
        return Incoming(
            door_kind=DoorKind.TELEGRAM.value,
            address=phone.address,
            kind=kind,
            at=self.clock.now(),
            **given,
        )

    def take(self, *batch: Incoming) -> None:
        """The batch comes in."""
        self.reception.take(list(batch))
