"""Asking another parent: who is asked, who is offered, yes and no, and nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match
from bot.model.helping import HelpLine
from bot.model.people import Person
from bot.model.privacy import ConsentPurpose
from bot.services import access, buddies, dossier, help_requests, helping, messages, preparation, privacy
from bot.services.events import EventKind
from tests.cast import open_door
from tests.services.asking import ask, buddy, match_of, parent, states
from tests.services.conftest import Stage

ASKED, ACCEPTED, NOT_NEEDED = EventKind.BUDDY_ASKED, EventKind.BUDDY_ACCEPTED, EventKind.BUDDY_NOT_NEEDED


@pytest.fixture
def together(stage: Stage) -> Stage:
    """The school asks buddies all at once."""
    stage.tools = replace(stage.tools, buddies=replace(stage.tools.buddies, together=True))
    return stage


def do(stage: Stage, what: Callable[..., Any], person: Person, on: object) -> Any:
    """The person does it."""
    return what(stage.session, stage.tools, person, on)


def care(stage: Stage, **ahead: float) -> None:
    """Time passes, and what is due is done."""
    stage.clock.move(**ahead)
    assert help_requests.is_anything_due(stage.session, stage.tools)
    help_requests.care(stage.session, stage.tools)


def families(stage: Stage, person: Person) -> int:
    """How many families stand on the buddy's profile."""
    profile = buddies.profile_of(stage.session, person)
    assert profile is not None
    return profile.families


def test_both_say_yes_and_can_talk(stage: Stage) -> None:
    """Ewa is asked, says yes, is offered; Agnieszka says yes: the help runs (002-buddy)."""
    agnieszka, ewa = stage.cast.agnieszka, stage.cast.ewa
    buddy(stage, ewa)
    request = ask(stage)
    assert (request.state, states(stage, request)) == ("asking", ["asked"])
    assert stage.happened() == [ASKED]
    match = match_of(stage, request, ewa)
    assert do(stage, help_requests.accept, ewa, match)
    assert (request.state, match.state, families(stage, ewa)) == ("offered", "accepted", 1)
    assert stage.happened() == [ACCEPTED]
    assert do(stage, help_requests.choose, agnieszka, match)
    assert (request.state, match.state, families(stage, ewa)) == ("helped", "helping", 1)
    assert helping.running_of(stage.session, agnieszka) == [match]
    assert EventKind.HELP_STARTED in stage.happened()
    assert do(stage, help_requests.choose, agnieszka, match)  # a second tap changes nothing
    assert help_requests.open_of(stage.session, agnieszka) == []


def test_what_goes_along_reaches_nobody_before_the_yes(stage: Stage) -> None:
    """The words stand in the chat once both said yes, and not before."""
    agnieszka, ewa = stage.cast.agnieszka, stage.cast.ewa
    buddy(stage, ewa)
    said = stage.say(stage.cast.marieke, "Morgen gaat [1] mee.")
    messages.write(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, agnieszka, said)
    request = ask(stage, words="Morgen gaat [1] mee.", masked=("Kuba",), source_saying_id=said.id)
    kept = request.saying
    assert kept is not None
    assert (kept.author_id, kept.child_id, kept.language) == (agnieszka.id, None, "nl")
    match = match_of(stage, request, ewa)
    do(stage, help_requests.accept, ewa, match)
    assert stage.session.scalars(select(HelpLine)).all() == []
    do(stage, help_requests.choose, agnieszka, match)
    [line] = stage.session.scalars(select(HelpLine))
    assert (line.kind, line.saying_id, line.masked, line.source_saying_id) == (
        "text",
        kept.id,
        ["Kuba"],
        said.id,
    )


