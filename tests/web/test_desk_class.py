"""Reading a class: order, filter, neighbours, and what stands on the page without a script."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from bot.model.clock import MovableClock
from bot.model.privacy import PassPurpose
from bot.model.translation import TranslationState
from bot.services.overview import ChangeWish, ChildRow, GuardianRow
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web.desk_class import FILTERS, SORTS, Reading, arranged, languages_of, neighbours, reading_of
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import Page, SignedIn

NOW = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Opener = Callable[..., SignedIn]


def _guardian(
    progress: str = "ready", language: str = "nl", wished: str | None = None, unread: int = 0
) -> GuardianRow:
    return GuardianRow(
        person_id=1,
        name="ouder",
        authority=True,
        progress=progress,
        language=language,
        wished_language=wished,
        joined=True,
        doors_to_confirm=(),
        unread_messages=unread,
        help_wishes=(),
        unopened_days=0,
    )


ROWS = (
    ChildRow(
        1,
        "dora",
        3,
        (_guardian("busy"),),
        1,
        NOW + 2 * DAY,
        NOW - DAY,
        change_wishes=(ChangeWish(7, 1, False),),
    ),
    ChildRow(2, "Abel", 3, (_guardian("not_started", "en", "ti"),), 0, None, None),
    ChildRow(3, "Cas", 3, (_guardian(), _guardian("needs_help", "pl")), 0, NOW + DAY, NOW - 3 * DAY),
    ChildRow(
        4,
        "Bente",
        3,
        (_guardian(unread=1),),
        1,
        None,
        NOW - 2 * DAY,
        change_wishes=(ChangeWish(8, 1, True),),
    ),
    ChildRow(5, "Elif", 3, (), 0, None, None),
)


def _names(reading: Reading, always: int | None = None) -> list[str]:
    return [row.first_name for row in arranged(ROWS, reading, NOW, always=always)]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["Abel", "Bente", "Cas", "dora", "Elif"]),
        ("talk", ["Cas", "dora", "Abel", "Bente", "Elif"]),
        ("preparation", ["Cas", "Elif", "Abel", "dora", "Bente"]),
        ("contact", ["Abel", "Elif", "Cas", "Bente", "dora"]),
    ],
)
def test_the_order_is_the_chosen_one(sort: str, names: list[str]) -> None:
    """Capitals do not count, what is missing stands where it is looked for, and ties go by name (004-oog-prepare)."""
    assert _names(Reading(sort=sort)) == names


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("all", ["Abel", "Bente", "Cas", "dora", "Elif"]),
        ("no_contact", ["Abel", "Elif"]),
        ("not_ready", ["Abel", "Cas", "dora", "Elif"]),
        ("to_plan", ["Bente"]),
        ("change", ["Bente", "dora"]),
        ("waiting", ["Bente", "dora"]),
    ],
)
def test_only_the_chosen_children_stand_there(only: str, names: list[str]) -> None:
    """Each choice shows its children and no other."""
    assert _names(Reading(only=only)) == names


def test_a_language_is_found_where_it_is_spoken_or_wished() -> None:
    """Of any guardian; together with another choice both count."""
    assert _names(Reading(language="pl")) == ["Cas"]
    assert _names(Reading(language="ti")) == ["Abel"]
    assert _names(Reading(language="ti", only="to_plan")) == []
    assert languages_of(ROWS) == ["en", "nl", "pl", "ti"]


def test_the_choice_goes_into_an_address_and_back() -> None:
    """Every combination survives; the usual choice is no address at all, and nonsense is the usual choice."""
    for sort in SORTS:
        for only in FILTERS:
            reading = Reading(sort, only, "pl")
            query = {name: values[0] for name, values in parse_qs(reading.query.removeprefix("?")).items()}
            assert reading_of(query) == reading
    assert Reading().query == ""
    assert reading_of({"sort": "'; --", "only": "", "language": '"><b>' + "x" * 99}).query.count("<") == 0
    assert reading_of({"sort": "nonsense", "only": "nonsense"}) == Reading()


def test_neighbours_follow_order_and_choice() -> None:
    """The first has none before, the last none after; a child that no longer fits keeps its place."""
    first = neighbours(ROWS, Reading(only="not_ready"), NOW, 2)
    assert first is not None
    assert (first.number, first.count, first.before) == (1, 4, None)
    assert first.after is not None
    assert first.after.first_name == "Cas"
    gone = neighbours(ROWS, Reading(only="no_contact"), NOW, 3)
    assert gone is not None
    assert [one.first_name for one in (gone.before, gone.after) if one] == ["Abel", "Elif"]
    assert neighbours(ROWS, Reading(), NOW, 99) is None


# The pages


@pytest.fixture
def desk(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Juf Marieke at her desk."""
    browser = window()
    browser.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    return browser


