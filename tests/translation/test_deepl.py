from collections.abc import Iterator

import pytest

from bot.translation.deepl import Deepl
from bot.translation.errors import TooManyError
from tests.translation import stub as bad
from tests.translation.dialects import DEEPL, KEY
from tests.translation.stub import Stub, serving


@pytest.fixture
def stub() -> Iterator[Stub]:
    """DeepL on loopback."""
    with serving(DEEPL) as server:
        yield server


@pytest.mark.parametrize(("target", "theirs"), [("en", "EN-GB"), ("pt", "PT-PT"), ("pl", "PL")])
def test_our_languages_are_named_as_they_name_them(stub: Stub, target: str, theirs: str) -> None:
    """They know no plain English or Portuguese to translate to; readers in Europe get the European one."""
    Deepl(KEY, stub.url).translate(["Dag"], "nl", target)
    (question,) = stub.translations_asked()
    assert (question["source_lang"], question["target_lang"]) == ("NL", theirs)
    assert [asked["path"] for asked in stub.asked] == ["/v2/languages", "/v2/languages", "/v2/translate"]


def test_a_key_of_the_free_plan_is_refused() -> None:
    """That plan may keep what it reads; the sentence does not repeat the key."""
    with pytest.raises(ValueError, match=r"^DEEPL_KEY .*\.$") as raised:
        Deepl(f"{KEY}:fx")
    assert KEY not in str(raised.value)


def test_an_address_without_https_is_refused() -> None:
    """Words never leave in the clear."""
    with pytest.raises(ValueError, match=r"^DEEPL_URL must begin with https"):
        Deepl(KEY, "http://translator.example")


def test_a_month_that_is_used_up_is_waited_for(stub: Stub) -> None:
    """Their own status for it is an hour's wait, and nothing is given up."""
    stub.behave = bad.quoting(456)
    with pytest.raises(TooManyError) as raised:
        Deepl(KEY, stub.url).translate(["Dag"], "nl", "pl")
    assert raised.value.wait_s == 3600
