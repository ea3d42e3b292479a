"""Withdrawing a preparation from the chat, and reading the notice again."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.messages import Outgoing
from bot.model.preparation import Answer, Run
from bot.model.translation import Saying
from bot.services import privacy
from tests.assistant.labels import ADD_MORE, MENU, MORE, PREPARE, SHARE, SKIP, fixed
from tests.assistant.stage import Stage

WORDS = "Een vrolijke jongen van zes jaar."
WITHDRAW, YES, UNDO = (
    fixed("menu.withdraw_button"),
    fixed("privacy.withdraw_yes"),
    fixed("privacy.undo_button"),
)


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter's phone after he shared his preparation."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.say(WORDS)
    while MENU not in phone.tap(SKIP).words:
        pass
    phone.tap(SHARE)
    return phone


def _withdraw(phone: DirectPhone) -> str:
    phone.command("menu")
    phone.tap(MORE)
    phone.tap(WITHDRAW)
    return phone.tap(YES).words


def test_withdrawing_asks_first_and_tells_what_stays(stage: Stage, pieter: DirectPhone) -> None:
    """It is confirmed, hidden at once, and the parent is told that agreements stay (002-prep-form)."""
    pieter.tap(MENU)
    pieter.tap(MORE)
    assert fixed("privacy.ask_withdraw", child="Kuba", days=7) in pieter.tap(WITHDRAW).words
    assert stage.all(Run)[0].withdrawn_at is None
    assert fixed("privacy.withdrawn", days=7) in pieter.tap(YES).words
    assert stage.all(Run)[0].withdrawn_at == stage.clock.now()


def test_undo_within_seven_days(stage: Stage, pieter: DirectPhone) -> None:
    """Before the undo the preparation is closed; afterwards everything is there again."""
    _withdraw(pieter)
    stage.clock.move(days=6)
    assert fixed("preparation.withdrawn") in pieter.tap(PREPARE).words
    assert fixed("errors.preparation_withdrawn") in pieter.tap(ADD_MORE).words
    assert fixed("privacy.undone") in pieter.tap(UNDO).words
    assert WORDS in pieter.tap(PREPARE).words


def test_undo_too_late(stage: Stage, pieter: DirectPhone) -> None:
    """After seven days the same sentence stands there, whether or not it was erased already."""
    _withdraw(pieter)
    stage.clock.move(days=7)
    assert fixed("errors.undo_too_late") in pieter.tap(UNDO).words
    with stage.database.writing() as session:
        privacy.erase_due(session, stage.tools)
    assert fixed("errors.undo_too_late") in pieter.tap(UNDO).words
    assert WORDS not in stage.everything()
    assert "Kuba · 1 of 15" in pieter.tap(PREPARE).words


def test_a_button_of_something_erased_means_nothing_new(stage: Stage, pieter: DirectPhone) -> None:
    """Ids are never given twice: an old message on the phone is never taken for a new one."""
    _withdraw(pieter)
    stage.clock.move(days=8)
    tables = (Outgoing, Run, Answer, Saying)
    newest = {table: max(row.id for row in stage.all(table)) for table in tables}
    with stage.database.writing() as session:
        session.query(Outgoing).delete()
        privacy.erase_due(session, stage.tools)
    pieter.command("prepare")
    pieter.say(WORDS)
    for table in tables:
        assert min(row.id for row in stage.all(table)) > newest[table]


def test_nothing_to_withdraw(stage: Stage) -> None:
    """Who prepared nothing reads so."""
    phone = stage.joined(stage.cast.selam)
    phone.tap(MORE)
    assert fixed("privacy.nothing_to_withdraw", child="Abel") in phone.tap(WITHDRAW).words


def test_withdrawing_twice(pieter: DirectPhone) -> None:
    """The second time only the undo is offered."""
    _withdraw(pieter)
    pieter.command("menu")
    pieter.tap(MORE)
    seen = pieter.tap(WITHDRAW)
    assert fixed("privacy.withdrawn_before") in seen.words
    assert YES not in seen.words


def test_words_typed_after_withdrawing_are_no_answer(stage: Stage, pieter: DirectPhone) -> None:
    """They are kept and asked about; the withdrawn preparation does not change."""
    pieter.tap(PREPARE)
    pieter.tap(ADD_MORE)
    _withdraw(pieter)
    assert fixed("loose.what_for", child="Kuba") in pieter.say("Fietsen.").words
    assert set(stage.answers()) == {"BO01"}


def test_the_notice_can_be_read_again(pieter: DirectPhone) -> None:
    """Who reads this is one tap away at any time (004-privacy-care)."""
    assert fixed("welcome.about", school="Basisschool De Wilg") in pieter.command("privacy").words
