"""Matching one request among 10,000 buddies: a common language, a rare one, one nobody speaks; and many past requests.

Each request is asked for in a transaction that is taken back, so that every round meets the same school. The floor is
what SQLite itself takes for the bare question by hand: the first free buddy of the school who speaks the language
and offers the kind of help, without asking whom they may not meet.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.model.base import Base
from bot.model.buddies import (
    CODE_VERSION,
    BuddyGroup,
    BuddyLanguage,
    BuddyProfile,
    BuddyState,
    BuddyTask,
    KeptApart,
    Task,
)
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.people import Child, Door, Group, Guardianship, Person
from bot.model.privacy import Consent, ConsentPurpose
from bot.services import help_requests, matching
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.bench.counting import counted
from tests.cast import Cast, make_school, tools_for

AT = datetime(2026, 10, 5, 18, 0, tzinfo=UTC)
FIRST = 1_000_000  # no row of the cast has so high a number
BATCH = 20_000
GROUPS, ASKERS = 40, 40
COMMON, RARE, NONE = "pl", "so", "ti"  # a third speaks the first, five buddies the second, nobody the third
RARE_SPEAKERS = 5
OTHERS = tuple(language for language in SHIPPED_LANGUAGES if language not in {COMMON, RARE, NONE})
SHARE_OF_COMMON, SHARE_OF_CHOOSY, SHARE_OF_HELPED, SHARE_OF_ASKED = 0.3, 0.25, 0.7, 0.8
BY_HAND = """
SELECT p.id FROM buddy_profile p
WHERE p.school_id = :school AND p.state = 'approved' AND p.families < 3
AND EXISTS (SELECT 1 FROM buddy_language l WHERE l.profile_id = p.id AND l.language = :language)
AND EXISTS (SELECT 1 FROM buddy_task t WHERE t.profile_id = p.id AND t.task = 'understand')
ORDER BY p.families, p.asked_at LIMIT 1
"""
Row = dict[str, Any]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Measured:
    """One language, in milliseconds."""

    find_ms: list[float]  # who is asked
    ask_ms: list[float]  # the whole request
    floor_ms: list[float]
    statements: set[int]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--buddies", type=int, default=10_000, help="approved buddies (default 10000)")
    parser.add_argument(
        "--past", type=int, default=100_000, help="past requests, with a match (default 100000)"
    )
    parser.add_argument("--rounds", type=int, default=200, help="requests per language (default 200)")
    parser.add_argument("--plan", action="store_true", help="print how SQLite looks for a buddy")


def run(options: argparse.Namespace) -> None:
    """The figures are printed, without past requests and with them."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'school.db'}")
        metadata.create_all(database.engine)
        clock = MovableClock(start=AT)
        tools = tools_for(clock)
        cast = make_school(database, clock)
        with database.writing() as session:
            _Town(session, cast, options.buddies).build()
        print(f"{options.buddies} buddies, {options.rounds} requests per language")
        without = _measured(database, tools, cast, options)
        _print_all("0 past requests", without)
        with database.writing() as session:
            _remember(session, options.past, options.buddies)
        with_past = _measured(database, tools, cast, options)
        _print_all(f"{options.past} past requests", with_past)
        for language, one in with_past.items():
            find, ask = (
                _growth(without[language].find_ms, one.find_ms),
                _growth(without[language].ask_ms, one.ask_ms),
            )
            print(
                f"{language}: with the past, matching takes {find:.2f} x, the whole request {ask:.2f} x (p50)"
            )
        if options.plan:
            _print_plan(database)
        database.close()


def _growth(before: list[float], after: list[float]) -> float:
    return statistics.median(after) / statistics.median(before)


def _measured(
    database: Database, tools: Tools, cast: Cast, options: argparse.Namespace
) -> dict[str, Measured]:
    return {
        language: _asked(database, tools, cast, language, options.rounds) for language in (COMMON, RARE, NONE)
    }


