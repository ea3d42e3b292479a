"""A long message in parts that Telegram takes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.split import MAX_UNITS, split, units
from tests.telegram_rules import words


def plain(html: str) -> str:
    """The words without tags and spaces."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_a_short_message_is_one_part_as_it_is() -> None:
    """What fits is not touched."""
    html = "<b>Kuba</b> &amp; Zosia\n\nDo jutra."
    assert split(html) == [html]


def test_the_limit_counts_utf16_units_and_not_tags() -> None:
    """An emoji counts twice, an escaped sign once, a tag not at all."""
    assert units("<b>😀&amp;</b>é") == 4


def test_a_long_message_is_cut_after_sentences() -> None:
    """Each part ends where a sentence ends."""
    sentence = "To jest zdanie o dziecku. "
    parts = split(sentence * 400)
    assert len(parts) == 3
    assert all(part.endswith("dziecku.") and units(part) <= MAX_UNITS for part in parts)


def test_lines_are_kept_together_where_possible() -> None:
    """A line that fits in a part is not torn."""
    parts = split("\n".join(f"Linia {number}. Koniec linii {number}." for number in range(20)), 100)
    assert all(
        line.endswith(".") and line.startswith("Linia") for part in parts for line in part.splitlines()
    )


def test_open_tags_are_closed_and_opened_again() -> None:
    """Every part can be read alone."""
    parts = split("<i>" + "Ala ma kota. " * 20 + "<b>" + "Kot ma Alę. " * 20 + "</b></i>", 120)
    assert len(parts) > 4
    for part in parts:
        words(part)
        assert part.startswith("<i>")
        assert part.endswith("</i>")


def test_a_word_without_end_is_cut_too() -> None:
    """6,000 letters without a space, or emoji, still arrive whole."""
    assert "".join(split("a" * 6000)) == "a" * 6000
    emoji = "😀" * 3000
    assert "".join(split(emoji)) == emoji


@given(
    st.lists(
        st.sampled_from(
            ["Ala ma kota. ", "&lt;x&gt; ", "<b>", "</b>", "😀", "\n\n", "słowo ", "a" * 30, "。"]
        )
    ),
    st.integers(min_value=4, max_value=60),
)
def test_no_word_is_lost_and_every_part_is_readable(pieces: list[str], max_units: int) -> None:
    """Whatever is in it: together the parts hold all words in order, and each is short and well formed."""
    html, depth = "", 0
    for piece in pieces:
        depth += {"<b>": 1, "</b>": -1}.get(piece, 0)
        if depth < 0:
            depth = 0
        else:
            html += piece
    html += "</b>" * depth
    parts = split(html, max_units)
    assert "".join(map(plain, parts)) == plain(html)
    if units(html) > max_units:
        for part in parts:
            assert units(part) <= max_units
            words(part)
