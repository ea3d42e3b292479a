"""Parents and teacher side by side, on the child's page and in the dossier."""

from collections.abc import Callable

from bot.model.drafts import DraftKind
from bot.model.people import Person
from bot.model.privacy import PassPurpose
from bot.services import drafts, teacher_preparation
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web import school_year as year
from tests.web.page import Page, SignedIn

Opener = Callable[..., SignedIn]
HERS, HIS, TEACHERS = "Kuba dobrze buduje.", "Kuba tekent goed.", "Kuba luistert goed."


def _prepare(database: Database, tools: Tools, cast: Cast, *, share: bool = True) -> None:
    """Juf Marieke wrote what is strong, and shared it or not; both parents shared what goes well."""
    with database.writing() as session:
        c = cast.at(session)
        run = year.prepare(session, tools, c.agnieszka, c.kuba, {"BO03": HERS})
        assert run.answers[0].saying is not None
        year.translate(session, tools, run.answers[0].saying, "nl", "Kuba bouwt goed.", "machine")
        year.prepare(session, tools, c.pieter, c.kuba, {"BO03": HIS})
        form = drafts.Form(c.kuba, DraftKind.PREPARATION)
        drafts.write(session, tools, c.marieke, form, "BL02", TEACHERS, 0)
        draft = drafts.find(session, tools, c.marieke, form)
        if share:
            teacher_preparation.share(session, tools, c.marieke, c.kuba, drafts.fingerprint(draft))


def _section(page: Page) -> str:
    assert page.status == 200
    return page.html.partition('<section id="seen-differently"')[2].partition("</section>")[0]


def _desk(window: Opener, database: Database, tools: Tools, cast: Cast, person: Person) -> Page:
    browser = window()
    browser.sign_in(database, tools, person, PassPurpose.DESK)
    return browser.get(f"/desk/child/{cast.kuba.id}")


def _dossier(window: Opener, database: Database, tools: Tools, cast: Cast, person: Person) -> Page:
    browser = window(person.language)
    browser.sign_in(database, tools, person, PassPurpose.DOSSIER)
    return browser.get(f"/dossier/child/{cast.kuba.id}")


def test_the_teacher_reads_each_guardian_beside_the_own_words(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """Dutch first, the original one tap away, each labelled as a view; in the order of the page (001-p05)."""
    _prepare(database, tools, cast)
    page = _desk(window, database, tools, cast, cast.marieke)
    section = _section(page)
    for words in (HERS, HIS, TEACHERS, cast.agnieszka.name, cast.pieter.name, cast.marieke.name):
        assert words in section
    assert section.index("Kuba bouwt goed.") < section.index("<details") < section.index(HERS)
    assert section.count('class="side"') == 3
    order = [page.ids.index(one) for one in ("answers", "teacher", "seen-differently", "goals", "agreements")]
    assert order == sorted(order)
    assert "#seen-differently" in page.addresses


def test_a_parent_reads_the_own_words_beside_the_teachers(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """Never the other guardian's (002-separated-talk)."""
    _prepare(database, tools, cast)
    for person, own, other in ((cast.agnieszka, HERS, HIS), (cast.pieter, HIS, HERS)):
        page = _dossier(window, database, tools, cast, person)
        section = _section(page)
        assert own in section
        assert TEACHERS in section
        assert section.count('class="side"') == 2
        assert other not in page.html


def test_a_draft_is_no_side_and_only_its_author_reads_that_it_waits(
    window: Opener, database: Database, tools: Tools, cast: Cast
) -> None:
    """Until it is shared nobody's words stand here, and a sentence says why (001-p01)."""
    _prepare(database, tools, cast, share=False)
    mine = _section(_desk(window, database, tools, cast, cast.marieke))
    heads = _section(_desk(window, database, tools, cast, cast.hanneke))
    parents = _section(_dossier(window, database, tools, cast, cast.pieter))
    for section in (mine, heads, parents):
        assert 'class="card"' in section
        assert TEACHERS not in section
        assert HIS not in section
    assert 'class="note"' in mine
    assert 'class="note"' not in heads + parents
