"""The throw-away school: cast, phones side by side, a clock that can be moved. No token, no network."""

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.assistant import notices
from bot.content.school_file import FILE_NAME, read_phrases
from bot.content.shipped import shipped
from bot.content.talks import read_talk
from bot.content.texts import Texts
from bot.demo import buddy as buddy_phone
from bot.demo.buddy import BUDDY
from bot.demo.desk import Desk
from bot.demo.phones import DirectPhone
from bot.demo.play import DifferentError, play
from bot.demo.terminal import Terminal
from bot.model.agreements import Agreement, AgreementState
from bot.model.clock import MovableClock
from bot.model.people import Person
from bot.model.privacy import PassPurpose, WebSession
from bot.model.rhythm import NO_QUIET
from bot.services import dossier, invitations, passes, people, roster
from bot.services.tools import Tools
from bot.settings import read_settings
from bot.storage.database import Database
from bot.storage.migrations import migrate
from bot.web import demo as demo_page
from bot.web import invitation, security
from bot.web.pages import Pages
from bot.wiring import House, wire
from bot.workers.reminders import Reminders

SCHOOL = Path(__file__).resolve().parent.parent / "demo_school"
PHONES = ("p-agnieszka", "p-pieter", BUDDY, "s-marieke")
TEACHER = "s-marieke"
CHILD = "k-kuba"
TALK = "agnieszka.yaml"


def _demo_page(database: Database, tools: Tools, texts: Texts) -> Sequence[Any]:
    """The routes of the demo's own page; the letters are made when it is opened for the first time."""
    assert isinstance(tools.clock, MovableClock)
    visitor = security.new_secret()

    @cache
    def letters() -> tuple[tuple[str, str], ...]:
        with database.writing() as session:
            made = []
            for person in (people.by_roster_id(session, roster_id) for roster_id in PHONES):
                token = invitations.invite(session, tools, person)
                made.append((person.name, f"/i/{token}"))
                if person.roster_id == BUDDY:
                    buddy_phone.settle(session, tools, invitation.join(session, tools, visitor, token))
            notices.tell_all(session, tools, texts)
            return tuple(made)

    def desk_address() -> str:
        """Straight to the desk while the teacher is signed in, else by a fresh one-time link."""
        with database.writing() as session:
            teacher = people.by_roster_id(session, TEACHER)
            signed_in = session.scalar(
                select(WebSession.id).where(
                    WebSession.person_id == teacher.id,
                    WebSession.ended_at.is_(None),
                    WebSession.seen_at > tools.clock.now() - passes.IDLE,
                    WebSession.made_at > tools.clock.now() - passes.ABSOLUTE,
                )
            )
            if signed_in:
                return "/desk/"
            return f"/in/{passes.issue(session, tools, teacher, PassPurpose.DESK)}"

    due = Reminders(database, tools, texts)
    demo = demo_page.Demo(Pages(texts), tools.clock, letters, desk_address, due.look, visitor)
    return demo_page.routes(demo)


@contextlib.contextmanager
def demo_house(host: str, port: int) -> Iterator[House]:
    """The invented school stands in a temporary database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="oudergesprek-demo-") as folder:
        settings = read_settings({"DATA_DIR": folder, "LISTEN": f"{host}:{port}"})
        shutil.copy(SCHOOL / FILE_NAME, folder)
        clock = MovableClock(settings.school_timezone)
        house = wire(
            settings,
            clock=clock,
            phrases=read_phrases(SCHOOL / "phrasebook.yaml"),
            more_pages=_demo_page,
            rhythm=NO_QUIET,  # whoever tries it at night wants to see it too
        )
        try:
            migrate(house.database.engine)
            rows, problems = roster.read_roster((SCHOOL / "roster.csv").read_bytes())
            assert not problems, "the demo's roster is broken"
            with house.database.writing() as session:
                roster.apply(session, house.tools, rows)
            yield house
        finally:
            house.close()


def serve_demo(host: str, port: int, serve: Callable[[House], None]) -> None:
    """The demo was served until it was stopped; only this computer can reach it."""
    with demo_house(host, port) as house:
        sys.stdout.write(f"The demo is open at {house.tools.public_url}/ (stop with Ctrl+C).\n")
        sys.stdout.flush()
        serve(house)


def play_script() -> int:
    """One golden talk stands in the terminal, then the dossier; 0 only if the agreement is active."""
    with demo_house("127.0.0.1", 8000) as house:
        assert isinstance(house.tools.clock, MovableClock)
        phones, names = _phones(house)
        terminal = Terminal(names)
        try:
            talk = read_talk(shipped("dialogs") / "begin" / "talks" / TALK)
            terminal.line(talk.title)
            desk = Desk(house.database, house.tools, house.texts)
            play(talk, phones, house.tools.clock, pages=desk, told=terminal.show)
        except DifferentError as error:
            terminal.line(str(error))
            return 1
        return _print_outcome(house, terminal)


def _phones(house: House) -> tuple[dict[str, DirectPhone], dict[str, str]]:
    phones: dict[str, DirectPhone] = {}
    names: dict[str, str] = {}
    with house.database.writing() as session:
        for number, person in enumerate(session.scalars(select(Person).order_by(Person.id))):
            token = invitations.invite(session, house.tools, person)
            key = person.roster_id.partition("-")[2]
            address = f"script-{number}"
            phones[key] = DirectPhone(house.database, house.reception, house.tools.clock, token, address)
            names[key] = person.name
    return phones, names


def _print_outcome(house: House, terminal: Terminal) -> int:
    """The dossier as JSON and whether an agreement about the child is active."""
    with house.database.reading() as session:
        child = people.child_by_roster_id(session, CHILD)
        agreements = session.scalars(select(Agreement).where(Agreement.child_id == child.id))
        active = any(agreement.state == AgreementState.ACTIVE.value for agreement in agreements)
        terminal.line(f"\n{child.first_name}")
        terminal.tree(dossier.export(session, house.tools, child, None))
    terminal.line("\nThe agreement is active." if active else "\nNo agreement is active.")
    return 0 if active else 1
