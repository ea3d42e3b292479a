"""When messages come, on both sides: the school's hours, the own ones within them, and a pair that cannot be."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.content.rhythm_file import DEFAULT
from bot.model.people import Person, Teaching
from bot.model.privacy import AuditLine, PassPurpose
from bot.model.rhythm import ANY_TIME, Hours, OwnHours, Rhythm
from bot.model.school_days import Holiday
from bot.services import rhythm
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web.page import Page, PageForm, SignedIn
from tests.web.served import Served

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER
Opener = Callable[..., SignedIn]
AT_HOME, AT_SCHOOL = "/dossier/rhythm", "/desk/rhythm"


@pytest.fixture
def quiet(tools: Tools, served: Served, serve: Callable[[Tools], None]) -> Tools:
    """The school keeps the hours of a school that decided nothing: parents 7:30 to 20:00, never on Sunday."""
    made = replace(tools, rhythm=DEFAULT, public_url=served.url)
    serve(made)
    return made


def _enter(
    window: Opener, database: Database, tools: Tools, person: Person, purpose: PassPurpose = DOSSIER
) -> SignedIn:
    with database.writing() as session:
        session.get_one(Person, person.id).language = "en"
    browser = window("en")
    browser.sign_in(database, tools, person, purpose)
    return browser


def _hours(database: Database, tools: Tools, person: Person, *, at_school: bool = False) -> Hours:
    with database.reading() as session:
        return rhythm.hours_of(session, tools, session.get_one(Person, person.id), at_school=at_school)


def _own(database: Database) -> list[tuple[int | None, int | None, bool]]:
    with database.reading() as session:
        found = session.scalars(select(OwnHours).order_by(OwnHours.id))
        return [(one.from_minute, one.until_minute, one.weekend) for one in found]


def _form(page: Page) -> PageForm:
    return page.form("choose_hours")


def test_a_parent_narrows_the_hours_of_the_school(
    window: Opener, database: Database, quiet: Tools, cast: Cast
) -> None:
    """What was chosen holds, stands there again, is on record, and one button gives it back (004-too-much-info)."""
    mother = _enter(window, database, quiet, cast.agnieszka)
    page = mother.get(AT_HOME)
    assert "The school sends nothing before 7:30 or after 20:00." in page.words
    assert "Messages from others come between 7:30 and 20:00." in page.words
    assert not page.has_form("school_hours")
    assert [_form(page).value(one) for one in ("from", "until", "weekend")] == ["450", "1200", "yes"]
    page = mother.act(AT_HOME, "choose_hours", **{"from": "540", "until": "1020", "weekend": "no"})
    assert "Your hours are saved." in page.words
    assert "Messages from others come between 9:00 and 17:00." in page.words
    assert "The school sends nothing before 7:30 or after 20:00." in page.words
    assert [_form(page).value(one) for one in ("from", "until", "weekend")] == ["540", "1020", "no"]
    assert _hours(database, quiet, cast.agnieszka) == Hours(frozenset(range(5)), 540, 1020)
    page = mother.act(AT_HOME, "school_hours")
    assert not page.has_form("school_hours")
    assert _hours(database, quiet, cast.agnieszka) == DEFAULT.guardians
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.action == "choose_hours")).all()
        assert [one.actor_id for one in lines] == [cast.agnieszka.id] * 2


def test_who_keeps_to_the_school_moves_with_it(
    window: Opener, database: Database, quiet: Tools, cast: Cast
) -> None:
    """An end that is the school's is stored as none, so that it follows when the school changes its hours."""
    mother = _enter(window, database, quiet, cast.agnieszka)
    mother.act(AT_HOME, "choose_hours", **{"from": "450", "until": "1080"})
    assert _own(database) == [(None, 1080, True)]
    later = replace(quiet, rhythm=replace(DEFAULT, guardians=replace(DEFAULT.guardians, from_minute=480)))
    assert _hours(database, later, cast.agnieszka).from_minute == 480


@pytest.mark.parametrize(
    ("begins", "ends", "where", "sentence"),
    [
        ("1020", "540", "until", "The first time must be before the second."),
        ("540", "540", "until", "The first time must be before the second."),
        ("420", "1020", "from", "outside the hours of the school"),
        ("540", "1440", "from", "outside the hours of the school"),
        ("early", "1020", "from", "outside the hours of the school"),
        ("540", [], "from", "outside the hours of the school"),
    ],
)
def test_a_pair_that_cannot_be_comes_back(
    window: Opener,
    database: Database,
    quiet: Tools,
    cast: Cast,
    begins: str,
    ends: str | list[str],
    where: str,
    sentence: str,
) -> None:
    """A sentence stands at the field, what was chosen stays chosen, and the hours are as they were."""
    mother = _enter(window, database, quiet, cast.agnieszka)
    page = mother.act(AT_HOME, "choose_hours", **{"from": begins, "until": ends, "weekend": "no"})
    assert page.status == 422
    assert sentence in page.words
    assert [one for one in page.ids if one.endswith("-problem")] == [f"hours-{where}-problem"]
    assert _form(page).value("weekend") == "no"
    if begins == "1020":
        assert [_form(page).value(one) for one in ("from", "until")] == ["1020", "540"]
    assert _own(database) == []