def test_asking_twice_for_the_same_changes_nothing(stage: Stage) -> None:
    """Another kind of help is another request; three may be open at once, a fourth is refused."""
    buddy(stage, stage.cast.ewa)
    first = ask(stage, words="Co to znaczy?")
    assert ask(stage, words="Co to znaczy?") is first
    ask(stage, task="practise")
    ask(stage, task="remind")
    with pytest.raises(DomainError, match="too_many_requests"):
        ask(stage, task="prepare")
    do(stage, help_requests.withdraw, stage.cast.agnieszka, first)
    ask(stage, task="prepare")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"language": "xx"}, "language_needed"),
        ({"task": "pay"}, "task_needed"),
        ({"words": "  "}, "words_needed"),
        ({"source_saying_id": 999, "words": "Dag"}, "not_found"),
        ({"question": "BO01", "run_id": 999}, "not_found"),
    ],
)
def test_what_cannot_be_asked_is_refused(stage: Stage, given: dict[str, Any], code: str) -> None:
    """An unknown language or kind, no words, words and questions of nobody."""
    with pytest.raises(DomainError, match=code):
        ask(stage, **given)


def test_one_question_goes_along_but_never_a_sensitive_one(stage: Stage) -> None:
    """The question's key stands in the request; a sensitive one is refused (design section 4)."""
    buddy(stage, stage.cast.ewa)
    run = stage.prepare(stage.cast.agnieszka, BO01="Kuba lubi rysować.")
    request = ask(stage, task="prepare", run_id=run.id, question="BO01")
    assert (request.run_id, request.question, request.saying) == (run.id, "BO01", None)
    sensitive = next(
        one.id for one in preparation.applicable_questions(run) if one.sensitive and not one.keys
    )
    with pytest.raises(DomainError, match="sensitive_question"):
        ask(stage, task="prepare", run_id=run.id, question=sensitive)
    stage.answer(run, sensitive, "Mama is ziek.")
    stage.session.flush()
    answer = next(one for one in run.answers if one.question == sensitive)
    with pytest.raises(DomainError, match="sensitive_question"):
        ask(stage, words="Mama is ziek.", source_saying_id=answer.saying_id)


def test_words_of_another_guardian_cannot_go_along(stage: Stage) -> None:
    """What the school wrote to Pieter is not Agnieszka's to pass on."""
    said = stage.say(stage.cast.marieke, "Beste Pieter")
    messages.write(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, stage.cast.pieter, said)
    with pytest.raises(NotFoundError):
        ask(stage, words="Beste Pieter", source_saying_id=said.id)


def test_an_addition_of_another_guardian_cannot_go_along(stage: Stage) -> None:
    """Both read it; only who wrote it passes it on, also when that parent is no guardian any more."""
    c = stage.cast
    said = stage.say(c.pieter, "Kuba slaapt slecht.")
    dossier.add(stage.session, stage.tools, c.pieter, c.kuba, said, "view")
    assert help_requests.source_of(stage.session, stage.tools, c.pieter, c.kuba, said.id) is said
    with pytest.raises(NotFoundError):
        ask(stage, words="Kuba slaapt slecht.", source_saying_id=said.id)
    stage.guardianship(c.pieter).ended_at = stage.clock.now()
    with pytest.raises(NotFoundError):
        ask(stage, words="Kuba slaapt slecht.", source_saying_id=said.id)


def test_without_consent_or_where_the_school_has_no_buddies_nobody_is_asked(stage: Stage) -> None:
    """Consent is asked first and a school may leave buddies out."""
    buddy(stage, stage.cast.ewa)
    about = (stage.session, stage.tools, stage.cast.selam, stage.cast.abel)
    with pytest.raises(DomainError, match="consent_needed"):
        help_requests.ask(*about, language="pl", task="explain")
    stage.tools = replace(stage.tools, buddies=replace(stage.tools.buddies, on=False))
    with pytest.raises(DomainError, match="buddies_off"):
        ask(stage)


def test_a_guardian_without_authority_passes_on_what_was_written_to_them(stage: Stage) -> None:
    """The own thread is theirs to read, and to ask about."""
    pieter = stage.cast.pieter
    stage.without_authority(pieter)
    said = stage.say(stage.cast.marieke, "Beste Pieter")
    messages.write(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, pieter, said)
    request = ask(stage, pieter, words="Beste [1]", masked=("Pieter",), source_saying_id=said.id)
    assert request.source_saying_id == said.id


