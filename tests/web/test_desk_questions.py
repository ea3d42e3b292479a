"""A question about one answer, asked on the child's page and answered in the parent's dossier."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.dialog.script import Part
from bot.model.messages import Message
from bot.model.preparation import Answer
from bot.model.privacy import PassPurpose
from bot.services import preparation
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import Page, SignedIn

Opener = Callable[..., SignedIn]


@pytest.fixture
def answer_id(database: Database, tools: Tools, cast: Cast) -> int:
    """Agnieszka shared one answer about Kuba."""
    with database.writing() as session:
        c = cast.at(session)
        return year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły."}).answers[0].id


@pytest.fixture
def desk(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Juf Marieke at her desk."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    return browser


def _under_answer(page: Page) -> str:
    return page.html.partition('<div class="answer')[2].partition("</article>")[0]


def test_the_form_opens_under_its_answer_and_the_question_stays_there(
    desk: SignedIn, database: Database, cast: Cast, answer_id: int
) -> None:
    """One link under each answer; sent, the question stands under it and in the thread, with what it is about."""
    address = f"/desk/child/{cast.kuba.id}"
    assert not desk.get(address).has_form("ask")
    page = desk.get(f"{address}?sort=contact&ask={answer_id}")
    form = page.form("ask", answer_id)
    answer = desk.send(f"{address}?sort=contact&ask={answer_id}", form, words="Waar lacht hij om?")
    assert answer.headers["location"] == f"{address}?sort=contact&done=ask#done"
    page = desk.get(address)
    assert "Waar lacht hij om?" in _under_answer(page)
    assert f'href="#ask-{answer_id}"' in page.html
    with database.reading() as session:
        message = session.scalars(select(Message)).one()
        assert (message.answer_id, message.guardian_id) == (answer_id, cast.agnieszka.id)


def test_an_empty_question_comes_back_at_its_field(desk: SignedIn, cast: Cast, answer_id: int) -> None:
    """With a sentence, and the form open, also where the address does not say so."""
    address = f"/desk/child/{cast.kuba.id}"
    form = desk.get(f"{address}?ask={answer_id}").form("ask", answer_id)
    answer = desk.send(address, form, words="   ")
    assert answer.status_code == 422
    assert f'id="ask-{answer_id}-words-problem"' in answer.text


def test_the_parent_reads_what_the_question_is_about(
    desk: SignedIn, window: Opener, database: Database, tools: Tools, cast: Cast, answer_id: int
) -> None:
    """In the dossier it stands with the question of the dialog in Polish; the father sees nothing of it."""
    address = f"/desk/child/{cast.kuba.id}"
    form = desk.get(f"{address}?ask={answer_id}").form("ask", answer_id)
    desk.send(address, form, words="Waar lacht hij om?")
    with database.reading() as session:
        script = preparation.script_of(session.get_one(Answer, answer_id).run)
    asked = script.text("pl", "BO01", Part.ASK)
    assert asked != script.text("nl", "BO01", Part.ASK)
    mother, father = window(), window()
    mother.sign_in(database, tools, cast.agnieszka, PassPurpose.DOSSIER)
    father.sign_in(database, tools, cast.pieter, PassPurpose.DOSSIER)
    thread = mother.get(f"/dossier/child/{cast.kuba.id}").html.partition('id="messages"')[2]
    assert asked in thread
    assert "Waar lacht hij om?" in thread
    assert "Waar lacht hij om?" not in father.get(f"/dossier/child/{cast.kuba.id}").html


def test_who_may_not_write_sees_no_way_to_ask(
    window: Opener, database: Database, tools: Tools, cast: Cast, answer_id: int
) -> None:
    """The head reads the answer, and finds no link, no form, and no door for a form made up."""
    head = window()
    head.sign_in(database, tools, cast.hanneke, PassPurpose.DESK)
    page = head.get(f"/desk/child/{cast.kuba.id}?ask={answer_id}")
    assert 'class="answer' in page.html
    assert not page.has_form("ask")
    assert 'class="ask"' not in page.html
