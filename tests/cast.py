"""The one cast of all tests: two schools, their people, and doors to talk through.

The entities a `Cast` holds are detached and loaded; inside a transaction use `cast.at(session)`,
which is the same cast with every entity fetched in that session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content import dialogs
from bot.content.catalogues import SHIPPED_LANGUAGES, Catalogues
from bot.content.school_words_file import read_school_words
from bot.content.shipped import PACKAGE, shipped
from bot.dialog.script import Script
from bot.model.clock import Clock, MovableClock
from bot.model.people import Child, Door, DoorKind, Group, Person, School
from bot.model.privacy import NOTICE_VERSION, Acknowledgement, Consent, ConsentPurpose
from bot.model.school_words import SchoolWords
from bot.services import roster
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.translation.detection import Detector
from bot.translation.phrasebook import Phrasebook
from bot.translation.school_words import SchoolWordFinder
from tests.storage.ready import fill, make_tables

BEGIN = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)  # where the clock of the tests stands, noon at the school
LANGUAGES = ("nl", "pl", "en")  # that are on; no native reader has approved Polish and English yet
PUBLIC_URL = "https://praat.example"
DEMO_ROSTER = PACKAGE / "demo_school" / "roster.csv"
OTHER_SCHOOL = """\
school;school_type;group;grade;child_id;child_first_name;person_id;person_name;role;relation;authority;language
Basisschool De Overkant;bao;5C;5;k-max;Max;p-victor;Victor Smit;guardian;father;ja;nl
Basisschool De Overkant;bao;5C;;;;s-olga;juf Olga;teacher;;;nl
"""


@cache
def detector() -> Detector:
    """One detector for the whole run; it takes a second to load."""
    return Detector(LANGUAGES)


@cache
def catalogues() -> Catalogues:
    """The catalogues of the languages that are on in tests, read once for the whole run."""
    return Catalogues(shipped("locales")).only(LANGUAGES)


@cache
def shipped_scripts() -> Mapping[str, Script]:
    """The shipped dialogs, read once for the whole run."""
    return dialogs.load([shipped("dialogs")], catalogues().only(SHIPPED_LANGUAGES)).scripts


@cache
def shipped_school_words() -> SchoolWords:
    """The shipped words of the school, read once for the whole run."""
    return read_school_words()[0]


@cache
def school_word_finder() -> SchoolWordFinder:
    """One finder of the shipped words for the whole run; to make one takes a twentieth of a second."""
    return SchoolWordFinder(shipped_school_words())


def tools_for(clock: Clock) -> Tools:
    """The shipped scripts and languages, no phrases, no translator, the bot's name known."""
    return Tools(
        clock=clock,
        scripts=shipped_scripts(),
        languages=LANGUAGES,
        phrasebook=Phrasebook(()),
        detector=detector(),
        translates=False,
        public_url=PUBLIC_URL,
        telegram_name="wilg_bot",
        school_words=school_word_finder(),
    )


@dataclass(frozen=True)
class Cast:
    """Everybody. Kuba has two guardians who live apart; Zosia's only guardian is Agnieszka."""

    school: School
    other_school: School
    group_3a: Group
    group_6b: Group
    other_group: Group
    kuba: Child  # groep 3, group 3A; guardians Agnieszka and Pieter
    zosia: Child  # groep 6, group 6B; guardian Agnieszka
    abel: Child  # groep 3, group 3A; guardian Selam
    lena: Child  # groep 6, group 6B; guardian Ewa
    other_child: Child  # Victor's child, at the other school
    agnieszka: Person  # mother of Kuba and Zosia, authority, Polish
    pieter: Person  # father of Kuba, authority, Dutch, lives apart
    marieke: Person  # teaches 3A
    joris: Person  # teaches 6B
    ewa: Person  # mother of Lena, Polish
    selam: Person  # mother of Abel, English for now, wishes Tigrinya
    hanneke: Person  # lead of the school
    karin: Person  # coordinator of the school
    victor: Person  # a stranger: guardian at the other school
    olga: Person  # teacher at the other school

    def at(self, session: Session) -> "Cast":
        """The same cast, every entity fetched in this session."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return Cast(**{name: session.get_one(type(entity), entity.id) for name, entity in own.items()})


def make_school(database: Database, clock: Clock) -> Cast:
    """The whole cast stands in the database, imported from rosters; nobody has joined."""
    tools = tools_for(clock)
    with database.writing() as session:
        for roster_text in (DEMO_ROSTER.read_bytes(), OTHER_SCHOOL.encode()):
            rows, problems = roster.read_roster(roster_text)
            assert not problems
            roster.apply(session, tools, rows)
        return _everybody(session)


def copy_school(database: Database, clock: Clock) -> Cast:
    """The same as `make_school` in a database that has nothing but its tables; on SQLite a copy, which is faster."""
    if database.shared or clock.now() != BEGIN:
        return make_school(database, clock)
    fill(database, _make_tables_and_school)
    with database.writing() as session:
        return _everybody(session)


def _make_tables_and_school(database: Database) -> None:
    make_tables(database)
    make_school(database, MovableClock(start=BEGIN))


def _everybody(session: Session) -> Cast:
    schools = {school.name: school for school in session.scalars(select(School))}
    groups = {group.name: group for group in session.scalars(select(Group))}
    children = {child.first_name: child for child in session.scalars(select(Child))}
    people = {person.roster_id.partition("-")[2]: person for person in session.scalars(select(Person))}
    return Cast(
        school=schools["Basisschool De Wilg"],
        other_school=schools["Basisschool De Overkant"],
        group_3a=groups["3A"],
        group_6b=groups["6B"],
        other_group=groups["5C"],
        kuba=children["Kuba"],
        zosia=children["Zosia"],
        abel=children["Abel"],
        lena=children["Lena"],
        other_child=children["Max"],
        **people,
    )


def open_door(
    session: Session,
    clock: Clock,
    person: Person,
    kind: DoorKind = DoorKind.WEB,
    address: str | None = None,
    *,
    confirmed: bool = True,
    welcomed: bool = True,
    secret_digest: str | None = None,
) -> Door:
    """A door of the person is open; unless told otherwise it is confirmed and the welcome is finished."""
    now = clock.now()
    number = len(session.scalars(select(Door.id)).all()) + 1
    door = Door(
        person=session.get_one(Person, person.id),
        kind=kind.value,
        address=address or (str(1_000 + number) if kind is DoorKind.TELEGRAM else f"chat-{number}"),
        secret_digest=secret_digest,
        joined_at=now,
        confirmed_at=now if confirmed else None,
        welcomed_at=now if welcomed else None,
        state={},
    )
    session.add(door)
    if welcomed:
        _finish_welcome(session, clock, person, kind)
    session.flush()
    return door


def _finish_welcome(session: Session, clock: Clock, person: Person, kind: DoorKind) -> None:
    known = session.scalar(select(Acknowledgement.id).where(Acknowledgement.person_id == person.id))
    if known is None:
        session.add(
            Acknowledgement(person_id=person.id, notice_version=NOTICE_VERSION, acknowledged_at=clock.now())
        )
    if kind is DoorKind.TELEGRAM:
        session.add(Consent(person_id=person.id, purpose=ConsentPurpose.TELEGRAM.value, given_at=clock.now()))
