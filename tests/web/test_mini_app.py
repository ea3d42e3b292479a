"""Sign-in from inside Telegram, and what it refuses."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.model.clock import MovableClock
from bot.model.messages import Received
from bot.model.people import Door, DoorKind, Person
from bot.model.privacy import WebSession
from bot.services import accounts
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast, open_door
from tests.fake_telegram import init_data
from tests.web.page import SignedIn
from tests.web.served import Served

Opener = Callable[..., SignedIn]
AGNIESZKA, MARIEKE = 501, 502


@pytest.fixture
def _phones(database: Database, clock: MovableClock, cast: Cast) -> None:
    """A confirmed chat of Agnieszka, and one of juf Marieke."""
    with database.writing() as session:
        open_door(session, clock, cast.agnieszka, DoorKind.TELEGRAM, str(AGNIESZKA))
        open_door(session, clock, cast.marieke, DoorKind.TELEGRAM, str(MARIEKE))


pytestmark = pytest.mark.usefixtures("_phones")


def _enter(browser: SignedIn, proof: str, to: str = "dossier") -> int:
    """The status of the answer to what the page's script sends."""
    form = browser.get(f"/in/telegram?to={to}").forms[0]
    return browser.send("/in/telegram", form, proof=proof).status_code


def _sessions(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(WebSession)) or 0


def test_a_mother_reads_the_dossier_and_a_teacher_the_desk(
    window: Opener, clock: MovableClock, cast: Cast
) -> None:
    """Each goes in where the button leads, without a one-time link."""
    mother, teacher = window(), window()
    assert _enter(mother, init_data(AGNIESZKA, clock.now())) == 303
    assert cast.kuba.first_name in mother.get("/dossier/").words
    assert _enter(teacher, init_data(MARIEKE, clock.now()), "desk") == 303
    assert "3A" in teacher.get("/desk/").words


def test_it_opens_only_what_the_role_gives(window: Opener, clock: MovableClock, database: Database) -> None:
    """A parent gets no desk, a teacher no dossier, somebody unknown nothing; all read the same."""
    answers = []
    for user, to in ((AGNIESZKA, "desk"), (MARIEKE, "dossier"), (999, "dossier"), (999, "desk")):
        browser = window()
        form = browser.get(f"/in/telegram?to={to}").forms[0]
        answers.append(browser.send("/in/telegram", form, proof=init_data(user, clock.now())))
    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers}) == 1
    assert _sessions(database) == 0


def test_a_replay_is_refused(window: Opener, clock: MovableClock, database: Database) -> None:
    """The same word from another browser opens nothing, also for the other side; it is marked in the database."""
    proof = init_data(AGNIESZKA, clock.now())
    assert _enter(window(), proof) == 303
    assert _enter(window(), proof) == 404
    assert _enter(window(), proof, "desk") == 404
    assert _sessions(database) == 1
    with database.reading() as session:
        marks = session.scalars(select(Received.key).where(Received.key.startswith("proof:"))).all()
    assert len(marks) == 1
    assert "hash=" not in marks[0]


def test_an_answer_that_got_lost_is_given_again(
    window: Opener, clock: MovableClock, database: Database
) -> None:
    """The same form from the same browser leads to the same session."""
    browser = window()
    form = browser.get("/in/telegram?to=dossier").forms[0]
    proof = init_data(AGNIESZKA, clock.now())
    answers = [browser.send("/in/telegram", form, proof=proof) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].headers["set-cookie"] == answers[1].headers["set-cookie"]
    assert _sessions(database) == 1


def test_an_old_a_forged_and_an_empty_word_are_refused(
    window: Opener, clock: MovableClock, database: Database
) -> None:
    """Nothing is stored for any of them."""
    old = init_data(AGNIESZKA, clock.now())
    clock.move(minutes=5, seconds=1)
    forged = init_data(AGNIESZKA, clock.now(), token="1:other")
    for proof in (old, forged, "", "hash=1", "x" * 5000):
        assert _enter(window(), proof) == 404
    assert _sessions(database) == 0


def test_a_door_that_is_not_confirmed_or_ended_opens_nothing(
    window: Opener, clock: MovableClock, database: Database
) -> None:
    """What may not be read in the chat is not read in the browser; nor after the chat was closed."""
    with database.writing() as session:
        door = session.scalars(select(Door).where(Door.address == str(AGNIESZKA))).one()
        door.confirmed_at = None
    assert _enter(window(), init_data(AGNIESZKA, clock.now(), query_id="1")) == 404
    with database.writing() as session:
        door = session.scalars(select(Door).where(Door.address == str(AGNIESZKA))).one()
        door.confirmed_at, door.ended_at = clock.now(), clock.now()
    assert _enter(window(), init_data(AGNIESZKA, clock.now(), query_id="2")) == 404


def test_a_closed_account_opens_nothing(
    window: Opener, clock: MovableClock, database: Database, tools: Tools, cast: Cast
) -> None:
    """Also with a fresh word of Telegram."""
    with database.writing() as session:
        head = session.get_one(Person, cast.hanneke.id)
        accounts.close(session, tools, head, session.get_one(Person, cast.agnieszka.id), "left")
    assert _enter(window(), init_data(AGNIESZKA, clock.now())) == 404


@pytest.mark.parametrize("key", [None, "", "made-up"])
def test_the_form_needs_its_key(
    window: Opener, clock: MovableClock, database: Database, key: str | None
) -> None:
    """Another site cannot sign a browser in."""
    browser = window()
    form = browser.get("/in/telegram").forms[0]
    spoiled = [] if key is None else [key]
    answer = browser.send("/in/telegram", form, proof=init_data(AGNIESZKA, clock.now()), key=spoiled)
    assert answer.status_code == 403
    assert _sessions(database) == 0


def test_the_page_loads_no_foreign_script(window: Opener) -> None:
    """One script, ours; without it the page says what to do."""
    page = window("nl").get("/in/telegram?to=desk")
    assert page.html.count("<script") == 1
    assert 'src="/static/mini_app.js' in page.html
    assert "telegram.org" not in page.html
    assert "<noscript>" in page.html
    assert page.forms[0].value("to") == "desk"


def test_without_a_bot_nobody_is_vouched_for(
    serve: Callable[[Tools], None], served: Served, tools: Tools, window: Opener, clock: MovableClock
) -> None:
    """Where no bot is set up the page refuses everything."""
    serve(replace(tools, public_url=served.url))
    assert _enter(window(), init_data(AGNIESZKA, clock.now())) == 404
