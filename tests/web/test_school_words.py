"""The page of the school's words: public, in the reader's language, with the Dutch word first."""

import html
from collections.abc import Callable
from dataclasses import replace

from bot.model.privacy import PassPurpose
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.translation.school_words import SchoolWordFinder
from tests.cast import Cast, shipped_school_words
from tests.web.page import SignedIn

KNOWN = shipped_school_words()
Opener = Callable[..., SignedIn]


def test_every_word_in_the_language_of_the_browser(window: Opener) -> None:
    """Nobody signs in; each word stands there in Dutch and in the own language, with what it means."""
    page = window("pl").get("/words")
    assert page.status == 200
    assert '<html lang="pl"' in page.html
    for key, word in KNOWN.words["pl"].items():
        assert f'id="{key}"' in page.html
        assert word.means in html.unescape(page.html)
        assert word.shown in html.unescape(page.html)
        assert KNOWN.words["nl"][key].shown in html.unescape(page.html)


def test_the_link_decides_the_language(window: Opener) -> None:
    """A language that is on; anything else is as if it were not said."""
    browser = window("pl")
    assert '<html lang="en"' in browser.get("/words?language=en").html
    assert '<html lang="pl"' in browser.get("/words?language=x%22").html
    assert {"/words?language=nl", "/words?language=pl", "/words?language=en"} <= set(
        browser.get("/words").addresses
    )


def test_what_is_not_translated_is_dutch_and_says_so(
    window: Opener, tools: Tools, serve: Callable[[Tools], None]
) -> None:
    """Marked as Dutch, for eyes and for screen readers."""
    only_dutch = replace(KNOWN, words={"nl": KNOWN.words["nl"]})
    serve(replace(tools, school_words=SchoolWordFinder(only_dutch)))
    page = window("en").get("/words")
    assert KNOWN.words["nl"]["studiedag"].means in html.unescape(page.html)
    assert page.html.count("This explanation is not translated yet.") == len(KNOWN.words["nl"])
    assert '<dd lang="nl" dir="ltr">' in page.html


def test_desk_and_dossier_lead_there(window: Opener, database: Database, tools: Tools, cast: Cast) -> None:
    """At the foot of every page, in the language of the person who is signed in."""
    for person, purpose in ((cast.marieke, PassPurpose.DESK), (cast.agnieszka, PassPurpose.DOSSIER)):
        browser = window()
        browser.sign_in(database, tools, person, purpose)
        assert f"/words?language={person.language}" in browser.get(f"/{purpose.value}/").addresses
