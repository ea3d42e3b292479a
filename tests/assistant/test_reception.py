"""The one way in: all of a message or nothing, never twice, and nobody waits for a poisonous one."""

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.demo.phones import DirectPhone
from bot.model.clock import MovableClock
from bot.model.errors import DomainError, NotFoundError
from bot.model.everything import metadata
from bot.model.incoming import InputKind
from bot.model.messages import DeadLetter
from bot.model.people import Person
from bot.storage.database import Database
from tests.assistant.labels import PREPARE, SKIP, asked, fixed
from tests.assistant.stage import Stage
from tests.cast import catalogues

SECRET = "Een vrolijke jongen van zes jaar."


class BrokenTexts(Texts):
    """The texts of a school whose templates for some messages are broken."""

    def __init__(self, clock: MovableClock, *broken: str) -> None:
        super().__init__(catalogues(), clock.zone)
        self._broken = broken

    def say(self, language: str, macro: str, parameters: Mapping[str, Any] | None = None) -> str:
        """The text, unless it is a broken one; the error carries what a person said, as Jinja's may."""
        if macro in self._broken:
            raise ZeroDivisionError(SECRET)
        return super().say(language, macro, parameters)


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter's confirmed phone, standing at the first question about Kuba."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    return phone


def _counts(stage: Stage) -> dict[str, int]:
    with stage.reading() as session:
        return {table.name: len(session.execute(select(table)).all()) for table in metadata.sorted_tables}


def _broken_reception(stage: Stage, *macros: str) -> Reception:
    return Reception(stage.database, stage.tools, BrokenTexts(stage.clock, *macros))


def test_an_update_that_comes_twice(stage: Stage, pieter: DirectPhone) -> None:
    """A second delivery, also within one batch and after a restart, changes nothing at all."""
    said = stage.incoming(pieter, InputKind.WORDS, text=SECRET)
    stage.take(said, said)
    before = stage.everything()
    stage.take(said)
    assert stage.everything() == before
    assert stage.answers() == {"BO01": ([], SECRET)}


def test_a_batch_is_taken_in_its_order(stage: Stage, pieter: DirectPhone) -> None:
    """Several messages of several people in one batch each get their answer, in order."""
    other = stage.joined(stage.cast.selam)
    stage.take(
        stage.incoming(pieter, InputKind.WORDS, text="Eerste."),
        stage.incoming(other, InputKind.COMMAND, text="prepare"),
        stage.incoming(pieter, InputKind.WORDS, text="Tweede."),
        stage.incoming(other, InputKind.WORDS, text="Derde."),
    )
    assert stage.answers()["BO02"][1] == "Tweede."
    assert "Derde." in stage.said()
    assert "Abel · 2 of 15" in other.looks().words


def test_a_batch_is_as_good_as_its_messages_one_by_one(
    stage: Stage, pieter: DirectPhone, tmp_path: Path
) -> None:
    """Written at once or one after the other, also corrections in either order, the same stands in every row."""
    other = stage.joined(stage.cast.selam)
    first, second = {"message_key": "odd:first"}, {"message_key": "odd:second"}
    batch = [
        stage.incoming(pieter, InputKind.WORDS, text="Eerste.", **first),
        stage.incoming(other, InputKind.COMMAND, text="prepare"),
        stage.incoming(pieter, InputKind.CORRECTION, text="Eerste, beter.", **first),
        stage.incoming(pieter, InputKind.CORRECTION, text="Nieuwer.", **second),
        stage.incoming(pieter, InputKind.WORDS, text="Ouder.", **second),
        stage.incoming(other, InputKind.WORDS, text="Tweede."),
        stage.incoming(pieter, InputKind.COMMAND, text="menu"),
        stage.incoming(pieter, InputKind.WORDS, text="Los."),
    ]
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(stage.file)) as now, closing(sqlite3.connect(copy)) as then:
        now.backup(then)
    one_by_one = Database(f"sqlite:///{copy}")
    reception = Reception(one_by_one, stage.tools, stage.texts)
    for incoming in batch:
        reception.take([incoming])
    stage.take(*batch)
    assert "Ouder." not in stage.said()
    in_one_batch = stage.everything()
    own, stage.database = stage.database, one_by_one
    assert sorted(stage.everything().splitlines()) == sorted(in_one_batch.splitlines())
    stage.database = own
    one_by_one.close()


def test_a_door_that_is_opened_and_used_in_one_batch(stage: Stage) -> None:
    """The first message of a batch opens the door, the second comes in by it already."""
    phone = stage.invited(stage.cast.pieter)
    stage.take(
        stage.incoming(phone, InputKind.COMMAND, text="start", argument=phone.token),
        stage.incoming(phone, InputKind.WORDS, text=SECRET),
    )
    assert fixed("welcome.not_kept_yet", "nl") in phone.looks().words


