import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.pieces import sentences, split

letters = st.text(st.sampled_from("ab. !?,\n\r\u2028;:።؟ż😀"), max_size=300)


@given(text=letters, max_chars=st.integers(min_value=1, max_value=40))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, max_chars: int) -> None:
    """The pieces make up the text again; none with words exceeds the limit or crosses a line."""
    pieces = split(text, max_chars)
    assert "".join(pieces) == text
    assert all(len(piece) <= max_chars for piece in pieces if piece.strip())
    assert all("\n" not in piece.strip() for piece in pieces)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Kuba leest. Hij telt ook al.", ["Kuba leest. ", "Hij telt ook al."]),
        ("Wat leuk!) Dus hij leest goed", ["Wat leuk!) ", "Dus hij leest goed"]),
        ("Kuba leest, en hij telt ook", ["Kuba leest, ", "en hij telt ook"]),
        ("Kuba leest en telt ook al goed", ["Kuba leest en telt ", "ook al goed"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("Groep 3.5 is een les. Dag", ["Groep 3.5 is een ", "les. Dag"]),
    ],
)
def test_a_long_line_is_cut_where_it_hurts_least(text: str, pieces: list[str]) -> None:
    """After a sentence, else after a comma, else after a word, else where the limit falls."""
    assert split(text, 20) == pieces


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("", []),
        ("Dag", ["Dag"]),
        ("Dag! Hoe is het?  Goed...", ["Dag!", "Hoe is het?", "Goed..."]),
        ("Om 8.30 uur.", ["Om 8.30 uur."]),
        ('"Ja." zei hij.', ['"Ja."', "zei hij."]),
        ("ሰላም። ከመይ ኣለኹም።", ["ሰላም።", "ከመይ ኣለኹም።"]),
        ("كيف حالك؟ شكرا", ["كيف حالك؟", "شكرا"]),
    ],
)
def test_a_line_has_sentences(line: str, bare: list[str]) -> None:
    """Each ends after its own sign, in every script; a time of day does not end one."""
    assert sentences(line) == bare
