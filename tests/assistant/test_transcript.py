"""Spoken answers as text: offered to the speaker, and words of the answer only after the speaker said so."""

from dataclasses import replace

import pytest

from bot.demo.phones import DirectPhone, Seen
from bot.model.errors import NotFoundError
from bot.model.messages import Outgoing
from bot.model.people import Door
from bot.model.transcript import Transcript
from bot.model.translation import Attachment, Saying, Translation
from bot.services import media, preparation, sayings
from bot.services import people as people_service
from bot.services import transcript as service
from bot.services.claims import Claimant
from tests.assistant.labels import NEVER_MIND, PREPARE, SHARE, SKIP, asked, fixed
from tests.assistant.stage import Stage
from tests.recordings import ogg

HEARD = "Kuba houdt van treinen."
SAID = "Kuba houdt niet van treinen."
RIGHT, CHANGE, DECLINE = (
    fixed(f"transcript.{name}_button") for name in ("right", "change", "only_recording")
)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The school with a machine that listens."""
    return replace(stage, tools=replace(stage.tools, hears=True))


@pytest.fixture
def phone(stage: Stage) -> DirectPhone:
    """Pieter's confirmed phone, with a spoken answer to the first question."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.voice()
    return phone


def _arrived(stage: Stage) -> None:
    """Every recording that was sent has been fetched."""
    with stage.database.writing() as session:
        for wanted in media.claim(session, stage.tools, 9, Claimant("1")):
            media.keep(session, wanted.attachment_id, media.Checked("audio/ogg", ogg()))
            service.want(session, stage.tools, wanted.attachment_id)


def _hear(stage: Stage, words: str = HEARD) -> bool:
    """The oldest recording that waits is listened to; whether there was one."""
    _arrived(stage)
    with stage.database.writing() as session:
        sound = service.claim(session, stage.tools, Claimant("1"))
        if sound is None:
            return False
        assert (sound.content, sound.language) == (ogg(), "en")
        service.keep(session, sound.transcript_id, words)
        stage.tell(session)
        return True


def _offered(phone: DirectPhone, stage: Stage, words: str = HEARD) -> Seen:
    assert _hear(stage, words)
    return phone.looks()


def _states(stage: Stage) -> list[tuple[str, str | None]]:
    return [(one.state, one.words) for one in stage.all(Transcript)]


def test_what_was_heard_is_only_offered(stage: Stage, phone: DirectPhone) -> None:
    """The speaker reads it beside the question it answers; the answer has no words yet (002-cannot-write)."""
    seen = _offered(phone, stage)
    [bubble] = seen.bubbles
    assert asked("BO01") in bubble.words
    assert HEARD in bubble.words
    assert bubble.buttons == (RIGHT, CHANGE, DECLINE)
    assert stage.answers() == {"BO01": ([], "")}


def test_right_makes_it_the_speakers_words(stage: Stage, phone: DirectPhone) -> None:
    """One tap: the words stand with the answer, marked as written from the recording, which stays."""
    _offered(phone, stage)
    seen = phone.tap(RIGHT)
    assert fixed("transcript.written") in seen.words
    assert asked("BO02") in seen.words  # and the preparation goes on where it stood
    assert stage.answers() == {"BO01": ([], HEARD)}
    assert _states(stage) == [("confirmed", HEARD)]
    with stage.reading() as session:
        shown = sayings.shown(session.get_one(Saying, stage.all(Saying)[0].id), "nl")
        assert (shown.from_recording, len(shown.voices)) == (True, 1)


def test_changed_words_are_the_speakers(stage: Stage, phone: DirectPhone) -> None:
    """What the machine got wrong is written anew; what it heard stays on record and is shown to nobody."""
    _offered(phone, stage)
    assert fixed("transcript.write_it") in phone.tap(CHANGE).words
    phone.say(SAID)
    assert stage.answers() == {"BO01": ([], SAID)}
    assert _states(stage) == [("confirmed", HEARD)]


def test_changing_can_be_left(stage: Stage, phone: DirectPhone) -> None:
    """Who taps never mind has the offer still, and the next words go where the screen says."""
    _offered(phone, stage)
    phone.tap(CHANGE)
    phone.tap(NEVER_MIND)
    phone.tap(RIGHT)
    assert stage.answers() == {"BO01": ([], HEARD)}


def test_only_the_recording(stage: Stage, phone: DirectPhone) -> None:
    """What was heard is forgotten, and the answer is the sound alone."""
    _offered(phone, stage)
    assert fixed("transcript.only_recording") in phone.tap(DECLINE).words
    assert stage.answers() == {"BO01": ([], "")}
    assert _states(stage) == [("declined", None)]
    assert fixed("transcript.settled") in phone.tap(RIGHT).words
    assert stage.answers() == {"BO01": ([], "")}