def test_a_poisonous_message_stops_nobody(stage: Stage, pieter: DirectPhone) -> None:
    """It is set aside whole and its writer is told; the others of the batch go on; nothing half is left."""
    selam = stage.joined(stage.cast.selam)
    selam.tap(PREPARE)
    poison = stage.incoming(selam, InputKind.COMMAND, text="dance")
    _broken_reception(stage, "errors.unknown_command").take(
        [
            stage.incoming(pieter, InputKind.WORDS, text="Eerste."),
            poison,
            stage.incoming(pieter, InputKind.WORDS, text="Tweede."),
        ]
    )
    assert [text for _keys, text in stage.answers().values()] == ["Eerste.", "Tweede."]
    [letter] = stage.all(DeadLetter)
    assert (letter.key, letter.reason, letter.content["text"]) == (poison.key, "ZeroDivisionError", "dance")
    assert fixed("errors.set_aside") in selam.looks().words


def test_an_answer_that_breaks_is_kept_whole(stage: Stage, pieter: DirectPhone) -> None:
    """The words stand in the dead letter and nowhere half; the second delivery does not try again."""
    said = stage.incoming(pieter, InputKind.WORDS, text=SECRET)
    for _delivery in range(2):
        _broken_reception(stage, "preparation.question").take([said])
    [letter] = stage.all(DeadLetter)
    assert letter.content["text"] == SECRET
    assert stage.answers() == {}
    assert stage.said() == []
    assert fixed("errors.set_aside") in pieter.looks().words


def test_a_broken_row_is_a_poisonous_message(stage: Stage, pieter: DirectPhone) -> None:
    """A state that nobody can read sets aside what is said there, and other people go on."""
    with stage.database.writing() as session:
        stage.own_run(session, stage.cast.pieter).state = "{}"
    pieter.say(SECRET)
    assert stage.dead_letters() == ["ValueError"]
    selam = stage.joined(stage.cast.selam)
    selam.tap(PREPARE)
    selam.say("Abel lacht graag.")
    assert stage.answers() == {"BO01": ([], "Abel lacht graag.")}


def test_even_a_broken_apology_stops_nobody(stage: Stage, pieter: DirectPhone) -> None:
    """The message is set aside in silence, and the others of the batch are answered."""
    _broken_reception(stage, "errors.unknown_command", "errors.set_aside").take(
        [
            stage.incoming(pieter, InputKind.COMMAND, text="dance"),
            stage.incoming(pieter, InputKind.WORDS, text="Eerste."),
        ]
    )
    assert stage.dead_letters() == ["ZeroDivisionError"]
    assert stage.answers() == {"BO01": ([], "Eerste.")}


def test_a_refusal_that_cannot_be_explained_is_set_aside(stage: Stage, pieter: DirectPhone) -> None:
    """The rules said no and the sentence for it is broken: the message is kept, nothing is stuck."""
    tapped = stage.incoming(pieter, InputKind.TAP, button="999999.0")
    _broken_reception(stage, *(f"errors.{code}" for code in ("old_button", "not_found", "refused"))).take(
        [tapped]
    )
    stage.take(stage.incoming(pieter, InputKind.WORDS, text="Eerste."))
    assert stage.answers() == {"BO01": ([], "Eerste.")}


def test_a_dead_letter_is_taken_again(stage: Stage, pieter: DirectPhone) -> None:
    """Once the program is mended the answer stands where it belongs, and the dead letter is gone."""
    said = stage.incoming(pieter, InputKind.WORDS, text=SECRET)
    _broken_reception(stage, "preparation.question").take([said])
    [letter] = stage.all(DeadLetter)
    assert not _broken_reception(stage, "preparation.question").take_again(letter.id)
    [letter] = stage.all(DeadLetter)
    assert stage.reception.take_again(letter.id)
    assert stage.answers() == {"BO01": ([], SECRET)}
    assert stage.all(DeadLetter) == []


def test_a_dead_letter_without_words_is_not_taken_again(stage: Stage) -> None:
    """Of somebody not welcomed only the fact was kept: trying it would answer to nothing."""
    phone = stage.invited(stage.cast.pieter)
    opened = stage.incoming(phone, InputKind.COMMAND, text="start", argument=phone.token)
    _broken_reception(stage, "welcome.choose_language").take([opened])
    [letter] = stage.all(DeadLetter)
    with pytest.raises(DomainError, match="words_not_kept"):
        stage.reception.take_again(letter.id)
    with pytest.raises(NotFoundError):
        stage.reception.take_again(letter.id + 1)


