"""The page of the languages: what is on, how far each is, and how to switch one on."""

from collections.abc import Callable

import pytest

from bot.content.catalogues import SHIPPED_LANGUAGES, own_name
from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import Cast
from tests.web.page import SignedIn

Opener = Callable[..., SignedIn]


@pytest.mark.parametrize("name", ["hanneke", "marieke"])
def test_every_language_with_its_counts(
    window: Opener, database: Database, tools: Tools, cast: Cast, name: str
) -> None:
    """Head and teachers see the same: on or off, and that nobody has read them yet (004-language-threat)."""
    browser = window()
    browser.sign_in(database, tools, getattr(cast, name), PassPurpose.DESK)
    page = browser.get("/desk/languages")
    rows = page.html.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:-1]
    assert len(rows) == len(SHIPPED_LANGUAGES)
    for row, code in zip(rows, SHIPPED_LANGUAGES, strict=True):
        assert f'<bdi lang="{code}">{own_name(code)}</bdi>' in row
        assert ("✓ aan" in row) == (code in {"nl", "pl", "en"})
        assert ("languages: [nl, pl, en, " in row) == (code not in {"nl", "pl", "en"})
        assert "nog niet" in row
    assert "school.yaml" in page.html


def test_the_overview_leads_there(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """The head finds it from the school in numbers; every desk page has it at its foot."""
    browser = window()
    browser.sign_in(database, tools, cast.hanneke, PassPurpose.DESK)
    assert browser.get("/desk/school").addresses.count("/desk/languages") == 2
    assert "/desk/languages" in browser.get("/desk/").addresses
