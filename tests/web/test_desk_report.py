"""The forms of teachers at the desk, without a script: kept, merged, looked at, shared; and what parents then read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from bot.model.agreements import Agreement
from bot.model.clock import MovableClock
from bot.model.conversation import Conversation
from bot.model.drafts import Draft
from bot.model.people import Guardianship, Person, Teaching
from bot.model.privacy import PassPurpose
from bot.model.report import Goal, Reaction, Report
from bot.model.teacher_preparation import TeacherPreparation
from bot.services import report as reports
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import Page, SignedIn

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
Opener = Callable[..., SignedIn]


def follow(browser: SignedIn, answer: Response) -> Page:
    """The page after a form."""
    return browser.get(answer.headers["location"]) if answer.status_code == 303 else Page(answer)


@dataclass
class School:
    """The school, a talk about Kuba, and a way in for everybody."""

    database: Database
    tools: Tools
    clock: MovableClock
    cast: Cast
    window: Opener
    talk: int

    def open(self, person: Person, purpose: PassPurpose = DESK) -> SignedIn:
        """A browser of this person, signed in."""
        browser = self.window(person.language)
        browser.sign_in(self.database, self.tools, person, purpose)
        return browser

    @property
    def child_page(self) -> str:
        """Kuba's page at the desk."""
        return f"/desk/child/{self.cast.kuba.id}"

    @property
    def report_page(self) -> str:
        """The form of the report."""
        return f"{self.child_page}/report/{self.talk}"

    @contextmanager
    def writing(self) -> Iterator[tuple[Any, Cast]]:
        """A transaction with the cast in it."""
        with self.database.writing() as session:
            yield session, self.cast.at(session)

    def filled(self, **also: str) -> dict[str, str]:
        """What a teacher types into the form."""
        due = (self.clock.today() + timedelta(days=30)).isoformat()
        return {
            "parents_story": "Kuba vertelt thuis veel.",
            "teacher_sees": "Kuba kiest zelf een boek.",
            "seen_differently": "Op school is Kuba stil.",
            "child_asked": "asked",
            "child_view": "Ik wil meer buiten spelen.",
            "goal_1": "Kuba durft hulp te vragen.",
            "agreement_1_words": "We lezen elke avond tien minuten.",
            "agreement_1_owner": "parents",
            "agreement_1_due_on": due,
            "look_back_on": due,
            "look_back_moment": "mid",
            "school_limits": "De school leest mee. De school geeft geen bijles.",
            **also,
        }

    def send(self, browser: SignedIn, do: str, **typed: str) -> Page:
        """The form of the report comes back as the browser would send it."""
        page = browser.get(self.report_page)
        form = next(one for one in page.forms if one.id == "draft")
        return follow(browser, browser.send(self.report_page, form, do=do, **typed))

    def show(self, browser: SignedIn | None = None, **also: str) -> Page:
        """Juf Marieke fills in the form, looks, and shows it."""
        browser = browser or self.open(self.cast.marieke)
        preview = self.send(browser, "preview", **self.filled(**also))
        answer = browser.send(self.report_page + "/preview", preview.form("share"))
        return follow(browser, answer)


@pytest.fixture
def school(database: Database, tools: Tools, cast: Cast, clock: MovableClock, window: Opener) -> School:
    """A joint talk about Kuba was planned."""
    with database.writing() as session:
        c = cast.at(session)
        talk = year.plan(session, tools, c.marieke, c.kuba)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."})
        return School(database, tools, clock, cast, window, talk.id)


def draft_count(school: School) -> int:
    """How many drafts there are."""
    with school.database.reading() as session:
        return len(session.scalars(select(Draft)).all())


def test_the_whole_way_of_a_report(school: School) -> None:
    """Kept, looked at, shown; the parent answers on the page, and the teacher reads it there (002-conv-form)."""
    marieke = school.open(school.cast.marieke)
    kept = school.send(marieke, "save", **school.filled())
    assert "done" in kept.ids
    again = marieke.get(school.report_page)
    form = next(one for one in again.forms if one.id == "draft")
    for name, value in school.filled().items():
        assert form.value(name) == value
    preview = school.send(marieke, "preview")
    for words in ("Kuba vertelt thuis veel.", "Ik wil meer buiten spelen.", "Kuba durft hulp te vragen."):
        assert words in preview.words
    page = follow(marieke, marieke.send(school.report_page + "/preview", preview.form("share")))
    assert "Kuba kiest zelf een boek." in page.words
    assert draft_count(school) == 0
    dossier = f"/dossier/child/{school.cast.kuba.id}"
    agnieszka = school.open(school.cast.agnieszka, DOSSIER)
    told = agnieszka.act(dossier, "react", reaction="add", words="Kuba lubi też piłkę.")
    assert told.status == 200
    assert "Kuba lubi też piłkę." in told.words
    assert "Kuba lubi też piłkę." in marieke.get(school.child_page).words
    assert marieke.get(school.report_page).response.url.path == school.child_page