def test_an_offer_is_not_over_before_its_reminder_was_read(stage: Stage) -> None:
    """Offered in the evening: reminded the next morning, over in the afternoon."""
    frame = replace(stage.tools.rhythm.guardians, from_minute=8 * 60, until_minute=20 * 60)
    stage.tools = replace(stage.tools, rhythm=replace(stage.tools.rhythm, guardians=frame))
    buddy(stage, stage.cast.ewa)
    request = ask(stage)
    stage.clock.move(hours=7)  # 19:00 at school
    match = match_of(stage, request, stage.cast.ewa)
    do(stage, help_requests.accept, stage.cast.ewa, match)
    assert match.answer_by == stage.clock.now() + timedelta(hours=13)
    assert request.answer_by == stage.clock.now() + timedelta(hours=19)


@pytest.mark.parametrize("name", ["ewa", "marieke", "karin", "victor"])
def test_only_a_guardian_of_the_child_asks(stage: Stage, name: str) -> None:
    """Other parents, staff and strangers do not ask about Kuba."""
    with pytest.raises(NotFoundError):
        ask(stage, getattr(stage.cast, name))


def test_nobody_speaks_the_language(stage: Stage) -> None:
    """Selam hears at once that there is nobody, and the coordinator can be asked to call (001-overloaded)."""
    selam, karin = stage.cast.selam, stage.cast.karin
    buddy(stage, stage.cast.ewa)
    request = ask(stage, selam, stage.cast.abel, language="ti")
    assert (request.state, states(stage, request)) == ("unanswered", [])
    assert stage.happened() == [EventKind.NOBODY_HELPS]
    do(stage, help_requests.want_coordinator, selam, request)
    do(stage, help_requests.want_coordinator, selam, request)
    assert stage.happened() == [EventKind.COORDINATOR_WANTED]
    for person in (selam, stage.cast.marieke, stage.cast.olga):
        with pytest.raises(NotFoundError):
            do(stage, help_requests.settle, person, request)
    do(stage, help_requests.settle, karin, request)
    assert request.settled_by_id == karin.id
    settled_at = request.settled_at
    stage.clock.move(hours=1)
    do(stage, help_requests.settle, karin, request)
    assert request.settled_at == settled_at


def test_the_other_guardian_is_never_asked(stage: Stage) -> None:
    """Pieter offers, is approved, and speaks Polish: Agnieszka's request does not reach him (002-buddy)."""
    buddy(stage, stage.cast.pieter, "pl", "nl")
    request = ask(stage)
    assert (request.state, states(stage, request)) == ("unanswered", [])


def test_buddies_are_asked_in_turn_each_for_a_share_of_the_time(stage: Stage) -> None:
    """Three at most, two hours each of the six; then the asker and the coordinator hear that nobody could."""
    for _number in range(4):
        buddy(stage, parent(stage))
    request = ask(stage)
    assert states(stage, request) == ["asked"]
    assert not help_requests.is_anything_due(stage.session, stage.tools)
    care(stage, hours=2)
    assert states(stage, request) == ["expired", "asked"]
    stage.session.expire(request)
    do(stage, help_requests.decline, request.matches[1].buddy, request.matches[1])
    assert states(stage, request) == ["expired", "declined", "asked"]
    stage.happened()
    care(stage, hours=2)
    assert (request.state, states(stage, request)) == ("unanswered", ["expired", "declined", "expired"])
    assert stage.happened() == [EventKind.NOBODY_HELPS]
    assert not help_requests.is_anything_due(stage.session, stage.tools)


def test_the_time_of_a_buddy_begins_in_the_buddys_hours(stage: Stage) -> None:
    """Who is asked at night has until two hours into the morning."""
    frame = replace(stage.tools.rhythm.guardians, from_minute=8 * 60, until_minute=20 * 60)
    stage.tools = replace(stage.tools, rhythm=replace(stage.tools.rhythm, guardians=frame))
    buddy(stage, stage.cast.ewa)
    stage.clock.move(hours=10)  # 22:00 at school
    request = ask(stage)
    assert request.matches[0].answer_by == stage.clock.now() + timedelta(hours=12)


