"""A school of fifty people for plays, and the rules of who may meet whom, reckoned once more from the bare rows.

Whoever is named here can be told from everybody else: parent 7 is "Wie7w Achter7a", a child "Kind7k", a group
"Groep1g". Nothing of `bot.services` decides here.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.buddies import CODE_VERSION, BuddyProfile, BuddyState, KeptApart, Task
from bot.model.clock import MovableClock
from bot.model.help_requests import HelpRequest, Match, MatchState
from bot.model.people import Child, Door, Guardianship, Person, Post, Teaching
from bot.services import buddies, help_requests, messages, roster, sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import open_door, tools_for
from tests.storage.ready import make_tables

START = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
PEOPLE, FAMILIES, GROUPS = 50, 36, 4
LEAD, COORDINATOR, TEACHER = 47, 48, 49  # these have no child at school
PARENT_WHO_TEACHES = 46
LANGUAGES = ("pl", "ti", "ar")
NAMED = re.compile(r"Wie(\d+)w")
SURNAMED = re.compile(r"Achter(\d+)a")
CHILD_NAMED = re.compile(r"Kind(\d+)k")
GROUP_NAMED = re.compile(r"Groep\d+g")
MARKED = re.compile(r"zq\d+qz")
COLUMNS = (
    "school;school_type;group;grade;child_id;child_first_name;person_id;person_name;role;relation;authority"
)
TAKING_A_PLACE = (MatchState.ACCEPTED.value, MatchState.HELPING.value)


def mark(number: int) -> str:
    """A word that stands in one text only."""
    return f"zq{number}qz"


def school_rows() -> list[roster.Row]:
    """Families of one child, some with two guardians, some whose guardians have a child with others; and staff."""
    tied = [(child, child) for child in range(FAMILIES)]
    tied += [(person, person - FAMILIES) for person in range(FAMILIES, LEAD)]  # a second guardian
    tied += [(10, 11), (11, 12), (36, 20)]  # a ring of families
    lines = [
        _line(f"Groep{child % GROUPS}g;3;k{child};Kind{child}k", person, "guardian;mother;yes")
        for person, child in tied
    ]
    lines += [_line(f"Groep{group}g;;;", TEACHER, "teacher;;") for group in range(GROUPS)]
    lines += [_line("Groep0g;;;", PARENT_WHO_TEACHES, "teacher;;")]
    lines += [_line(";;;", LEAD, "lead;;"), _line(";;;", COORDINATOR, "coordinator;;")]
    rows, problems = roster.read_roster(f"{COLUMNS};language\n{''.join(lines)}".encode())
    assert not problems
    return list(rows)


def _line(place: str, person: int, role: str) -> str:
    return f"De Vijftig;bao;{place};p{person};Wie{person}w Achter{person}a;{role};en\n"


def make_fifty(database: Database) -> None:
    """Everybody stands in the database with a confirmed door; sixteen help already, half of them one family at most.

    Every third child's first guardian has a message from school, which carries mark(1000 + number of the child).
    """
    make_tables(database)
    clock = MovableClock(start=START)
    tools = tools_for(clock)
    with database.writing() as session:
        roster.apply(session, tools, school_rows())
        people = people_of(session)
        assert len(people) == PEOPLE
        for number, person in people.items():
            open_door(session, clock, person)
            if person.guardianships:
                help_requests.agree(session, tools, person)
            if person.guardianships and number % 3 == 0:
                child = person.guardianships[0].child
                said = sayings.keep(
                    session, tools, people[TEACHER], f"Sport {mark(1000 + number)}", child=child
                )
                messages.write(session, tools, people[TEACHER], child, person, said)
        for number in range(0, 32, 2):
            profile = make_offer(session, tools, people[number], number)
            buddies.approve(session, tools, people[COORDINATOR], profile, "")
        session.info.clear()


def make_offer(session: Session, tools: Tools, person: Person, way: int) -> BuddyProfile:
    """This parent offers help; what exactly hangs on the number."""
    tasks = [task.value for place, task in enumerate(Task) if (way >> place) % 3 != 1]
    groups = buddies.groups_of(session, person.school_id)
    return buddies.offer(
        session,
        tools,
        person,
        languages=[LANGUAGES[way % 3], LANGUAGES[way // 2 % 2]],
        tasks=tasks or [Task.EXPLAIN.value],
        times=[],
        group_ids=[groups[0].id, groups[1].id] if way % 8 == 6 else [],
        max_families=1 + way // 2 % 2,
        code_version=CODE_VERSION,
    )


def people_of(session: Session) -> dict[int, Person]:
    """Everybody, by number."""
    return {int(person.roster_id[1:]): person for person in session.scalars(select(Person))}


def families_of(session: Session) -> dict[int, int]:
    """How many different parents each buddy helps, or has said yes to: person -> number."""
    askers: dict[int, set[int]] = defaultdict(set)
    query = select(Match.buddy_id, Match.asker_id).where(Match.state.in_(TAKING_A_PLACE))
    for buddy_id, asker_id in session.execute(query):
        askers[buddy_id].add(asker_id)
    return {buddy_id: len(found) for buddy_id, found in askers.items()}


@dataclass(frozen=True)
class Ties:
    """Everything that keeps people from being brought together, as it stands now."""

    guardians: frozenset[tuple[int, int]]  # person and child, ended ones too
    guardians_now: frozenset[tuple[int, int]]
    apart: frozenset[frozenset[int]]
    staff: frozenset[int]
    cannot_come_in: frozenset[int]
    group_of: dict[int, int]

    @classmethod
    def of(cls, session: Session) -> "Ties":
        """Read row by row."""
        ties = list(session.scalars(select(Guardianship)))
        works = [
            *session.scalars(select(Teaching.person_id).where(Teaching.ended_at.is_(None))),
            *session.scalars(select(Post.person_id).where(Post.ended_at.is_(None))),
        ]
        closed = set(session.scalars(select(Person.id).where(Person.closed_at.is_not(None))))
        doors = {door.person_id for door in session.scalars(select(Door)) if door.reads_back}
        everybody = set(session.scalars(select(Person.id)))
        return cls(
            frozenset((one.person_id, one.child_id) for one in ties),
            frozenset((one.person_id, one.child_id) for one in ties if one.ended_at is None),
            frozenset(frozenset((one.person_id, one.other_id)) for one in session.scalars(select(KeptApart))),
            frozenset(works),
            frozenset(closed | (everybody - doors)),
            {child.id: child.group_id for child in session.scalars(select(Child))},
        )

    def circle(self, person_id: int) -> set[int]:
        """The guardians of all children of all guardians of the person's children."""
        people = {person_id}
        for _step in range(2):
            children = {child for person, child in self.guardians if person in people}
            people |= {person for person, child in self.guardians if child in children}
        return people

    def may_meet(self, request: HelpRequest, profile: BuddyProfile) -> bool:
        """Whether this buddy may be brought together with who asked, whatever the families."""
        buddy_id, group_id = profile.person_id, self.group_of[request.child_id]
        own_groups = {self.group_of[child] for person, child in self.guardians_now if person == buddy_id}
        welcome = {one.group_id for one in profile.groups}
        return (
            profile.state == BuddyState.APPROVED.value
            and profile.code_version == CODE_VERSION
            and request.language in {one.language for one in profile.languages}
            and request.task in {one.task for one in profile.tasks}
            and (not welcome or group_id in welcome)
            and (request.same_group or group_id not in own_groups)
            and bool(own_groups)
            and buddy_id not in self.circle(request.asker_id)
            and frozenset((buddy_id, request.asker_id)) not in self.apart
            and buddy_id not in self.staff
            and buddy_id not in self.cannot_come_in
        )
