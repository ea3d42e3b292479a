"""One question or one text in the hands of a buddy; nothing stands anywhere before the asker says yes."""

import pytest
from sqlalchemy import select

from bot.dialog.inputs import Change, Say
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match
from bot.model.helping import HelpLine, LineState
from bot.model.people import Person
from bot.model.preparation import Answer, Run, Share
from bot.model.translation import Origin, Saying, Translation, TranslationState
from bot.services import dossier, handing_over, helping, messages, preparation, privacy, sayings
from tests.helps import begun
from tests.services.conftest import Stage

QUESTION = "BO01"
SENSITIVE = "BO13"


@pytest.fixture
def match(stage: Stage) -> Match:
    """Ewa helps Agnieszka; both read Polish."""
    return begun(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.ewa, stage.cast.kuba)


@pytest.fixture
def run(stage: Stage) -> Run:
    """Agnieszka's preparation about Kuba has begun."""
    return preparation.begin(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba).run


def said(stage: Stage, person: Person, words: str) -> Saying:
    """Something said about no child."""
    return sayings.keep(stage.session, stage.tools, person, words, child=None)


def handed(stage: Stage, match: Match, run: Run, question: str = QUESTION) -> HelpLine:
    """The question is with the buddy."""
    return helping.hand_over_question(
        stage.session, stage.tools, stage.cast.agnieszka, match, run.id, question
    )


def proposed(stage: Stage, match: Match, run: Run, words: str = "Jest wesoły.") -> HelpLine:
    """Ewa proposed this."""
    line = handed(stage, match, run)
    return handing_over.propose(
        stage.session, stage.tools, stage.cast.ewa, line, said(stage, stage.cast.ewa, words)
    )


def take(stage: Stage, line: HelpLine) -> None:
    """Agnieszka takes what she read."""
    assert line.saying is not None
    shown = sayings.shown(line.saying, stage.cast.agnieszka.language, stage.cast.agnieszka.id)
    handing_over.take(stage.session, stage.tools, stage.cast.agnieszka, line, seen=shown.mark)


def test_a_question_is_handed_over_without_any_answer(stage: Stage, match: Match, run: Run) -> None:
    """The line holds which question it is and no words, also where it was answered before (004-buddy-tasks)."""
    stage.answer(run, QUESTION, "Tajemnica.")
    line = handed(stage, match, run)
    assert (line.question, line.saying_id, line.masked) == (QUESTION, None, [])
    assert handed(stage, match, run) is line


def test_a_sensitive_question_is_not_handed_over(stage: Stage, match: Match, run: Run) -> None:
    """It stays with the parent (004-privacy-care)."""
    sensitive = next(one.id for one in preparation.applicable_questions(run) if one.sensitive)
    with pytest.raises(DomainError, match="sensitive_question"):
        handed(stage, match, run, sensitive)


def test_only_the_asker_hands_over_and_only_the_own(stage: Stage, match: Match, run: Run) -> None:
    """Not the buddy, not the preparation of the other guardian, not a question that does not exist."""
    c = stage.cast
    other = preparation.begin(stage.session, stage.tools, c.pieter, c.kuba).run
    for person, run_id, question in (
        (c.ewa, run.id, QUESTION),
        (c.agnieszka, other.id, QUESTION),
        (c.agnieszka, run.id, "XX99"),
    ):
        with pytest.raises(NotFoundError):
            helping.hand_over_question(stage.session, stage.tools, person, match, run_id, question)


def test_a_proposal_stands_nowhere_before_it_is_taken(stage: Stage, match: Match, run: Run) -> None:
    """Then it is the asker's own answer with help of a buddy, and the school still reads nothing (004-buddy-tasks)."""
    line = proposed(stage, match, run)
    assert run.answers == []
    take(stage, line)
    [answer] = run.answers
    assert answer.saying is not None
    assert (answer.question, answer.saying.original, answer.saying.author_id) == (
        QUESTION,
        "Jest wesoły.",
        stage.cast.agnieszka.id,
    )
    assert (answer.with_buddy, answer.share, answer.typed_by_id) == (
        True,
        Share.DRAFT.value,
        stage.cast.agnieszka.id,
    )
    assert answer.saying.child_id == stage.cast.kuba.id
    assert line.state == LineState.TAKEN.value
    with pytest.raises(DomainError, match="old_button"):
        take(stage, line)


