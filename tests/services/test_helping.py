"""Two parents talk through the assistant: who may, what is passed on, how it ends, and that it is erased."""

import pytest
from sqlalchemy import select

from bot.model.buddies import BuddyProfile
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.helping import ComplaintKind, HelpComplaint, HelpEvaluation, HelpLine, LineKind, Verdict
from bot.model.messages import Outgoing
from bot.model.people import Person
from bot.model.translation import Saying, Translation
from bot.services import help_safety, helping, sayings
from bot.services.events import EventKind, take_events
from tests.helps import begun
from tests.services.conftest import Stage

WORDS = "Co to jest gym?"


@pytest.fixture
def match(stage: Stage) -> Match:
    """Ewa helps Agnieszka."""
    found = begun(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.ewa, stage.cast.kuba)
    stage.happened()
    return found


def say(stage: Stage, person: Person, words: str = WORDS) -> Saying:
    """Something said about no child."""
    return sayings.keep(stage.session, stage.tools, person, words, child=None)


def write(stage: Stage, person: Person, match: Match, words: str = WORDS) -> HelpLine:
    """A line of the chat."""
    return helping.write(stage.session, stage.tools, person, match, say(stage, person, words))


def test_what_goes_along_is_the_first_line(stage: Stage) -> None:
    """A text with its masked names, or one question; and both are told that it began (002-buddy)."""
    c = stage.cast
    source = stage.say(c.marieke, "Kuba heeft morgen gym.")
    said = say(stage, c.agnieszka, "[1] heeft morgen gym.")
    said.language = "nl"
    match = begun(
        stage.session,
        stage.tools,
        c.agnieszka,
        c.ewa,
        c.kuba,
        saying=said,
        masked=["Kuba"],
        source_saying_id=source.id,
    )
    [line] = helping.lines_of(stage.session, c.ewa, match)
    assert (line.kind, line.masked, line.saying_id) == ("text", ["Kuba"], said.id)
    assert stage.happened() == [EventKind.HELP_STARTED, EventKind.HELP_LINE_WRITTEN]


def test_own_words_that_go_along_are_words(stage: Stage) -> None:
    """Without a text of somebody else there is nothing to translate better."""
    c = stage.cast
    match = begun(stage.session, stage.tools, c.agnieszka, c.ewa, c.kuba, saying=say(stage, c.agnieszka))
    [line] = helping.lines_of(stage.session, c.ewa, match)
    assert line.kind == LineKind.WORDS.value


def test_both_write_and_read(stage: Stage, match: Match) -> None:
    """A line of either stands in the chat in order; the other one is told."""
    c = stage.cast
    first, second = write(stage, c.agnieszka, match), write(stage, c.ewa, match, "Sport.")
    assert helping.lines_of(stage.session, c.agnieszka, match) == [first, second]
    assert helping.lines_of(stage.session, c.ewa, match, last=1) == [second]
    assert [event.kind for event in take_events(stage.session)] == [EventKind.HELP_LINE_WRITTEN] * 2


@pytest.mark.parametrize("name", ["pieter", "selam", "marieke", "hanneke", "karin", "victor"])
def test_nobody_else_reads_or_writes(stage: Stage, match: Match, name: str) -> None:
    """Neither the other guardian nor the school is in the chat (004-privacy-care)."""
    person = getattr(stage.cast, name)
    write(stage, stage.cast.agnieszka, match)
    for step in (
        lambda: helping.find(stage.session, person, match.id),
        lambda: helping.lines_of(stage.session, person, match),
        lambda: write(stage, person, match),
        lambda: helping.end(stage.session, stage.tools, person, match),
    ):
        with pytest.raises(NotFoundError):
            step()
    assert helping.is_running(match)


def test_words_of_somebody_else_are_not_passed_on(stage: Stage, match: Match) -> None:
    """Neither another person's words, nor an answer, nor words about a child, nor nothing."""
    c = stage.cast
    with pytest.raises(NotFoundError):
        helping.write(stage.session, stage.tools, c.agnieszka, match, say(stage, c.pieter))
    with pytest.raises(NotFoundError):
        helping.write(stage.session, stage.tools, c.agnieszka, match, stage.say(c.agnieszka, WORDS))
    used = write(stage, c.agnieszka, match).saying
    assert used is not None
    with pytest.raises(NotFoundError):
        helping.write(stage.session, stage.tools, c.agnieszka, match, used)
    with pytest.raises(DomainError, match="words_needed"):
        write(stage, c.agnieszka, match, "  ")


def test_a_text_handed_over_later(stage: Stage, match: Match) -> None:
    """It stands in the chat as the asker saw it, in the language of its source; the buddy hands over nothing."""
    c = stage.cast
    source = stage.say(c.marieke, "Kuba heeft gym.")
    line = helping.hand_over_text(
        stage.session,
        stage.tools,
        c.agnieszka,
        match,
        "[1] heeft gym.",
        masked=["Kuba"],
        source_saying_id=source.id,
    )
    assert line.saying is not None
    assert (line.kind, line.saying.language, line.saying.child_id) == ("text", "nl", None)
    with pytest.raises(NotFoundError):
        helping.hand_over_text(stage.session, stage.tools, c.ewa, match, "x", source_saying_id=source.id)
    with pytest.raises(DomainError, match="words_needed"):
        helping.hand_over_text(stage.session, stage.tools, c.agnieszka, match, " ")


