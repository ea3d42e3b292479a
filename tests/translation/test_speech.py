"""Listening with a model of the school's own: what it lacks is said, what goes wrong says nothing of the words."""

import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from bot.model.transcript import CannotHearError
from bot.translation.speech import LIBRARY, NEEDED, Whisper

WORDS = "Kuba lubi pociągi"


class _Model:
    """Stands for the library's model: what it was made with, and what it was asked."""

    made: ClassVar[list[tuple[tuple[Any, ...], dict[str, Any]]]]
    asked: ClassVar[dict[str, Any]]
    supported_languages = ("pl", "nl")
    pieces = (SimpleNamespace(text=f" {WORDS}.", no_speech_prob=0.1),)
    fails = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.made.append((arguments, options))

    def transcribe(self, sound: Any, **options: Any) -> tuple[Iterator[Any], object]:
        """As the library does: lazily."""
        self.asked.update(sound=sound.read(), **options)

        def pieces() -> Iterator[Any]:
            if self.fails:
                raise RuntimeError(WORDS)
            yield from self.pieces

        return pieces(), object()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> type[_Model]:
    """A library that is installed, with this model."""

    class Model(_Model):
        made: ClassVar[list[tuple[tuple[Any, ...], dict[str, Any]]]] = []
        asked: ClassVar[dict[str, Any]] = {}

    library = ModuleType(LIBRARY)
    library.__spec__ = importlib.machinery.ModuleSpec(LIBRARY, None)
    library.WhisperModel = Model  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, LIBRARY, library)
    return Model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the names of a model's files."""
    for name in NEEDED:
        (tmp_path / name).touch()
    return tmp_path


def test_it_hears_what_is_said(model: type[_Model], folder: Path) -> None:
    """The words in the speaker's language; the model is the school's own and nothing is fetched."""
    listener = Whisper(folder)
    assert model.made == []  # read when it is first needed
    assert listener.write_down(b"sound", "pl") == f"{WORDS}."
    [(where, options)] = model.made
    assert where == (str(folder),)
    assert options["local_files_only"] is True
    assert (model.asked["sound"], model.asked["language"]) == (b"sound", "pl")


def test_silence_and_unknown_languages_are_no_words(model: type[_Model], folder: Path) -> None:
    """What a model makes up for silence is left out, and a language it does not know is not guessed."""
    model.pieces = (SimpleNamespace(text="Thanks for watching", no_speech_prob=0.9),)
    assert Whisper(folder).write_down(b"sound", "pl") == ""
    assert Whisper(folder).write_down(b"sound", "ti") == ""


def test_an_error_says_nothing(model: type[_Model], folder: Path) -> None:
    """Whatever the library says, words and paths of it go no further."""
    model.fails = True
    with pytest.raises(CannotHearError) as caught:
        Whisper(folder).write_down(b"sound", "pl")
    assert str(caught.value) == ""
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", NEEDED)
def test_an_incomplete_model_is_refused(model: type[_Model], folder: Path, name: str) -> None:
    """The library would fetch what is missing; here it is named instead."""
    (folder / name).unlink()
    with pytest.raises(ValueError, match=rf"it lacks {name}\.$"):
        Whisper(folder)
    assert model.made == []


@pytest.mark.skipif(importlib.util.find_spec(LIBRARY) is not None, reason="the extra is installed here")
def test_without_the_extra(folder: Path) -> None:
    """The operator reads what to install."""
    with pytest.raises(ValueError, match=r"`pip install oudergesprek\[speech\]` brings it\.$"):
        Whisper(folder)
