"""Every form at a bad moment: long and strange words, sent twice, too late, or after the session ended."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.everything import metadata
from bot.model.incoming import clean
from bot.services import agreements, conversation
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.app import application
from bot.web.bell import Bell
from tests.cast import Cast, make_school, tools_for
from tests.storage.postgres import fresh_database
from tests.web.forms import FORMS, FormKind, Typed, stands
from tests.web.page import Page, PageForm, SignedIn
from tests.web.served import Served

START = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
STRANGE = "Słowo שלום مرحبا 👩‍👧‍👦 🎒 🏴‍☠️ <b>&amp;</b> {{ 7 }} \"'"
AT_LEAST = 10_000


@dataclass
class House:
    """One school for all tests of this file, and its pages."""

    database: Database
    tools: Tools
    clock: MovableClock
    cast: Cast
    served: Served
    app: Starlette
    opened: ExitStack = field(default_factory=ExitStack)

    def open(self, form: str) -> tuple[SignedIn, Typed]:
        """A browser of who fills in this form, signed in, and a fresh form to fill in."""
        return self.sign_in(FORMS[form]), self.make(FORMS[form])

    def make(self, kind: FormKind) -> Typed:
        """A fresh form to fill in."""
        with self.database.writing() as session:
            return kind.made(session, self.tools, self.cast.at(session))

    def sign_in(self, kind: FormKind) -> SignedIn:
        """A browser of who fills in this form."""
        browser = SignedIn(self.served.url)
        self.opened.callback(browser.close)
        browser.sign_in(self.database, self.tools, getattr(self.cast, kind.who), kind.purpose)
        return browser

    def sign_in_again(self, browser: SignedIn, form: str) -> None:
        """The same person opens a new link in the same browser."""
        kind = FORMS[form]
        browser.sign_in(self.database, self.tools, getattr(self.cast, kind.who), kind.purpose)

    def count(self, words: str) -> int:
        """How many times the words are stored."""
        with self.database.reading() as session:
            return stands(session, words)


@contextmanager
def a_house(url: str, served: Served, texts: Texts) -> Iterator[House]:
    """The school on this database."""
    clock = MovableClock(start=START)
    database = Database(url)
    metadata.create_all(database.engine)
    tools = replace(tools_for(clock), public_url=served.url)
    bell = Bell(database)
    app = application(
        database=database,
        tools=tools,
        texts=texts,
        reception=Reception(database, tools, texts),
        bell=bell,
        after_commit=bell.ring,
    )
    house = House(database, tools, clock, make_school(database, clock), served, app)
    try:
        with house.opened:
            yield house
    finally:
        bell.close()
        database.close()


@pytest.fixture(scope="module")
def built(served: Served, texts: Texts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The school on SQLite, made once."""
    file = tmp_path_factory.mktemp("bad_moments") / "school.db"
    with a_house(f"sqlite:///{file}", served, texts) as made:
        yield made


@pytest.fixture
def house(built: House) -> House:
    """The school, behind the server."""
    built.served.app = built.app
    return built


