from collections.abc import Iterator

import pytest

from bot.translation.microsoft import Microsoft
from tests.translation.dialects import KEY, MICROSOFT
from tests.translation.stub import Stub, serving


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Microsoft's service on loopback."""
    with serving(MICROSOFT) as server:
        yield server


def test_a_question_as_they_describe_it(stub: Stub) -> None:
    """The address names the pair and that it is plain text; reading the languages needs no key and sends none."""
    Microsoft(KEY, "westeurope", stub.url).translate(["Dag"], "nl", "pl")
    languages, question = stub.asked
    assert languages["path"] == "/languages?api-version=3.0&scope=translation"
    assert KEY not in str(languages)
    assert question["path"] == "/translate?api-version=3.0&from=nl&to=pl&textType=plain"
    assert stub.translations_asked() == [[{"Text": "Dag"}]]


def test_a_key_for_the_whole_world_has_no_region(stub: Stub) -> None:
    """Then that header is not sent."""
    Microsoft(KEY, None, stub.url).translate(["Dag"], "nl", "pl")
    assert "Ocp-Apim-Subscription-Region" not in stub.asked[-1]["headers"]


def test_portuguese_is_that_of_europe(stub: Stub) -> None:
    """What they call pt is Brazilian."""
    stub.languages = {"translation": {code: {} for code in ("nl", "pt", "pt-pt", "ti", "so")}}
    provider = Microsoft(KEY, None, stub.url)
    assert {("nl", "ti"), ("so", "nl")} <= provider.pairs()
    provider.translate(["Dag"], "nl", "pt")
    assert "from=nl&to=pt-pt&" in stub.asked[-1]["path"]


def test_building_it_asks_nobody(stub: Stub) -> None:
    """The class below asks the network as soon as it is made, without a time limit; ours does not."""
    Microsoft(KEY, None, stub.url)
    assert stub.asked == []


def test_an_address_without_https_is_refused() -> None:
    """Words never leave in the clear."""
    with pytest.raises(ValueError, match=r"^MICROSOFT_URL must begin with https"):
        Microsoft(KEY, None, "http://translator.example")
