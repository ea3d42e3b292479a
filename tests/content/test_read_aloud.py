"""Recordings of questions: found by place, overlaid by a school, never trusted to be there."""

from pathlib import Path

import pytest

from bot.content.checks import check, recordings
from bot.content.read_aloud import MAX_BYTES, ReadAloud
from tests.content.files import BEGIN, House, house
from tests.recordings import ogg, record


@pytest.fixture
def at(tmp_path: Path) -> House:
    """A dialog with the questions BO01 and BO02, complete in three languages."""
    return house(tmp_path)


def test_a_recording_is_found_by_its_place(at: House) -> None:
    """It belongs to one question in one language and to no other."""
    read_aloud = ReadAloud([record(at.places.dialogs, "pl", "BO01")])
    assert read_aloud.sound("begin", "pl", "BO01") == ogg(b"BO01")
    for dialog, language, question in (
        ("begin", "nl", "BO01"),
        ("begin", "pl", "BO02"),
        ("talk", "pl", "BO01"),
    ):
        assert read_aloud.file(dialog, language, question) is None
        assert read_aloud.sound(dialog, language, question) is None
    assert ReadAloud().sound("begin", "pl", "BO01") is None


def test_a_school_adds_and_replaces_recordings(at: House, tmp_path: Path) -> None:
    """Its own folder comes first, question by question; what it lacks is taken from what is shipped."""
    shipped = record(at.places.dialogs, "pl", "BO01", "BO02")
    own = record(tmp_path / "own", "pl", "BO01")
    (own / "begin/audio/pl/BO01.ogg").write_bytes(ogg(b"own"))
    read_aloud = ReadAloud([shipped, own])
    assert read_aloud.sound("begin", "pl", "BO01") == ogg(b"own")
    assert read_aloud.sound("begin", "pl", "BO02") == ogg(b"BO02")


def test_a_school_that_asks_other_words_is_not_read_the_shipped_ones(at: House, tmp_path: Path) -> None:
    """With its own dialog only its own recordings count."""
    shipped = record(at.places.dialogs, "pl", "BO01", "BO02")
    own = record(tmp_path / "own", "pl", "BO02")
    (own / "begin/dialog.yaml").write_text(BEGIN, "utf-8")
    read_aloud = ReadAloud([shipped, own])
    assert read_aloud.file("begin", "pl", "BO01") is None
    assert read_aloud.sound("begin", "pl", "BO02") == ogg(b"BO02")


def test_what_cannot_be_played_is_not_handed_out(at: House) -> None:
    """A broken, empty, too large or vanished file is no recording."""
    folder = record(at.places.dialogs, "pl", "BO01")
    file, read_aloud = folder / "begin/audio/pl/BO01.ogg", ReadAloud([folder])
    for content in (b"", b"ID3 music", b"OggS but not Opus", ogg() + bytes(MAX_BYTES)):
        file.write_bytes(content)
        assert read_aloud.sound("begin", "pl", "BO01") is None
    file.unlink()
    assert read_aloud.sound("begin", "pl", "BO01") is None


@pytest.mark.parametrize(
    ("place", "trouble"),
    [
        (
            "begin/audio/BO01.ogg",
            "this recording is not read (put it at <dialog>/audio/<language>/<question>",
        ),
        ("begin/audio/pl/BO01.mp3", "this recording is not read"),
        ("begni/audio/pl/BO01.ogg", "'begni' is no dialog of parents (did you mean 'begin'?)"),
        ("begin/audio/po/BO01.ogg", "'po' is no language of this program (use one of: en, nl, pl)"),
        ("begin/audio/pl/BO1.ogg", "'BO1' is no question (did you mean 'BO01'?)"),
    ],
)
def test_a_recording_nobody_would_hear_is_told(at: House, place: str, trouble: str) -> None:
    """A misspelt name is found by the check, not by a parent who hears nothing."""
    path = at.places.dialogs / place
    path.parent.mkdir(parents=True)
    path.write_bytes(ogg())
    [problem] = check(at.places)
    assert trouble in str(problem)


def test_a_wrong_kind_of_sound_is_told(at: House) -> None:
    """A file that messengers cannot play as a voice message is named; a good one is not."""
    record(at.places.dialogs, "pl", "BO01", "BO02")
    assert check(at.places) == []
    (at.places.dialogs / "begin/audio/pl/BO01.ogg").write_bytes(b"RIFF")
    [problem] = check(at.places)
    assert "this is no voice recording (save it as Ogg with Opus)" in str(problem)


def test_what_is_missing_is_listed_by_language(at: House, tmp_path: Path) -> None:
    """Who records sees what is left, with the school's own folder counted in."""
    record(at.places.dialogs, "pl", "BO01")
    own = record(tmp_path / "own", "nl", "BO01", "BO02")
    listed = {one.language: (one.questions, one.missing) for one in recordings(at.places, own)}
    assert listed == {"en": (2, ("BO01", "BO02")), "nl": (2, ()), "pl": (2, ("BO02",))}


def test_dialogs_of_teachers_are_not_read_aloud(at: House) -> None:
    """Only parents are asked by ear."""
    at.change("dialogs/begin/dialog.yaml", "for: guardian", "for: teacher")
    assert recordings(at.places) == []
