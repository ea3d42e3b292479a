"""A year at school and a whole help, on the real phones; then everything that ever reached the buddy is looked through.

Every text of the play carries a word of its own, and only those that Agnieszka chose, or the buddy said, may be found
at the buddy's phone, on her pages, or behind anything that was shown to her.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant.reception import Reception
from bot.demo.phones import DirectPhone
from bot.model.drafts import DraftKind
from bot.model.messages import Outgoing
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.model.translation import Saying
from bot.services import conversation, gatherings, report, sayings
from bot.services.drafts import Form, find, fingerprint, write
from bot.web.app import application
from bot.web.bell import Bell
from tests.assistant.labels import LANGUAGE, asked, fixed
from tests.assistant.stage import Stage
from tests.assistant.test_help_requests import as_buddy
from tests.web import school_year as year
from tests.web.page import SignedIn
from tests.web.served import serving

MARKED = re.compile(r"zq\d+qz")
NAMES = re.compile(r"\b(?:Kub\w+|Zosi\w+|Abel|Pieter|Marieke|Nowak|Vries|3A|Bosweg)\b|12345678")
TO_EWA, TO_AGNIESZKA = (fixed("helping.open_button", name=name) for name in ("Ewa", "Agnieszka"))
QUESTION = "BO03"
MOST_TAPS = 40
LEAST_PAGES = 4


class Year:
    """The texts of the play, and which of them the buddy may read."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.for_buddy: set[str] = set()
        self.of_buddy: set[str] = set()

    def secret(self, words: str = "Kuba") -> str:
        """A text about Agnieszka's children with a word of its own."""
        return f"{words} zq{next(self.numbers)}qz"

    def chosen(self, words: str) -> str:
        """A text that is meant for the buddy."""
        marked = self.secret(words)
        self.for_buddy |= set(MARKED.findall(marked))
        return marked

    def by_buddy(self, words: str) -> str:
        """A text that the buddy says."""
        marked = self.secret(words)
        self.of_buddy |= set(MARKED.findall(marked))
        return marked


def school_year(stage: Stage, texts: Year) -> None:
    """For both children: preparation, talk, report, agreement, additions and messages; all with their names."""
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        for child, teacher in ((c.zosia, c.joris), (c.kuba, c.marieke)):
            name = child.first_name
            answers = {"BO01": texts.secret(f"{name} lubi"), "BO02": texts.secret(f"{name} umie")}
            year.prepare(session, stage.tools, c.agnieszka, child, answers, share=False, also_share=["BO01"])
            year.add(session, stage.tools, c.agnieszka, child, texts.secret(f"{name} ma brata"))
            year.write(
                session, stage.tools, c.agnieszka, child, c.agnieszka, texts.secret(f"{name} jest chore")
            )
            year.write(session, stage.tools, teacher, child, c.agnieszka, texts.secret(f"{name} heeft gym"))
            agreement = year.propose(
                session, stage.tools, teacher, child, texts.secret(f"{name} leest elke dag")
            )
            year.confirm(session, stage.tools, c.agnieszka, agreement.current)
            year.remark(session, stage.tools, c.agnieszka, agreement.current, texts.secret(f"{name} czyta"))
            show_report(session, stage, teacher, child, texts)
        plan(session, stage, texts)
        stage.tell(session)


def show_report(session: Session, stage: Stage, teacher: Person, child: object, texts: Year) -> None:
    """A talk was held, and its report with a goal was shown."""
    talk = year.plan(session, stage.tools, teacher, child, goal_words=texts.secret("Over Kuba"))  # type: ignore[arg-type]
    form = Form(child, DraftKind.REPORT, talk)  # type: ignore[arg-type]
    told = texts.secret("Kuba vertelt veel")
    write(session, stage.tools, teacher, form, "parents_story", told, 0)
    filled = report.Filled(
        parts={"parents_story": told, "teacher_sees": texts.secret("Kuba kiest een boek")},
        child_asked=False,
        goals=[texts.secret("Kuba durft hulp te vragen")],
        agreements=[],
        look_back_on=None,
    )
    seen = fingerprint(find(session, stage.tools, teacher, form))
    report.show(session, stage.tools, teacher, talk, filled, seen)


