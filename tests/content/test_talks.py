"""Golden talks are read with their lines; one that cannot be read says where."""

from pathlib import Path

import pytest

from bot.content.shipped import shipped
from bot.content.talks import Talk, read_talk, read_talks


def _talk(folder: Path, turns: str) -> Talk:
    path = folder / "talk.yaml"
    path.write_text(f"title: A talk\nturns:\n{turns}", "utf-8")
    return read_talk(path)


def test_a_turn_names_who_does_what(tmp_path: Path) -> None:
    """Who, the deed and its detail, what is asked and seen, and the line it stands on."""
    talk = _talk(
        tmp_path,
        """\
  - who: agnieszka
    tap: Kuba
    asks: BO01
    only: web
    sees: [Kuba, 112]
    never_sees: [Zosia]
  - later: {days: 2}
""",
    )
    assert (talk.name, talk.title) == ("talk", "A talk")
    tap, later = talk.turns
    assert (tap.who, tap.deed, tap.detail, tap.asks, tap.only, tap.line) == (
        "agnieszka",
        "tap",
        "Kuba",
        "BO01",
        "web",
        3,
    )
    assert (tap.sees, tap.never_sees) == (("Kuba", "112"), ("Zosia",))
    assert (later.who, later.deed, later.detail, later.line) == ("", "later", {"days": 2}, 9)


def test_one_message_can_be_long(tmp_path: Path) -> None:
    """`times` says the words so often in one message."""
    [turn] = _talk(tmp_path, '  - who: selam\n    say: "Abel. "\n    times: 1000\n').turns
    assert len(turn.detail) == 6000


@pytest.mark.parametrize(
    ("turns", "line"),
    [
        ("  - who: agnieszka\n", 3),
        ("  - tap: Kuba\n", 3),
        ("  - who: agnieszka\n    tap: Kuba\n  - who: agnieszka\n    say: x\n    tap: y\n", 5),
        ("  - who: agnieszka\n    shouts: x\n", 3),
        ("  - who: agnieszka\n    say: x\n    seees: [y]\n", 3),
        ("  - just words\n", 3),
        ("  - who: agnieszka\n    sees: [x, y?]\n", 4),
    ],
)
def test_a_turn_that_cannot_be_read_says_where(tmp_path: Path, turns: str, line: int) -> None:
    """The file and the line are named."""
    with pytest.raises(ValueError, match=rf"talk\.yaml:{line}: "):
        _talk(tmp_path, turns)


def test_a_talk_has_turns(tmp_path: Path) -> None:
    """A file without them is told so."""
    path = tmp_path / "talk.yaml"
    path.write_text("title: Nothing\n", "utf-8")
    with pytest.raises(ValueError, match=r"talk\.yaml:1: "):
        read_talk(path)


def test_the_shipped_talks_say_what_is_seen() -> None:
    """Every turn of every shipped talk says what the person sees then, or must not see."""
    for dialog in sorted(path.name for path in shipped("dialogs").iterdir() if path.is_dir()):
        for talk in read_talks(shipped("dialogs") / dialog):
            silent = [turn.line for turn in talk.turns if not turn.sees and not turn.never_sees]
            assert [line for line in silent if _deed(talk, line) != "later"] == [], talk.name


def _deed(talk: Talk, line: int) -> str:
    return next(turn.deed for turn in talk.turns if turn.line == line)