def test_whose_message_cannot_be_stored_reads_so_in_the_own_language(
    stage: Stage, pieter: DirectPhone
) -> None:
    """A parent gets the language chosen here, a stranger that of the phone, or Dutch."""
    said = stage.incoming(pieter, InputKind.WORDS, text=SECRET)
    with stage.reading() as session:
        chosen = session.get_one(Person, stage.cast.pieter.id).language
    assert chosen != "pl"
    assert stage.reception.comfort(replace(said, phone_language="pl")) == stage.texts.say(
        chosen, "errors.takes_longer", {}
    )
    stranger = replace(said, address="999", phone_language="pl")
    assert stage.reception.comfort(stranger) == stage.texts.say("pl", "errors.takes_longer", {})
    unknown = replace(said, address="999", phone_language="xx")
    assert stage.reception.comfort(unknown) == stage.texts.say("nl", "errors.takes_longer", {})


def test_a_door_that_cannot_be_read_stops_nobody(stage: Stage, pieter: DirectPhone) -> None:
    """Its message is set aside whole, though nobody can be told; the others of the batch are answered."""
    selam = stage.joined(stage.cast.selam)
    selam.tap(PREPARE)
    with stage.database.writing() as session:
        session.execute(
            text("UPDATE door SET state = '{' WHERE address = :address"), {"address": selam.address}
        )
    poison = stage.incoming(selam, InputKind.WORDS, text="Abel lacht graag.")
    stage.take(poison, stage.incoming(pieter, InputKind.WORDS, text="Eerste."))
    assert stage.answers() == {"BO01": ([], "Eerste.")}
    [letter] = stage.all(DeadLetter)
    assert (letter.key, letter.content["text"]) == (poison.key, "Abel lacht graag.")
    stage.take(poison)
    assert len(stage.all(DeadLetter)) == 1


def test_before_the_welcome_no_dead_letter_holds_words(stage: Stage) -> None:
    """Not even a broken program keeps what was said, or the token of a letter, before the welcome is finished."""
    phone = stage.invited(stage.cast.pieter)
    broken = _broken_reception(stage, "welcome.choose_language")
    opened = stage.incoming(phone, InputKind.COMMAND, text="start", argument=phone.token)
    broken.take([opened])
    phone.open()
    broken.take([stage.incoming(phone, InputKind.WORDS, text=SECRET)])
    assert len(stage.dead_letters()) == 2
    assert SECRET not in stage.everything()
    assert phone.token not in stage.everything()


def test_a_locked_database_takes_nothing(stage: Stage, pieter: DirectPhone) -> None:
    """While somebody else writes nothing is taken and nothing acknowledged; afterwards it is taken once."""
    if stage.database.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite locks the whole database")
    said = stage.incoming(pieter, InputKind.WORDS, text=SECRET)
    before = _counts(stage)
    rung: list[str] = []
    reception = Reception(stage.database, stage.tools, stage.texts, after_commit=lambda: rung.append("x"))
    stage.wait_less_long()
    other = sqlite3.connect(stage.file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            reception.take([said])
        assert rung == []
    finally:
        other.rollback()
        other.close()
    assert _counts(stage) == before
    reception.take([said])
    assert stage.answers() == {"BO01": ([], SECRET)}
    assert rung == ["x"]


def test_no_words_in_the_log(stage: Stage, pieter: DirectPhone, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever happens to them, words, names and tokens never reach a log."""
    caplog.set_level(logging.DEBUG)
    said = stage.incoming(pieter, InputKind.WORDS, text=SECRET)
    _broken_reception(stage, "preparation.question").take([said])
    pieter.say(SECRET)
    pieter.correct(SECRET + "!")
    pieter.command(SECRET)
    pieter.tap(SKIP)
    letter = stage.invited(stage.cast.selam)
    letter.open()
    assert "message set aside: ZeroDivisionError" in caplog.text
    for secret in (SECRET, "Kuba", "Pieter", letter.token, pieter.token):
        assert secret not in caplog.text


def test_the_rules_say_no_in_a_sentence(stage: Stage, pieter: DirectPhone) -> None:
    """A refusal is no dead letter: it is one sentence, and the message counts as taken."""
    stage.forget_confirmation(pieter)
    before = _counts(stage)["received"]
    seen = pieter.command("agreements")
    assert fixed("errors.door_not_confirmed") in seen.words
    assert stage.dead_letters() == []
    assert _counts(stage)["received"] == before + 1


def test_every_answer_is_there_after_any_restart(stage: Stage, pieter: DirectPhone) -> None:
    """A new program at every message goes on exactly where the one before it was."""
    for number in range(3):
        stage.take(stage.incoming(pieter, InputKind.WORDS, text=f"Woorden {number}."))
    assert [text for _keys, text in stage.answers().values()] == [f"Woorden {number}." for number in range(3)]
    assert asked("BO04") in pieter.looks().words
