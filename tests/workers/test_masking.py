"""What services outside the school really get: every byte of it, looked through for names and numbers of people."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.content.glossary_file import shipped_glossary
from bot.content.texts import Texts
from bot.model.privacy import ConsentPurpose
from bot.services import outside, privacy, sayings
from bot.services.tools import Tools
from bot.services.translations import Wish
from bot.storage.database import Database
from bot.translation.glossary import Glossary
from bot.workers.masking import NamesStay
from tests.cast import Cast
from tests.translation.confided import confided
from tests.translation.dialects import DEEPL, MICROSOFT
from tests.translation.stub import Stub, serving
from tests.workers.test_translation import share, translating, wait_for

LETTER = (
    "Dag juf Marieke en meester Joris,\n"
    "Kuba is ziek. Bel Agnieszka Nowak op 06-12345678 of +48 600 123 456, of mail a.nowak@example.nl.\n"
    "Zosi idzie z Kubą, a Ewie mówiła Hanneke. Kuba's vader Pieter de Vries komt om 8:30 uur.\n"
    "Selam en Abel wonen Dorpsstraat 12, 1234 AB Utrecht. Lena Kowalska is van 12 maart 2017. Groeten van De Wilg & 3A."
)


@pytest.fixture(params=[DEEPL, MICROSOFT], ids=lambda dialect: dialect.name)
def stub(request: pytest.FixtureRequest) -> Iterator[Stub]:
    """A service outside the school; where it stops, it looks through all that it got."""
    with serving(request.param) as server:
        server.behave = lambda handler: handler.answer(server.dialect.wrapped(server.texts_asked()[-1]))
        yield server


def wish_of(database: Database, tools: Tools, cast: Cast, words: str) -> Wish:
    """Words of Agnieszka, who consented, that wait for Polish."""
    with database.writing() as session:
        everybody = cast.at(session)
        privacy.consent(session, tools, everybody.agnieszka, ConsentPurpose.OUTSIDE_TRANSLATION)
        saying = sayings.keep(session, tools, everybody.agnieszka, words, child=everybody.kuba, language="nl")
        saying.detected_language = "nl"
        sayings.want_in(session, tools, saying, "pl")
        session.flush()
        return Wish(saying.translations[0].id, words, "nl", "pl", 0)


def masking(database: Database, tools: Tools) -> NamesStay:
    """As wiring makes it."""
    return NamesStay(database, Glossary(shipped_glossary()), tools.detector)


def test_nothing_of_anybody_is_in_what_is_sent(
    database: Database, tools: Tools, cast: Cast, stub: Stub
) -> None:
    """A letter full of people comes back whole, and not one of them was in a request (promise 7)."""
    wish = wish_of(database, tools, cast, LETTER)
    (found,) = masking(database, tools).translate(stub.dialect.make(stub.url, 20), [wish])
    shown = LETTER.replace("12 maart 2017", "12-03-2017")
    assert found == shown.replace("juf", "nauczycielka").replace(
        "meester", "nauczyciel"
    )  # held by the glossary
    assert stub.translations_asked()
    assert not [name for asked in stub.asked for name in confided(asked)]
    sent = b" ".join(asked["body"] for asked in stub.asked)
    for part in (b"12345678", b"600 123", b"example.nl", b"Dorps", b"1234 AB", b"2017", b"Wilg", b"3A"):
        assert part not in sent
    assert b"8:30" in sent


def test_the_service_is_asked_to_leave_the_tokens_alone(
    database: Database, tools: Tools, cast: Cast, stub: Stub
) -> None:
    """As each of them wants to be told; signs of HTML in the words are escaped and come back as they were."""
    wish = wish_of(database, tools, cast, "Kuba < 5 & ziek")
    (found,) = masking(database, tools).translate(stub.dialect.make(stub.url, 20), [wish])
    assert found == "Kuba < 5 & ziek"
    told = str(stub.asked[-1]["path"]) + stub.asked[-1]["body"].decode()
    if stub.dialect is DEEPL:
        assert '"tag_handling": "html"' in told
        assert stub.texts_asked() == [["ph1@tb.x &lt; 5 &amp; ziek"]]
    else:
        assert "textType=html" in told
        assert stub.texts_asked() == [['<span translate="no">[[1]]</span> &lt; 5 &amp; ziek']]


def test_what_may_not_leave_is_not_sent(database: Database, tools: Tools, cast: Cast, stub: Stub) -> None:
    """Words without consent, and words in a script that the class list is not in."""
    wish = wish_of(database, tools, cast, "\u041a\u0443\u0431\u0430 jest chory.")
    provider = stub.dialect.make(stub.url, 20)
    assert masking(database, tools).translate(provider, [wish]) == [None]
    plain = wish_of(database, tools, cast, "Hij is ziek.")
    with database.writing() as session:
        privacy.withdraw_consent(
            session, tools, cast.at(session).agnieszka, ConsentPurpose.OUTSIDE_TRANSLATION
        )
    assert masking(database, tools).translate(provider, [wish, plain]) == [None, None]
    assert stub.translations_asked() == []


def test_only_while_the_writer_consents(
    database: Database, tools: Tools, texts: Texts, cast: Cast, stub: Stub
) -> None:
    """Nothing goes out before; then what waited for it does; after it was taken back nothing more goes."""
    tools = replace(tools, translates=True)
    before = share(database, tools, cast, "Lubi klocki.")
    care, provider = masking(database, tools), stub.dialect.make(stub.url, 20)
    with translating(database, tools, texts, provider, masking=care) as loop:  # type: ignore[arg-type]
        wait_for(database, before, "impossible")
        assert stub.translations_asked() == []
        with database.writing() as session:
            outside.agree(session, tools, cast.at(session).agnieszka)
        loop.bell.ring()
        wait_for(database, before, "done")
        assert stub.texts_asked() == [["Lubi klocki."]]
        with database.writing() as session:
            outside.refuse(session, tools, cast.at(session).agnieszka)
        after = share(database, tools, cast, "Lubi kredki.")
        loop.bell.ring()
        wait_for(database, after, "impossible")
        assert stub.texts_asked() == [["Lubi klocki."]]


def test_doubts_know_the_names_of_the_school(database: Database, tools: Tools, cast: Cast) -> None:
    """And are told by their keys."""
    wish = wish_of(database, tools, cast, "Kuba komt niet om 8:30 uur.")
    care = masking(database, tools)
    assert care.doubts(wish, "Kuba nie przyjdzie o 8:30.") == ()
    assert care.doubts(wish, "Zosia przyjdzie o 9:30.") == ("times", "names", "negation")
