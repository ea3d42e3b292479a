"""The page of one translation at the desk and in the dossier: who finds it, what its forms do."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot.model.agreements import Agreement, Understanding
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.model.translation import Origin, Translation
from bot.services import agreements
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import SignedIn

Opener = Callable[..., SignedIn]
DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
WORDS, WRONG, RIGHT = "Kuba lubi pociągi.", "Kuba leest treinen.", "Kuba houdt van treinen."
DUTCH, POLISH = "Samen lezen jullie elke dag.", "Czytają Państwo sto minut."
BETTER = "Czytają Państwo razem codziennie."


@dataclass(frozen=True)
class Texts:
    """The words with a translation: Agnieszka's answer in Dutch, an agreement in Polish."""

    answer: int
    agreement: int


@pytest.fixture
def said(database: Database, tools: Tools, cast: Cast) -> Texts:
    """A machine translated both, the answer with a doubt; Agnieszka confirmed the Polish agreement."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": WORDS})
        answer = run.answers[0].saying
        assert answer is not None
        year.translate(session, tools, answer, "nl", WRONG, Origin.MACHINE.value)
        [dutch] = [one for one in answer.translations if one.language == "nl"]
        dutch.doubts = ["numbers", "negation"]
        made = year.propose(session, tools, c.marieke, c.kuba, DUTCH, [c.agnieszka])
        year.translate(session, tools, made.current.saying, "pl", POLISH, Origin.MACHINE.value)
        own = Understanding.OWN_LANGUAGE.value
        agreements.confirm(session, tools, c.agnieszka, made.current, made.current.digest, own)
        return Texts(answer.id, made.current.saying_id)


@pytest.fixture
def enter(window: Opener, database: Database, tools: Tools) -> Callable[[Person, PassPurpose], SignedIn]:
    """A function that signs a person in on one side of the house."""

    def go(person: Person, purpose: PassPurpose) -> SignedIn:
        browser = window(person.language)
        browser.sign_in(database, tools, person, purpose)
        return browser

    return go


def in_language(database: Database, saying_id: int, language: str) -> tuple[str | None, str | None]:
    """The words and where they come from."""
    with database.reading() as session:
        query = select(Translation).where(
            Translation.saying_id == saying_id, Translation.language == language
        )
        found = session.scalars(query).one()
        return found.words, found.origin


def test_a_teacher_corrects_what_may_be_wrong(
    enter: Callable[..., SignedIn], database: Database, cast: Cast, said: Texts
) -> None:
    """From the child's page to the translation and back: the doubt in words, better words, what stood before."""
    browser = enter(cast.marieke, DESK)
    child, path = f"/desk/child/{cast.kuba.id}", f"/desk/words/{said.answer}/nl"
    page = browser.get(child)
    assert path in page.addresses
    assert 'class="label attention"' in page.html
    translation = browser.get(path)
    assert translation.status == 200
    assert WORDS in translation.words
    assert f"{child}?ask=" in " ".join(translation.addresses)
    form = translation.form("correct")
    assert form.value("words") == WRONG
    answer = browser.send(path, form, words=RIGHT)
    assert answer.status_code == 303
    assert in_language(database, said.answer, "nl") == (RIGHT, "human")
    after = browser.get(answer.headers["location"])
    assert WRONG in after.words
    assert "done" in after.ids
    assert not after.has_form("right")
    shown = browser.get(child)
    assert RIGHT in shown.words
    assert WRONG not in shown.words