def plan(session: Session, stage: Stage, texts: Year) -> None:
    """A talk about Kuba is to come, in a place that is written down for his parents."""
    c = stage.cast.at(session)
    conversation.plan(
        session,
        stage.tools,
        c.marieke,
        c.kuba,
        moment="extra",
        planned_at=stage.clock.now() + timedelta(days=7),
        length_minutes=15,
        place="other",
        place_words=texts.secret("Bosweg 3, voor Kuba"),
        goals=["meet"],
        people=["parents"],
        goal_words=texts.secret("Kuba's rekenen"),
    )


def asked_and_chosen(stage: Stage, texts: Year) -> tuple[DirectPhone, DirectPhone]:
    """Agnieszka asks about one message of juf Marieke, Ewa can help, and Agnieszka wants her help."""
    ewa = as_buddy(stage, stage.cast.ewa, "en", "pl")
    phone = stage.joined(stage.cast.agnieszka)
    school_year(stage, texts)
    letter = texts.chosen("Morgen gaat Kuba uit 3A met juf Marieke naar het bos. Bel 06-12345678.")
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, letter)
    phone.looks()
    phone.tap(fixed("buddies.ask_button"))
    phone.tap(fixed("help_requests.consent_yes"))
    phone.tap(fixed("help_requests.send_button"))
    ewa.tap(fixed("help_requests.accept_button"))
    assert MARKED.findall(stage.shown_at(ewa)) == []
    phone.tap(fixed("help_requests.choose_button"))
    return phone, ewa


def talk_and_correct(stage: Stage, texts: Year, phone: DirectPhone, ewa: DirectPhone) -> None:
    """Both say something, and Ewa's better words stand for Agnieszka's translation of the message."""
    phone.tap(TO_EWA)
    phone.say(texts.chosen("Co to znaczy?"))
    ewa.tap(TO_AGNIESZKA)
    ewa.say(texts.by_buddy("To wycieczka."))
    with stage.database.writing() as session:
        said = session.scalars(select(Saying).where(Saying.original.like("Morgen gaat Kuba%"))).one()
        words = texts.secret("Tomorrow Kuba goes to the wood")
        year.translate(session, stage.tools, said, "en", words, "machine")
    ewa.tap(fixed("handing_over.better_button"))
    ewa.say(texts.by_buddy("Tomorrow [1] goes into the forest."))
    phone.tap(fixed("handing_over.use_better_button"))


def fill_in_together(texts: Year, phone: DirectPhone, ewa: DirectPhone) -> None:
    """A question goes over, a proposal comes back and is the answer; the next answer is Agnieszka's alone."""
    phone.command("prepare")
    phone.command("buddy")
    phone.tap(TO_EWA)
    phone.tap(fixed("handing_over.current_button"))
    ewa.tap(fixed("handing_over.propose_button"))
    ewa.say(texts.by_buddy("Lubi klocki."))
    phone.tap(fixed("handing_over.use_button"))
    phone.command("prepare")
    phone.say(texts.secret("Kuba boi się psów"))


def come_along(phone: DirectPhone, ewa: DirectPhone) -> None:
    """Ewa comes along to the talk."""
    phone.command("buddy")
    phone.tap(TO_EWA)
    phone.tap(fixed("companions.open_button"))
    phone.tap(phone.bubbles[-1].buttons[0])
    phone.tap(fixed("companions.come_along_button"))
    ewa.tap(fixed("companions.can_button"))
    phone.tap(fixed("companions.confirm_button"))


def invite(stage: Stage, texts: Year, phone: DirectPhone, ewa: DirectPhone) -> None:
    """The school invites, Ewa passes it on, and Agnieszka answers the school."""
    with stage.database.writing() as session:
        c = stage.cast.at(session)
        starts_at = stage.clock.now() + timedelta(days=9)
        gatherings.make(session, stage.tools, c.karin, texts.chosen("Koffie in de hal"), starts_at)
        stage.tell(session)
    ewa.tap(fixed("gatherings.pass_on_button", name="Agnieszka"))
    phone.tap(fixed("gatherings.yes_button"))


