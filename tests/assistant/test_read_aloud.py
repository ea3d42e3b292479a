"""The ear at a question: shown where there is a recording, and never in the way where there is none."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.assistant import read_aloud
from bot.content.read_aloud import ReadAloud
from bot.model.messages import Outgoing
from bot.model.preparation import DialogVersion, Run
from tests.assistant.labels import PREPARE, SKIP, asked, choice, fixed
from tests.assistant.stage import Stage
from tests.recordings import ogg, record

LISTEN = fixed("preparation.listen_button")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A school's own recordings: two questions in English, one in Dutch."""
    record(tmp_path / "own", "nl", "BO01")
    return record(tmp_path / "own", "en", "BO01", "BO02")


@pytest.fixture
def stage(stage: Stage, folder: Path) -> Stage:
    """The school with these recordings."""
    return replace(stage, tools=replace(stage.tools, read_aloud=ReadAloud([folder])))


def _sound_of_the_newest(stage: Stage) -> bytes | None:
    return read_aloud.sound_of(stage.tools, stage.all(Outgoing)[-1])


def test_the_question_is_heard_and_answered_below(stage: Stage) -> None:
    """The recording comes with the question and its buttons, so that nobody has to read or scroll back."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.tap(SKIP)
    seen = phone.tap(LISTEN)
    assert _sound_of_the_newest(stage) == ogg(b"BO02")
    assert seen.bubbles[-1].words == f"🔈 {asked('BO02')}"
    assert {choice("BO02", "lezen"), SKIP, LISTEN} <= set(seen.bubbles[-1].buttons)
    phone.tap(choice("BO02", "lezen"))
    assert "✓ " + choice("BO02", "lezen") in stage.labels(phone)


def test_an_ear_only_where_there_is_a_recording(stage: Stage, folder: Path) -> None:
    """Another question, another language and a file that is gone have none, and nothing else changes."""
    phone = stage.joined(stage.cast.pieter)
    assert LISTEN in phone.tap(PREPARE).words
    phone.tap(SKIP)
    assert LISTEN not in phone.tap(SKIP).words
    phone.command("language")
    assert "🔈" not in phone.tap("Nederlands").words
    (folder / "begin/audio/en/BO01.ogg").unlink()
    assert LISTEN not in stage.joined(stage.cast.agnieszka).tap(PREPARE).words


def test_an_ear_of_an_earlier_question_still_speaks(stage: Stage) -> None:
    """It is heard without buttons: they would be old ones."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.tap(SKIP)
    seen = phone.tap_old(LISTEN)
    assert _sound_of_the_newest(stage) == ogg(b"BO01")
    assert seen.bubbles[-1].words == f"🔈 {asked('BO01')}"
    assert seen.bubbles[-1].buttons == ()


def test_a_recording_that_is_gone_is_said_kindly(stage: Stage, folder: Path) -> None:
    """The school may take a file away while a question stands there."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    (folder / "begin/audio/en/BO01.ogg").unlink()
    assert fixed("preparation.not_recorded") in phone.tap(LISTEN).words
    assert _sound_of_the_newest(stage) is None


def test_other_words_are_not_read_aloud(stage: Stage) -> None:
    """Who began with an earlier wording of the question is not read today's."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    with stage.database.writing() as session:
        run = stage.own_run(session, stage.cast.pieter)
        earlier = json.loads(run.version.script)
        earlier["texts"]["en"] = {place: f"{text}!" for place, text in earlier["texts"]["en"].items()}
        session.add(
            DialogVersion(
                digest="earlier words", name="begin", script=json.dumps(earlier), stored_at=stage.clock.now()
            )
        )
        session.flush()
        session.execute(update(Run).values(digest="earlier words"))
    seen = phone.tap(SKIP)
    assert asked("BO02") + "!" in seen.words
    assert LISTEN not in seen.words
