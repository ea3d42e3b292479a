"""The parent's dossier in the browser: everything that this guardian may read, and a place to add."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from bot.model.clock import MovableClock
from bot.model.dossier import Entry, Look
from bot.model.people import DoorKind, Guardianship, Teaching
from bot.model.privacy import PassPurpose
from bot.services import help as help_wishes
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast, open_door
from tests.web import school_year as year
from tests.web.page import SignedIn

Opener = Callable[..., SignedIn]


@pytest.fixture
def agnieszka(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Agnieszka in the dossier, in Polish."""
    browser = window("pl")
    browser.sign_in(database, tools, cast.agnieszka, PassPurpose.DOSSIER)
    return browser


@pytest.fixture
def pieter(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Pieter in the dossier, in Dutch."""
    browser = window()
    browser.sign_in(database, tools, cast.pieter, PassPurpose.DOSSIER)
    return browser


@pytest.fixture
def kuba(cast: Cast) -> str:
    """The address of Kuba's dossier."""
    return f"/dossier/child/{cast.kuba.id}"


def test_a_parent_of_two_chooses_the_child(agnieszka: SignedIn, cast: Cast) -> None:
    """The first page asks which child is meant, and no address holds a name."""
    page = agnieszka.get("/dossier/")
    for child in (cast.kuba, cast.zosia):
        assert f"/dossier/child/{child.id}" in page.addresses
        assert not any(child.first_name.lower() in address.lower() for address in page.addresses)


def test_a_parent_of_one_stands_there_at_once(pieter: SignedIn, kuba: str) -> None:
    """With one child there is nothing to choose."""
    assert pieter.client.get("/dossier/").headers["location"] == kuba
    assert pieter.get("/dossier/").status == 200


def test_the_dossier_opens_at_any_hour(
    window: Opener, database: Database, tools: Tools, cast: Cast, clock: MovableClock, kuba: str
) -> None:
    """In the middle of the night the link works as by day (004-dossier-6)."""
    clock.move(hours=16)
    browser = window("pl")
    browser.sign_in(database, tools, cast.agnieszka, PassPurpose.DOSSIER)
    assert browser.get(kuba).status == 200


def test_everything_about_the_child_is_on_one_page(
    agnieszka: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Own answers, talks, agreements, additions, messages and wishes are listed (004-dossier-3, 004-crit-7)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły.", "BO04": "Hałas."})
        year.plan(session, tools, c.marieke, c.kuba, goal_words="Kennismaken op maat")
        agreement = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.")
        year.remark(session, tools, c.agnieszka, agreement.current, "Czytamy razem.")
        year.add(session, tools, c.agnieszka, c.kuba, "Pierwsza książka.")
        year.write(session, tools, c.marieke, c.kuba, c.agnieszka, "Welkom.")
        help_wishes.ask(session, tools, c.agnieszka, c.kuba, "phone")
    words = agnieszka.get(kuba).words
    for said in (
        "Kuba jest wesoły.",
        "Hałas.",
        "Kennismaken op maat",
        "Samen lezen.",
        "Czytamy razem.",
        "Pierwsza książka.",
        "Welkom.",
    ):
        assert said in words


def test_the_parent_sees_what_the_school_reads(
    agnieszka: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Beside each own answer stands whether it was shared (promise 2)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba jest wesoły.", "BO04": "Hałas."})
    html = agnieszka.get(kuba).html
    shared, _, held_back = html.partition("Hałas.")
    assert 'class="label good">✓' in shared.partition("Kuba jest wesoły.")[2].partition("</p>\n    </div>")[0]
    assert 'class="label good"' not in held_back.partition("</section>")[0]


def test_words_of_the_school_stand_in_the_parents_language(
    agnieszka: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """The agreement reads in Polish, labelled, with the Dutch text one tap away (promise 2)."""
    with database.writing() as session:
        c = cast.at(session)
        saying = year.propose(session, tools, c.marieke, c.kuba, "Samen lezen.").current.saying
        year.translate(session, tools, saying, "pl", "Wspólne czytanie.", "human")
    html = agnieszka.get(kuba).html
    assert 'lang="pl"' in html.partition("<head>")[0]
    behind = html.partition("Wspólne czytanie.")[2].partition("</details>")[0]
    assert '<p class="words" lang="nl" dir="auto">Samen lezen.</p>' in behind


def test_nothing_of_the_other_parent_is_there(
    agnieszka: SignedIn,
    pieter: SignedIn,
    database: Database,
    tools: Tools,
    cast: Cast,
    kuba: str,
    clock: MovableClock,
) -> None:
    """Answers, messages, wishes, doors and a talk apart stay with whose they are (002-separated-talk)."""
    with database.writing() as session:
        c = cast.at(session)
        year.prepare(session, tools, c.pieter, c.kuba, {"BO01": "Woorden van Pieter."})
        year.write(session, tools, c.pieter, c.kuba, c.pieter, "Bericht van Pieter.")
        year.plan(session, tools, c.marieke, c.kuba, guardian=c.pieter, goal_words="Apart doel")
        help_wishes.ask(session, tools, c.pieter, c.kuba, "paper")
        open_door(session, clock, c.pieter, DoorKind.TELEGRAM, "77001")
    pieter.get(kuba)
    own = pieter.get(kuba).words
    for said in ("Woorden van Pieter.", "Bericht van Pieter.", "Apart doel"):
        assert said in own
    page = agnieszka.get(kuba)
    assert "Pieter" not in page.html
    assert "Apart doel" not in page.html
    assert "t.me" not in page.html


def test_a_parent_adds_at_any_time(
    agnieszka: SignedIn, pieter: SignedIn, database: Database, cast: Cast, kuba: str
) -> None:
    """The words stand with author, day and kind, and the other parent reads them too (004-dossier-7, 004-crit-7)."""
    page = agnieszka.act(kuba, "add", words='Kuba\'s <zus> "leest"\nvoor.', kind="view")
    assert page.status == 200
    assert 'Kuba\'s <zus> "leest" voor.' in page.words
    with database.reading() as session:
        entry = session.scalars(select(Entry)).one()
        assert (entry.author_id, entry.kind) == (cast.agnieszka.id, "view")
    assert "Agnieszka Nowak" in pieter.get(kuba).words.partition("Toevoegingen")[2]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"words": " \n ", "kind": "fact"}, "words"),
        ({"words": "Nowe.", "kind": []}, "kind"),
        ({"words": "Nowe.", "kind": "rumour"}, "kind"),
    ],
)
def test_an_addition_with_a_mistake_comes_back(
    agnieszka: SignedIn, database: Database, kuba: str, changes: dict[str, str | list[str]], where: str
) -> None:
    """The words stay, a sentence stands at the field, and nothing was stored."""
    page = agnieszka.act(kuba, "add", **changes)
    assert page.status == 422
    assert [one for one in page.ids if one.endswith("-problem")] == [f"add-{where}-problem"]
    assert page.form("add").value("words").strip() == str(changes["words"]).strip()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_an_addition_sent_twice_stands_once(agnieszka: SignedIn, database: Database, kuba: str) -> None:
    """A second delivery of the form changes nothing."""
    form = agnieszka.get(kuba).form("add")
    for _ in range(2):
        assert agnieszka.send(kuba, form, words="Nowe.", kind="fact").status_code == 303
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 1


