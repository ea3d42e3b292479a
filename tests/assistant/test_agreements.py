"""Agreements in the chat of a guardian."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.agreements import Agreement, AgreementRemark, Confirmation
from bot.model.translation import Translation, TranslationState
from bot.services.events import EventKind, happened
from tests.assistant.labels import AGREEMENTS, MENU, fixed
from tests.assistant.stage import Stage

WORDS = "Elke avond lezen jullie samen tien minuten."
CONFIRM, READS, EXPLAINED, TEACH_BACK, CHANGE = (
    fixed(f"agreements.{name}_button")
    for name in ("confirm", "reads_original", "explained", "teach_back", "wish_change")
)


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter reads Dutch, the language of the agreement."""
    phone = stage.joined(stage.cast.pieter)
    phone.command("language")
    phone.tap("Nederlands")
    return phone


@pytest.fixture
def agnieszka(stage: Stage) -> DirectPhone:
    """Agnieszka reads English here; nobody has translated anything."""
    return stage.joined(stage.cast.agnieszka)


def _dutch(macro: str) -> str:
    return fixed(macro, "nl")


def _state(stage: Stage) -> str:
    [agreement] = stage.all(Agreement)
    return str(agreement.state)


def _translate(stage: Stage, language: str, words: str) -> None:
    """A translation of the agreement arrives."""
    with stage.database.writing() as session:
        translation = session.query(Translation).filter_by(language=language).one()
        translation.words, translation.origin = words, "machine"
        translation.state = TranslationState.DONE.value
        happened(session, EventKind.TRANSLATION_ARRIVED, translation.saying_id, None)
        stage.tell(session)


def test_each_confirms_the_same_text(stage: Stage, pieter: DirectPhone, agnieszka: DirectPhone) -> None:
    """It is active when the school and everybody named confirmed; all are told (001-p10, 002-agreements)."""
    stage.propose(stage.cast.kuba, WORDS)
    assert WORDS in pieter.looks().words
    seen = pieter.tap(_dutch("agreements.confirm_button"))
    assert fixed("agreements.confirmed", "nl", active=False) in seen.words
    assert _state(stage) == "proposed"
    agnieszka.looks()
    agnieszka.tap(EXPLAINED)
    agnieszka.tap(CONFIRM)
    assert _state(stage) == "active"
    assert WORDS in pieter.looks().words
    with stage.reading() as session:
        ways = {one.person_id: one.understanding for one in session.query(Confirmation)}
    cast = stage.cast
    assert ways == {
        cast.marieke.id: "own_language",
        cast.pieter.id: "own_language",
        cast.agnieszka.id: "explained",
    }


def test_confirm_appears_only_for_a_text_one_can_read(stage: Stage, agnieszka: DirectPhone) -> None:
    """Without a translation one first says how one knows what it says; with one the button is there (001-p10)."""
    stage.tools = stage.translating()
    stage.propose(stage.cast.kuba, WORDS)
    seen = agnieszka.looks()
    assert {READS, EXPLAINED} <= set(seen.bubbles[-1].buttons)
    assert CONFIRM not in seen.words
    assert WORDS in seen.words
    _translate(stage, "en", "Every evening you read together for ten minutes.")
    seen = agnieszka.looks()
    assert "Every evening you read together" in seen.words
    assert WORDS in seen.words  # the original stands beside it
    assert CONFIRM in seen.words
    assert READS not in seen.words
    agnieszka.tap(CONFIRM)
    with stage.reading() as session:
        [own] = session.query(Confirmation).filter_by(person_id=stage.cast.agnieszka.id)
        assert (own.words_shown, own.origin) == (
            "Every evening you read together for ten minutes.",
            "machine",
        )


def test_who_reads_dutch_sees_the_dutch_text_first(stage: Stage, agnieszka: DirectPhone) -> None:
    """'I read Dutch' shows exactly the words that are then confirmed."""
    stage.propose(stage.cast.kuba, WORDS)
    agnieszka.looks()
    seen = agnieszka.tap(READS)
    assert WORDS in seen.words
    agnieszka.tap(CONFIRM)
    with stage.reading() as session:
        [own] = session.query(Confirmation).filter_by(person_id=stage.cast.agnieszka.id)
        assert (own.words_shown, own.understanding) == (WORDS, "reads_original")


def test_two_taps_confirm_once(stage: Stage, pieter: DirectPhone) -> None:
    """The second tap changes nothing and is thanked as well."""
    stage.propose(stage.cast.kuba, WORDS)
    pieter.looks()
    for _tap in range(2):
        seen = pieter.tap_old(_dutch("agreements.confirm_button"))
        assert fixed("agreements.confirmed", "nl", active=False) in seen.words
    assert len(stage.all(Confirmation)) == 2


