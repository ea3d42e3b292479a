"""The consent to translators outside the school: who is asked and when, and what giving it late brings."""

from dataclasses import replace

import pytest

from bot.model.people import Door, Person
from bot.model.privacy import AuditLine, Consent
from bot.model.translation import Saying, Translation
from bot.services import names, outside, preparation, sayings
from bot.services.events import EventKind
from tests.cast import open_door
from tests.services.conftest import Stage

WORDS = "Kuba lubi klocki."


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A school that switched a translator outside on; Agnieszka has a phone."""
    stage.tools = replace(stage.tools, translates=True, outside_translators=("deepl",))
    open_door(stage.session, stage.clock, stage.cast.agnieszka)
    return stage


def _shared(stage: Stage, author: Person | None = None, language: str = "nl") -> Saying:
    saying = stage.say(author or stage.cast.agnieszka, WORDS)
    saying.detected_language = "pl"
    sayings.want_in(stage.session, stage.tools, saying, language)
    return saying


def _ask(stage: Stage, saying: Saying) -> Door | None:
    return outside.door_to_ask_at(stage.session, stage.tools, saying)


def _untranslated(stage: Stage, saying: Saying) -> Translation:
    """As the worker leaves it without consent."""
    stage.session.flush()
    (found,) = saying.translations
    found.state, found.next_try_at = "impossible", None
    found.attempts, found.refusals = 3, 3
    stage.session.flush()
    return found


def test_words_that_wait_for_a_translator_are_noted(stage: Stage) -> None:
    """Not what nobody has to translate, and nothing where no translator outside is on."""
    _shared(stage)
    assert stage.happened() == [EventKind.TRANSLATOR_NEEDED]
    _shared(stage, language="pl")
    assert stage.happened() == []
    stage.tools = replace(stage.tools, outside_translators=())
    _shared(stage)
    assert stage.happened() == []


def test_it_is_asked_once(stage: Stage) -> None:
    """At the door in use, whatever comes of it; being asked is not consent."""
    saying = _shared(stage)
    assert _ask(stage, saying) is not None
    assert not outside.agrees(stage.session, stage.cast.agnieszka)
    assert _ask(stage, saying) is None


def test_without_a_door_it_is_asked_another_time(stage: Stage) -> None:
    """Who cannot be asked now was not asked."""
    stage.cast.pieter.language = "pl"
    saying = _shared(stage, stage.cast.pieter)
    assert _ask(stage, saying) is None
    open_door(stage.session, stage.clock, stage.cast.pieter)
    assert _ask(stage, saying) is not None


def test_who_is_not_asked(stage: Stage) -> None:
    """Who reads Dutch, staff, and everybody where no translator outside is on."""
    for person in (stage.cast.pieter, stage.cast.marieke):
        open_door(stage.session, stage.clock, person)
        assert _ask(stage, _shared(stage, person, "en")) is None
    stage.cast.marieke.language = "en"
    assert _ask(stage, _shared(stage, stage.cast.marieke)) is None
    saying = _shared(stage)
    stage.tools = replace(stage.tools, outside_translators=())
    assert _ask(stage, saying) is None


def test_a_sensitive_answer_asks_nothing(stage: Stage) -> None:
    """It never leaves, so there is nothing to consent to."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    answer = preparation.answer_to(run, "BO01")
    assert answer is not None
    assert answer.saying is not None
    answer.sensitive = True
    stage.session.flush()
    assert _ask(stage, answer.saying) is None
    answer.sensitive = False
    stage.session.flush()
    assert _ask(stage, answer.saying) is not None


def test_no_is_kept(stage: Stage) -> None:
    """Who refuses, even unasked, is not asked any more; it is on record, and no consent ever stood."""
    outside.refuse(stage.session, stage.tools, stage.cast.agnieszka)
    assert _ask(stage, _shared(stage)) is None
    kept = stage.session.query(Consent).filter_by(purpose="outside_translation").one()
    assert kept.withdrawn_at == kept.given_at
    stage.session.flush()
    assert "refuse_consent" in {line.action for line in stage.session.query(AuditLine)}


def test_consent_given_late_asks_again(stage: Stage) -> None:
    """What was shared and stayed untranslated waits again, as new; what was said by others does not."""
    own = _untranslated(stage, _shared(stage))
    other = _untranslated(stage, _shared(stage, stage.cast.selam))
    outside.agree(stage.session, stage.tools, stage.cast.agnieszka)
    assert (own.state, own.next_try_at) == ("waiting", stage.clock.now())
    assert (own.attempts, own.refusals) == (0, 0)
    assert other.state == "impossible"
    stage.session.flush()
    assert names.may_leave(stage.session, [own.id, other.id]) == {own.id}


def test_what_is_not_shared_any_more_is_not_asked_for(stage: Stage) -> None:
    """An answer that was taken back stays at home; one that is shared waits again."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS, BO02=WORDS)
    back, stays = (preparation.answer_to(run, question) for question in ("BO01", "BO02"))
    assert back is not None
    assert stays is not None
    assert back.saying is not None
    assert stays.saying is not None
    found = [_untranslated(stage, answer.saying) for answer in (back, stays) if answer.saying]
    preparation.hold_back(stage.session, stage.tools, stage.cast.agnieszka, back)
    outside.agree(stage.session, stage.tools, stage.cast.agnieszka)
    assert [one.state for one in found] == ["impossible", "waiting"]


def test_taking_it_back(stage: Stage) -> None:
    """Every consent that stands is taken back, also where two phones gave it at the same moment."""
    saying = _shared(stage)
    outside.agree(stage.session, stage.tools, stage.cast.agnieszka)
    stage.session.add(
        Consent(person_id=stage.cast.agnieszka.id, purpose="outside_translation", given_at=stage.clock.now())
    )
    stage.session.flush()
    outside.refuse(stage.session, stage.tools, stage.cast.agnieszka)
    stage.session.flush()
    assert not outside.agrees(stage.session, stage.cast.agnieszka)
    assert names.may_leave(stage.session, [saying.translations[0].id]) == frozenset()
    assert _ask(stage, saying) is None