def _asked(database: Database, tools: Tools, cast: Cast, language: str, rounds: int) -> Measured:
    measured = Measured([], [], [], set())
    for number in range(-3, rounds):  # the first few warm up, and are counted
        with _taken_back(database) as session:
            asker = session.get_one(Person, FIRST + number % ASKERS)
            child = session.get_one(Child, FIRST + number % ASKERS)

            def ask(session: Session = session, asker: Person = asker, child: Child = child) -> HelpRequest:
                return help_requests.ask(
                    session, tools, asker, child, language=language, task=Task.UNDERSTAND.value
                )

            if number < 0:
                with counted(database) as sent:
                    ask()
                measured.statements.add(len(sent))
                continue
            request, took_ms = _timed(ask)
            measured.ask_ms.append(took_ms)
            find = partial(matching.find, session, tools, request, 1)
            measured.find_ms.append(_timed(find)[1])
            by_hand = partial(_by_hand, session, cast.school.id, language)
            measured.floor_ms.append(_timed(by_hand)[1])
    return measured


@contextmanager
def _taken_back(database: Database) -> Iterator[Session]:
    with Session(database.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


def _timed(do: Callable[[], Made]) -> tuple[Made, float]:
    started = time.perf_counter()
    made = do()
    return made, (time.perf_counter() - started) * 1000


def _by_hand(session: Session, school_id: int, language: str) -> object:
    return (
        session.connection().exec_driver_sql(BY_HAND, {"school": school_id, "language": language}).fetchall()
    )


def _print_all(when: str, measured: dict[str, Measured]) -> None:
    for language, one in measured.items():
        floor = statistics.median(one.floor_ms)
        statements = "/".join(str(count) for count in sorted(one.statements))
        print(
            f"{when:22} {language}: matching {_spread(one.find_ms)}, "
            f"{statistics.median(one.find_ms) / floor:5.1f} x the floor of {floor:.2f} ms;   "
            f"whole request {_spread(one.ask_ms)}, {statements} statements"
        )


def _spread(waits: list[float]) -> str:
    in_order = sorted(waits)
    return f"p50 {statistics.median(in_order):6.2f} ms p95 {in_order[int(len(in_order) * 0.95)]:6.2f} ms"


def _print_plan(database: Database) -> None:
    """How SQLite looks for a buddy; the statement is the one that is sent."""
    with _taken_back(database) as session:
        request = HelpRequest(
            id=-1,
            asker_id=FIRST,
            child=session.get_one(Child, FIRST),
            language=RARE,
            task=Task.UNDERSTAND.value,
            same_group=False,
        )
        tools = tools_for(MovableClock(start=AT))
        with counted(database) as sent:
            matching.find(session, tools, request, 1)
        for row in session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {sent[-1]}", (None,) * sent[-1].count("?")
        ):
            print("  ", row[-1])


