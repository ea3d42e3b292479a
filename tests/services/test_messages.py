"""The thread of one guardian and the teachers."""

import pytest

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.services import messages
from bot.services.events import EventKind
from tests.services.conftest import Stage


def _person(stage: Stage, name: str) -> Person:
    person = getattr(stage.cast, name)
    assert isinstance(person, Person)
    return person


def test_parent_and_teacher_write_to_each_other(stage: Stage) -> None:
    """Both sides stand in one thread, oldest first, and each is asked for in the other's language."""
    kuba, agnieszka, marieke = stage.cast.kuba, stage.cast.agnieszka, stage.cast.marieke
    question = messages.write(
        stage.session,
        stage.tools,
        agnieszka,
        kuba,
        agnieszka,
        stage.say(agnieszka, "Dzień dobry, mam pytanie."),
    )
    answer = messages.write(
        stage.session, stage.tools, marieke, kuba, agnieszka, stage.say(marieke, "Vertel het mij maar.")
    )
    for reader in (agnieszka, marieke):
        found = messages.thread(stage.session, stage.tools, reader, kuba, agnieszka)
        assert found == [question, answer]
    assert [one.language for one in question.saying.translations] == ["nl"]
    assert [one.language for one in answer.saying.translations] == ["pl"]
    assert (question.from_school, answer.from_school) == (False, True)
    assert stage.happened() == [EventKind.MESSAGE_WRITTEN] * 2


def test_only_the_other_side_marks_as_read(stage: Stage) -> None:
    """Reading the own message changes nothing; the first reading by the other side counts."""
    kuba, agnieszka, marieke = stage.cast.kuba, stage.cast.agnieszka, stage.cast.marieke
    message = messages.write(
        stage.session, stage.tools, agnieszka, kuba, agnieszka, stage.say(agnieszka, "Dzień dobry.")
    )
    messages.mark_read(stage.session, stage.tools, agnieszka, message)
    assert message.read_at is None
    messages.mark_read(stage.session, stage.tools, marieke, message)
    first = message.read_at
    assert first == stage.clock.now()
    stage.clock.move(hours=1)
    messages.mark_read(stage.session, stage.tools, marieke, message)
    assert message.read_at == first


def test_an_empty_message_is_refused(stage: Stage) -> None:
    """Only spaces are no message."""
    with pytest.raises(DomainError, match="words_needed"):
        messages.write(
            stage.session,
            stage.tools,
            stage.cast.pieter,
            stage.cast.kuba,
            stage.cast.pieter,
            stage.say(stage.cast.pieter, "  \n "),
        )


@pytest.mark.parametrize("name", ["pieter", "joris", "hanneke", "karin", "victor", "olga", "selam"])
def test_nobody_else_sees_the_thread(stage: Stage, name: str) -> None:
    """The other guardian, the rest of the staff and strangers find nothing (002-separated-talk)."""
    kuba, agnieszka, person = stage.cast.kuba, stage.cast.agnieszka, _person(stage, name)
    message = messages.write(
        stage.session, stage.tools, agnieszka, kuba, agnieszka, stage.say(agnieszka, "Dzień dobry.")
    )
    with pytest.raises(NotFoundError):
        messages.thread(stage.session, stage.tools, person, kuba, agnieszka)
    with pytest.raises(NotFoundError):
        messages.find(stage.session, stage.tools, person, message.id)
    with pytest.raises(NotFoundError):
        messages.mark_read(stage.session, stage.tools, person, message)
    with pytest.raises(NotFoundError):
        messages.write(stage.session, stage.tools, person, kuba, agnieszka, stage.say(person, "Hallo."))
    assert messages.find(stage.session, stage.tools, agnieszka, message.id) is message


def test_a_thread_belongs_to_a_guardian_of_the_child(stage: Stage) -> None:
    """Nobody can open a thread in the name of somebody who is no guardian, not even of oneself."""
    kuba, marieke = stage.cast.kuba, stage.cast.marieke
    for person in (marieke, stage.cast.selam, stage.cast.joris):
        with pytest.raises(NotFoundError):
            messages.write(stage.session, stage.tools, marieke, kuba, person, stage.say(marieke, "Hallo."))
        with pytest.raises(NotFoundError):
            messages.thread(stage.session, stage.tools, person, kuba, person)
    with pytest.raises(NotFoundError):
        messages.find(stage.session, stage.tools, marieke, 1)


def test_words_of_somebody_else_cannot_be_sent(stage: Stage) -> None:
    """A message carries only its own author's words, about this child."""
    kuba, agnieszka, marieke = stage.cast.kuba, stage.cast.agnieszka, stage.cast.marieke
    for saying in (stage.say(agnieszka, "Tajne."), stage.say(marieke, "Over Abel.", stage.cast.abel)):
        with pytest.raises(NotFoundError):
            messages.write(stage.session, stage.tools, marieke, kuba, agnieszka, saying)


def test_without_authority_one_still_writes(stage: Stage) -> None:
    """A guardian without authority has an own thread with the teacher."""
    pieter = stage.cast.pieter
    stage.without_authority(pieter)
    message = messages.write(
        stage.session,
        stage.tools,
        pieter,
        stage.cast.kuba,
        pieter,
        stage.say(pieter, "Wanneer kan ik komen?"),
    )
    assert messages.thread(stage.session, stage.tools, pieter, stage.cast.kuba, pieter) == [message]