def end(texts: Year, phone: DirectPhone, ewa: DirectPhone) -> None:
    """Agnieszka tells the coordinator something, ends it, and both say how it was."""
    phone.command("buddy")
    phone.tap(TO_EWA)
    phone.tap(fixed("help_safety.wrong_button"))
    phone.tap(fixed("help_safety.complain_button"))
    phone.tap(fixed("help_safety.private_button"))
    phone.say(texts.secret("Ewa pyta o Kubę"))
    phone.tap(fixed("help_safety.no_line_button"))
    phone.tap(fixed("help_safety.send_button"))
    phone.tap(TO_EWA)
    phone.tap(fixed("helping.end_button"))
    for one in (phone, ewa):
        one.looks()
        for _question in range(3):
            one.tap(fixed("preparation.yes_button"))


def open_everything(ewa: DirectPhone) -> None:
    """Every command, and then every button that her phone shows, each once; but she leaves nobody."""
    for command in ("menu", "buddy", "dossier", "agreements", "prepare", "write", "help", "privacy"):
        ewa.command(command)
    tapped = {fixed("companions.can_button"), fixed("companions.cannot_button"), LANGUAGE}
    tapped |= {fixed("buddies.leave_button"), fixed("helping.end_button"), fixed("help_safety.block_button")}
    for _step in range(MOST_TAPS):
        left = [label for bubble in ewa.bubbles for label in bubble.buttons if label not in tapped]
        if not left:
            return
        tapped.add(left[-1])
        ewa.tap(left[-1])


def behind(stage: Stage, ewa: DirectPhone) -> str:
    """Everything of the sayings that any message to her names, with all their translations."""
    with stage.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.address == ewa.address)).all()
        ids = {one for row in rows for one in sayings.named_in(row.parameters)}
        named = session.scalars(select(Saying).where(Saying.id.in_(ids))).all()
        assert all(one.child_id is None for one in named)
        assert all(row.attachment_id is None for row in rows)
        return " ".join(f"{one.original} {[each.words for each in one.translations]}" for one in named)


def pages(stage: Stage) -> Iterator[str]:
    """Every page that links lead to from her own."""
    with serving() as served:
        tools = replace(stage.tools, public_url=served.url)
        bell = Bell(stage.database)
        served.app = application(
            database=stage.database,
            tools=tools,
            texts=stage.texts,
            reception=Reception(stage.database, tools, stage.texts),
            bell=bell,
            after_commit=bell.ring,
        )
        browser = SignedIn(served.url)
        browser.sign_in(stage.database, tools, stage.cast.ewa, PassPurpose.DOSSIER)
        waiting, seen = deque(["/dossier/"]), {"/dossier/out"}
        while waiting:
            address = waiting.popleft()
            if address in seen:
                continue
            seen.add(address)
            page = browser.get(address)
            yield page.html
            waiting += [one for one in page.addresses if one.startswith("/dossier/")]
        assert len(seen) > LEAST_PAGES
        browser.close()
        bell.close()


def test_nothing_reaches_a_buddy_but_what_was_chosen(stage: Stage) -> None:
    """No dossier, preparation, report, agreement, other message or child's name, at no time (002-buddy)."""
    texts = Year()
    stage.tools = replace(stage.tools, translates=True)
    phone, ewa = asked_and_chosen(stage, texts)
    talk_and_correct(stage, texts, phone, ewa)
    fill_in_together(texts, phone, ewa)
    come_along(phone, ewa)
    invite(stage, texts, phone, ewa)
    school_year_goes_on(stage, texts)
    open_everything(ewa)
    end(texts, phone, ewa)
    school_year_goes_on(stage, texts)
    open_everything(ewa)
    shown = stage.shown_at(ewa) + "".join(pages(stage)) + behind(stage, ewa)
    assert set(MARKED.findall(shown)) - texts.of_buddy == texts.for_buddy
    assert NAMES.findall(shown) == []
    assert asked(QUESTION) in shown


def school_year_goes_on(stage: Stage, texts: Year) -> None:
    """Meanwhile the school writes on about both children."""
    stage.write(stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka, texts.secret("Kuba was ziek"))
    stage.write(stage.cast.joris, stage.cast.zosia, stage.cast.agnieszka, texts.secret("Zosia was ziek"))