class _Town:
    """Buddies with a child each, and guardians who ask; made row by row, past the services."""

    def __init__(self, session: Session, cast: Cast, buddies: int) -> None:
        self.session = session
        self.school_id = cast.school.id
        self.by_id = cast.karin.id
        self.buddies = buddies
        self.random = random.Random(7)  # noqa: S311 - no secret
        self.groups = [FIRST + number for number in range(GROUPS)]

    def build(self) -> None:
        """Everybody stands in the database."""
        self._put(
            Group,
            [{"id": one, "school_id": self.school_id, "name": f"B{one - FIRST}"} for one in self.groups],
        )
        everybody = range(FIRST, FIRST + ASKERS + self.buddies)
        self._families(everybody)
        askers, buddies = everybody[:ASKERS], everybody[ASKERS:]
        given = {"purpose": ConsentPurpose.BUDDY.value, "given_at": AT - timedelta(days=30)}
        self._put(Consent, [{"id": one, "person_id": one, **given} for one in askers])
        self._put(BuddyProfile, [self._profile(one) for one in buddies])
        self._put(BuddyLanguage, [row for one in buddies for row in self._languages(one)])
        self._put(BuddyTask, [row for one in buddies for row in self._tasks(one)])
        self._put(BuddyGroup, [row for one in buddies for row in self._own_groups(one)])
        self._put(
            KeptApart,
            [
                {"person_id": one, "other_id": self.random.choice(buddies), "by_school": False}
                | {"made_by_id": one, "made_at": AT}
                for one in askers
            ],
        )

    def _put(self, table: type[Base], rows: Sequence[Row]) -> None:
        for first in range(0, len(rows), BATCH):
            self.session.execute(insert(table), rows[first : first + BATCH])

    def _families(self, people: Sequence[int]) -> None:
        """Each has a child in some group, every fifth shares it with the one before; and a confirmed door."""
        child_of = [one - 1 if number % 5 == 4 else one for number, one in enumerate(people)]
        self._put(
            Person,
            [
                {"id": one, "roster_id": f"b-p-{one}", "school_id": self.school_id}
                | {"name": f"Ouder{one - FIRST} Bos", "language": "nl", "language_chosen": True}
                for one in people
            ],
        )
        self._put(
            Child,
            [
                {"id": one, "roster_id": f"b-k-{one}", "first_name": f"Kind{one - FIRST}", "grade": 3}
                | {"group_id": self.random.choice(self.groups)}
                for one in people
            ],
        )
        tied = [(one, one) for one in people] + [
            (one, child) for one, child in zip(people, child_of, strict=True) if one != child
        ]
        self._put(
            Guardianship,
            [
                {"person_id": one, "child_id": child, "relation": "mother", "authority": True}
                for one, child in tied
            ],
        )
        self._put(
            Door,
            [
                {"id": one, "person_id": one, "kind": "telegram", "address": str(one), "state": {}}
                | {"joined_at": AT, "confirmed_at": AT, "welcomed_at": AT}
                for one in people
            ],
        )

    def _profile(self, one: int) -> Row:
        most = self.random.choice((1, 2, 3, 3, 3))
        asked = self.random.random() < SHARE_OF_ASKED
        return {
            "id": one,
            "person_id": one,
            "school_id": self.school_id,
            "state": BuddyState.APPROVED.value,
            "max_families": most,
            "families": min(most, self.random.choice((0, 0, 0, 1, 1, 2, 3))),
            "code_version": CODE_VERSION,
            "code_accepted_at": AT,
            "offered_at": AT - timedelta(days=300),
            "approved_at": AT - timedelta(days=290),
            "decided_by_id": self.by_id,
            "asked_at": AT - timedelta(minutes=self.random.randrange(400_000)) if asked else None,
        }

    def _languages(self, one: int) -> Iterator[Row]:
        """Everybody speaks one or two of the others; only some the common one, a few the rare one."""
        spoken = {self.random.choice(OTHERS), self.random.choice(OTHERS)}
        if self.random.random() < SHARE_OF_COMMON:
            spoken.add(COMMON)
        if one >= FIRST + ASKERS + self.buddies - RARE_SPEAKERS:
            spoken.add(RARE)
        yield from ({"profile_id": one, "language": language} for language in sorted(spoken))

    def _tasks(self, one: int) -> Iterator[Row]:
        some = self.random.sample(tuple(Task), self.random.randint(2, len(Task)))
        yield from ({"profile_id": one, "task": task.value} for task in some)

    def _own_groups(self, one: int) -> Iterator[Row]:
        """A quarter helps families of a few groups only."""
        if self.random.random() < SHARE_OF_CHOOSY:
            yield from (
                {"profile_id": one, "group_id": group} for group in self.random.sample(self.groups, 3)
            )


def _remember(session: Session, past: int, buddies: int) -> None:
    """So many requests of years before, most of them helped; the ones who ask now asked their share."""
    draw = random.Random(11)  # noqa: S311 - no secret
    for first in range(0, past, BATCH):
        requests: list[Row] = []
        matches: list[Row] = []
        for one in range(FIRST + first, FIRST + min(past, first + BATCH)):
            asker = FIRST + draw.randrange(ASKERS + buddies)
            at = AT - timedelta(minutes=draw.randrange(10_000, 1_000_000))
            helped = draw.random() < SHARE_OF_HELPED
            state = RequestState.HELPED if helped else RequestState.WITHDRAWN
            requests.append(
                {"id": one, "asker_id": asker, "child_id": asker, "language": draw.choice((COMMON, *OTHERS))}
                | {"task": draw.choice(tuple(Task)).value, "masked": [], "state": state.value}
                | {"asked_at": at, "answer_by": at, "answered_at": at, "closed_at": at}
            )
            matches.append(
                {"id": one, "request_id": one, "asker_id": asker}
                | {"buddy_id": FIRST + ASKERS + draw.randrange(buddies)}
                | {"state": (MatchState.ENDED if helped else MatchState.NOT_NEEDED).value}
                | {"asked_at": at, "answer_by": at, "answered_at": at, "started_at": at if helped else None}
                | {"ended_at": at if helped else None}
            )
        session.execute(insert(HelpRequest), requests)
        session.execute(insert(Match), matches)
