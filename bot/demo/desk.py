"""What people of a talk do in a browser: the teacher writes the report, and who may reads it, as the pages show it."""

import re
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant import notices
from bot.content.texts import Texts
from bot.demo.phones import Bubble, Seen, plain
from bot.model.conversation import Conversation
from bot.model.drafts import DraftKind
from bot.model.people import Child, Person
from bot.services import access, buddies, dossier, drafts, people, report
from bot.services.tools import Tools
from bot.services.views import ReportView
from bot.storage.database import Database
from bot.web import desk_report, shown_files

_ONLY_ON_PAPER = re.compile(r'<div class="print-only">.*?</div>', re.DOTALL)


class Desk:
    """The report of the newest talk of a child, written and read straight through the services."""

    def __init__(self, database: Database, tools: Tools, texts: Texts) -> None:
        self._database = database
        self._tools = tools
        self._texts = texts

    def report(self, who: str, form: Mapping[str, str | int]) -> Seen:
        """The form was filled in and shown to the parents; a number is a day that many days from now."""
        today = self._tools.clock.today()
        with self._database.writing() as session:
            teacher, child = _person(session, who), _child(session, str(form["child"]))
            talk = session.scalars(
                select(Conversation)
                .where(Conversation.child_id == child.id, Conversation.cancelled_at.is_(None))
                .order_by(Conversation.id.desc())
            ).first()
            draft = drafts.Form(child, DraftKind.REPORT, talk)
            for name, value in form.items():
                if name != "child":
                    day = (today + timedelta(days=value)).isoformat() if isinstance(value, int) else value
                    drafts.write(session, self._tools, teacher, draft, name, day, 0)
            written = drafts.find(session, self._tools, teacher, draft)
            assert talk is not None
            filled = desk_report.filled(drafts.contents(written), today)
            report.show(session, self._tools, teacher, talk, filled, drafts.fingerprint(written))
            notices.tell_all(session, self._tools, self._texts)
        return self.read(who, str(form["child"]))

    def read(self, who: str, child_name: str) -> Seen:
        """The reports of the child as this person reads them on the page; the look stands in the dossier."""
        with self._database.writing() as session:
            reader, child = _person(session, who), _child(session, child_name)
            as_staff = child not in access.children_of(session, reader)
            page = shown_files.STAFF_PAGE if as_staff else shown_files.GUARDIAN_PAGE
            dossier.look(session, self._tools, reader, child, page, as_staff=as_staff)
            seen = dossier.view(session, self._tools, reader, child, as_staff=as_staff)
            return Seen([self._bubble(reader.language, one) for one in seen.reports])

    def approve(self, who: str, buddy: str) -> Seen:
        """The coordinator said yes to the parent's offer, and the page says so."""
        with self._database.writing() as session:
            coordinator = _person(session, who)
            profile = buddies.profile_of(session, _person(session, buddy))
            assert profile is not None
            buddies.approve(session, self._tools, coordinator, profile, "")
            notices.tell_all(session, self._tools, self._texts)
            names = self._texts.pages(coordinator.language).get_template("desk/buddies/names.html").module
            done = plain(str(names.done_sentence("approve")))  # type: ignore[attr-defined]
            return Seen([Bubble(" ".join(done.split()))])

    def _bubble(self, language: str, shown: ReportView) -> Bubble:
        """The report with its answers, a line for each line of the page."""
        pages = self._texts.pages(language)
        words, names = (pages.get_template(f"desk/{name}.html").module for name in ("teacher_words", "names"))
        made = [
            words.report_state(shown.state),  # type: ignore[attr-defined]
            words.report_parts(shown, names.said, {}, "", names.kind_label),  # type: ignore[attr-defined]
            words.reactions(shown, names.said, {}, ""),  # type: ignore[attr-defined]
        ]
        screen = _ONLY_ON_PAPER.sub("", "\n".join(map(str, made)))
        lines = [" ".join(line.split()) for line in plain(screen).splitlines()]
        return Bubble("\n".join(line for line in lines if line))


def _person(session: Session, name: str) -> Person:
    """Who is called so in a talk: the roster's id without what it begins with."""
    roster_ids = [f"{kind}-{name}" for kind in ("p", "s")]
    return session.scalars(select(Person).where(Person.roster_id.in_(roster_ids))).one()


def _child(session: Session, first_name: str) -> Child:
    return people.child_by_roster_id(session, f"k-{first_name.lower()}")
