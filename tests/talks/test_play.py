"""The player of talks says exactly where what is seen differs from what is written."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.content.talks import Talk, read_talk
from bot.demo.phones import Bubble, NoSuchButtonError, Seen
from bot.demo.play import DifferentError, play
from bot.model.clock import MovableClock


class EchoPages:
    """Pages that show what was filled in, or who reads about whom."""

    def report(self, who: str, form: Mapping[str, str | int]) -> Seen:
        """Show the fields."""
        return Seen([Bubble(f"{who}: {dict(form)}")])

    def read(self, who: str, child_name: str) -> Seen:
        """Show the names."""
        return Seen([Bubble(f"{who} reads {child_name}")])

    def approve(self, who: str, buddy: str) -> Seen:
        """Show the names."""
        return Seen([Bubble(f"{who} approves {buddy}")])


class EchoPhone:
    """A phone that shows what was done on it."""

    kind = "web"

    def __init__(self) -> None:
        self.done: list[str] = []

    def _seen(self, deed: str) -> Seen:
        self.done.append(deed)
        return Seen([Bubble(deed, ("A button",))])

    def open(self) -> Seen:
        """Show that it was opened."""
        return self._seen("opened")

    def say(self, words: str) -> Seen:
        """Show the words."""
        return self._seen(words)

    def tap(self, label: str) -> Seen:
        """Show the label, if it is the one there is."""
        if label != "A button":
            raise NoSuchButtonError(label)
        return self._seen(label)

    tap_old = tap

    def voice(self) -> Seen:
        """Show that something was said."""
        return self._seen("voice")

    photo = sticker = voice

    def correct(self, words: str) -> Seen:
        """Show the words."""
        return self._seen(words)

    def looks(self) -> Seen:
        """Show nothing new."""
        return Seen()


def _talk(folder: Path, turns: str) -> Talk:
    path = folder / "talk.yaml"
    path.write_text(f"title: A talk\nturns:\n{turns}", "utf-8")
    return read_talk(path)


def test_everything_is_played_in_order(tmp_path: Path, clock: MovableClock) -> None:
    """Deeds with and without words, time that passes, a day named by its distance, turns for this door only."""
    talk = _talk(
        tmp_path,
        """\
  - {who: selam, open: true, sees: [opened, A button]}
  - later: {days: 1}
  - {who: selam, say_day: 7}
  - {who: selam, voice: true, only: telegram}
  - {who: selam, tap: A button, only: web, never_sees: [opened]}
""",
    )
    phone = EchoPhone()
    started = clock.now()
    play(talk, {"selam": phone}, clock)
    assert phone.done == ["opened", "9-9-2026", "A button"]
    assert (clock.now() - started).days == 1


def test_pages_are_opened_beside_the_phones(tmp_path: Path, clock: MovableClock) -> None:
    """A report is filled in and read in a browser; what is not seen there is told as well."""
    talk = _talk(
        tmp_path,
        """\
  - who: marieke
    reports: {child: Kuba, look_back_on: 28}
    sees: ["'look_back_on': 28"]
  - {who: karin, approves: ewa, sees: [karin approves ewa]}
  - {who: selam, reads: Kuba, sees: [selam reads Kuba, more]}
""",
    )
    with pytest.raises(DifferentError, match="talk:7: not seen: 'more'"):
        play(talk, {}, clock, pages=EchoPages())


@pytest.mark.parametrize(
    ("turn", "what"),
    [
        ("say: Hello, sees: [Goodbye]", "not seen: 'Goodbye'"),
        ("say: Hello, never_sees: [Hell]", "must not be seen: 'Hell'"),
        ("tap: Another, sees: [x]", "no button 'Another'"),
    ],
)
def test_a_difference_is_told_with_its_line(
    tmp_path: Path, clock: MovableClock, turn: str, what: str
) -> None:
    """The talk, the line, and what was missed."""
    talk = _talk(tmp_path, f"  - {{who: selam, open: true}}\n  - {{who: selam, {turn}}}\n")
    with pytest.raises(DifferentError) as raised:
        play(talk, {"selam": EchoPhone()}, clock)
    assert str(raised.value).startswith(f"talk:4: {what}")