def test_a_changed_text_must_be_confirmed_anew(
    stage: Stage, pieter: DirectPhone, agnieszka: DirectPhone
) -> None:
    """The button of an older version confirms nothing: the new text is shown instead (001-p10)."""
    stage.propose(stage.cast.kuba, WORDS)
    pieter.looks()
    stage.change_agreement("Elke avond, niet op woensdag, lezen jullie tien minuten.")
    agnieszka.looks()
    pieter.looks()
    seen = pieter.tap_old(_dutch("agreements.confirm_button"))
    assert _dutch("agreements.changed_meanwhile") in seen.words
    assert "niet op woensdag" in seen.words
    with stage.reading() as session:
        assert session.query(Confirmation).filter_by(person_id=stage.cast.pieter.id).count() == 0


def test_teach_back_in_own_words(stage: Stage, agnieszka: DirectPhone) -> None:
    """What was understood stands with the agreement, and the teacher is told (003-yes-meaning)."""
    teacher = stage.joined(stage.cast.marieke)
    stage.propose(stage.cast.kuba, WORDS)
    agnieszka.looks()
    agnieszka.tap(TEACH_BACK)
    seen = agnieszka.say("Elke avond kiest Kuba een boek.")
    assert fixed("agreements.thanks_teach_back") in seen.words
    [remark] = stage.all(AgreementRemark)
    assert remark.kind == "teach_back"
    told = fixed("notices.taught_back", child="Kuba", person="Agnieszka Nowak")
    assert told in teacher.looks().words
    assert "Elke avond kiest Kuba" not in stage.shown_at(teacher)


def test_a_wish_for_change(stage: Stage, pieter: DirectPhone) -> None:
    """The wish reaches the teacher; the agreement stays as it is until the teacher changes it."""
    teacher = stage.joined(stage.cast.marieke)
    stage.propose(stage.cast.kuba, WORDS)
    pieter.looks()
    pieter.tap(_dutch("agreements.wish_change_button"))
    pieter.voice()
    assert [remark.kind for remark in stage.all(AgreementRemark)] == ["change_wish"]
    assert _state(stage) == "proposed"
    told = fixed("notices.change_wished", child="Kuba", person="Pieter de Vries")
    assert told in teacher.looks().words


def test_the_list_of_agreements(stage: Stage, agnieszka: DirectPhone) -> None:
    """Without any it says so; else each stands there with state, owner, dates and who confirmed."""
    agnieszka.tap(AGREEMENTS)
    assert fixed("agreements.nothing_yet", child="Kuba") in agnieszka.tap("Kuba").words
    stage.propose(stage.cast.kuba, WORDS)
    agnieszka.looks()
    agnieszka.tap(MENU)
    seen = agnieszka.tap(AGREEMENTS)
    for part in (WORDS, fixed("agreements.state_name", state="proposed"), "juf Marieke", "1 October 2026"):
        assert part in seen.words


def test_others_with_authority_read_and_react_but_do_not_confirm(stage: Stage, pieter: DirectPhone) -> None:
    """An agreement made with Agnieszka only: Pieter is told, may react, and neither blocks nor confirms."""
    stage.propose(stage.cast.kuba, WORDS, guardians=[stage.cast.agnieszka])
    seen = pieter.looks()
    assert WORDS in seen.words
    assert _dutch("agreements.confirm_button") not in seen.words
    pieter.tap(_dutch("agreements.wish_change_button"))
    pieter.say("Bij mij lukt het op woensdag niet.")
    assert len(stage.all(AgreementRemark)) == 1


def test_a_named_guardian_without_authority_is_told_too(stage: Stage, pieter: DirectPhone) -> None:
    """Whoever the agreement names hears when it is active, with or without authority."""
    with stage.database.writing() as session:
        stage.guardianship(session, stage.cast.pieter, stage.cast.kuba).authority = False
    stage.propose(stage.cast.kuba, WORDS, guardians=[stage.cast.pieter])
    assert WORDS in pieter.looks().words
    pieter.tap(_dutch("agreements.confirm_button"))
    assert _state(stage) == "active"
    stage.close_agreement()
    assert WORDS in pieter.looks().words


def test_a_guardian_without_authority_sees_no_other_agreement(stage: Stage, pieter: DirectPhone) -> None:
    """Nothing about it reaches them, neither as news nor in the list."""
    with stage.database.writing() as session:
        stage.guardianship(session, stage.cast.pieter, stage.cast.kuba).authority = False
    stage.propose(stage.cast.kuba, WORDS, guardians=[stage.cast.agnieszka])
    assert pieter.looks().bubbles == []
    assert fixed("agreements.nothing_yet", "nl", child="Kuba") in pieter.command("agreements").words


def test_a_forged_agreement_is_not_found(stage: Stage) -> None:
    """A mother of another child who sends the id of Kuba's agreement gets what does not exist."""
    ewa = stage.joined(stage.cast.ewa)
    stage.propose(stage.cast.kuba, WORDS)
    stage.propose(stage.cast.lena, "Lena leest elke dag.", teacher=stage.cast.joris)
    ewa.looks()
    with stage.database.writing() as session:
        stage.redirect(session, ewa, version=1)
    for button in (READS, EXPLAINED, TEACH_BACK, CHANGE):
        assert fixed("errors.not_found") in ewa.tap(button).words
    assert WORDS not in stage.shown_at(ewa)
