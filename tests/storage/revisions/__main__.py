"""Plays a year of the invented school and keeps its rows for the tests of all later migrations."""

import sys
import tempfile
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.content.shipped import shipped
from bot.content.talks import read_talks
from bot.demo.play import play
from bot.model.agreements import Result
from bot.model.clock import MovableClock
from bot.model.drafts import DraftKind
from bot.model.messages import DeadLetter
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.model.report import ReportRelease
from bot.model.rhythm import Gathered, Reminder
from bot.model.suggestion import LanguageSuggestion
from bot.model.transcript import Transcript, TranscriptState
from bot.model.workers import Lease, SharedBudget
from bot.services import (
    dossier,
    drafts,
    help,  # noqa: A004 - a subject of ours
    looking_back,
    messages,
    passes,
    report,
    rhythm,
    teacher_preparation,
)
from bot.services.sayings import keep
from bot.services.tools import Tools
from bot.storage import migrations
from bot.storage.database import Database
from tests.storage import rows
from tests.storage.revisions import FOLDER
from tests.talks.doors import Direct
from tests.talks.school import School, open_school
from tests.web import school_year


def main() -> None:
    """The file of the newest revision stands beside this one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/school.db"
        database = Database(url)
        migrations.migrate(database.engine)
        school = open_school(url, MovableClock(start=datetime(2026, 9, 1, 10, 0, tzinfo=UTC)))
        play_talks(school)
        play_year(school)
        found = rows.read(database.engine)
        school.database.close()
        database.close()
    target = FOLDER / f"{migrations.newest_revision()}.json"
    target.write_text(rows.text_of(found), encoding="utf-8")
    empty = [name for name, of_table in found.items() if not of_table]
    sys.stdout.write(
        f"{target.name}: {target.stat().st_size} bytes; without a row: {', '.join(empty) or 'none'}\n"
    )


def play_talks(school: School) -> None:
    """Pieter and Agnieszka prepare for Kuba, Selam for Abel; Agnieszka stands at her second question."""
    talks = {talk.name: talk for talk in read_talks(shipped("dialogs") / "begin")}
    with Direct(school) as door:
        for name in ("pieter", "selam"):
            play(talks[name], door, school.clock)


def play_year(school: School) -> None:
    """One talk is planned, one agreement stands, one is discussed; somebody writes, asks for help and signs in."""
    tools = school.tools
    with school.database.writing() as session:
        cast = school.cast.at(session)
        school_year.plan(
            session, tools, cast.marieke, cast.kuba, goal_words="Hoe gaat het met Kuba in groep 3?"
        )
        agreed = school_year.propose(session, tools, cast.marieke, cast.kuba, "Thuis lezen wij samen.")
        for guardian in (cast.agnieszka, cast.pieter):
            school_year.remark(session, tools, guardian, agreed.current, "Samen lezen, elke dag.")
            school_year.confirm(session, tools, guardian, agreed.current)
        discussed = school_year.propose(
            session, tools, cast.marieke, cast.abel, "Abel wijst aan wat hij wil."
        )
        school_year.remark(session, tools, cast.selam, discussed.current, "Not yet.", wish=True)
        entry = school_year.add(session, tools, cast.agnieszka, cast.kuba, "Kuba ma nowe okulary.")
        school_year.record(session, tools, entry.saying)
        school_year.translate(session, tools, entry.saying, "nl", "Kuba heeft nieuwe glazen.", "machine")
        school_year.correct(session, tools, cast.marieke, entry.saying, "nl", "Kuba heeft een nieuwe bril.")
        written = school_year.write(
            session, tools, cast.pieter, cast.kuba, cast.pieter, "Kuba is morgen ziek."
        )
        messages.mark_read(session, tools, cast.marieke, written)
        help.ask(session, tools, cast.selam, cast.abel, "phone")
        dossier.look(session, tools, cast.marieke, cast.kuba, "dossier", as_staff=True)
        passes.exchange(session, tools, passes.issue(session, tools, cast.marieke, "desk"), PassPurpose.DESK)
        keep(session, tools, cast.agnieszka, "Nie dla szkoły.", child=cast.zosia, language="pl")
        prepares = drafts.Form(cast.kuba, DraftKind.PREPARATION)
        drafts.write(session, tools, cast.marieke, prepares, "BL02", "Kuba helpt anderen.", 0)
        typed = drafts.fingerprint(drafts.find(session, tools, cast.marieke, prepares))
        teacher_preparation.share(session, tools, cast.marieke, cast.kuba, typed)
        shown = school_year.show_report(session, tools, cast.marieke, cast.kuba)
        said = keep(session, tools, cast.pieter, "Zo zei ik het niet.", child=cast.kuba)
        report.react(session, tools, cast.pieter, shown, "wrong", said)
        talk = school_year.plan(session, tools, cast.marieke, cast.abel)
        school_year.begin_forms(session, tools, cast.marieke, cast.abel, talk)
        rhythm.choose_hours(
            session, tools, cast.agnieszka, from_minute=9 * 60, until_minute=18 * 60, weekend=False
        )
        looking_back.report(session, tools, cast.agnieszka, agreed.current, Result.BIT_DONE)
        why = keep(session, tools, cast.hanneke, "Zo is het afgesproken.", child=cast.kuba)
        session.add(
            ReportRelease(
                report_id=shown.id,
                person=cast.pieter,
                released_by=cast.hanneke,
                reason=why,
                released_at=tools.clock.now(),
            )
        )
        session.add(
            Gathered(
                person_id=cast.marieke.id,
                child_id=cast.kuba.id,
                at_school=True,
                kind="shared",
                made_at=tools.clock.now(),
            )
        )
        session.add(
            Reminder(
                kind="before",
                subject_id=agreed.id,
                person_id=cast.pieter.id,
                stage=0,
                made_at=tools.clock.now(),
            )
        )
        hear(session, tools, cast.agnieszka, entry.saying.attachments[0].id)
        session.add(Lease(name="worker:1", holder="1", until_s=0.0))
        session.add(SharedBudget(name="all", moments_s=[1.5], rests_until_s=0.0))
        session.add(
            DeadLetter(key="7:1", reason="KeyError", content={"kind": "words"}, made_at=tools.clock.now())
        )


def hear(session: Session, tools: Tools, person: Person, attachment_id: int) -> None:
    """A recording was listened to, and its speaker was asked about another language once."""
    now = tools.clock.now()
    session.add(
        Transcript(
            attachment_id=attachment_id,
            language=person.language,
            words="Kuba ma okulary.",
            state=TranscriptState.HEARD.value,
            attempts=1,
            asked_at=now,
        )
    )
    session.add(LanguageSuggestion(person_id=person.id, language="nl", asked_at=now))


main()
