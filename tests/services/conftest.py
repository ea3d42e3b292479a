"""The stage of the service tests: one transaction with the whole cast in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.dialog.inputs import Change, Say
from bot.model.agreements import Agreement
from bot.model.clock import MovableClock
from bot.model.conversation import Conversation
from bot.model.people import Child, Guardianship, Person
from bot.model.preparation import Run
from bot.model.translation import Saying
from bot.services import access, agreements, conversation, preparation, sayings
from bot.services.events import EventKind, take_events
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast


@dataclass
class Stage:
    """What a service test needs; `plan` and `propose` fill in what the test does not care about."""

    session: Session
    tools: Tools
    cast: Cast
    clock: MovableClock

    @property
    def today(self) -> date:
        """The date at the school."""
        return self.clock.today()

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL statements that are sent meanwhile."""
        sent: list[str] = []

        def note(*arguments: object) -> None:
            sent.append(str(arguments[2]))

        engine = self.session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def later(self, **ahead: float) -> datetime:
        """A moment ahead of now."""
        return self.clock.now() + timedelta(**ahead)

    def say(self, person: Person, words: str, child: Child | None = None) -> Saying:
        """Something this person said about a child, Kuba unless told otherwise."""
        return sayings.keep(self.session, self.tools, person, words, child=child or self.cast.kuba)

    def plan(self, actor: Person | None = None, child: Child | None = None, **given: Any) -> Conversation:
        """A begin talk about Kuba next week."""
        usual: dict[str, Any] = {
            "moment": "begin",
            "planned_at": self.later(days=7),
            "length_minutes": 15,
            "place": "school",
            "goals": ["meet"],
            "people": ["parents"],
        }
        return conversation.plan(
            self.session, self.tools, actor or self.cast.marieke, child or self.cast.kuba, **(usual | given)
        )

    def propose(self, actor: Person | None = None, child: Child | None = None, **given: Any) -> Agreement:
        """An agreement about Kuba, proposed by juf Marieke."""
        usual: dict[str, Any] = {
            "words": "Elke avond lezen jullie samen tien minuten.",
            "owner": "parents",
            "due_on": self.today + timedelta(days=30),
            "look_back_on": self.today + timedelta(days=40),
        }
        return agreements.propose(
            self.session, self.tools, actor or self.cast.marieke, child or self.cast.kuba, **(usual | given)
        )

    def prepare(self, person: Person, child: Child | None = None, **said: str) -> Run:
        """A preparation with these own words per question id, finished and shared."""
        child = child or self.cast.kuba
        run = preparation.begin(self.session, self.tools, person, child).run
        for question, words in said.items():
            self.answer(run, question, words)
        preparation.share_all(self.session, self.tools, person, run)
        return run

    def answer(self, run: Run, question: str, words: str) -> None:
        """The guardian answers one question in own words; not shared yet."""
        saying = self.say(run.person, words, run.child)
        preparation.advance(self.session, self.tools, run.person, run, Change(question))
        preparation.advance(self.session, self.tools, run.person, run, Say(words), saying)

    def without_authority(self, person: Person, child: Child | None = None) -> None:
        """The school has entered that this guardian has no authority (gezag)."""
        self.guardianship(person, child).authority = False
        self.session.flush()

    def guardianship(self, person: Person, child: Child | None = None) -> Guardianship:
        """What ties this guardian to the child, Kuba unless told otherwise."""
        found = access.guardians_of(self.session, child or self.cast.kuba)
        return next(one for one in found if one.person_id == person.id)

    def happened(self) -> list[EventKind]:
        """The facts noted since this was last asked."""
        return [event.kind for event in take_events(self.session)]


@pytest.fixture
def stage(database: Database, cast: Cast, tools: Tools, clock: MovableClock) -> Iterator[Stage]:
    """One writing transaction with everybody in it."""
    with database.writing() as session:
        yield Stage(session, tools, cast.at(session), clock)
