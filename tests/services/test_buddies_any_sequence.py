"""Whatever fifty people do with each other's help, in any order: nobody reads what was not given to them.

The play keeps its own list of who was given which words and whose name, and reckons limits and ties from bare rows.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session, selectinload

from bot.assistant import notices
from bot.content.texts import Texts
from bot.model.buddies import BuddyProfile, KeptApart
from bot.model.clock import MovableClock
from bot.model.errors import DomainError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.messages import Outgoing
from bot.model.people import Door, Person
from bot.services import (
    buddy_overview,
    help_requests,
    helping,
)
from bot.services.events import Event, EventKind
from bot.storage.database import Database
from tests.cast import catalogues, tools_for
from tests.services.fifty import (
    CHILD_NAMED,
    COORDINATOR,
    GROUP_NAMED,
    LEAD,
    MARKED,
    NAMED,
    START,
    SURNAMED,
    Ties,
    families_of,
    make_fifty,
    people_of,
    school_rows,
)
from tests.services.fifty_deeds import Deeds
from tests.storage.ready import fill

OPEN = frozenset({RequestState.ASKING.value, RequestState.OFFERED.value})
WAITING = frozenset({MatchState.ASKED.value, MatchState.ACCEPTED.value})
RUNNING = WAITING | {MatchState.HELPING.value}
LONGEST_ROUNDS = 12  # of seven hours, until every request has its answer

Deed = tuple[str, int, int]

# What follows on each other, each about the newest there is; and what may happen in between, to anybody.
STORIES = [
    *[["ask", "accept", "choose"], ["ask", "accept", "choose", "write"], ["ask", "accept"]] * 2,
    ["ask", "accept", "choose", "hand_over_question", "propose", "take"],
    ["ask", "accept", "choose", "hand_over_text", "propose", "write"],
    ["ask", "decline", "accept", "refuse", "accept", "choose"],
    ["ask", "accept", "accept", "choose", "write", "end", "evaluate"],
    ["ask", "accept", "choose", "write", "complain", "block", "ask", "accept"],
]
GOES = [
    *["ask", "accept", "accept", "choose", "write", "later", "intrude"] * 3,
    *["decline", "refuse", "withdraw", "end", "block", "complain", "offer", "decide", "propose", "take"],
    *["settle", "want_coordinator", "keep_apart", "bring_together", "old_code", "accept_code", "evaluate"],
    *["consent_back", "agree", "part", "works_here", "close_account", "leave", "hand_over_question"],
]
who, way = st.integers(0, 45), st.integers(0, 63)
stories = st.one_of(
    st.tuples(st.sampled_from(GOES), who, way).map(lambda deed: [deed]),
    st.tuples(st.sampled_from(STORIES), who, way).map(
        lambda told: [(name, told[1] if name == "ask" else 0, told[2]) for name in told[0]]
    ),
)
deeds = st.lists(stories, min_size=8, max_size=20).map(lambda told: [deed for one in told for deed in one])


@dataclass
class Play(Deeds):
    """One run of the school; every deed is checked as it is done."""

    told_until: int = 0  # the last message that was looked at
    met: dict[int, str] = field(default_factory=dict)  # match -> its state after the deed before
    unanswered: set[int] = field(default_factory=set)  # requests

    def do(self, deed: Deed) -> None:
        """One deed as the assistant does it: with all who must hear of it, or not at all."""
        name, a, b = deed
        self.clock.move(seconds=1)
        self.given = []
        noted: list[Event] = []
        with suppress(DomainError), self.database.writing() as session:
            getattr(self, name)(session, a, b)
            noted = list(session.info.get("events", []))
            notices.tell_all(session, self.tools, self.texts)
            for marked, person in self.given:
                self.readers[marked].add(person)
        with self.database.reading() as session:
            self.holds_now(session, noted)

    # What must be true at any moment.

    def holds_now(self, session: Session, noted: Sequence[Event]) -> None:
        """Everything that must be true after a deed."""
        known = [
            *session.scalars(select(Person).options(selectinload(Person.guardianships))),
            *session.scalars(select(Match)),
        ]
        told = self.nobody_is_told_more(session)
        self.nobody_can_read_more(session)
        profiles = {one.person_id: one for one in session.scalars(select(BuddyProfile))}
        requests = list(session.scalars(select(HelpRequest).options(selectinload(HelpRequest.matches))))
        self.limits_are_kept(session, profiles)
        self.who_is_brought_together_may_meet(session, profiles)
        self.no_request_stands_still(requests)
        self.who_gets_no_help_hears_it(session, noted, told)
        self.met = {match.id: match.state for request in requests for match in request.matches}
        assert known  # they were read at once, and stay until here

    def nobody_is_told_more(self, session: Session) -> set[tuple[int, str]]:
        """No new message holds words or names that its reader was not given; returns who was told what."""
        told: set[tuple[int, str]] = set()
        query = select(Outgoing, Door.person_id).join(Door, Door.id == Outgoing.door_id)
        for row, reader in session.execute(query.where(Outgoing.id > self.told_until).order_by(Outgoing.id)):
            self.told_until = row.id
            told.add((reader, row.macro))
            shown = f"{row.body} {row.buttons} {row.parameters}"
            assert {one for one in MARKED.findall(shown) if reader not in self.readers[one]} == set(), (
                row.macro
            )
            if self.number_of[reader] in {LEAD, COORDINATOR}:
                continue  # who offers and who wants a call is told by name
            named = {self.people[int(one)] for one in NAMED.findall(shown) if int(one) != COORDINATOR}
            assert {one for one in named if (reader, one) not in self.names} == set(), row.macro
            assert set(SURNAMED.findall(shown)) <= {str(COORDINATOR)}, row.macro
            assert CHILD_NAMED.findall(shown) == [] or row.macro == "handing_over.better", row.macro
            assert GROUP_NAMED.findall(shown) == []
        return told

    def nobody_can_read_more(self, session: Session) -> None:
        """The lines of a chat are read by its two, and hold nothing that was not given to them."""
        started = list(session.scalars(select(Match).where(Match.started_at.is_not(None))))
        for match in started:
            two = {match.asker_id, match.buddy_id}
            strangers = [one for one in list(self.people.values())[match.id % 25 :: 25] if one not in two]
            for reader in (*two, *strangers):
                try:
                    lines = helping.lines_of(session, session.get_one(Person, reader), match)
                except DomainError:
                    continue
                assert reader in two
                for line in lines:
                    words = line.saying.original if line.saying else ""
                    assert all(reader in self.readers[one] for one in MARKED.findall(words))
                    assert reader == match.asker_id or match.state == MatchState.HELPING.value

    def limits_are_kept(self, session: Session, profiles: dict[int, BuddyProfile]) -> None:
        """No buddy has more families than offered, and each profile knows how many."""
        families = families_of(session)
        for person_id, profile in profiles.items():
            assert profile.families == families.get(person_id, 0)
            assert profile.families <= profile.max_families
        assert set(families) <= set(profiles)

    def who_is_brought_together_may_meet(self, session: Session, profiles: dict[int, BuddyProfile]) -> None:
        """Nobody is newly asked, offered or brought together whom a tie, the offer or the school forbids."""
        ties = None
        for match in session.scalars(select(Match).where(Match.state.in_(RUNNING))):
            if match.state == self.met.get(match.id):
                continue
            ties = ties or Ties.of(session)
            profile = profiles[match.buddy_id]
            assert ties.may_meet(match.request, profile), match.state
            if match.state == MatchState.ASKED.value:
                assert profile.families < profile.max_families
        self.who_left_is_left_alone(session)

    def who_left_is_left_alone(self, session: Session) -> None:
        """Blocked is blocked in every help, and nothing runs on for who is no guardian, or cannot come in any more."""
        blocked = {
            frozenset((one.person_id, one.other_id))
            for one in session.scalars(select(KeptApart).where(KeptApart.by_school.is_(False)))
        }
        for match in session.scalars(select(Match).where(Match.state.in_(RUNNING))):
            if match.state == MatchState.HELPING.value:
                assert frozenset((match.asker_id, match.buddy_id)) not in blocked
            for person in (match.asker, match.buddy):
                assert person.closed_at is None
                assert any(one.ended_at is None for one in person.guardianships)
            mine = [one.child_id for one in match.asker.guardianships if one.ended_at is None]
            assert match.request.child_id in mine

    def no_request_stands_still(self, requests: Sequence[HelpRequest]) -> None:
        """An open request waits for somebody; a closed one keeps nobody waiting."""
        for request in requests:
            states = [match.state for match in request.matches]
            if request.state == RequestState.ASKING.value:
                assert MatchState.ASKED.value in states
                assert MatchState.ACCEPTED.value not in states
            elif request.state == RequestState.OFFERED.value:
                assert MatchState.ACCEPTED.value in states
            else:
                assert not WAITING & set(states)
                assert request.closed_at is not None

    def who_gets_no_help_hears_it(
        self, session: Session, noted: Sequence[Event], told: set[tuple[int, str]]
    ) -> None:
        """Where nobody could, asker and coordinator are told; who asked just now reads it as the answer."""
        facts = {one.subject_id: one for one in noted if one.kind is EventKind.NOBODY_HELPS}
        now = self.clock.now()
        query = select(HelpRequest).where(
            HelpRequest.state == RequestState.UNANSWERED.value, HelpRequest.closed_at == now
        )
        fresh = [one for one in session.scalars(query) if one.id not in self.unanswered]
        for request in fresh:
            self.unanswered.add(request.id)
            assert request.id in facts
            fact = facts[request.id]
            assert (self.people[COORDINATOR], "help_requests.nobody_to_school") in told
            assert fact.actor_id == request.asker_id or (request.asker_id, "help_requests.nobody") in told

    def ends_well(self) -> None:
        """When time passes and nobody does anything, every request gets its answer."""
        for _round in range(LONGEST_ROUNDS):
            with self.database.reading() as session:
                if not OPEN & set(session.scalars(select(HelpRequest.state))):
                    break
                self.clock.move(hours=7)
                assert help_requests.is_anything_due(session, self.tools)
            self.do(("care", 0, 0))
        with self.database.reading() as session:
            assert not OPEN & set(session.scalars(select(HelpRequest.state)))
            assert not WAITING & set(session.scalars(select(Match.state)))
            unanswered = set(
                session.scalars(
                    select(HelpRequest.id).where(HelpRequest.state == RequestState.UNANSWERED.value)
                )
            )
            assert unanswered == self.unanswered
            assert not help_requests.is_anything_due(session, self.tools)
            coordinator = self.person(session, COORDINATOR)
            page = repr(buddy_overview.overview(session, self.tools, coordinator))
            assert set(MARKED.findall(page)) <= self.for_coordinator


@pytest.fixture(scope="module")
def play() -> Callable[[Sequence[Deed], bool], Play]:
    """Plays deeds in a fresh copy of the school."""
    texts = Texts(catalogues(), MovableClock(start=START).zone)
    usual = tools_for(MovableClock(start=START))

    def run(done: Sequence[Deed], together: bool) -> Play:
        clock = MovableClock(start=START)
        tools = replace(usual, clock=clock, buddies=replace(usual.buddies, together=together))
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{Path(folder) / 'school.db'}")
            event.listen(database.engine, "connect", _quick)
            fill(database, make_fifty)
            with database.reading() as session:
                people = {number: person.id for number, person in people_of(session).items()}
                last = session.scalar(select(Outgoing.id).order_by(Outgoing.id.desc()).limit(1)) or 0
            made = Play(
                database,
                tools,
                texts,
                clock,
                school_rows(),
                people,
                {person: number for number, person in people.items()},
                told_until=last,
            )
            try:
                for deed in done:
                    made.do(deed)
                made.ends_well()
            finally:
                database.close()
        return made

    return run


def _quick(connection: Any, _record: object) -> None:
    """What is thrown away need not outlast a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
@given(done=deeds, together=st.booleans())
def test_any_sequence(
    play: Callable[[Sequence[Deed], bool], Play], done: list[Deed], *, together: bool
) -> None:
    """Nobody reads a text or a name not given to them, no limit is passed, every request is answered (002-buddy)."""
    play(done, together)