def test_asked_together_the_first_yes_is_offered_and_a_later_one_waits(together: Stage) -> None:
    """A no of the asker brings the next; a yes tells the others kindly that they are not needed."""
    stage = together
    people = [parent(stage) for _number in range(3)]
    for person in people:
        buddy(stage, person)
    request = ask(stage)
    assert states(stage, request) == ["asked"] * 3
    stage.happened()
    one, two, three = request.matches
    do(stage, help_requests.accept, people[1], two)
    do(stage, help_requests.accept, people[0], one)  # by the clock at the very same moment
    assert help_requests.is_offered(stage.session, two)
    assert not help_requests.is_offered(stage.session, one)
    assert stage.happened() == [ACCEPTED]  # the asker hears of one at a time
    with pytest.raises(DomainError, match="old_button"):
        do(stage, help_requests.choose, stage.cast.agnieszka, one)
    do(stage, help_requests.refuse, stage.cast.agnieszka, two)
    assert (two.state, families(stage, people[1])) == ("not_needed", 0)
    assert help_requests.is_offered(stage.session, one)
    assert sorted(stage.happened()) == sorted([ACCEPTED, NOT_NEEDED])
    do(stage, help_requests.choose, stage.cast.agnieszka, one)
    assert states(stage, request) == ["helping", "not_needed", "not_needed"]
    assert three.state == "not_needed"
    assert NOT_NEEDED in stage.happened()


def test_a_buddy_who_takes_the_yes_back_is_replaced(together: Stage) -> None:
    """The next who said yes is offered."""
    people = [parent(together) for _number in range(2)]
    for person in people:
        buddy(together, person)
    request = ask(together)
    one, two = request.matches
    for match in (one, two):
        do(together, help_requests.accept, match.buddy, match)
    do(together, help_requests.decline, one.buddy, one)
    assert help_requests.is_offered(together.session, two)
    do(together, help_requests.decline, two.buddy, two)
    assert request.state == "unanswered"


def test_a_yes_never_exceeds_what_a_buddy_can_bear(stage: Stage) -> None:
    """Two ask at once, one place: the second yes comes too late and the next one is asked (001-overloaded)."""
    ewa = stage.cast.ewa
    buddy(stage, ewa, max_families=1)
    other = parent(stage, stage.cast.group_3a)
    open_door(stage.session, stage.clock, other)
    child = access.children_of(stage.session, other)[0]
    first, second = ask(stage), ask(stage, other, child)
    third = ask(stage, task="practise")  # of Agnieszka too: one family
    assert do(stage, help_requests.accept, ewa, match_of(stage, first, ewa))
    assert not do(stage, help_requests.accept, ewa, match_of(stage, second, ewa))
    assert second.state == "unanswered"
    assert do(stage, help_requests.accept, ewa, match_of(stage, third, ewa))
    assert families(stage, ewa) == 1


def test_who_may_not_help_any_more_is_not_offered(stage: Stage) -> None:
    """A block between asking and yes counts, before and after the buddy's yes; nobody is told why."""
    agnieszka, ewa = stage.cast.agnieszka, stage.cast.ewa
    buddy(stage, ewa)
    request = ask(stage)
    match = match_of(stage, request, ewa)
    buddies.keep_apart(stage.session, stage.tools, ewa, ewa, agnieszka, by_school=False)
    assert not do(stage, help_requests.accept, ewa, match)
    assert (request.state, match.state) == ("unanswered", "declined")
    other = parent(stage)
    profile = buddy(stage, other)
    request = ask(stage)
    match = match_of(stage, request, other)
    do(stage, help_requests.accept, other, match)
    buddies.pause(stage.session, stage.tools, stage.cast.karin, profile, "Even rust.")
    assert not do(stage, help_requests.choose, agnieszka, match)
    assert (request.state, match.state, families(stage, other)) == ("unanswered", "not_needed", 0)


def test_an_offer_without_an_answer_does_not_keep_a_buddy_waiting(stage: Stage) -> None:
    """The asker is reminded once; then the request ends, the buddy is free and the asker hears it."""
    ewa = stage.cast.ewa
    buddy(stage, ewa)
    request = ask(stage)
    match = match_of(stage, request, ewa)
    do(stage, help_requests.accept, ewa, match)
    stage.happened()
    care(stage, hours=6)
    assert stage.happened() == [ACCEPTED]
    assert not help_requests.is_anything_due(stage.session, stage.tools)
    care(stage, hours=6)
    assert (request.state, match.state, families(stage, ewa)) == ("withdrawn", "not_needed", 0)
    assert stage.happened() == [NOT_NEEDED, EventKind.NOBODY_HELPS]
    with pytest.raises(DomainError, match="old_button"):
        do(stage, help_requests.choose, stage.cast.agnieszka, match)