def test_ending_takes_one_step_and_no_reason(stage: Stage, match: Match) -> None:
    """Either of the two ends it; then nobody writes, the buddy has a place again, and erasing has its day."""
    c = stage.cast
    helping.end(stage.session, stage.tools, c.ewa, match)
    helping.end(stage.session, stage.tools, c.ewa, match)
    assert (match.state, match.ended_by_id) == (MatchState.ENDED.value, c.ewa.id)
    assert match.erase_at == stage.clock.now() + stage.tools.buddies.keep
    assert stage.session.scalars(select(BuddyProfile.families)).one() == 0
    assert stage.happened() == [EventKind.HELP_ENDED]
    with pytest.raises(DomainError, match="help_over"):
        write(stage, c.agnieszka, match)
    with pytest.raises(NotFoundError):
        helping.lines_of(stage.session, c.ewa, match)
    assert helping.running_of(stage.session, c.agnieszka) == []


def test_everything_ends_when_a_person_leaves(stage: Stage, match: Match) -> None:
    """As asker and as buddy."""
    c = stage.cast
    other = begun(stage.session, stage.tools, c.ewa, c.selam, c.lena)
    assert helping.running_of(stage.session, c.ewa) == [match, other]
    helping.end_all(stage.session, stage.tools, c.ewa)
    assert {match.state, other.state} == {MatchState.ENDED.value}


def test_erasing(stage: Stage, match: Match) -> None:
    """After thirty days words and translations are gone; counts and evaluations stay (004-privacy-care)."""
    c = stage.cast
    line = write(stage, c.agnieszka, match)
    reply = helping.add_line(
        stage.session,
        stage.tools,
        c.ewa,
        match,
        LineKind.PROPOSAL,
        saying=say(stage, c.ewa, "Sport."),
        answers_id=line.id,
    )
    assert line.saying is not None
    assert reply.saying is not None
    sayings.want_in(stage.session, stage.tools, line.saying, "nl")
    match.request.masked = ["Kuba"]
    helping.end(stage.session, stage.tools, c.agnieszka, match)
    help_safety.evaluate(stage.session, stage.tools, c.ewa, match, helped=Verdict.YES)
    stage.clock.move(days=30, minutes=-1)
    assert helping.erase_due(stage.session, stage.tools) == 0
    stage.clock.move(minutes=1)
    assert helping.erase_due(stage.session, stage.tools) == 1
    assert helping.erase_due(stage.session, stage.tools) == 0
    for entity in (HelpLine, Saying, Translation):
        assert stage.session.scalars(select(entity)).all() == []
    assert match.request.masked == []
    assert match.erased_at == stage.clock.now()
    assert len(stage.session.scalars(select(HelpEvaluation)).all()) == 1


def test_a_complaint_outlives_the_chat_until_it_is_settled(stage: Stage, match: Match) -> None:
    """The copy of one line and the own words go when the coordinator has settled it and the chat is gone."""
    c = stage.cast
    line = write(stage, c.ewa, match, "Dom.")
    complaint = help_safety.complain(
        stage.session,
        stage.tools,
        c.agnieszka,
        match,
        ComplaintKind.UNKIND,
        saying=say(stage, c.agnieszka, "Niemiłe."),
        quoted=line,
    )
    helping.end(stage.session, stage.tools, c.agnieszka, match)
    stage.clock.move(days=31)
    helping.erase_due(stage.session, stage.tools)
    assert sorted(one.original for one in stage.session.scalars(select(Saying))) == ["Dom.", "Niemiłe."]
    help_safety.settle_complaint(stage.session, stage.tools, c.karin, complaint)
    helping.erase_due(stage.session, stage.tools)
    assert stage.session.scalars(select(Saying)).all() == []
    assert stage.session.scalars(select(HelpComplaint)).one().settled_by_id == c.karin.id


def test_words_of_a_request_that_nobody_helped_with(stage: Stage) -> None:
    """They are kept no longer than a chat is."""
    c = stage.cast
    now = stage.clock.now()
    request = HelpRequest(
        asker_id=c.agnieszka.id,
        child_id=c.kuba.id,
        language="pl",
        task="understand",
        saying=say(stage, c.agnieszka),
        masked=["Kuba"],
        state=RequestState.UNANSWERED.value,
        asked_at=now,
        answer_by=now,
        closed_at=now,
    )
    stage.session.add(request)
    stage.session.flush()
    helping.erase_due(stage.session, stage.tools)
    assert request.saying is not None
    stage.clock.move(days=31)
    helping.erase_due(stage.session, stage.tools)
    assert stage.session.scalars(select(Saying)).all() == []
    assert request.masked == []


def test_a_help_in_which_nobody_speaks_is_over_after_sixty_days(stage: Stage, match: Match) -> None:
    """A line keeps it alive; the program ends it for both, and nobody in particular."""
    stage.clock.move(days=59)
    write(stage, stage.cast.ewa, match)
    stage.clock.move(days=59)
    helping.erase_due(stage.session, stage.tools)
    assert helping.is_running(match)
    stage.clock.move(days=1)
    stage.happened()
    helping.erase_due(stage.session, stage.tools)
    assert not helping.is_running(match)
    assert match.ended_by_id is None
    assert stage.happened() == [EventKind.HELP_ENDED]


def test_words_in_the_chat_count_as_used(stage: Stage, match: Match) -> None:
    """Nobody turns them into a message to the teacher afterwards."""
    saying = say(stage, stage.cast.agnieszka)
    assert not sayings.is_used(stage.session, saying)
    helping.write(stage.session, stage.tools, stage.cast.agnieszka, match, saying)
    assert sayings.is_used(stage.session, saying)
    assert helping.is_passed_on(stage.session, saying)
    assert stage.session.scalars(select(Outgoing)).all() == []
