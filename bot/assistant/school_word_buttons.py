"""Buttons that name a word of the school in the person's own language."""

from typing import Any

from bot.assistant import speech
from bot.assistant.turn import Turn

WITH_A_QUESTION = 2


def below(turn: Turn, dutch: str) -> list[list[dict[str, Any]]]:
    """A button for each word of the school in the Dutch text of a question, two at most."""
    return [
        [speech.button(f"📖 {word_of(turn, key)}", "school_words.explain", key=key)]
        for key in turn.tools.school_words.within(dutch, WITH_A_QUESTION)
    ]


def word_of(turn: Turn, key: str) -> str:
    """The word as it is called in the person's language."""
    found = turn.tools.school_words.known.explained(key, turn.language)
    return found[0].shown if found else key
