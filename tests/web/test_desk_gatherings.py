"""The page of what parents are invited to, and the teacher's mark on a talk."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.model.conversation import Conversation
from bot.model.gatherings import Gathering
from bot.model.messages import Outgoing
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import gatherings
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.desk_gatherings import PAGE
from tests.cast import Cast, open_door
from tests.helps import begun
from tests.web import school_year as year
from tests.web.page import PageForm, SignedIn

Opener = Callable[..., SignedIn]
WORDS = "Coffee for parents in the hall."


def _signed_in(
    window: Opener,
    database: Database,
    tools: Tools,
    person: Person,
    purpose: PassPurpose = PassPurpose.DESK,
) -> SignedIn:
    with database.writing() as session:
        session.get_one(Person, person.id).language = "en"
    browser = window()
    browser.sign_in(database, tools, person, purpose)
    return browser


def _invite(browser: SignedIn, tools: Tools, **changes: str) -> str:
    """The form is sent; the words of the page that comes."""
    on = (tools.clock.today() + timedelta(days=7)).isoformat()
    return browser.act(
        PAGE, "make_gathering", **({"words": WORDS, "date": on, "time": "09:00"} | changes)
    ).words


@pytest.mark.parametrize("who", ["karin", "hanneke"])
def test_an_invitation_goes_to_the_buddies(
    window: Opener, database: Database, tools: Tools, cast: Cast, who: str
) -> None:
    """Empty, then made: whoever helps somebody gets it, and the page says so (004-motivate-others)."""
    with database.writing() as session:
        c = cast.at(session)
        open_door(session, tools.clock, c.ewa)
        begun(session, tools, c.agnieszka, c.ewa, c.kuba)
    browser = _signed_in(window, database, tools, getattr(cast, who))
    assert "There is no invitation yet." in browser.get(PAGE).words
    words = _invite(browser, tools)
    assert "Parents who help others have it now." in words
    assert WORDS in words
    with database.reading() as session:
        told = session.scalars(select(Outgoing).where(Outgoing.macro == "gatherings.to_buddy")).all()
        assert len(told) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": " "}, "Here are no words yet."),
        ({"date": ""}, "Which day?"),
        ({"time": "soon"}, "What time?"),
        ({"date": "2026-08-01"}, "This day is over. Choose today or later."),
    ],
)
def test_a_mistake_comes_back_with_the_words(
    window: Opener, database: Database, tools: Tools, cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    """The form says what is missing and keeps what was typed; nothing is made."""
    words = _invite(_signed_in(window, database, tools, cast.karin), tools, **changes)
    assert sentence in words
    with database.reading() as session:
        assert session.scalars(select(Gathering)).all() == []


def test_answers_stand_there_for_the_school_only(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """Counts, and the names of who comes or perhaps does; of a no only the number."""
    with database.writing() as session:
        c = cast.at(session)
        matches = [
            begun(session, tools, c.agnieszka, c.ewa, c.kuba),
            begun(session, tools, c.selam, c.ewa, c.abel),
        ]
        one = gatherings.make(session, tools, c.karin, WORDS, tools.clock.now() + timedelta(days=7))
        gatherings.pass_on(session, tools, c.ewa, one, matches)
        gatherings.answer(session, tools, c.agnieszka, one, "yes")
        gatherings.answer(session, tools, c.selam, one, "no")
    words = _signed_in(window, database, tools, cast.karin).get(PAGE).words
    assert "to 2 parents" in words
    assert cast.agnieszka.name in words
    assert cast.selam.name not in words


def test_calling_off_is_asked_once_more(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """One page between, then it is off; what is off or over can not be called off again."""
    browser = _signed_in(window, database, tools, cast.karin)
    _invite(browser, tools)
    with database.reading() as session:
        number = session.scalars(select(Gathering.id)).one()
    sure = f"{PAGE}/sure/{number}"
    assert sure in browser.get(PAGE).addresses
    page = browser.get(sure)
    assert WORDS in page.words
    answer = browser.send(PAGE, page.form("cancel_gathering", number))
    assert "It is called off." in browser.get(answer.headers["location"]).words
    assert "Called off" in browser.get(PAGE).words
    assert browser.get(sure).status == 404


@pytest.mark.parametrize("who", ["marieke", "olga"])
def test_other_staff_find_nothing(
    window: Opener, database: Database, tools: Tools, cast: Cast, who: str
) -> None:
    """Neither the page nor its forms; a teacher elsewhere neither."""
    with database.writing() as session:
        c = cast.at(session)
        number = gatherings.make(session, tools, c.karin, WORDS, tools.clock.now() + timedelta(days=7)).id
    browser = _signed_in(window, database, tools, getattr(cast, who))
    key = PageForm("", "", {"key": [browser.get("/desk/").forms[0].value("key")]})
    assert browser.get(PAGE).status == browser.get(f"{PAGE}/sure/{number}").status == 404
    for do in ("make_gathering", "cancel_gathering"):
        assert browser.send(PAGE, key, do=do, words=WORDS, target=str(number)).status_code == 404


def test_the_pages_lead_to_each_other(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """From the page of the buddies and back."""
    browser = _signed_in(window, database, tools, cast.karin)
    assert PAGE in browser.get("/desk/buddies").addresses
    assert "/desk/buddies" in browser.get(PAGE).addresses


def test_a_teacher_marks_a_talk_and_the_parents_read_it(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """The mark stands on the desk, in the dossier of both guardians and in the file; unticked it goes (promise 3)."""
    with database.writing() as session:
        c = cast.at(session)
        talk_id = year.plan(session, tools, c.marieke, c.kuba).id
    desk = _signed_in(window, database, tools, cast.marieke)
    kuba = f"/desk/child/{cast.kuba.id}"
    page = desk.act(kuba, "change_talk", talk_id, serious=["care", "separation"])
    assert "extra support, parents who live apart" in page.words
    for guardian in (cast.agnieszka, cast.pieter):
        own = _signed_in(window, database, tools, guardian, PassPurpose.DOSSIER)
        child = f"/dossier/child/{cast.kuba.id}"
        for address in (child, f"{child}/download.html"):
            assert "extra support, parents who live apart" in own.get(address).words
        assert "A professional interpreter fits this talk best." in own.get(child).words
    sheet = desk.get(f"{kuba}/sheet")
    assert "A professional interpreter fits this talk best." in sheet.words
    assert "extra support" not in sheet.words  # a sheet lies on a table
    assert (
        "extra support"
        not in desk.act(kuba, "change_talk", talk_id, serious=[]).words.partition("Who is there?")[0]
    )
    with database.reading() as session:
        assert session.get_one(Conversation, talk_id).serious == []
