"""Letters: a page for each guardian who has not joined, in two languages, with links that work once."""

import io
import re
import shutil

import pytest
import segno
from markupsafe import escape
from playwright.sync_api import sync_playwright

from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.errors import DomainError
from bot.model.people import Guardianship, SchoolType
from bot.services import invitations, letters
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import PUBLIC_URL, Cast, open_door

STAFF = ("juf Marieke", "meester Joris", "Hanneke Bos", "Karin Mulder")


@pytest.fixture
def printed(database: Database, tools: Tools, texts: Texts, cast: Cast) -> str:
    """The letters of the whole cast, nobody joined."""
    assert cast.agnieszka.name
    with database.writing() as session:
        return letters.print_letters(session, tools, texts)


def letter_of(printed: str, name: str) -> str:
    """The one letter with this name on it."""
    found = [
        section for section in printed.split('<section class="letter">')[1:] if str(escape(name)) in section
    ]
    assert len(found) == 1
    return found[0]


def addresses(letter: str) -> list[str]:
    """The addresses to type, as they stand there."""
    return re.findall(r'<div class="address">(.*?)</div>', letter)


def test_every_guardian_gets_one_letter_and_nobody_else(printed: str) -> None:
    """Five guardians, five letters; teachers and the head get none."""
    assert printed.count('<section class="letter">') == 5
    for name in ("Agnieszka Nowak", "Pieter de Vries", "Selam Tesfay", "Ewa Kowalska", "Victor Smit"):
        assert letter_of(printed, name)
    assert not any(name in printed for name in STAFF)


def test_it_names_the_child_the_school_and_the_goal(printed: str) -> None:
    """The guardian reads about whom, from whom, what for, how long, where and with whom (002-goal-known)."""
    letter = letter_of(printed, "Agnieszka Nowak")
    for words in (
        "Kuba",
        "3A",
        "Zosia",
        "6B",
        "Basisschool De Wilg",
        "15",
    ):
        assert words in letter
    assert "Abel" not in letter
    assert "Pieter" not in letter


def test_the_own_language_stands_beside_dutch(printed: str) -> None:
    """Polish and Dutch for Agnieszka, English and Dutch for Selam, Dutch alone for Pieter."""
    languages = {
        name: re.findall(r'<div lang="(\w+)" dir="ltr">', letter_of(printed, name))
        for name in ("Agnieszka Nowak", "Selam Tesfay", "Pieter de Vries")
    }
    assert languages == {
        "Agnieszka Nowak": ["pl", "nl"],
        "Selam Tesfay": ["en", "nl"],
        "Pieter de Vries": ["nl"],
    }


def test_a_wished_language_is_named(printed: str) -> None:
    """Selam's letter says that Tigrinya is not there yet; nobody else's does (002-polish-parents)."""
    assert "Tigrinya" in letter_of(printed, "Selam Tesfay")
    assert printed.count("Tigrinya") == letter_of(printed, "Selam Tesfay").count("Tigrinya")


