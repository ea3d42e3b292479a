"""The difference of two texts: nothing of either is lost in it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.model.differences import Change, difference

TEXTS = st.text(alphabet="ab \n", max_size=30)


def test_a_changed_word_stands_twice() -> None:
    """What went and what came, between what stayed (002-agreements)."""
    pieces = difference("Elke avond lezen.", "Elke ochtend lezen.")
    assert [(piece.change, piece.words) for piece in pieces] == [
        (Change.SAME, "Elke "),
        (Change.REMOVED, "avond"),
        (Change.ADDED, "ochtend"),
        (Change.SAME, " lezen."),
    ]


@given(before=TEXTS, now=TEXTS)
def test_both_texts_stand_in_it(before: str, now: str) -> None:
    """Without what was added it is the first text, without what was removed the second."""
    pieces = difference(before, now)
    assert "".join(piece.words for piece in pieces if piece.change is not Change.ADDED) == before
    assert "".join(piece.words for piece in pieces if piece.change is not Change.REMOVED) == now
