"""The first minutes at a door."""

import pytest
from sqlalchemy import select

from bot.model.incoming import InputKind
from bot.model.people import Door, Invitation
from bot.model.privacy import Acknowledgement, Consent
from tests.assistant.labels import NO, READ, WHAT_TO_DO, YES, fixed
from tests.assistant.stage import Stage

SECRET = "Sekretne słowa o dziecku"


def test_nothing_is_kept_before_the_welcome_is_finished(stage: Stage) -> None:
    """Words, a voice and a photo at every step leave no trace, and the person is told (004-privacy-care)."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    for step in (None, "English", READ):
        if step:
            phone.tap(step)
        seen = phone.say(SECRET)
        assert any(fixed("welcome.not_kept_yet", language) in seen.words for language in ("pl", "en"))
        phone.voice()
        phone.correct(SECRET)
    assert SECRET not in stage.everything()
    assert stage.said() == []
    phone.tap(YES)
    assert SECRET not in stage.everything()


def test_each_step_stands_again_after_something_else(stage: Stage) -> None:
    """Whatever comes in, the step that waits is shown again."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    phone.tap("English")
    for seen in (phone.sticker(), phone.command("menu"), phone.tap_id("1.99"), phone.say("Hello")):
        assert READ in seen.words
    assert stage.door(phone).welcomed_at is None


def test_the_language_comes_first(stage: Stage) -> None:
    """Every language stands there by its own name, the one of the letter first (002-polish-parents)."""
    seen = stage.invited(stage.cast.agnieszka).open()
    assert seen.bubbles[-1].buttons == ("✓ Polski", "Nederlands", "English")
    seen = stage.invited(stage.cast.pieter).open()
    assert seen.bubbles[-1].buttons == ("✓ Nederlands", "Polski", "English")


def test_a_wish_that_is_not_offered_falls_back_to_the_phone(stage: Stage) -> None:
    """Selam's Tigrinya is not offered: the language of her phone is preselected."""
    phone = stage.invited(stage.cast.selam)
    stage.take(
        stage.incoming(phone, InputKind.COMMAND, text="start", argument=phone.token, phone_language="pl-PL")
    )
    assert phone.looks().bubbles[-1].buttons[0] == "✓ Polski"


def test_a_wish_is_noted_and_said(stage: Stage) -> None:
    """The parent hears that the wish is known and an interpreter can be asked (004-language-threat)."""
    phone = stage.invited(stage.cast.selam)
    phone.open()
    seen = phone.tap("English") if "English" in stage.labels(phone) else phone.tap("✓ English")
    assert fixed("welcome.wish_noted", wish="ti") in seen.words
    assert "Tigrinya" in seen.words


def test_a_language_nobody_has_a_name_for(stage: Stage) -> None:
    """A wish for a language the computer does not know stops nobody; its code is shown."""
    with stage.database.writing() as session:
        session.get_one(type(stage.cast.selam), stage.cast.selam.id).wished_language = "zzz"
    phone = stage.invited(stage.cast.selam)
    phone.open()
    assert "zzz" in phone.tap("✓ English").words
    assert stage.dead_letters() == []


@pytest.mark.parametrize("language", ["English", "Nederlands", "✓ Polski"])
def test_what_everybody_is_told(stage: Stage, language: str) -> None:
    """A machine, who reads it, and the numbers to call, in every language."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    words = phone.tap(language).words
    for part in ("🤖", "👀", "112", "0800-2000", "⚠️"):
        assert part in words


def test_the_notice_is_acknowledged_and_the_consent_asked_apart(stage: Stage) -> None:
    """Reading the notice is one row, agreeing with Telegram another, and only then it is finished."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    phone.tap("English")
    assert stage.all(Acknowledgement) == []
    phone.tap(READ)
    assert len(stage.all(Acknowledgement)) == 1
    assert stage.all(Consent) == []
    assert stage.door(phone).welcomed_at is None
    phone.tap(YES)
    assert [consent.purpose for consent in stage.all(Consent)] == ["telegram"]
    assert stage.door(phone).welcomed_at == stage.clock.now()


def test_who_wants_no_telegram_gets_a_link(stage: Stage) -> None:
    """No consent stands, a personal link to the browser is offered, and one can still change one's mind."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    phone.tap("English")
    phone.tap(READ)
    seen = phone.tap(NO)
    assert fixed("welcome.web_button") in seen.words
    assert stage.all(Consent) == []
    with stage.reading() as session:
        open_ones = session.scalars(select(Invitation).where(Invitation.closed_at.is_(None))).all()
        assert [one.person_id for one in open_ones] == [stage.cast.agnieszka.id]
    assert WHAT_TO_DO in phone.tap(YES).words


def test_consent_cannot_come_before_the_notice(stage: Stage) -> None:
    """A consent button of another day shows the notice first if that was not read."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    phone.tap("English")
    phone.tap(READ)
    with stage.database.writing() as session:
        for row in session.scalars(select(Acknowledgement)):
            session.delete(row)
    assert READ in phone.tap(YES).words
    assert stage.all(Consent) == []


def test_the_language_can_be_changed_before_the_notice_is_read(stage: Stage) -> None:
    """A wrong tap at the first step is mended at the second."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    phone.tap("Nederlands")
    phone.tap(fixed("welcome.language_button", "nl"))
    assert READ in phone.tap("English").words


def test_staff_is_told_what_concerns_staff(stage: Stage) -> None:
    """A teacher is trusted at once, reads another notice and lands at the group."""
    phone = stage.invited(stage.cast.marieke)
    phone.open()
    assert fixed("welcome.about_staff", school="Basisschool De Wilg") in phone.tap("English").words
    phone.tap(READ)
    seen = phone.tap(YES)
    assert "3A" in seen.words
    assert fixed("welcome.done") not in seen.words
    assert stage.door(phone).confirmed_at is not None


def test_the_letter_opened_again_on_the_same_phone(stage: Stage) -> None:
    """It says that this phone is connected already; no second door, no invitation burned."""
    phone = stage.invited(stage.cast.agnieszka)
    phone.open()
    assert fixed("errors.already_connected", "pl") in phone.open().words
    phone.tap("English")
    phone.tap(READ)
    phone.tap(YES)
    seen = phone.open()
    assert fixed("errors.already_connected") in seen.words
    assert WHAT_TO_DO in seen.words
    assert len(stage.all(Door)) == 1


def test_an_unusable_link_reveals_nothing(stage: Stage) -> None:
    """A used, an expired and an invented link read the same, without any name."""
    used = stage.invited(stage.cast.agnieszka)
    used.open()
    expired = stage.invited(stage.cast.pieter)
    stage.clock.move(days=31)
    sentences = set()
    for token in (used.token, expired.token, "invented", "x" * 500):
        stranger = stage.invited(stage.cast.victor)
        stage.take(
            stage.incoming(stranger, InputKind.COMMAND, text="start", argument=token, phone_language="en")
        )
        sentences.add(stranger.looks().words)
    assert len(sentences) == 1
    assert sentences == {fixed("errors.invitation_unusable")}


def test_a_stranger_hears_one_friendly_sentence(stage: Stage) -> None:
    """Nothing a stranger says is kept, nothing is revealed, whatever comes in."""
    stranger = stage.invited(stage.cast.victor)
    for seen in (stranger.say(SECRET), stranger.voice(), stranger.tap_id("1.0"), stranger.correct(SECRET)):
        assert seen.words == fixed("errors.stranger", "nl")
        assert "Wilg" not in seen.words
    assert SECRET not in stage.everything()
    assert stage.all(Door) == []