def test_the_words_that_were_read_are_taken(stage: Stage, match: Match, run: Run) -> None:
    """A proposal in another language is taken in the words of the translation; others than those read are refused."""
    stage.cast.ewa.language = "nl"
    line = proposed(stage, match, run, "Hij is vrolijk.")
    assert line.saying is not None
    with pytest.raises(DomainError, match="words_corrected"):
        take(stage, line)
    sayings.want_in(stage.session, stage.tools, line.saying, "pl")
    [translation] = line.saying.translations
    translation.words, translation.state = "Jest wesoły.", TranslationState.DONE.value
    translation.origin = Origin.MACHINE.value
    with pytest.raises(DomainError, match="words_corrected"):
        handing_over.take(stage.session, stage.tools, stage.cast.agnieszka, line, seen="other")
    take(stage, line)
    [answer] = run.answers
    assert answer.saying is not None
    assert (answer.saying.original, answer.saying.language) == ("Jest wesoły.", "pl")


def test_a_later_own_answer_is_the_parents_alone(stage: Stage, match: Match, run: Run) -> None:
    """Also one that was changed before it was taken carries the help, until it is changed again."""
    line = proposed(stage, match, run)
    own = said(stage, stage.cast.agnieszka, "Bardzo wesoły.")
    handing_over.take_changed(stage.session, stage.tools, stage.cast.agnieszka, line, own)
    [answer] = run.answers
    assert (answer.with_buddy, answer.saying) == (True, own)
    later = stage.say(stage.cast.agnieszka, "Spokojny.")
    preparation.advance(stage.session, stage.tools, stage.cast.agnieszka, run, Change(QUESTION))
    preparation.advance(stage.session, stage.tools, stage.cast.agnieszka, run, Say("Spokojny."), later)
    assert not answer.with_buddy


def test_left_alone(stage: Stage, match: Match, run: Run) -> None:
    """Nothing changes; it can still be taken."""
    line = proposed(stage, match, run)
    handing_over.leave(stage.session, stage.tools, stage.cast.agnieszka, line)
    handing_over.leave(stage.session, stage.tools, stage.cast.agnieszka, line)
    assert (line.state, run.answers) == (LineState.LEFT.value, [])
    take(stage, line)
    assert len(run.answers) == 1


def test_only_the_buddy_proposes_and_only_the_asker_takes(stage: Stage, match: Match, run: Run) -> None:
    """Not the other way round, and nobody else either."""
    c = stage.cast
    line = handed(stage, match, run)
    for person in (c.agnieszka, c.pieter, c.marieke):
        with pytest.raises(NotFoundError):
            handing_over.propose(stage.session, stage.tools, person, line, said(stage, person, "x"))
    proposal = proposed(stage, match, run)
    for person in (c.ewa, c.pieter, c.marieke):
        with pytest.raises(NotFoundError):
            handing_over.take(stage.session, stage.tools, person, proposal, seen="x")
        with pytest.raises(NotFoundError):
            handing_over.leave(stage.session, stage.tools, person, proposal)


def test_nothing_is_proposed_after_the_end_but_what_is_there_can_be_taken(
    stage: Stage, match: Match, run: Run
) -> None:
    """Until it is erased."""
    line = proposed(stage, match, run)
    asked = stage.session.get_one(HelpLine, line.answers_id)
    helping.end(stage.session, stage.tools, stage.cast.ewa, match)
    with pytest.raises(DomainError, match="help_over"):
        handing_over.propose(
            stage.session, stage.tools, stage.cast.ewa, asked, said(stage, stage.cast.ewa, "x")
        )
    take(stage, line)
    assert run.answers[0].with_buddy


def test_the_school_reads_that_a_buddy_helped(stage: Stage, match: Match, run: Run) -> None:
    """It stands beside the answer once the parent has shared it (004-buddy-tasks)."""
    c = stage.cast
    take(stage, proposed(stage, match, run))
    assert dossier.view(stage.session, stage.tools, c.marieke, c.kuba, as_staff=True).parts[0].answers == ()
    preparation.share_all(stage.session, stage.tools, c.agnieszka, run)
    seen = dossier.view(stage.session, stage.tools, c.marieke, c.kuba, as_staff=True)
    [answer] = [answer for part in seen.parts for answer in part.answers]
    assert answer.with_buddy


