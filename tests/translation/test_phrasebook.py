import pytest

from bot.translation.phrasebook import Phrasebook

PHRASES = [
    {"nl": "Kuba leest elke dag.", "pl": "Kuba czyta codziennie.", "en": "Kuba reads every day."},
    {"nl": "Hoe gaat het?", "pl": "Jak idzie?"},
    {"nl": "Zo'n dag", "pl": "Taki dzień"},
    {"nl": "Kuba leest elke dag", "pl": "Nog een vertaling"},
    {"nl": "Niets", "pl": ""},
]


@pytest.fixture
def book() -> Phrasebook:
    """The sentences above."""
    return Phrasebook(PHRASES)


@pytest.mark.parametrize(
    "written",
    [
        "Kuba leest elke dag.",
        "kuba leest elke dag",
        "  Kuba  leest\nelke dag !",
        "KUBA LEEST ELKE DAG…",
        "Kuba leest elke dag . ",
    ],
)
def test_the_same_sentence_is_found(book: Phrasebook, written: str) -> None:
    """Spaces, capitals and the last dot do not matter; the translation comes as people wrote it."""
    assert book.find(written, "nl", "pl") == "Kuba czyta codziennie."


@pytest.mark.parametrize(
    ("written", "source", "target"),
    [
        ("Kuba leest elke dag?", "nl", "pl"),
        ("Hoe gaat het", "nl", "pl"),
        ("Kuba leest niet elke dag.", "nl", "pl"),
        ("Kuba leest elke", "nl", "pl"),
        ("Kuba leest elke dag.", "pl", "nl"),
        ("Kuba leest elke dag.", "nl", "ti"),
        ("Kuba leest elke dag.", "xx", "pl"),
        ("Niets", "nl", "pl"),
        ("", "nl", "pl"),
        ("...", "nl", "pl"),
    ],
)
def test_another_sentence_is_not_found(book: Phrasebook, written: str, source: str, target: str) -> None:
    """A question is not a statement, and what only looks alike is left to a translator."""
    assert book.find(written, source, target) is None


def test_letters_written_in_two_ways_are_the_same(book: Phrasebook) -> None:
    """A phone may send a letter and its mark apart, or a curly apostrophe."""
    assert book.find("Taki dzien\u0301", "pl", "nl") == "Zo'n dag"
    assert book.find("zo\u2019n dag", "nl", "pl") == "Taki dzień"


def test_every_language_finds_every_other(book: Phrasebook) -> None:
    """One phrase serves all directions; of two equal sentences the first counts."""
    assert book.find("Kuba reads every day", "en", "nl") == "Kuba leest elke dag."
    assert book.find("nog een vertaling", "pl", "nl") == "Kuba leest elke dag"
    assert Phrasebook(()).find("Hallo", "nl", "pl") is None
