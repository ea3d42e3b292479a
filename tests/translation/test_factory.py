import pytest

from bot.translation.factory import build


def test_no_translator_is_on_until_it_is_named() -> None:
    """Without TRANSLATORS nothing is built, also when an address stands ready."""
    assert build([], None) == []
    assert build([], "http://127.0.0.1:5000") == []


def test_libretranslate_is_built_without_asking_it_anything() -> None:
    """A server that is away does not stop the start, and a name given twice is one provider."""
    (provider,) = build(["libretranslate", "libretranslate"], "http://127.0.0.1:9")
    assert provider.name == "libretranslate"


@pytest.mark.parametrize("names", [["google"], ["libretranslate", "deepl"], ["LibreTranslate"], [""]])
def test_any_other_translator_stops_the_start(names: list[str]) -> None:
    """One sentence tells the operator what may be named."""
    with pytest.raises(ValueError, match=r"^TRANSLATORS accepts only: libretranslate\.$"):
        build(names, "http://127.0.0.1:5000")


@pytest.mark.parametrize("url", [None, ""])
def test_the_address_is_needed(url: str | None) -> None:
    """A named translator without an address stops the start."""
    with pytest.raises(ValueError, match="LIBRETRANSLATE_URL must be set"):
        build(["libretranslate"], url)


def test_a_public_address_stops_the_start() -> None:
    """Words of families cannot leave by a slip in the settings."""
    with pytest.raises(ValueError, match="must be a loopback or private address"):
        build(["libretranslate"], "http://8.8.8.8")