def from_school(stage: Stage, words: str = "Kuba heeft gym.") -> Saying:
    """A message of juf Marieke to Agnieszka, translated by a computer."""
    c = stage.cast
    saying = stage.say(c.marieke, words)
    messages.write(stage.session, stage.tools, c.marieke, c.kuba, c.agnieszka, saying)
    for translation in saying.translations:
        translation.words, translation.state = "Kuba ma siłownię.", TranslationState.DONE.value
        translation.origin = Origin.MACHINE.value
    return saying


def text_of(stage: Stage, match: Match, source: Saying) -> HelpLine:
    """The message is with the buddy, the name masked."""
    return helping.hand_over_text(
        stage.session,
        stage.tools,
        stage.cast.agnieszka,
        match,
        "[1] heeft gym.",
        masked=["Kuba"],
        source_saying_id=source.id,
    )


def test_better_words_become_the_askers_correction(stage: Stage, match: Match) -> None:
    """Names restored, with the words of before kept, labelled as made with help of a buddy (002-buddy)."""
    c = stage.cast
    line = text_of(stage, match, from_school(stage))
    assert handing_over.can_be_better(stage.session, line)
    better = handing_over.propose_better_words(
        stage.session, stage.tools, c.ewa, line, said(stage, c.ewa, "[1] ma wuef.")
    )
    found = handing_over.translation_to_better(stage.session, stage.tools, c.agnieszka, better)
    assert found.words == "Kuba ma siłownię."
    assert handing_over.better_words(stage.session, better) == "Kuba ma wuef."
    handing_over.take_better(
        stage.session, stage.tools, c.agnieszka, better, seen=sayings.mark_of(found.words)
    )
    assert (found.words, found.origin, found.with_buddy, found.corrected_by_id) == (
        "Kuba ma wuef.",
        Origin.HUMAN.value,
        True,
        c.agnieszka.id,
    )
    assert [one.words for one in found.history] == ["Kuba ma siłownię."]
    assert sayings.shown(found.saying, "pl", c.agnieszka.id).with_buddy


def test_better_words_for_other_words_than_those_read_are_refused(stage: Stage, match: Match) -> None:
    """Somebody corrected them meanwhile."""
    c = stage.cast
    line = text_of(stage, match, from_school(stage))
    better = handing_over.propose_better_words(
        stage.session, stage.tools, c.ewa, line, said(stage, c.ewa, "[1] ma wuef.")
    )
    with pytest.raises(DomainError, match="words_corrected"):
        handing_over.take_better(stage.session, stage.tools, c.agnieszka, better, seen="other")
    assert not stage.session.scalars(select(Translation).where(Translation.with_buddy)).all()


def test_own_words_and_own_language_need_no_better_words(stage: Stage, match: Match) -> None:
    """There is nothing to translate."""
    c = stage.cast
    own = stage.say(c.agnieszka, "Kuba jest chory.")
    assert not handing_over.can_be_better(stage.session, text_of(stage, match, own))
    polish = sayings.keep(stage.session, stage.tools, c.marieke, "Dzień dobry.", child=c.kuba, language="pl")
    assert not handing_over.can_be_better(stage.session, text_of(stage, match, polish))


def test_an_answer_that_is_erased_takes_no_proposal(stage: Stage, match: Match, run: Run) -> None:
    """A preparation that was taken back asks nothing any more."""
    line = proposed(stage, match, run)
    run.withdrawn_at = stage.clock.now()
    assert line.saying is not None
    with pytest.raises(DomainError, match="old_button"):
        take(stage, line)
    assert stage.session.scalars(select(Answer)).all() == []


def test_an_erased_preparation_leaves_nothing_to_propose_for(stage: Stage, match: Match, run: Run) -> None:
    """The line stays and names no question of any preparation."""
    line = handed(stage, match, run)
    run.withdrawn_at = run.erase_at = stage.clock.now()
    privacy.erase_due(stage.session, stage.tools)
    stage.session.expire(line)
    assert line.run_id is None
    assert handing_over.question_of(stage.session, line) is None