def test_a_teacher_writes_what_nobody_translates(
    enter: Callable[..., SignedIn], database: Database, tools: Tools, cast: Cast
) -> None:
    """From the words on the child's page, and from her page for a parent; the head finds no way to write."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": WORDS})
        assert run.answers[0].saying is not None
        answer = run.answers[0].saying.id
        made = year.propose(session, tools, c.marieke, c.kuba, DUTCH, [c.agnieszka]).current.saying_id
    desk, dossier, head = enter(cast.marieke, DESK), enter(cast.agnieszka, DOSSIER), enter(cast.hanneke, DESK)
    child = f"/desk/child/{cast.kuba.id}"
    for browser, page, path, better in (
        (desk, child, f"/desk/words/{answer}/nl", RIGHT),
        (dossier, f"/dossier/child/{cast.kuba.id}", f"/dossier/words/{made}/pl", BETTER),
    ):
        assert f"{path}#correct" in browser.get(page).addresses
        form = browser.get(path)
        assert not form.has_form("right")
        if browser is desk:
            assert path not in " ".join(head.get(child).addresses)
        assert browser.send(path, form.form("correct"), words=better).status_code == 303
        shown = browser.get(page)
        assert better in shown.words
        assert f"{path}#correct" not in shown.addresses
    assert in_language(database, answer, "nl") == (RIGHT, "human")
    assert in_language(database, made, "pl") == (BETTER, "human")


def test_a_form_with_a_mistake_comes_back_as_it_was(
    enter: Callable[..., SignedIn], database: Database, cast: Cast, said: Texts
) -> None:
    """Nothing typed: said at the field. Corrected meanwhile: the typed words stay in the form, nothing is lost."""
    browser = enter(cast.marieke, DESK)
    path = f"/desk/words/{said.answer}/nl"
    empty = browser.send(path, browser.get(path).form("correct"), words="  ")
    assert empty.status_code == 422
    late = browser.get(path).form("correct")
    browser.send(path, browser.get(path).form("correct"), words=RIGHT)
    refused = browser.send(path, late, words="Kuba wil treinen.")
    assert refused.status_code == 422
    assert "Kuba wil treinen." in refused.text
    assert RIGHT in refused.text
    assert in_language(database, said.answer, "nl") == (RIGHT, "human")


def test_the_writer_sees_how_the_school_reads_the_own_words(
    enter: Callable[..., SignedIn], database: Database, cast: Cast, said: Texts
) -> None:
    """Agnieszka finds the Dutch of her answer beside her words, and can say that it is right."""
    browser = enter(cast.agnieszka, DOSSIER)
    path = f"/dossier/words/{said.answer}/nl"
    assert path in browser.get(f"/dossier/child/{cast.kuba.id}").addresses
    page = browser.get(path)
    assert not page.has_form("order")
    assert browser.send(path, page.form("right")).status_code == 303
    assert in_language(database, said.answer, "nl") == (WRONG, "human")


def test_a_corrected_agreement_asks_again_and_shows_the_difference(
    enter: Callable[..., SignedIn], database: Database, cast: Cast, said: Texts
) -> None:
    """The parent who reads corrects it: what she confirmed lapsed, and her page marks what is different (promise 4)."""
    browser = enter(cast.agnieszka, DOSSIER)
    path = f"/dossier/words/{said.agreement}/pl"
    browser.send(path, browser.get(path).form("correct"), words=BETTER)
    assert in_language(database, said.agreement, "pl") == (BETTER, "human")
    with database.reading() as session:
        assert session.scalars(select(Agreement.state)).all() == ["proposed"]
    html = browser.get(f"/dossier/child/{cast.kuba.id}").html
    assert "<del>" in html.partition('id="agreement-')[2]


def test_the_original_on_top(enter: Callable[..., SignedIn], cast: Cast, said: Texts) -> None:
    """One button: from then on this reader sees the original first, and the translation one tap away."""
    browser = enter(cast.marieke, DESK)
    child, path = f"/desk/child/{cast.kuba.id}", f"/desk/words/{said.answer}/nl"
    before = browser.get(child).html
    assert before.index(WRONG) < before.index(WORDS)
    browser.send(path, browser.get(path).form("order"))
    after = browser.get(child).html
    assert after.index(WORDS) < after.index(WRONG)
    browser.send(path, browser.get(path).form("order"))
    assert browser.get(child).html.index(WRONG) < browser.get(child).html.index(WORDS)


def test_nobody_else_finds_it(enter: Callable[..., SignedIn], cast: Cast, said: Texts) -> None:
    """The other guardian: neither the answer nor the Polish of the agreement, nor that it is (004-privacy-care)."""
    pieter = enter(cast.pieter, DOSSIER)
    nothing = pieter.get("/dossier/words/987654/nl")
    for path in (
        f"/dossier/words/{said.answer}/nl",
        f"/dossier/words/{said.agreement}/pl",
        f"/dossier/words/{said.agreement}/xx",
    ):
        page = pieter.get(path)
        assert (page.status, page.html) == (404, nothing.html)
    assert "/dossier/words/" not in pieter.get(f"/dossier/child/{cast.kuba.id}").html


def test_the_head_reads_and_has_no_form(enter: Callable[..., SignedIn], cast: Cast, said: Texts) -> None:
    """Who does not teach the child sees both texts; a form of her own changes nothing."""
    head, teacher = enter(cast.hanneke, DESK), enter(cast.marieke, DESK)
    path = f"/desk/words/{said.answer}/nl"
    page = head.get(path)
    assert (page.status, page.has_form("correct")) == (200, False)
    form = teacher.get(path).form("correct")
    key = page.form("order").value("key")
    form.fields["key"] = [key]
    assert head.send(path, form, words=RIGHT).status_code == 404