def words_for(form: str, name: str) -> str:
    """More than 10,000 characters of every kind, other ones for every field."""
    mark = f"[{form}/{name}]"
    return f"{mark}\n" + f"{STRANGE} " * (AT_LEAST // len(STRANGE) + 1) + mark


def as_read(words: str) -> str:
    """The words as a reader sees them, however the lines are broken."""
    return " ".join(words.split())


def after(browser: SignedIn, path: str, status: int, location: str) -> Page:
    """The page on which the words stand after the form was taken."""
    assert status == 303, status
    return browser.get(location if "done" in location else path)


# A NUL, half of a surrogate pair, no UTF-8 at all, and control characters.
RAW = b"%00%ED%A0%80%FF%FE%01%08%1B%7F%C2%9F"


def sent_raw(browser: SignedIn, typed: Typed, filled: PageForm, words: str) -> int:
    """The form with bytes that no browser sends by itself in every field of words."""
    fields = {**{name: one[0] for name, one in filled.fields.items() if one}, **typed.others, "do": typed.do}
    parts = [
        f"{name}={_escaped(value)}".encode() for name, value in fields.items() if name not in typed.fields
    ]
    parts += [name.encode() + b"=" + _escaped(words).encode() + RAW for name in typed.fields]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    path = typed.path.partition("?")[0]
    return browser.client.post(path, content=b"&".join(parts), headers=headers).status_code


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def try_all(house: House) -> None:
    """Every form takes the words between the raw bytes, and the page shows them."""
    browsers: dict[str, SignedIn] = {}
    for form, kind in FORMS.items():
        typed = house.make(kind)
        browser = browsers.get(kind.who) or browsers.setdefault(kind.who, house.sign_in(kind))
        words = f"Bytes: {form}. "
        filled = typed.found_on(browser.get(typed.path))
        assert sent_raw(browser, typed, filled, words) == 303, form
        page = browser.get(typed.path)
        assert page.status == 200
        assert words.strip() in page.html, form
        assert "\x00" not in page.html


def test_bytes_that_are_no_writing_do_no_harm(house: House) -> None:
    """On SQLite every form takes the rest of the words."""
    try_all(house)


def test_bytes_that_are_no_writing_do_no_harm_on_postgresql(served: Served, texts: Texts) -> None:
    """PostgreSQL refuses a NUL in a text; it never gets one."""
    with fresh_database() as url, a_house(url, served, texts) as made:
        served.app = made.app
        try_all(made)


@pytest.mark.parametrize("charset", ["utf-7", "raw_unicode_escape", "no-such-charset"])
def test_a_form_in_a_strange_encoding_is_no_error(house: House, charset: str) -> None:
    """Halves of surrogate pairs that an encoding lets through stand nowhere."""
    browser, typed = house.open("message")
    filled = typed.found_on(browser.get(typed.path))
    fields = {**{name: one[0] for name, one in filled.fields.items() if one}, "do": typed.do}
    fields["words"] = f"Vreemd {charset} +2AA- \\ud800 einde."
    body = "".join(
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    headers = {"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    answer = browser.client.post(typed.path, content=f"{body}--x--\r\n".encode(), headers=headers)
    assert answer.status_code == 303
    assert f"Vreemd {charset}" in browser.get(typed.path).words


def _agreement_closed(house: House, typed: Typed) -> None:
    with house.database.writing() as session:
        c = house.cast.at(session)
        agreement = agreements.find(session, house.tools, c.marieke, int(str(typed.target)))
        agreements.close(session, house.tools, c.marieke, agreement, "stopped")


def _agreement_changed(house: House, typed: Typed) -> None:
    with house.database.writing() as session:
        c = house.cast.at(session)
        current = agreements.find(session, house.tools, c.marieke, int(str(typed.target))).current
        agreements.change(
            session,
            house.tools,
            c.marieke,
            current.agreement,
            words="Iets anders.",
            owner="school",
            due_on=current.due_on,
            look_back_on=current.look_back_on,
        )


def _talk_called_off(house: House, typed: Typed) -> None:
    with house.database.writing() as session:
        c = house.cast.at(session)
        talk = conversation.find(session, house.tools, c.marieke, int(typed.path.rpartition("/")[2]))
        conversation.cancel(session, house.tools, c.marieke, talk)


STALE: dict[str, tuple[str, Callable[[House, Typed], None]]] = {
    "changed, changed agreement": ("changed agreement", _agreement_changed),
    "closed, changed agreement": ("changed agreement", _agreement_closed),
    "closed, carried over": ("carried over", _agreement_closed),
    "changed, outcome at school": ("outcome at school", _agreement_changed),
    "closed, outcome at school": ("outcome at school", _agreement_closed),
    "changed, outcome at home": ("outcome at home", _agreement_changed),
    "closed, outcome at home": ("outcome at home", _agreement_closed),
    "changed, wish for change": ("wish for change", _agreement_changed),
    "called off, report": ("report", _talk_called_off),
}


@pytest.mark.parametrize("moment", STALE)
def test_a_form_about_what_changed_meanwhile_says_so_and_keeps_the_words(house: House, moment: str) -> None:
    """One sentence, every word there to be copied or sent again, nothing stored (004-react-report)."""
    form, changes = STALE[moment]
    browser, typed = house.open(form)
    words = {name: f"Te laat: {moment}, {name}." for name in typed.fields[:3]}
    filled = typed.found_on(browser.get(typed.path))
    changes(house, typed)
    page = Page(browser.send(typed.path, filled, **{**typed.others, **words, "do": typed.do}))
    assert page.status in {404, 409, 422}
    for one in words.values():
        assert one in page.html
        assert house.count(one) == 0


@pytest.mark.parametrize("form", FORMS)
def test_long_and_strange_words_survive_the_end_of_the_session_and_stand_once(
    house: House, form: str
) -> None:
    """Kept on the page that asks to sign in, taken once though sent twice, shown whole (004-feasible)."""
    browser, typed = house.open(form)
    said = {name: words_for(form, name) for name in typed.fields}
    filled = typed.found_on(browser.get(typed.path))
    house.clock.move(minutes=31)
    asked = Page(browser.send(typed.path, filled, **{**typed.others, **said, "do": typed.do}))
    assert asked.status == 403
    (again,) = (one for one in asked.forms if one.value("key"))
    for name, words in said.items():
        assert again.value(name).replace("\r\n", "\n").strip() == words.strip()
        assert house.count(words) == 0
    house.sign_in_again(browser, form)
    path = typed.path.partition("?")[0]
    for _delivery in range(2):
        answer = browser.send(path, again)
        page = after(browser, typed.path, answer.status_code, answer.headers.get("location", ""))
        assert page.status == 200
    for words in said.values():
        assert house.count(clean(words)) == 1
        assert as_read(words) in page.words or any(
            one.value(name).strip() == words.strip() for one in page.forms for name in typed.fields
        )
    assert "<b>&amp;" not in page.html
    assert "{{ 7 }}" in page.words or typed.do == "save"
