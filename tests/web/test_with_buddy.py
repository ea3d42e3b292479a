"""Help of another parent stands beside an answer and a translation, for who may read them."""

from collections.abc import Callable

from sqlalchemy import select

from bot.content.texts import Texts
from bot.model.people import Person
from bot.model.preparation import Answer
from bot.model.privacy import PassPurpose
from bot.services import export
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import Page, SignedIn

Opener = Callable[..., SignedIn]


def _prepare(database: Database, tools: Tools, cast: Cast, *, with_buddy: bool) -> int:
    """Agnieszka shared an answer, and a message to her was translated better; the saying of that message."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO03": "Kuba dobrze buduje."})
        run.answers[0].with_buddy = with_buddy
        message = year.write(session, tools, c.marieke, c.kuba, c.agnieszka, "Kuba heeft gym.")
        year.translate(session, tools, message.saying, "pl", "Kuba ma wuef.", "human")
        for translation in message.saying.translations:
            translation.with_buddy = with_buddy
        return message.saying_id


def _page(window: Opener, database: Database, tools: Tools, person: Person, address: str) -> Page:
    browser = window(person.language)
    desk = address.startswith("/desk/")
    browser.sign_in(database, tools, person, PassPurpose.DESK if desk else PassPurpose.DOSSIER)
    return browser.get(address)


def _label(texts: Texts, language: str) -> str:
    return texts.label(language, "common.with_buddy")


def test_the_answer_carries_it(
    window: Opener, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The teacher and the parent read it, also beside each other's words and in the file (004-buddy-tasks)."""
    _prepare(database, tools, cast, with_buddy=True)
    for person, address in (
        (cast.marieke, f"/desk/child/{cast.kuba.id}"),
        (cast.agnieszka, f"/dossier/child/{cast.kuba.id}"),
    ):
        assert _label(texts, person.language) in _page(window, database, tools, person, address).html
    with database.writing() as session:
        c = cast.at(session)
        found = export.page(session, tools, texts, c.kuba, c.agnieszka)
    assert _label(texts, "pl") in found


def test_a_better_translation_carries_it(
    window: Opener, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """On the page of the translation, for both sides."""
    saying_id = _prepare(database, tools, cast, with_buddy=True)
    with database.writing() as session:
        session.scalars(select(Answer)).one().with_buddy = False
    for person, side in ((cast.marieke, "desk"), (cast.agnieszka, "dossier")):
        page = _page(window, database, tools, person, f"/{side}/words/{saying_id}/pl")
        assert _label(texts, person.language) in page.html


def test_without_help_nothing_says_so(
    window: Opener, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The label stands only where another parent helped."""
    saying_id = _prepare(database, tools, cast, with_buddy=False)
    for address in (f"/desk/child/{cast.kuba.id}", f"/desk/words/{saying_id}/pl"):
        assert _label(texts, "nl") not in _page(window, database, tools, cast.marieke, address).html
