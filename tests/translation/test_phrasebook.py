import pytest

from bot.model.phrases import Phrases
from bot.translation.phrasebook import Found, Phrasebook

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
    assert book.find(written, "nl", "pl") == Found("Kuba czyta codziennie.", reviewed=True)


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
    assert book.find("Taki dzien\u0301", "pl", "nl") == Found("Zo'n dag", reviewed=True)
    assert book.find("zo\u2019n dag", "nl", "pl") == Found("Taki dzień", reviewed=True)


def test_every_language_finds_every_other(book: Phrasebook) -> None:
    """One phrase serves all directions; of two equal sentences the first counts."""
    assert book.find("Kuba reads every day", "en", "nl") == Found("Kuba leest elke dag.", reviewed=True)
    assert book.find("nog een vertaling", "pl", "nl") == Found("Kuba leest elke dag", reviewed=True)
    assert Phrasebook(()).find("Hallo", "nl", "pl") is None


SHIPPED = Phrases(
    subjects={"parents": {"practical": ("sick", "late"), "wishes": ("more",)}},
    sentences={
        "nl": {"sick": "Mijn kind is ziek.", "late": "Wij komen later.", "more": "Ik wil meer weten."},
        "pl": {"sick": "Moje dziecko jest chore.", "more": "Chcę wiedzieć więcej."},
    },
    unreviewed={"pl": frozenset({"sick"})},
)


def test_what_nobody_reviewed_says_so_in_both_directions() -> None:
    """A shipped sentence counts as checked only where a native reader has seen both sides."""
    book = Phrasebook((), SHIPPED)
    assert book.find("mijn kind is ziek", "nl", "pl") == Found("Moje dziecko jest chore.", reviewed=False)
    assert book.find("Moje dziecko jest chore.", "pl", "nl") == Found("Mijn kind is ziek.", reviewed=False)
    assert book.find("Ik wil meer weten.", "nl", "pl") == Found("Chcę wiedzieć więcej.", reviewed=True)
    assert book.find("Wij komen later.", "nl", "pl") is None


def test_what_the_school_translated_counts_first() -> None:
    """The school's own sentence stands before the shipped one."""
    book = Phrasebook([{"nl": "Mijn kind is ziek", "pl": "Dziecko jest chore."}], SHIPPED)
    assert book.find("Mijn kind is ziek.", "nl", "pl") == Found("Dziecko jest chore.", reviewed=True)