def test_a_request_can_be_taken_back(stage: Stage) -> None:
    """Who was asked hears it once, and an old yes is answered kindly."""
    agnieszka, ewa = stage.cast.agnieszka, stage.cast.ewa
    buddy(stage, ewa)
    request = ask(stage)
    match = match_of(stage, request, ewa)
    stage.happened()
    for _twice in range(2):
        do(stage, help_requests.withdraw, agnieszka, request)
    assert (request.state, match.state) == ("withdrawn", "not_needed")
    assert stage.happened() == [NOT_NEEDED]
    for late in (help_requests.accept, help_requests.decline):
        with pytest.raises(DomainError, match="old_button"):
            do(stage, late, ewa, match)


@pytest.mark.parametrize("name", ["pieter", "selam", "marieke", "karin", "ewa"])
def test_nobody_else_moves_a_request(stage: Stage, name: str) -> None:
    """Only the asker decides and takes back, only the buddy who is asked answers."""
    person = getattr(stage.cast, name)
    other = parent(stage)
    buddy(stage, other)
    request = ask(stage)
    match = match_of(stage, request, other)
    for what in (help_requests.accept, help_requests.decline, help_requests.choose, help_requests.refuse):
        with pytest.raises(NotFoundError):
            do(stage, what, person, match)
    for deed in (help_requests.withdraw, help_requests.want_coordinator):
        with pytest.raises(NotFoundError):
            do(stage, deed, person, request)
    with pytest.raises(NotFoundError):
        help_requests.find(stage.session, person, request.id)
    with pytest.raises(NotFoundError):
        help_requests.match_of(stage.session, person, match.id)


def test_consent_taken_back_ends_asking_but_not_helping(stage: Stage) -> None:
    """Open requests and helps received end at once; whom Agnieszka helps herself she goes on helping."""
    agnieszka, ewa, selam = stage.cast.agnieszka, stage.cast.ewa, stage.cast.selam
    buddy(stage, ewa)
    running = _helped(stage, ask(stage), ewa)
    waiting = ask(stage, task="practise", language="en")
    buddy(stage, agnieszka, "en")
    own_help = _helped(stage, ask(stage, selam, stage.cast.abel, language="en", same_group=True), agnieszka)
    help_requests.take_consent_back(stage.session, stage.tools, agnieszka)
    assert not privacy.consents(stage.session, agnieszka, ConsentPurpose.BUDDY)
    assert (running.state, own_help.state) == ("ended", "helping")
    assert waiting.state in {"withdrawn", "unanswered"}
    with pytest.raises(DomainError, match="consent_needed"):
        help_requests.ask(
            stage.session, stage.tools, agnieszka, stage.cast.kuba, language="pl", task="explain"
        )


def _helped(stage: Stage, request: HelpRequest, person: Person) -> Match:
    match = match_of(stage, request, person)
    do(stage, help_requests.accept, person, match)
    do(stage, help_requests.choose, request.asker, match)
    return match


def test_who_leaves_leaves_nobody_waiting(stage: Stage) -> None:
    """All a person asked is taken back, who waited for that person is brought to the next, helps end."""
    ewa, selam = stage.cast.ewa, stage.cast.selam
    other = parent(stage, stage.cast.group_3a)
    buddy(stage, ewa)
    helped = _helped(stage, ask(stage), ewa)
    waits = ask(stage, selam, stage.cast.abel)
    own = ask(stage, ewa, stage.cast.lena, language="ar")
    buddy(stage, other, "ar", "pl")
    own = ask(stage, ewa, stage.cast.lena, language="ar", task="practise")
    help_requests.leave_all(stage.session, stage.tools, ewa)
    assert (helped.state, own.state) == ("ended", "withdrawn")
    assert states(stage, waits) == ["declined"]  # the other parent is of Abel's group, which was not wished
    assert waits.state == "unanswered"
    assert families(stage, ewa) == 0
