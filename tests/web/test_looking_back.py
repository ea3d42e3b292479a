"""Looking back on an agreement on the pages: both sides say how it went, see what changed, and take it along."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.model.agreements import Agreement, AgreementOutcome, AgreementRemark
from bot.model.privacy import PassPurpose
from bot.services import agreements
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import SignedIn

Opener = Callable[..., SignedIn]
BEFORE, NOW = "Elke avond lezen jullie samen.", "Elke ochtend lezen jullie samen."


@pytest.fixture
def changed(database: Database, tools: Tools, cast: Cast) -> int:
    """An agreement whose text changed once and that all confirmed; and a talk is planned."""
    with database.writing() as session:
        here = cast.at(session)
        agreement = year.propose(session, tools, here.marieke, here.kuba, BEFORE)
        current = agreement.current
        version = agreements.change(
            session,
            tools,
            here.marieke,
            agreement,
            words=NOW,
            owner=current.owner,
            due_on=current.due_on,
            look_back_on=current.look_back_on,
        )
        for guardian in [party.person for party in agreement.parties]:
            year.confirm(session, tools, guardian, version)
        year.plan(session, tools, here.marieke, here.kuba)
        assert agreement.state == "active"
        return agreement.id


@pytest.fixture
def desk(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Juf Marieke's desk."""
    browser: SignedIn = window()
    browser.sign_in(database, tools, cast.marieke, PassPurpose.DESK)
    return browser


@pytest.fixture
def parent(window: Opener, database: Database, tools: Tools, cast: Cast) -> SignedIn:
    """Agnieszka's dossier."""
    browser: SignedIn = window()
    browser.sign_in(database, tools, cast.agnieszka, PassPurpose.DOSSIER)
    return browser


def test_both_sides_say_how_it_went(
    desk: SignedIn, parent: SignedIn, database: Database, cast: Cast, changed: int
) -> None:
    """Different views stand side by side on both pages; the same closes it (002-agreements, 001-hold-to-agreements)."""
    at_desk, at_home = f"/desk/child/{cast.kuba.id}", f"/dossier/child/{cast.kuba.id}"
    parent.act(at_home, "say_outcome", changed, result="bit_done", words="Czasem zapominamy.")
    page = desk.act(at_desk, "say_outcome", changed, result="done")
    assert "Czasem zapominamy." in page.html
    assert "verschillende meningen" in page.html
    assert "verschillende meningen" in parent.get(at_home).html or "różne" in parent.get(at_home).html
    desk.act(at_desk, "say_outcome", changed, result="bit_done")
    with database.reading() as session:
        assert session.get_one(Agreement, changed).state == "bit_done"
        assert len(session.scalars(select(AgreementOutcome)).all()) == 3
    assert not parent.get(at_home).has_form("say_outcome")


def test_a_parent_asks_a_change_on_the_page(
    parent: SignedIn, desk: SignedIn, database: Database, cast: Cast, changed: int
) -> None:
    """The wish stands with the text; without words the form comes back with a sentence."""
    at_home = f"/dossier/child/{cast.kuba.id}"
    page = parent.act(at_home, "wish_change", changed, words=" ")
    assert page.status == 422
    parent.act(at_home, "wish_change", changed, words="Niet op woensdag.")
    with database.reading() as session:
        assert [one.kind for one in session.scalars(select(AgreementRemark))] == ["change_wish"]
    assert "Niet op woensdag." in desk.get(f"/desk/child/{cast.kuba.id}").html


def test_what_changed_is_marked_in_words_too(
    desk: SignedIn, parent: SignedIn, cast: Cast, changed: int
) -> None:
    """Struck through and underlined, and said for who does not see that (002-agreements)."""
    assert changed
    for page in (desk.get(f"/desk/child/{cast.kuba.id}"), parent.get(f"/dossier/child/{cast.kuba.id}")):
        old, new = page.html.index("<del>"), page.html.index("<ins>")
        assert "avond" in page.html[old : page.html.index("</del>")]
        assert "ochtend" in page.html[new : page.html.index("</ins>")]
        assert "visually-hidden" in page.html[old : page.html.index("</del>")]


def test_the_next_talk_begins_with_it(desk: SignedIn, parent: SignedIn, cast: Cast, changed: int) -> None:
    """On both pages the planned talk names the open agreements first (002-agreements)."""
    for page in (desk.get(f"/desk/child/{cast.kuba.id}"), parent.get(f"/dossier/child/{cast.kuba.id}")):
        assert f'<a href="#agreement-{changed}" dir="auto">{NOW}</a>' in page.html


def test_it_is_taken_along_to_next_year(
    desk: SignedIn, database: Database, tools: Tools, cast: Cast, changed: int
) -> None:
    """New days, a new confirmation, and a link both ways; days that passed come back with a sentence."""
    page = f"/desk/child/{cast.kuba.id}"
    today = tools.clock.today()
    past = {"due_on": (today - timedelta(days=1)).isoformat(), "look_back_on": today.isoformat()}
    assert desk.act(page, "carry_over", changed, **past).status == 422
    coming = {one: (today + timedelta(days=300)).isoformat() for one in past}
    seen = desk.act(page, "carry_over", changed, **coming)
    with database.reading() as session:
        following = session.scalars(select(Agreement).where(Agreement.earlier_id == changed)).one().id
        assert session.get_one(Agreement, changed).state == "carried_over"
    assert f'href="#agreement-{changed}"' in seen.html
    assert f'href="#agreement-{following}"' in seen.html
