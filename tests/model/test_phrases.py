"""Ready sentences, to choose from."""

from bot.model.phrases import NO_PHRASES, Phrases

PHRASES = Phrases(
    subjects={"parents": {"practical": ("sick", "late")}, "teachers": {"news": ("good_day",)}},
    sentences={
        "nl": {"sick": "Mijn kind is ziek.", "late": "Wij komen later.", "good_day": "Een goede dag."},
        "pl": {"sick": "Moje dziecko jest chore."},
    },
    unreviewed={"pl": frozenset({"sick"})},
)


def test_sentences_stand_by_speaker_and_subject() -> None:
    """In a language only those that exist in it, in the order of the subject."""
    assert PHRASES.to_choose("parents", "practical", "nl") == [
        ("sick", "Mijn kind is ziek."),
        ("late", "Wij komen later."),
    ]
    assert PHRASES.to_choose("parents", "practical", "pl") == [("sick", "Moje dziecko jest chore.")]
    assert PHRASES.to_choose("parents", "news", "nl") == []
    assert PHRASES.to_choose("nobody", "practical", "ti") == []


def test_one_sentence_by_its_key() -> None:
    """None where it was not translated."""
    assert PHRASES.sentence("late", "nl") == "Wij komen later."
    assert PHRASES.sentence("late", "pl") is None
    assert PHRASES.keys == ["sick", "late", "good_day"]
    assert NO_PHRASES.keys == []