def test_an_empty_answer_comes_back(school: School) -> None:
    """With a sentence at the field, and what was typed (004-react-report)."""
    school.show()
    agnieszka = school.open(school.cast.agnieszka, DOSSIER)
    dossier = f"/dossier/child/{school.cast.kuba.id}"
    assert agnieszka.act(dossier, "react", words="Kuba lubi piłkę.").status == 422
    page = agnieszka.act(dossier, "react", reaction="add")
    assert page.status == 422
    with school.database.reading() as session:
        assert session.scalars(select(Reaction)).all() == []


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"parents_story": ""}, "parents_story"),
        ({"teacher_sees": " "}, "teacher_sees"),
        ({"child_view": ""}, "child_asked"),
        ({"agreement_1_words": ""}, "agreement_1_words"),
        ({"agreement_1_due_on": "morgen"}, "agreement_1_due_on"),
        ({"agreement_1_due_on": "2020-01-01"}, "agreement_1_due_on"),
        ({"agreement_2_words": "Nog iets."}, "agreement_2_owner"),
        ({"look_back_on": ""}, "look_back_on"),
        ({"look_back_on": "2020-01-01"}, "look_back_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field(school: School, typed: dict[str, str], where: str) -> None:
    """Nothing is lost, nothing is shown (001-p08, 004-dossier-4)."""
    marieke = school.open(school.cast.marieke)
    page = school.send(marieke, "preview", **school.filled(**typed))
    assert page.status == 422
    assert f"#{where}" in page.addresses
    assert f"{where}-problem" in page.ids
    form = next(one for one in page.forms if one.id == "draft")
    assert form.value("school_limits") == school.filled()["school_limits"]
    with school.database.reading() as session:
        assert session.scalars(select(Report)).all() == []


def test_two_teachers_at_once_without_a_script(school: School) -> None:
    """The second reads both texts and chooses; untouched fields never stand in the way."""
    with school.writing() as (session, cast):
        session.add(Teaching(person_id=cast.joris.id, group_id=cast.group_3a.id))
    marieke, joris = school.open(school.cast.marieke), school.open(school.cast.joris)
    early = next(one for one in joris.get(school.report_page).forms if one.id == "draft")
    school.send(marieke, "save", parents_story="Van Marieke.", teacher_sees="Feit.")
    both = follow(
        joris,
        joris.send(
            school.report_page, early, do="save", parents_story="Van Joris.", seen_differently="Stil."
        ),
    )
    assert both.status == 409
    assert "Van Marieke." in both.words
    form = next(one for one in both.forms if one.id == "draft")
    assert form.value("parents_story") == "Van Joris."
    assert (form.value("teacher_sees"), form.value("seen_differently")) == ("Feit.", "Stil.")
    joris.send(school.report_page, form, **{"do": "save", "choose-parents_story": "both"})
    form = next(one for one in marieke.get(school.report_page).forms if one.id == "draft")
    assert form.value("parents_story") == "Van Marieke.\n\nVan Joris."


@pytest.mark.parametrize(("choice", "stands"), [("mine", "Van Joris."), ("theirs", "Van Marieke.")])
def test_one_of_two_texts(school: School, choice: str, stands: str) -> None:
    """The chosen one stands."""
    with school.writing() as (session, cast):
        session.add(Teaching(person_id=cast.joris.id, group_id=cast.group_3a.id))
    marieke, joris = school.open(school.cast.marieke), school.open(school.cast.joris)
    early = next(one for one in joris.get(school.report_page).forms if one.id == "draft")
    school.send(marieke, "save", parents_story="Van Marieke.")
    both = follow(joris, joris.send(school.report_page, early, do="save", parents_story="Van Joris."))
    form = next(one for one in both.forms if one.id == "draft")
    joris.send(school.report_page, form, **{"do": "save", "choose-parents_story": choice})
    form = next(one for one in marieke.get(school.report_page).forms if one.id == "draft")
    assert form.value("parents_story") == stands


def test_one_field_sent_by_the_script(school: School) -> None:
    """Its revision comes back; somebody else's text comes back instead of being overwritten; twice is harmless."""
    marieke = school.open(school.cast.marieke)
    form = next(one for one in marieke.get(school.report_page).forms if one.id == "draft")

    def send(value: str, revision: int, mark: str) -> Response:
        data = {
            "key": f"{form.value('key')}.{mark}",
            "name": "teacher_sees",
            "value": value,
            "revision": str(revision),
        }
        address = school.report_page + "/field"
        return marieke.client.post(address, data=data, headers={"accept": "application/json"})

    assert send("Kuba", 0, "a").json() == {"revision": 1}
    assert send("Kuba", 0, "a").json() == {"revision": 1}
    assert send("Kuba leest", 1, "b").json() == {"revision": 2}
    assert send("Iets anders", 1, "c").json() == {
        "revision": 2,
        "theirs": "Kuba leest",
        "by": school.cast.marieke.name,
    }
    long = "x" * 10_000 + " مرحبا 👋"
    assert send(long, 2, "d").json() == {"revision": 3}
    again = next(one for one in marieke.get(school.report_page).forms if one.id == "draft")
    assert again.value("teacher_sees") == long
    school.show(marieke)
    shown = send("Te laat", 0, "e")
    assert (shown.status_code, shown.json()["code"]) == (409, "report_shown")


def test_who_writes_no_report_finds_no_form(school: School) -> None:
    """The head and the coordinator read the child's page, and no form; a parent and others nothing."""
    for person in (school.cast.hanneke, school.cast.karin, school.cast.joris):
        browser = school.open(person)
        for address in (school.report_page, f"{school.child_page}/preparation"):
            assert browser.get(address).status == 404
            assert browser.get(address + "/preview").status == 404
    assert "/report/" not in " ".join(school.open(school.cast.hanneke).get(school.child_page).addresses)


def test_a_preparation_is_kept_looked_at_and_shared(school: School) -> None:
    """Both pictures stand side by side, for teacher and parents (001-p01)."""
    marieke = school.open(school.cast.marieke)
    address = f"{school.child_page}/preparation"

    def send(do: str, **typed: str | list[str]) -> Page:
        form = next(one for one in marieke.get(address).forms if one.id == "draft")
        return follow(marieke, marieke.send(address, form, do=do, **typed))

    assert send("preview", BL05="15").status == 422
    send("save", BL02="Kuba kan goed luisteren.", BL01=["parents", "handover"])
    parent = school.open(school.cast.agnieszka, DOSSIER).get(f"/dossier/child/{school.cast.kuba.id}")
    assert "Kuba kan goed luisteren." not in parent.words
    assert school.cast.marieke.name in parent.words
    preview = send("preview", BL01=[])
    assert "Kuba kan goed luisteren." in preview.words
    page = follow(marieke, marieke.send(address + "/preview", preview.form("share")))
    assert "Kuba jest wesoły." in page.words
    assert "Kuba kan goed luisteren." in page.words
    for guardian in (school.cast.agnieszka, school.cast.pieter):
        browser = school.open(guardian, DOSSIER)
        assert "Kuba kan goed luisteren." in browser.get(f"/dossier/child/{school.cast.kuba.id}").words
    with school.database.reading() as session:
        assert session.scalars(select(TeacherPreparation)).one().choices == {"BL05": ["15"]}


def test_words_that_judge_are_hinted_at_and_stop_nobody(school: School) -> None:
    """Beside the field, after it was kept (004-dossier-4)."""
    marieke = school.open(school.cast.marieke)
    page = school.send(marieke, "save", **school.filled(teacher_sees="Kuba is altijd lui."))
    assert "altijd, lui" in page.words
    assert school.show(marieke, teacher_sees="Kuba is altijd lui.").status == 200
    with school.database.reading() as session:
        assert session.scalars(select(Report)).one().final_at is None


def test_a_draft_is_deleted_at_once(school: School) -> None:
    """With everything that was typed."""
    marieke = school.open(school.cast.marieke)
    school.send(marieke, "save", teacher_sees="Kuba leest.")
    page = marieke.act(school.report_page, "discard")
    assert page.status == 200
    assert draft_count(school) == 0


def test_the_author_is_reminded_on_the_page(school: School) -> None:
    """From the third school day on in another colour (design promise 3)."""
    marieke = school.open(school.cast.marieke)
    school.send(marieke, "save", teacher_sees="Kuba leest.")
    assert 'class="note"' in marieke.get(school.report_page).html
    school.clock.move(days=3)
    page = school.open(school.cast.marieke).get(school.report_page)
    assert "8 september 2026" in page.words
    assert page.html.count('class="warning"') == 1


def test_the_head_decides_finishes_and_closes_as_the_rules_say(school: School) -> None:
    """The lead gives the report with a reason; a teacher calls it final and finishes a goal."""
    with school.writing() as (session, cast):
        held = session.scalars(
            select(Guardianship).where(
                Guardianship.person_id == cast.pieter.id, Guardianship.child_id == cast.kuba.id
            )
        ).one()
        held.authority = False
    school.show()
    dossier = f"/dossier/child/{school.cast.kuba.id}"
    pieter = school.open(school.cast.pieter, DOSSIER)
    assert "Kuba vertelt thuis veel." not in pieter.get(dossier).words
    hanneke = school.open(school.cast.hanneke)
    assert not hanneke.get(school.child_page).has_form("close_goal")
    assert hanneke.act(school.child_page, "release_report").status == 422
    page = hanneke.act(school.child_page, "release_report", words="Vader haalt Kuba op.")
    assert "Vader haalt Kuba op." in page.words
    assert "Kuba vertelt thuis veel." in pieter.get(dossier).words
    assert not school.open(school.cast.marieke).get(school.child_page).has_form("release_report")
    school.clock.move(days=14)
    marieke = school.open(school.cast.marieke)
    assert marieke.act(school.child_page, "finish_report").status == 200
    marieke.act(school.child_page, "close_goal")
    with school.database.reading() as session:
        assert session.scalars(select(Report)).one().final_at is not None
        assert session.scalars(select(Goal)).one().closed_at is not None


def test_what_parents_shared_stands_beside_the_field_and_is_not_copied(school: School) -> None:
    """Sensitive answers do not, because parents look along on the tablet; of a talk apart only that parent's."""
    marieke = school.open(school.cast.marieke)
    page = marieke.get(school.report_page)
    assert "Kuba jest wesoły." in page.words
    assert next(one for one in page.forms if one.id == "draft").value("parents_story") == ""
    with school.writing() as (session, cast):
        apart = year.plan(session, school.tools, cast.marieke, cast.kuba, guardian=cast.pieter).id
    assert "Kuba jest wesoły." not in marieke.get(f"{school.child_page}/report/{apart}").words


def test_the_talk_in_the_address_is_of_the_child(school: School) -> None:
    """Another child's talk, or none, is not found; nor is one that was called off."""
    marieke = school.open(school.cast.marieke)
    with school.writing() as (session, cast):
        other = year.plan(session, school.tools, cast.marieke, cast.abel).id
        session.get_one(Conversation, school.talk).cancelled_at = school.clock.now()
    for talk in (other, school.talk, 987_654):
        assert marieke.get(f"{school.child_page}/report/{talk}").status == 404


def test_the_listening_card_is_for_staff(school: School) -> None:
    """Eleven lines, on the desk only."""
    page = school.open(school.cast.hanneke).get("/desk/listening-card")
    assert page.status == 200
    assert page.html.count("<li>") == 11


def test_an_agreement_of_the_form_is_proposed_to_the_parents_of_the_talk(school: School) -> None:
    """With the day of the form to look back on."""
    school.show()
    with school.database.reading() as session:
        [agreement] = session.scalars(select(Agreement))
        assert agreement.conversation_id == school.talk
        assert agreement.current.look_back_on == school.clock.today() + timedelta(days=30)
        assert reports.waits_for(session, session.scalars(select(Report)).one())


@pytest.mark.parametrize("who", ["joris", "hanneke", "karin", "olga"])
def test_no_field_is_written_by_who_may_not(school: School, who: str) -> None:
    """With a genuine key of their own page; and by nobody without one (design promise 6)."""
    browser = school.open(getattr(school.cast, who))
    own = browser.get("/desk/").forms[0].value("key")
    field = {"name": "teacher_sees", "value": "Weg.", "revision": "0"}
    for address in (f"{school.report_page}/field", f"{school.child_page}/preparation/field"):
        assert browser.client.post(address, data={**field, "key": own}).status_code == 404
    marieke = school.open(school.cast.marieke)
    for key in ("", own):
        answer = marieke.client.post(f"{school.report_page}/field", data={**field, "key": key})
        assert answer.status_code == 403
    assert draft_count(school) == 0
