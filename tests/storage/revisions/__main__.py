"""Plays a year of the invented school and keeps its rows for the tests of all later migrations."""

import sys
import tempfile
from datetime import UTC, datetime

from bot.content.shipped import shipped
from bot.content.talks import read_talks
from bot.demo.play import play
from bot.model.clock import MovableClock
from bot.model.messages import DeadLetter
from bot.model.privacy import PassPurpose
from bot.model.workers import Lease, SharedBudget
from bot.services import dossier, help, messages, passes  # noqa: A004 - a subject of ours
from bot.services.sayings import keep
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
        school_year.translate(session, tools, entry.saying, "nl", "Kuba heeft een nieuwe bril.", "machine")
        written = school_year.write(
            session, tools, cast.pieter, cast.kuba, cast.pieter, "Kuba is morgen ziek."
        )
        messages.mark_read(session, tools, cast.marieke, written)
        help.ask(session, tools, cast.selam, cast.abel, "phone")
        dossier.look(session, tools, cast.marieke, cast.kuba, "dossier", as_staff=True)
        passes.exchange(session, tools, passes.issue(session, tools, cast.marieke, "desk"), PassPurpose.DESK)
        keep(session, tools, cast.agnieszka, "Nie dla szkoły.", child=cast.zosia, language="pl")
        session.add(Lease(name="worker:1", holder="1", until_s=0.0))
        session.add(SharedBudget(name="all", moments_s=[1.5], rests_until_s=0.0))
        session.add(
            DeadLetter(key="7:1", reason="KeyError", content={"kind": "words"}, made_at=tools.clock.now())
        )


main()
