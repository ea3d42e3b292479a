import sys
from pathlib import Path

import pytest

from bot.translation.factory import Access, build

KEY = "the-school-key"
ACCESS = Access(
    libretranslate_url="http://127.0.0.1:9",
    deepl_key=KEY,
    microsoft_key=KEY,
    microsoft_region="westeurope",
    models_dir=Path("no-such-folder"),
)


def test_no_translator_is_on_until_it_is_named() -> None:
    """Without TRANSLATORS nothing is built, also when address and key stand ready."""
    assert build([], ACCESS) == []


def test_translators_are_built_in_their_order_without_asking_anything() -> None:
    """A service that is away does not stop the start, and a name given twice is one provider."""
    names = ["microsoft", "libretranslate", "deepl", "libretranslate"]
    providers = build(names, ACCESS)
    assert [provider.name for provider in providers] == ["microsoft", "libretranslate", "deepl"]
    assert [provider.outside for provider in providers] == [True, False, True]


@pytest.mark.parametrize("names", [["google"], ["libretranslate", "qcri"], ["LibreTranslate"], [""]])
def test_any_other_translator_stops_the_start(names: list[str]) -> None:
    """One sentence tells the operator what may be named."""
    with pytest.raises(
        ValueError, match=r"^TRANSLATORS accepts only: libretranslate, deepl, microsoft, argos\.$"
    ):
        build(names, ACCESS)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("libretranslate", "LIBRETRANSLATE_URL"),
        ("deepl", "DEEPL_KEY"),
        ("microsoft", "MICROSOFT_KEY"),
        ("argos", "MODELS_DIR"),
    ],
)
def test_what_opens_it_is_needed(name: str, needed: str) -> None:
    """A named translator without address or key stops the start."""
    with pytest.raises(ValueError, match=f"^TRANSLATORS names {name}, so {needed} must be set.$"):
        build([name], Access())


def test_a_public_address_stops_the_start() -> None:
    """Words of families cannot leave by a slip in the settings."""
    with pytest.raises(ValueError, match="must be a loopback or private address"):
        build(["libretranslate"], Access(libretranslate_url="http://8.8.8.8"))


def test_keys_are_not_shown() -> None:
    """Whoever prints what was configured sees no key."""
    assert KEY not in repr(ACCESS)
    assert all(KEY not in repr(provider) for provider in build(["deepl", "microsoft"], ACCESS))


def test_argos_without_its_library_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence names the command; no folder is left behind."""
    monkeypatch.setitem(sys.modules, "argostranslate", None)
    models = tmp_path / "models"
    with pytest.raises(ValueError, match=r"pip install oudergesprek\[offline\]"):
        build(["argos"], Access(models_dir=models))
    assert not models.exists()