def _children(page: Page) -> list[str]:
    return [row.split("</a>")[0].rpartition(">")[2] for row in page.html.split('<tr role="row">')[2:]]


def test_children_without_contact_stand_on_top_until_there_was_one(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast
) -> None:
    """A message takes a child off the list; the day stands in its row."""
    address = f"/desk/group/{cast.group_3a.id}"
    alone = desk.get(address).html.partition('id="alone-title"')[2].partition("</section>")[0]
    assert "Abel" in alone
    assert "Kuba" in alone
    with database.writing() as session:
        c = cast.at(session)
        for person, child in ((c.agnieszka, c.kuba), (c.selam, c.abel)):
            year.write(session, tools, person, child, person, "Dzień dobry.")
    page = desk.get(address)
    assert 'id="alone-title"' not in page.html
    assert _children(page) == ["Abel", "Kuba"]


def test_the_chosen_order_and_number_are_said(desk: SignedIn, cast: Cast) -> None:
    """Each of three rows of links marks one; who filters reads how many of how many."""
    address = f"/desk/group/{cast.group_3a.id}"
    page = desk.get(f"{address}?only=no_contact&language=ti&sort=contact")
    assert page.html.count('aria-current="true"') == 3
    assert _children(page) == ["Abel"]
    assert desk.get(f"{address}?only=to_plan").html.count('<tr role="row">') == 0


def test_the_choice_goes_along_to_the_child_and_through_its_forms(desk: SignedIn, cast: Cast) -> None:
    """Neighbours, the way back and the page after a form keep order and filter."""
    query = "?sort=contact&only=no_contact"
    address = f"/desk/child/{cast.kuba.id}{query}"
    page = desk.get(address)
    escaped = query.replace("&", "&amp;")
    assert f'href="/desk/group/{cast.group_3a.id}{escaped}"' in page.html
    assert f'accesskey="k" href="/desk/child/{cast.abel.id}{escaped}"' in page.html
    answer = desk.send(address, page.form("write", cast.pieter.id), words="Dag Pieter")
    assert answer.headers["location"] == f"/desk/child/{cast.kuba.id}{query}&done=write#done"


def test_a_wish_for_a_change_leads_to_its_agreement(
    desk: SignedIn, database: Database, tools: Tools, clock: MovableClock, cast: Cast
) -> None:
    """It waits for the teacher, is counted in the child's row, and can be chosen; both links end at the text."""
    address = f"/desk/group/{cast.group_3a.id}"
    with database.writing() as session:
        c = cast.at(session)
        agreement = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
        for person in (c.agnieszka, c.pieter):
            year.remark(session, tools, person, agreement.current, "Nie w środę.", wish=True)
        place = f"/desk/child/{c.kuba.id}{{}}#agreement-{agreement.id}"
    page = desk.get(f"{address}?only=change")
    assert _children(page) == ["Kuba"]
    assert page.html.count('class="task task-change"') == 2
    assert page.addresses.count(place.format("")) == 2
    assert page.addresses.count(place.format("?only=change")) == 1
    assert "Nie w środę." not in page.html
    assert place.rpartition("#")[2] in desk.get(f"/desk/child/{cast.kuba.id}").ids
    clock.move(seconds=1)
    with database.writing() as session:
        c = cast.at(session)
        for person in (c.agnieszka, c.pieter):
            year.write(session, tools, c.marieke, c.kuba, person, "We praten erover.")
    page = desk.get(f"{address}?only=change")
    assert 'class="task task-change"' not in page.html
    assert _children(page) == ["Kuba"]


def test_other_staff_and_parents_find_no_neighbours(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """Whoever may not open the class learns no name from an address."""
    browser = window()
    browser.sign_in(database, tools, cast.joris, PassPurpose.DESK)
    for address in (f"/desk/group/{cast.group_3a.id}/sheets", f"/desk/child/{cast.kuba.id}/sheet"):
        page = browser.get(address)
        assert page.status == 404
        assert "Abel" not in page.html


@pytest.mark.parametrize("state", list(TranslationState))
def test_a_sheet_says_why_words_are_not_translated(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, state: TranslationState
) -> None:
    """A translation that may still come, one that will not, and a language that no translator knows (promise 5)."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba lubi pociągi."})
        assert run.answers[0].saying is not None
        [dutch] = [one for one in run.answers[0].saying.translations if one.language == "nl"]
        dutch.state, dutch.words = state.value, "Treinen." if state is TranslationState.DONE else None
    words = desk.get(f"/desk/child/{cast.kuba.id}/sheet").words
    notes = {
        TranslationState.WAITING: "(nog niet vertaald)",
        TranslationState.IMPOSSIBLE: "(Niet vertaald)",
        TranslationState.NOT_OFFERED: "(Niemand vertaalt deze taal hier met de computer)",
    }
    assert [one for one in notes if notes[one] in words] == [one for one in notes if one is state]
