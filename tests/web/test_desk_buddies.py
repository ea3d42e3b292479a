"""The coordinator's page of parents who help parents: what stands there, the decisions, and who may see it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.model.buddies import BuddyProfile, KeptApart
from bot.model.help_requests import HelpRequest
from bot.model.helping import HelpComplaint
from bot.model.messages import Outgoing
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.desk_buddies import ACTIONS, CHART_WIDTH, PATH, pieces_of
from tests import helping_parents as parents
from tests.cast import Cast, open_door
from tests.helping_parents import Helping
from tests.web.page import Page, PageForm, SignedIn

Opener = Callable[..., SignedIn]


@pytest.fixture
def made(database: Database, tools: Tools, cast: Cast) -> Helping:
    """One of everything that the page can show."""
    with database.writing() as session:
        rows = parents.furnish(session, tools, cast)
        session.flush()
        return rows


def _signed_in(window: Opener, database: Database, tools: Tools, person: Person) -> SignedIn:
    with database.writing() as session:
        session.get_one(Person, person.id).language = "en"
    browser = window()
    browser.sign_in(database, tools, person, PassPurpose.DESK)
    return browser


@pytest.fixture
def karin(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """The coordinator at her desk."""
    return _signed_in(window, database, tools, cast.karin)


def _decide(browser: SignedIn, profile: BuddyProfile, do: str, words: str = "") -> Page:
    """The form of one buddy is sent with one of its buttons."""
    form = next(one for one in browser.get(PATH).forms if one.id == f"buddy-{profile.id}")
    answer = browser.send(PATH, form, do=do, words=words)
    return browser.get(answer.headers["location"]) if answer.status_code == 303 else Page(answer)


def _state(database: Database, profile: BuddyProfile) -> str:
    with database.reading() as session:
        return session.get_one(BuddyProfile, profile.id).state


def test_an_empty_page_says_so(karin: SignedIn) -> None:
    """Where nobody has begun, each part says what would stand there, and the page is found from the desk."""
    assert PATH in karin.get("/desk/").addresses
    page = karin.get(PATH)
    assert page.status == 200
    for sentence in (
        "Nothing waits for you here.",
        "No parent has offered to help yet.",
        "Nobody has asked for help yet.",
        "Nobody has said yet how it was.",
        "No two parents are kept apart.",
    ):
        assert sentence in page.words
    assert "Polish · 2 parents" in page.words


@pytest.mark.usefixtures("made")
def test_everything_stands_there_in_words_and_drawn(karin: SignedIn, cast: Cast) -> None:
    """Buddies, load, requests, opinions and languages; what is drawn stands in words too, and no word of a request."""
    page = karin.get(PATH)
    for name in (cast.ewa.name, cast.pieter.name, cast.selam.name):
        assert name in page.words
    assert "Families: 1 of 3" in page.words
    assert page.html.count('role="img"') == page.html.count("<title id=") == 2 + 1 + 5
    assert "found help 1, still open 1, nobody could 1" in page.html
    assert "within 1 hours" in page.words
    assert "Tigrinya · 1 parent" in page.words
    assert parents.REASON in page.words
    assert parents.COMPLAINT in page.words
    assert parents.ASKED_WORDS not in page.html


def test_the_coordinator_says_yes_and_no(
    karin: SignedIn, made: Helping, database: Database, tools: Tools, cast: Cast
) -> None:
    """An offer is approved with one button; a no and a pause need words, and what was typed comes back (002-buddy)."""
    with database.writing() as session:
        open_door(session, tools.clock, session.get_one(Person, cast.ewa.id))
    assert "It is decided." in _decide(karin, made.offered, "approve").words
    assert _state(database, made.offered) == "approved"
    refused = _decide(karin, made.approved, "pause")
    assert refused.status == 422
    assert "Here are no words yet." in refused.words
    assert _state(database, made.approved) == "approved"
    assert "It is decided." in _decide(karin, made.approved, "pause", "Even rust.").words
    assert _state(database, made.approved) == "paused"
    assert "Even rust." in _told(database, cast.ewa)
    assert "It is decided." in _decide(karin, made.approved, "end", "Het is klaar.").words
    assert _state(database, made.approved) == "ended"
    assert "Ended: 1" in karin.get(PATH).words


def _told(database: Database, person: Person) -> str:
    with database.reading() as session:
        query = select(Outgoing.body).where(Outgoing.door.has(person_id=person.id))
        return "\n".join(session.scalars(query))


def test_what_waits_is_taken_care_of(karin: SignedIn, made: Helping, database: Database, cast: Cast) -> None:
    """Who wants to be called and a complaint each have one button; then neither name nor words stand here."""
    assert "wants the coordinator to call" in karin.get(PATH).words
    assert "This is settled." in karin.act(PATH, "settle_request", made.unanswered.id).words
    page = karin.act(PATH, "settle_complaint", made.complaint.id)
    assert "Nothing waits for you here." in page.words
    assert parents.COMPLAINT not in page.html
    with database.reading() as session:
        request = session.get_one(HelpRequest, made.unanswered.id)
        complaint = session.get_one(HelpComplaint, made.complaint.id)
        assert {request.settled_by_id, complaint.settled_by_id} == {cast.karin.id}


def test_a_conflict_is_recorded_and_taken_back(
    karin: SignedIn, made: Helping, database: Database, cast: Cast
) -> None:
    """Two parents are chosen by name; a missing or a doubled choice comes back; only the school's own is taken back."""
    for other in ("", str(cast.selam.id)):
        refused = karin.act(PATH, "keep_apart", person=str(cast.selam.id), other=other)
        assert refused.status == 422
        assert "Please choose two different parents." in refused.words
    page = karin.act(PATH, "keep_apart", person=str(cast.selam.id), other=str(cast.ewa.id))
    assert "never brought together" in page.words
    assert _pairs(database) == 3
    assert "can meet again" in karin.act(PATH, "bring_together", made.kept.id).words
    assert _pairs(database) == 2
    taken_back = [
        form.value("target") for form in karin.get(PATH).forms if form.value("do") == "bring_together"
    ]
    assert len(taken_back) == 1


