"""A school whose parents have all joined: every chat is a confirmed Telegram door of the parent of one child."""

from collections.abc import Sequence
from pathlib import Path

from bot.model.clock import Clock
from bot.model.people import Child, Door, DoorKind, Group, Guardianship, Person, School, Teaching
from bot.model.privacy import NOTICE_VERSION, Acknowledgement, Consent, ConsentPurpose
from bot.storage import migrations
from bot.storage.database import Database

LANGUAGE = "pl"
GRADE = 3
SCHOOL_TYPE = "bao"
FIRST_CHAT = 100_001
LANGUAGES_ON = f"languages: [nl, {LANGUAGE}]\n"  # the lead switched theirs on, in school.yaml
FILE_NAME = "oudergesprek.db"  # as the program itself calls it in DATA_DIR


def sqlite_url(folder: Path) -> str:
    """The database of a program whose DATA_DIR is this folder."""
    return f"sqlite:///{folder / FILE_NAME}"


def open_school(url: str, chats: Sequence[int]) -> None:
    """The schema stands in an empty database, and in it juf Marieke's class, one parent and child for each chat."""
    database = Database(url)
    migrations.migrate(database.engine)
    now = Clock().now()
    with database.writing() as session:
        school = School(name="De Wilg", type=SCHOOL_TYPE)
        group = Group(name="3A", school=school)
        teacher = Person(
            roster_id="s-marieke", school=school, name="juf Marieke", language="nl", language_chosen=True
        )
        session.add(Teaching(person=teacher, group=group))
        for chat in chats:
            person = Person(
                roster_id=f"p-{chat}",
                school=school,
                name="Agnieszka",
                language=LANGUAGE,
                language_chosen=True,
            )
            child = Child(roster_id=f"k-{chat}", first_name="Kuba", group=group, grade=GRADE)
            session.add(Guardianship(person=person, child=child, relation="mother", authority=True))
            session.flush()
            session.add_all(
                [
                    Door(
                        person=person,
                        kind=DoorKind.TELEGRAM.value,
                        address=str(chat),
                        joined_at=now,
                        confirmed_at=now,
                        welcomed_at=now,
                        state={},
                    ),
                    Acknowledgement(person_id=person.id, notice_version=NOTICE_VERSION, acknowledged_at=now),
                    Consent(person_id=person.id, purpose=ConsentPurpose.TELEGRAM.value, given_at=now),
                ]
            )
    database.close()