def test_a_teacher_reads_the_hours_of_teachers(
    window: Opener, database: Database, quiet: Tools, cast: Cast
) -> None:
    """Nobody is asked about a weekend that the school keeps free; both frames lead here."""
    teacher = _enter(window, database, quiet, cast.marieke, DESK)
    assert AT_SCHOOL in teacher.get("/desk/").addresses
    page = teacher.get(AT_SCHOOL)
    assert "The school sends nothing before 8:00 or after 17:00." in page.words
    assert "weekend" not in _form(page).fields
    page = teacher.act(AT_SCHOOL, "choose_hours", until="960")
    assert "Messages from others come between 8:00 and 16:00." in page.words
    assert _own(database) == [(None, 960, True)]
    parent = _enter(window, database, quiet, cast.pieter)
    assert AT_HOME in parent.get("/dossier/").addresses
    assert "between 7:30 and 20:00" in parent.get(AT_HOME).words


def test_a_teacher_who_is_a_parent_sees_each_side(
    window: Opener, database: Database, quiet: Tools, cast: Cast
) -> None:
    """One choice holds on both sides, each within its own frame, and the page says so."""
    with database.writing() as session:
        c = cast.at(session)
        session.add(Teaching(person_id=c.pieter.id, group_id=c.group_6b.id))
    at_home = _enter(window, database, quiet, cast.pieter)
    at_school = _enter(window, database, quiet, cast.pieter, DESK)
    for browser, path in ((at_home, AT_HOME), (at_school, AT_SCHOOL)):
        assert "as a parent and at school" in browser.get(path).words
    at_home.act(AT_HOME, "choose_hours", until="1140", weekend="no")
    assert "between 8:00 and 17:00" in at_school.get(AT_SCHOOL).words
    at_school.act(AT_SCHOOL, "choose_hours", **{"from": "540"})
    assert _own(database) == [(540, None, False)]
    assert _hours(database, quiet, cast.pieter) == Hours(frozenset(range(5)), 540, 1200)
    assert _hours(database, quiet, cast.pieter, at_school=True) == Hours(frozenset(range(5)), 540, 1020)


def test_a_school_without_quiet_hours(
    window: Opener,
    database: Database,
    tools: Tools,
    served: Served,
    serve: Callable[[Tools], None],
    cast: Cast,
) -> None:
    """The whole day can be chosen from, to its very end."""
    here = replace(tools, rhythm=Rhythm(), public_url=served.url)
    serve(here)
    mother = _enter(window, database, here, cast.agnieszka)
    page = mother.get(AT_HOME)
    assert "The school has no quiet hours." in page.words
    assert [_form(page).value(one) for one in ("from", "until")] == ["0", "1440"]
    mother.act(AT_HOME, "choose_hours", **{"from": "1320"})
    assert _hours(database, here, cast.agnieszka) == replace(ANY_TIME, from_minute=1320)


def test_holidays_are_the_schools(
    window: Opener,
    database: Database,
    tools: Tools,
    served: Served,
    serve: Callable[[Tools], None],
    cast: Cast,
) -> None:
    """They are said, and own hours leave them as they are."""
    day = tools.clock.today()
    quiet = replace(ANY_TIME, holidays=(Holiday(day, day, "Studiedag"),))
    here = replace(tools, rhythm=replace(DEFAULT, guardians=quiet), public_url=served.url)
    serve(here)
    mother = _enter(window, database, here, cast.agnieszka)
    page = mother.get(AT_HOME)
    assert "The school has no quiet hours." in page.words
    assert "In the holidays nothing comes." in page.words
    mother.act(AT_HOME, "choose_hours", until="1200")
    assert _hours(database, here, cast.agnieszka) == replace(quiet, until_minute=1200)


def test_another_wish_is_not_found(window: Opener, database: Database, quiet: Tools, cast: Cast) -> None:
    """What this page does not do is no wish, and a form without its key does nothing."""
    mother = _enter(window, database, quiet, cast.agnieszka)
    form = _form(mother.get(AT_HOME))
    assert mother.send(AT_HOME, form, do="end_others").status_code == 404
    assert mother.send(AT_HOME, form, key="x", **{"from": "540"}).status_code == 403
    assert _own(database) == []
