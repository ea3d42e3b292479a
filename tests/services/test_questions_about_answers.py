"""A teacher asks about one answer, and what comes back stands under it."""

import pytest

from bot.model.access import TABLE, Action, Subject
from bot.model.errors import NotFoundError
from bot.model.messages import Message
from bot.model.people import Person
from bot.model.preparation import Answer
from bot.services import dossier, messages, preparation
from tests.services.conftest import Stage


def _answer(stage: Stage, person: Person, question: str = "BO01", words: str = "Kuba jest wesoły.") -> Answer:
    answer = preparation.answer_to(stage.prepare(person, None, **{question: words}), question)
    assert answer is not None
    return answer


def _ask(
    stage: Stage, author: Person, guardian: Person, about: Answer, words: str = "Hoe bedoelt u dat?"
) -> Message:
    saying = stage.say(author, words)
    return messages.write(stage.session, stage.tools, author, stage.cast.kuba, guardian, saying, about=about)


def test_question_and_reply_stand_at_the_answer_for_both(stage: Stage) -> None:
    """Teacher and guardian find both at the answer, with its question; the other guardian nothing."""
    cast = stage.cast
    answer = _answer(stage, cast.agnieszka)
    asked = _ask(stage, cast.marieke, cast.agnieszka, answer)
    found = messages.answer_behind(stage.session, stage.tools, cast.agnieszka, asked.id)
    assert found is answer
    _ask(stage, cast.agnieszka, cast.agnieszka, answer, "Lubi się śmiać.")
    for reader, as_staff in ((cast.marieke, True), (cast.agnieszka, False)):
        seen = dossier.view(stage.session, stage.tools, reader, cast.kuba, as_staff=as_staff)
        part = next(one for one in seen.parts if one.person_id == cast.agnieszka.id)
        assert [one.answer_id for one in part.messages] == [answer.id, answer.id]
        assert {one.asked for one in part.messages} == {one.asked for one in part.answers}
    other = dossier.view(stage.session, stage.tools, cast.pieter, cast.kuba, as_staff=False)
    assert "Hoe bedoelt u dat?" not in repr(other)


def test_only_an_answer_of_this_guardian_that_one_may_read(stage: Stage) -> None:
    """Of another guardian, not shared, held back or taken back: as if it did not exist (004-privacy-care)."""
    cast = stage.cast
    answer = _answer(stage, cast.agnieszka)
    with pytest.raises(NotFoundError):
        _ask(stage, cast.marieke, cast.pieter, answer)
    run = answer.run
    stage.answer(run, "BO03", "Jeszcze nie.")
    unshared = preparation.answer_to(run, "BO03")
    assert unshared is not None
    with pytest.raises(NotFoundError):
        _ask(stage, cast.marieke, cast.agnieszka, unshared)
    run.withdrawn_at = stage.clock.now()
    with pytest.raises(NotFoundError):
        _ask(stage, cast.marieke, cast.agnieszka, answer)


def test_a_sensitive_answer_is_asked_about_by_who_reads_it(stage: Stage) -> None:
    """Held back nobody at school asks, shared its readers do; who reads a thread reads these answers."""
    cast = stage.cast
    answer = _answer(stage, cast.agnieszka, "BO04", "Boi się ciemności.")
    assert answer.sensitive
    with pytest.raises(NotFoundError):
        _ask(stage, cast.marieke, cast.agnieszka, answer)
    preparation.share_one(stage.session, stage.tools, cast.agnieszka, answer)
    assert _ask(stage, cast.marieke, cast.agnieszka, answer).answer is answer
    for name in ("hanneke", "karin", "joris"):
        with pytest.raises(NotFoundError):
            _ask(stage, getattr(cast, name), cast.agnieszka, answer)
    assert TABLE[Subject.THREAD, Action.READ] <= TABLE[Subject.SENSITIVE_ANSWER, Action.READ]


def test_an_answer_that_is_hidden_is_named_nowhere(stage: Stage) -> None:
    """Held back after the question: the school keeps its message and no longer sees to what it belonged."""
    cast = stage.cast
    answer = _answer(stage, cast.agnieszka)
    _ask(stage, cast.marieke, cast.agnieszka, answer)
    preparation.hold_back(stage.session, stage.tools, cast.agnieszka, answer)
    seen = dossier.view(stage.session, stage.tools, cast.marieke, cast.kuba, as_staff=True)
    (message,) = next(one for one in seen.parts if one.person_id == cast.agnieszka.id).messages
    assert (message.answer_id, message.asked) == (None, "")


def test_an_answer_that_is_erased_leaves_the_message(stage: Stage) -> None:
    """Starting over erases answers; what was asked stays in the thread, about nothing."""
    cast = stage.cast
    answer = _answer(stage, cast.agnieszka)
    message_id = _ask(stage, cast.marieke, cast.agnieszka, answer).id
    preparation.erase_answers(stage.session, answer.run)
    stage.session.expire_all()
    message = stage.session.get_one(Message, message_id)
    assert message.answer_id is None
    assert messages.answer_behind(stage.session, stage.tools, cast.agnieszka, message_id) is None


def test_another_guardian_learns_nothing_from_a_message_of_the_thread(stage: Stage) -> None:
    """A message's number opens no answer of another guardian."""
    cast = stage.cast
    asked = _ask(stage, cast.marieke, cast.agnieszka, _answer(stage, cast.agnieszka))
    with pytest.raises(NotFoundError):
        messages.answer_behind(stage.session, stage.tools, cast.pieter, asked.id)