def test_another_recording_instead_of_words_is_not_taken_for_them(stage: Stage, phone: DirectPhone) -> None:
    """Who is asked to write and speaks again is asked what it is for, and loses nothing."""
    _offered(phone, stage)
    phone.tap(CHANGE)
    phone.voice()
    assert len(stage.all(Attachment)) == 2
    assert _states(stage) == [("heard", HEARD)]


def test_a_phone_that_may_not_read_back_is_not_shown_it(stage: Stage) -> None:
    """The offer waits until a teacher has confirmed the phone (design: doors)."""
    phone = stage.joined(stage.cast.pieter, confirmed=False)
    phone.tap(PREPARE)
    phone.voice()
    assert _offered(phone, stage).bubbles == []
    assert HEARD not in stage.shown_at(phone)
    with stage.database.writing() as session:
        door = session.get_one(Door, stage.door(phone).id)
        people_service.confirm_door(session, stage.tools, stage.cast.at(session).marieke, door)
        stage.tell(session)
    assert HEARD in phone.looks().words
    phone.tap(RIGHT)
    assert stage.answers() == {"BO01": ([], HEARD)}


def test_words_that_are_shared_already_are_translated(stage: Stage, phone: DirectPhone) -> None:
    """A recording that was shared before it was heard gets its words for the school when they are confirmed."""
    while SHARE not in stage.labels(phone):
        phone.tap(SKIP)
    phone.tap(SHARE)
    assert stage.all(Translation) == []
    _offered(phone, stage, "Kuba loves trains and draws them every day.")
    assert stage.all(Translation) == []  # nothing reaches the school before its speaker said it is right
    phone.tap(RIGHT)
    assert [one.language for one in stage.all(Translation)] == ["nl"]


def test_after_the_talk_nothing_is_added(stage: Stage, phone: DirectPhone) -> None:
    """What the school has read at the talk stays as it was."""
    while SHARE not in stage.labels(phone):
        phone.tap(SKIP)
    phone.tap(SHARE)
    _offered(phone, stage)
    stage.plan_talk(stage.cast.kuba, held=True)
    assert fixed("errors.talk_held") in phone.tap(RIGHT).words
    assert stage.answers() == {"BO01": ([], "")}


def test_an_answer_given_anew_is_not_overwritten(stage: Stage, phone: DirectPhone) -> None:
    """Who typed another answer meanwhile is not asked about the recording, and an old tap changes nothing."""
    _offered(phone, stage)
    phone.tap(fixed("preparation.back_button"))
    phone.say("Een vrolijke jongen.")
    phone.tap(RIGHT)
    assert stage.answers() == {"BO01": ([], "Een vrolijke jongen.")}
    assert _states(stage) == [("declined", None)]


def test_a_late_hearing_of_a_replaced_answer_is_not_offered(stage: Stage, phone: DirectPhone) -> None:
    """What nobody waits for is not asked."""
    _arrived(stage)
    phone.tap(fixed("preparation.back_button"))
    phone.say("Een vrolijke jongen.")
    assert _offered(phone, stage).bubbles == []


def test_typed_words_beside_a_recording_are_enough(stage: Stage) -> None:
    """Only spoken answers without a word are listened to, and only where the school listens."""
    phone = stage.joined(stage.cast.pieter)
    phone.tap(PREPARE)
    phone.photo()
    assert not _hear(stage)
    deaf = replace(stage, tools=replace(stage.tools, hears=False))
    phone.voice()
    assert not _hear(deaf)
    assert stage.all(Transcript) == []


def test_silence_is_no_question(stage: Stage, phone: DirectPhone) -> None:
    """Where nothing was heard, nobody is asked anything."""
    assert _offered(phone, stage, "  ").bubbles == []
    assert _states(stage) == [("impossible", None)]


def test_nobody_settles_the_recording_of_another(stage: Stage, phone: DirectPhone) -> None:
    """The other parent's tap on it finds nothing."""
    _offered(phone, stage)
    other = stage.joined(stage.cast.agnieszka)
    transcript = stage.all(Transcript)[0]
    with stage.database.writing() as session, pytest.raises(NotFoundError):
        service.own(session, stage.cast.at(session).agnieszka, transcript.id)
    assert HEARD not in stage.shown_at(other)


def test_erasing_the_answers_erases_what_was_heard(stage: Stage, phone: DirectPhone) -> None:
    """Neither the words nor the message that showed them is left."""
    _offered(phone, stage)
    with stage.database.writing() as session:
        preparation.erase_answers(session, stage.own_run(session, stage.cast.pieter))
    assert stage.all(Transcript) == []
    assert [row.macro for row in stage.all(Outgoing) if row.macro.startswith("transcript.")] == []
    assert HEARD not in stage.everything()