def test_each_address_is_a_working_invitation_of_that_guardian(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The typed address and the one for Telegram carry one fresh token, which opens this guardian's door."""
    with database.writing() as session:
        letter = letter_of(letters.print_letters(session, tools, texts), "Pieter de Vries")
        web, telegram = addresses(letter)
        token = web.removeprefix(f"{PUBLIC_URL}/i/")
        assert telegram == f"https://t.me/wilg_bot?start={token}"
        assert invitations.use(session, tools, token, "web", "chat-1").person_id == cast.pieter.id


def test_the_squares_say_the_same_as_the_addresses(printed: str) -> None:
    """Each QR code is the one of the address under it."""
    for letter in printed.split('<section class="letter">')[1:]:
        drawn = re.findall(r"<svg.*?</svg>", letter, re.DOTALL)
        written = io.BytesIO()
        expected = []
        for address in addresses(letter):
            written = io.BytesIO()
            segno.make_qr(address, error="m").save(written, kind="svg", omitsize=True, xmldecl=False)
            expected.append(re.findall(r' d="([^"]+)"', written.getvalue().decode()))
        assert [re.findall(r' d="([^"]+)"', one) for one in drawn] == expected
        assert len(expected) == 2


@pytest.mark.usefixtures("cast")
def test_without_telegram_there_is_one_square(database: Database, tools: Tools, texts: Texts) -> None:
    """A school without Telegram prints only the browser's address."""
    without = type(tools)(**{**vars(tools), "telegram_name": None})
    with database.writing() as session:
        printed = letters.print_letters(session, without, texts)
    assert "t.me" not in printed
    assert printed.count("<svg") == 5


def test_guardians_of_one_child_get_it_personally(printed: str) -> None:
    """Agnieszka and Pieter share a child, so neither letter goes into the schoolbag (002-separated-talk)."""
    personally = {
        name: texts_of_teacher(letter_of(printed, name)) != ""
        for name in ("Agnieszka Nowak", "Pieter de Vries", "Ewa Kowalska", "Victor Smit")
    }
    assert personally == {
        "Agnieszka Nowak": True,
        "Pieter de Vries": True,
        "Ewa Kowalska": False,
        "Victor Smit": False,
    }


def texts_of_teacher(letter: str) -> str:
    """The note for who hands the letter out."""
    found = re.search(r'<p class="note">(.*?)</p>', letter, re.DOTALL)
    assert found
    return found.group(1).strip()


def test_a_second_guardian_who_ended_does_not_count(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """With Pieter's guardianship ended, Agnieszka's letter may go by schoolbag."""
    with database.writing() as session:
        session.query(Guardianship).filter_by(person_id=cast.pieter.id).one().ended_at = tools.clock.now()
        session.flush()
        printed = letters.print_letters(session, tools, texts)
        assert texts_of_teacher(letter_of(printed, "Agnieszka Nowak")) == ""
        assert "Pieter de Vries" not in printed


def test_who_has_joined_gets_no_letter(
    database: Database, tools: Tools, texts: Texts, clock: MovableClock, cast: Cast
) -> None:
    """Agnieszka has a door; the others still get their letters."""
    with database.writing() as session:
        open_door(session, clock, cast.agnieszka, confirmed=False, welcomed=False)
        printed = letters.print_letters(session, tools, texts)
    assert "Agnieszka" not in printed
    assert printed.count('<section class="letter">') == 4


def test_printing_again_leaves_the_first_letters_good(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """A lost heap of letters is printed again; either letter works, and only one of them."""
    with database.writing() as session:
        tokens = [
            addresses(letter_of(letters.print_letters(session, tools, texts), "Pieter de Vries"))[
                0
            ].rpartition("/")[2]
            for _ in range(2)
        ]
        assert tokens[0] != tokens[1]
        assert invitations.person_of(session, tools, tokens[1]).id == cast.pieter.id
        invitations.use(session, tools, tokens[0], "web", "chat-1")
        with pytest.raises(DomainError, match="invitation_unusable"):
            invitations.use(session, tools, tokens[1], "web", "chat-2")


def test_names_are_shown_literally(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """A name with an apostrophe, a percent sign or a piece of HTML stands there as it is written."""
    with database.writing() as session:
        here = cast.at(session)
        here.pieter.name = "Pieter d'Ancona <b>100%(x)s</b>"
        here.kuba.first_name = "Ku'ba & co"
        session.flush()
        printed = letters.print_letters(session, tools, texts)
    letter = letter_of(printed, "Pieter d'Ancona <b>100%(x)s</b>")
    assert str(escape("Ku'ba & co")) in letter
    assert "<b>100" not in printed


def test_the_length_follows_the_school_type(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """At a special school the talk takes thirty minutes (002-duration-15-30)."""
    with database.writing() as session:
        cast.at(session).school.type = SchoolType.SBO.value
        session.flush()
        printed = letters.print_letters(session, tools, texts)
    assert " 30 " in letter_of(printed, "Pieter de Vries")
    assert " 15 " in letter_of(printed, "Victor Smit")


def test_nobody_left_to_invite(database: Database, tools: Tools, texts: Texts) -> None:
    """An empty school prints a page that says so."""
    with database.writing() as session:
        printed = letters.print_letters(session, tools, texts)
    assert '<section class="letter">' not in printed
    assert "<p>" in printed


@pytest.mark.browser
def test_each_letter_prints_on_one_sheet_of_a4(printed: str) -> None:
    """Five letters are five sheets, the longest texts and two children included."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(printed)
        sheets = page.pdf(prefer_css_page_size=True)
        browser.close()
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 5
