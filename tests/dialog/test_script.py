"""What a script carries."""

from dataclasses import replace

import pytest

from bot.dialog.script import AnswerKind, Choice, Part, Question, Script, place
from tests.dialog.scripts import LIKES, script


def test_a_script_survives_being_stored() -> None:
    """A stored script reads back as the same script with the same digest."""
    before = script()
    after = Script.from_json(before.to_json())
    assert after == before
    assert after.digest == before.digest


def test_any_change_gives_another_digest() -> None:
    """A changed label, a changed condition and a changed order are each another script."""
    one = script()
    relabelled = replace(one, texts={**one.texts, "pl": {place("likes", Part.LABEL, "music"): "Śpiew"}})
    unconditional = replace(one, questions=tuple(replace(q, when=()) for q in one.questions))
    reordered = replace(one, questions=tuple(reversed(one.questions)))
    assert len({one.digest, relabelled.digest, unconditional.digest, reordered.digest}) == 4


def test_the_order_of_the_files_texts_does_not_change_the_digest() -> None:
    """The same texts read in another order are the same script."""
    one = script()
    assert replace(one, texts=dict(reversed(list(one.texts.items())))).digest == one.digest


def test_a_missing_text_falls_back_to_the_source_language_and_says_so() -> None:
    """Without a Polish text the Dutch one is given, and has_text tells the door to label it."""
    asked = script(LIKES)
    texts = {
        "nl": {**asked.texts["nl"], place("likes", Part.ASK): "Wat doet uw kind graag?"},
        "pl": asked.texts["pl"],
    }
    mixed = replace(asked, texts=texts)
    assert mixed.text("pl", "likes", Part.LABEL, "reading") == "Czytanie"
    assert mixed.text("pl", "likes", Part.ASK) == "Wat doet uw kind graag?"
    assert mixed.text("ti", "likes", Part.ASK) == "Wat doet uw kind graag?"
    assert mixed.has_text("nl", "likes", Part.ASK)
    assert not mixed.has_text("pl", "likes", Part.ASK)
    assert mixed.text("pl", "likes", Part.EXAMPLE) == ""


def test_a_script_knows_its_languages() -> None:
    """The source language comes first; a language without any text is not carried."""
    assert script().languages == ("nl", "pl")
    assert script().has("pl")
    assert not script().has("ti")
    assert Script("empty", "fy", "guardian", "child", 1, ()).has("fy")


def test_something_else_is_a_key_only_where_it_is_offered() -> None:
    """The built-in key 'other' stands last among the keys of a question that offers it."""
    assert LIKES.keys == ("outside", "reading", "music", "other")
    assert Question("a", AnswerKind.CHOICE, (Choice("x"),)).keys == ("x",)


def test_a_script_of_another_format_is_refused() -> None:
    """A stored script of an unknown format is not guessed at."""
    with pytest.raises(ValueError, match="script_format"):
        Script.from_json('{"format": 2}')