def _pairs(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(KeptApart.id)).all())


def _rows(session: Session) -> list[tuple[object, ...]]:
    tables = (BuddyProfile, HelpRequest, HelpComplaint, KeptApart)
    return [tuple(row) for table in tables for row in session.execute(select(table.__table__))]


def test_the_head_reads_and_decides_nothing(
    window: Opener, made: Helping, database: Database, tools: Tools, cast: Cast
) -> None:
    """No form, no name of who asks, no complaint; a form sent all the same is not found and changes nothing."""
    head = _signed_in(window, database, tools, cast.hanneke)
    page = head.get(PATH)
    assert page.status == 200
    assert all(not form.value("do") for form in page.forms)
    assert "Complaints: 1" in page.words
    assert cast.agnieszka.name not in page.html.partition('id="apart"')[0]
    assert parents.COMPLAINT not in page.html
    _refused_every_form(head, made, database, cast)


def _refused_every_form(browser: SignedIn, made: Helping, database: Database, cast: Cast) -> None:
    form = PageForm("", "", {"key": [browser.get("/desk/").forms[0].value("key")]})
    targets = {
        "settle_request": made.unanswered.id,
        "settle_complaint": made.complaint.id,
        "bring_together": made.kept.id,
    }
    with database.reading() as session:
        before = _rows(session)
    for do in ACTIONS:
        target = str(targets.get(do, made.offered.id))
        two = {"person": str(cast.selam.id), "other": str(cast.ewa.id)}
        answer = browser.send(PATH, form, do=do, target=target, words="Daarom.", **two)
        assert answer.status_code == 404, do
    with database.reading() as session:
        assert _rows(session) == before


@pytest.mark.parametrize("who", ["marieke", "olga"])
def test_a_teacher_has_no_such_page(
    window: Opener, made: Helping, database: Database, tools: Tools, cast: Cast, who: str
) -> None:
    """Neither page, link nor form; as for what does not exist."""
    teacher = _signed_in(window, database, tools, getattr(cast, who))
    assert PATH not in teacher.get("/desk/").addresses
    assert teacher.get(PATH).status == 404
    _refused_every_form(teacher, made, database, cast)


def test_a_form_that_does_not_exist_is_not_found(karin: SignedIn, made: Helping) -> None:
    """Neither is a row that no page of this coordinator names."""
    form = karin.get(PATH).form("bring_together", made.kept.id)
    assert karin.send(PATH, form, do="invented").status_code == 404
    for do in ("approve", "bring_together", "settle_request", "settle_complaint"):
        assert karin.send(PATH, form, do=do, target="987654", words="x").status_code == 404


def test_a_bar_is_as_long_as_what_it_tells() -> None:
    """Pieces beside each other, none for nothing, never wider than the drawing."""
    pieces = pieces_of([("yes", 1), ("a_bit", 0), ("no", 3)], 4)
    assert [(one.key, one.left, one.width) for one in pieces] == [("yes", 0, 150), ("no", 150, 450)]
    assert pieces_of([("families", 0)], 3) == []
    assert pieces_of([("families", 4)], 3)[0].width == CHART_WIDTH