def test_only_its_author_takes_an_addition_away(
    agnieszka: SignedIn, pieter: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """The author is asked once more and then it is gone; nobody else finds the question (004-dossier-7)."""
    with database.writing() as session:
        c = cast.at(session)
        entry_id = year.add(session, tools, c.agnieszka, c.kuba, "Pierwsza książka.").id
    sure = f"{kuba}/sure/{entry_id}"
    assert sure in agnieszka.get(kuba).addresses
    assert sure not in pieter.get(kuba).addresses
    assert pieter.get(sure).status == 404
    form = agnieszka.get(sure).form("remove", entry_id)
    stolen = pieter.get(kuba).form("add")
    assert pieter.send(kuba, stolen, do="remove", target=str(entry_id)).status_code == 404
    assert agnieszka.send(sure, form).status_code == 303
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 0


def test_the_parent_sees_who_of_the_school_looked(
    agnieszka: SignedIn,
    pieter: SignedIn,
    window: Opener,
    database: Database,
    tools: Tools,
    cast: Cast,
    kuba: str,
) -> None:
    """Staff's looks are shown to the parents, a parent's looks only to that parent (004-dossier-5)."""
    staff = window()
    staff.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    staff.get(f"/desk/child/{cast.kuba.id}")
    pieter.get(kuba)
    looked = agnieszka.get(kuba).html.partition('id="looks"')[2]
    assert looked.count("<li>") == 2
    assert "juf Marieke" in looked
    assert "Pieter" not in looked
    with database.reading() as session:
        rows = session.scalars(select(Look).order_by(Look.id)).all()
        assert [(one.viewer_id, one.as_staff) for one in rows] == [
            (cast.marieke.id, True),
            (cast.pieter.id, False),
            (cast.agnieszka.id, False),
        ]


def test_the_way_back_to_the_chat_stands_on_top(
    agnieszka: SignedIn, database: Database, cast: Cast, clock: MovableClock, kuba: str
) -> None:
    """Each kind of open door has its link; without one there is none."""
    assert not [one for one in agnieszka.get(kuba).addresses if "/chat/" in one or "t.me" in one]
    with database.writing() as session:
        open_door(session, clock, cast.agnieszka, address="mychat")
        open_door(session, clock, cast.agnieszka, DoorKind.TELEGRAM)
    assert {"/chat/mychat/", "https://t.me/wilg_bot"} <= set(agnieszka.get(kuba).addresses)


def test_a_guardian_without_authority_sees_the_own_part(
    window: Opener, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """What the school entered about authority decides; nothing can be added then."""
    with database.writing() as session:
        c = cast.at(session)
        session.scalars(
            select(Guardianship).where(Guardianship.person_id == c.pieter.id)
        ).one().authority = False
        year.prepare(session, tools, c.pieter, c.kuba, {"BO01": "Eigen woorden."})
        year.add(session, tools, c.agnieszka, c.kuba, "Pierwsza książka.")
        year.propose(session, tools, c.marieke, c.kuba, "Afspraak met mama.", [c.agnieszka])
    browser = window()
    browser.sign_in(database, tools, cast.pieter, PassPurpose.DOSSIER)
    page = browser.get(kuba)
    assert "Eigen woorden." in page.words
    assert "Pierwsza książka." not in page.html
    assert "Afspraak met mama." not in page.html
    assert not page.has_form("add")


def test_a_teacher_who_is_a_parent_reads_here_as_a_parent(
    window: Opener, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Being staff of the child's group opens nothing of the other parents here (002-separated-talk)."""
    with database.writing() as session:
        c = cast.at(session)
        session.add(Teaching(person_id=c.pieter.id, group_id=c.group_3a.id))
        year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Słowa mamy."})
    browser = window()
    browser.sign_in(database, tools, cast.pieter, PassPurpose.DOSSIER)
    assert "Słowa mamy." not in browser.get(kuba).html


def test_a_voice_message_is_heard_by_who_may_read_it(
    agnieszka: SignedIn, pieter: SignedIn, database: Database, tools: Tools, cast: Cast, kuba: str
) -> None:
    """Agnieszka hears her own answer again; Pieter gets the page of a file that never was."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO01": "Kuba."}, share=False)
        saying = run.answers[0].saying
        assert saying is not None
        voice = year.record(session, tools, saying).id
    assert f"/dossier/file/{voice}" in agnieszka.get(kuba).addresses
    assert agnieszka.client.get(f"/dossier/file/{voice}").content == year.OGG
    assert pieter.get(f"/dossier/file/{voice}").html == pieter.get("/dossier/file/9999").html


def test_an_ended_guardianship_closes_the_dossier(
    agnieszka: SignedIn, database: Database, cast: Cast, clock: MovableClock, kuba: str
) -> None:
    """What the roster ends is not found the next moment; the other child stays."""
    with database.writing() as session:
        query = select(Guardianship).where(
            Guardianship.person_id == cast.agnieszka.id, Guardianship.child_id == cast.kuba.id
        )
        session.scalars(query).one().ended_at = clock.now()
    assert agnieszka.get(kuba).status == 404
    assert agnieszka.get(f"/dossier/child/{cast.zosia.id}").status == 200
