"""A large school at once: classes of 25, every parent's answers with words and translations, one busy class."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.model.clock import Clock
from bot.model.people import Child, Group, Guardianship, Person, Teaching
from bot.model.preparation import Answer, Run
from bot.model.translation import Saying, Translation
from bot.services import preparation
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast, make_school, tools_for
from tests.web import school_year as year

OF_A_CLASS = 25
FIRST = 1_000_000  # no row of the cast has so high a number
BATCH = 20_000
MANY = 5  # messages, agreements and additions about the child of many words; one of each about the next
POLISH = "Moje dziecko jest spokojne i lubi budować z klocków. Czasem boi się hałasu."
DUTCH = "Mijn kind is rustig en bouwt graag met blokken. Soms is het bang voor lawaai."


@dataclass(frozen=True)
class Addresses:
    """Who reads, and the pages that are measured: name and address."""

    teacher: Person
    pages: Sequence[tuple[str, str]]


def large_school(database: Database, clock: Clock, children: int, answers: int) -> Addresses:
    """The school stands in the database; juf Marieke has the class of 25 and a class of two."""
    tools = tools_for(clock)
    cast = make_school(database, clock)
    with database.writing() as session:
        c = cast.at(session)
        first_run = preparation.begin(session, tools, c.agnieszka, c.kuba).run
        groups = [c.group_3a.id, *_groups(session, c, children // OF_A_CLASS)]
        people = _families(session, c, groups, children)
        _preparations(session, first_run, people, answers)
        for (child_id, person_id), many in zip(people[:2], (MANY, 1), strict=True):
            child, parent = session.get_one(Child, child_id), session.get_one(Person, person_id)
            _year(session, tools, c, child, parent, many)
        small = _small_class(session, c)
    return Addresses(
        cast.marieke,
        (
            ("class of 25", f"/desk/group/{cast.group_3a.id}"),
            ("class of 25, by last contact", f"/desk/group/{cast.group_3a.id}?sort=contact"),
            ("class of 2", f"/desk/group/{small}"),
            ("child of many words", f"/desk/child/{people[0][0]}"),
            ("child of few words", f"/desk/child/{people[1][0]}"),
        ),
    )


def _groups(session: Session, cast: Cast, number: int) -> list[int]:
    made = [Group(school_id=cast.school.id, name=f"L{one}") for one in range(1, number)]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def _families(session: Session, cast: Cast, groups: Sequence[int], children: int) -> list[tuple[int, int]]:
    """Child and parent, by id; the first 23 complete the class of Kuba and Abel."""
    ids = range(FIRST, FIRST + children)
    place = [0] * (OF_A_CLASS - 2) + [1 + one // OF_A_CLASS for one in range(children)]
    session.execute(
        insert(Person),
        [
            {
                "id": one,
                "roster_id": f"large-p-{one}",
                "school_id": cast.school.id,
                "name": f"Ouder {one - FIRST}",
            }
            | {"language": "pl", "language_chosen": True}
            for one in ids
        ],
    )
    session.execute(
        insert(Child),
        [
            {"id": one, "roster_id": f"large-k-{one}", "first_name": f"Kind {one - FIRST}", "grade": 3}
            | {"group_id": groups[min(place[one - FIRST], len(groups) - 1)]}
            for one in ids
        ],
    )
    session.execute(
        insert(Guardianship),
        [
            {"id": one, "person_id": one, "child_id": one, "relation": "mother", "authority": True}
            for one in ids
        ],
    )
    return [(one, one) for one in ids]


def _preparations(session: Session, like: Run, people: Sequence[tuple[int, int]], answers: int) -> None:
    """The answers stand in the runs of this year and of years before, words and translation with each."""
    questions = [one.id for one in preparation.script_of(like).questions]
    now = like.started_at
    per_child = answers // len(people)
    numbers = count(FIRST)
    runs: list[dict[str, Any]] = []
    rows: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = []
    for child_id, person_id in people:
        for start in range(0, per_child, len(questions)):
            run_id = next(numbers)
            dialog = preparation.BEGIN if start == 0 else f"earlier_{start}"
            runs.append(
                {"id": run_id, "person_id": person_id, "child_id": child_id, "dialog": dialog}
                | {"digest": like.digest, "state": like.state}
                | {"started_at": now, "touched_at": now, "reviewed_at": now}
            )
            for question in questions[: per_child - start]:
                one = next(numbers)
                rows.append(
                    (
                        {"id": one, "author_id": person_id, "child_id": child_id, "original": POLISH}
                        | {"language": "pl", "detected_language": "pl", "said_at": now},
                        {"id": one, "run_id": run_id, "question": question, "choices": [], "saying_id": one}
                        | {"typed_by_id": person_id, "sensitive": False, "share": "shared"}
                        | {"answered_at": now, "shared_at": now},
                        {"id": one, "saying_id": one, "language": "nl", "words": DUTCH, "origin": "machine"}
                        | {"state": "done", "attempts": 0, "asked_at": now, "made_at": now},
                    )
                )
    session.execute(insert(Run), runs)
    for first in range(0, len(rows), BATCH):
        some = rows[first : first + BATCH]
        for place, table in enumerate((Saying, Answer, Translation)):
            session.execute(insert(table), [row[place] for row in some])


def _year(session: Session, tools: Tools, cast: Cast, child: Child, parent: Person, many: int) -> None:
    """So many messages of both sides, agreements and additions, and a talk about one child."""
    for number in range(many):
        year.write(session, tools, cast.marieke, child, parent, f"{DUTCH} {number}")
        year.write(session, tools, parent, child, parent, f"{POLISH} {number}")
        year.propose(session, tools, cast.marieke, child, f"Samen lezen jullie elke avond. {number}")
        year.add(session, tools, parent, child, f"{POLISH} {number}")
    year.plan(session, tools, cast.marieke, child)


def _small_class(session: Session, cast: Cast) -> int:
    """A class of two of the same teacher."""
    small = session.scalars(select(Group).where(Group.name == "L1")).one()
    mine = session.scalars(select(Child).where(Child.group_id == small.id).limit(2)).all()
    made = Group(school_id=cast.school.id, name="Klein")
    session.add(made)
    session.flush()
    for child in mine:
        child.group_id = made.id
    session.add(Teaching(person_id=cast.marieke.id, group_id=made.id))
    session.flush()
    return made.id
