"""A guardian's preparation: what is kept, what the school may read of it, and for how long it can be taken back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.dialog.inputs import (
    Back,
    Change,
    Choose,
    Correct,
    Ready,
    Resume,
    Say,
    ShowReview,
    Skip,
    StartOver,
    Stop,
)
from bot.dialog.script import AnswerKind, Choice, Condition, Question, Script
from bot.dialog.state import Mode, State
from bot.model.errors import DomainError, NotFoundError
from bot.model.messages import HelpKind
from bot.model.people import Person
from bot.model.preparation import Answer, AnswerHistory, Progress, Run, Share
from bot.model.privacy import AuditLine
from bot.model.translation import Saying, Translation, TranslationState
from bot.services import conversation, preparation
from bot.services import help as help_service
from bot.services.events import EventKind
from tests.services.conftest import Stage

WORDS = "Kuba jest wesoły i ciekawy świata. Lubi się śmiać."
SENSITIVE = "BO04"


def _begin(stage: Stage, person: Person | None = None) -> Run:
    return preparation.begin(stage.session, stage.tools, person or stage.cast.agnieszka, stage.cast.kuba).run


def _do(stage: Stage, run: Run, *wishes: Any) -> preparation.Step:
    for wished in wishes:
        step = preparation.advance(stage.session, stage.tools, run.person, run, wished)
    return step


def _step(run: Run) -> int:
    return State.from_json(run.state).step


def _answer(run: Run, question: str) -> Answer:
    found = preparation.answer_to(run, question)
    assert found is not None
    return found


def _read(stage: Stage, name: str, guardian: Person | None = None) -> list[str]:
    reader = getattr(stage.cast, name)
    found = preparation.shared_answers(
        stage.session, stage.tools, reader, stage.cast.kuba, guardian or stage.cast.agnieszka
    )
    return [answer.question for answer in found]


def _translations(stage: Stage) -> Sequence[Translation]:
    return stage.session.scalars(select(Translation)).all()


def test_a_preparation_is_kept_between_turns(stage: Stage) -> None:
    """Begun twice it is one run, and it stands at the question where it was left (002-prep-form)."""
    run = _begin(stage)
    _do(stage, run, Skip(_step(run)))
    again = preparation.begin(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba)
    assert again.run is run
    assert again.state.position == "BO02"
    assert stage.session.scalar(select(func.count()).select_from(Run)) == 1


def test_the_age_decides_the_questions(stage: Stage) -> None:
    """Kuba in groep 3 and Zosia in groep 6 get the block of their own age (002-thread-per-unit)."""
    kuba = _begin(stage)
    zosia = preparation.begin(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.zosia).run
    ids = {
        name: {question.id for question in preparation.applicable_questions(run)}
        for name, run in (("kuba", kuba), ("zosia", zosia))
    }
    assert {"BX-M1", "BX-M2", "BX-M3"} <= ids["kuba"]
    assert not {"BX-B1", "BX-B2", "BX-B3"} & ids["kuba"]
    assert {"BX-B1", "BX-B2", "BX-B3"} <= ids["zosia"]
    assert "BX-M1" not in ids["zosia"]


def test_skip_stop_resume_and_change(stage: Stage) -> None:
    """A parent can skip, stop, go on where it was left, go back and change an answer (002-prep-form)."""
    run = _begin(stage)
    _do(stage, run, Skip(_step(run)), Stop())
    assert State.from_json(run.state).mode is Mode.STOPPED
    step = _do(stage, run, Resume())
    assert step.state.position == "BO02"
    step = _do(stage, run, Back(step.state.step))
    assert step.state.position == "BO01"
    stage.answer(run, "BO01", "Kuba jest spokojny.")
    assert _answer(run, "BO01").saying is not None


def test_nothing_is_shared_by_answering(stage: Stage) -> None:
    """An answer is a draft that nobody at school reads (002-prep-form)."""
    run = _begin(stage)
    stage.answer(run, "BO01", WORDS)
    assert _answer(run, "BO01").share == Share.DRAFT
    for name in ("marieke", "hanneke", "karin"):
        assert _read(stage, name) == []


def test_own_words_are_not_sent_before_sharing(stage: Stage) -> None:
    """No translation is asked for a draft, nor for one that is held back (004-privacy-care)."""
    stage.tools = replace(stage.tools, translates=True)
    run = _begin(stage)
    stage.answer(run, "BO01", WORDS)
    stage.answer(run, SENSITIVE, "Mówienie w dużej grupie jest trudne.")
    assert _translations(stage) == []
    preparation.share_all(stage.session, stage.tools, run.person, run)
    [wanted] = _translations(stage)
    assert (wanted.saying.original, wanted.language, wanted.state) == (WORDS, "nl", "waiting")


def test_sharing_all_leaves_sensitive_answers_behind(stage: Stage) -> None:
    """One tap shares what is not sensitive; the sensitive answer is held back (002-home-situation)."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS, BO04="Dużo hałasu jest trudne.", BO08="Nic.")
    assert [_answer(run, name).share for name in ("BO01", "BO04", "BO08")] == [
        Share.SHARED,
        Share.HELD_BACK,
        Share.HELD_BACK,
    ]
    assert run.reviewed_at == stage.clock.now()
    assert stage.happened() == [EventKind.PREPARATION_SHARED]
    assert _read(stage, "marieke") == ["BO01"]


def test_sharing_all_twice_tells_once(stage: Stage) -> None:
    """Two taps in one second share once and tell the teacher once."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    stage.happened()
    stage.clock.move(seconds=1)
    preparation.share_all(stage.session, stage.tools, run.person, run)
    assert stage.happened() == []
    assert _answer(run, "BO01").shared_at == run.reviewed_at
    assert run.reviewed_at is not None
    assert run.reviewed_at < stage.clock.now()


def test_a_sensitive_answer_can_be_shared_alone(stage: Stage) -> None:
    """Its owner can share it; then the teacher and named staff read it, not the head (002-home-situation)."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS, BO04="Dużo hałasu jest trudne.")
    preparation.share_one(stage.session, stage.tools, run.person, _answer(run, SENSITIVE))
    assert _read(stage, "marieke") == ["BO01", "BO04"]
    assert _read(stage, "hanneke") == ["BO01"]
    assert _read(stage, "karin") == ["BO01"]
    stage.tools = replace(stage.tools, sensitive_readers=frozenset({"s-karin"}))
    assert _read(stage, "karin") == ["BO01", "BO04"]
    assert _read(stage, "hanneke") == ["BO01"]


def test_the_school_reads_in_the_order_of_the_questions(stage: Stage) -> None:
    """However a parent jumps between questions, the teacher reads them in order (002-begin-reversed)."""
    stage.prepare(stage.cast.agnieszka, BO12="Pytanie?", BO03="Kuba dobrze buduje.", BO01=WORDS)
    assert _read(stage, "marieke") == ["BO01", "BO03", "BO12"]


def test_take_back_until_the_talk_is_held(stage: Stage) -> None:
    """A shared answer can be taken back, and no longer once the talk was held (002-prep-form)."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS, BO03="Kuba dobrze buduje.")
    preparation.hold_back(stage.session, stage.tools, run.person, _answer(run, "BO03"))
    assert _answer(run, "BO03").share == Share.WITHDRAWN
    assert _read(stage, "marieke") == ["BO01"]
    talk = stage.plan()
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, talk)
    with pytest.raises(DomainError, match="talk_held"):
        preparation.hold_back(stage.session, stage.tools, run.person, _answer(run, "BO01"))
    assert _read(stage, "marieke") == ["BO01"]


def test_what_was_taken_back_stays_marked(stage: Stage) -> None:
    """A second tap on the same button changes nothing, and sharing all does not share it again."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS, BO03="Kuba dobrze buduje.")
    for _tap in range(2):
        preparation.hold_back(stage.session, stage.tools, run.person, _answer(run, "BO03"))
        assert _answer(run, "BO03").share == Share.WITHDRAWN
    stage.answer(run, "BO06", "Pomaga cisza.")
    preparation.share_all(stage.session, stage.tools, run.person, run)
    assert _read(stage, "marieke") == ["BO01", "BO06"]


def test_taking_back_stops_the_translator(stage: Stage) -> None:
    """A translation that was only asked for is asked no more; sharing again asks again (004-privacy-care)."""
    stage.tools = replace(stage.tools, translates=True)
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    preparation.hold_back(stage.session, stage.tools, run.person, _answer(run, "BO01"))
    assert _translations(stage) == []
    preparation.share_one(stage.session, stage.tools, run.person, _answer(run, "BO01"))
    assert [one.state for one in _translations(stage)] == [TranslationState.WAITING]


def test_a_changed_shared_answer_is_a_draft_again(stage: Stage) -> None:
    """The school reads neither the old nor the new words until the owner shares again (002-prep-form)."""
    stage.tools = replace(stage.tools, translates=True)
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    stage.answer(run, "BO01", "Kuba jest spokojny.")
    assert _answer(run, "BO01").share == Share.DRAFT
    assert _read(stage, "marieke") == []
    assert run.reviewed_at is None
    assert _translations(stage) == []
    preparation.share_all(stage.session, stage.tools, run.person, run)
    assert [one.saying.original for one in _translations(stage)] == ["Kuba jest spokojny."]


def test_a_shared_answer_is_fixed_once_the_talk_was_held(stage: Stage) -> None:
    """After the talk the shared answer cannot be changed, nor can one start over."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, stage.plan())
    saying = stage.say(run.person, "Kuba jest spokojny.")
    with pytest.raises(DomainError, match="talk_held"):
        preparation.advance(
            stage.session, stage.tools, run.person, run, Correct("BO01", saying.original), saying
        )
    with pytest.raises(DomainError, match="talk_held"):
        _do(stage, run, StartOver())
    assert _read(stage, "marieke") == ["BO01"]


def test_a_talk_of_the_other_guardian_fixes_nothing(stage: Stage) -> None:
    """A talk held apart with Pieter leaves Agnieszka's sharing hers to take back (002-separated-talk)."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    apart = stage.plan(guardian=stage.cast.pieter)
    conversation.mark_held(stage.session, stage.tools, stage.cast.marieke, apart)
    preparation.hold_back(stage.session, stage.tools, run.person, _answer(run, "BO01"))
    assert _read(stage, "marieke") == []


def test_history_is_kept(stage: Stage) -> None:
    """Every earlier content of an answer stays, with when it was given and replaced (002-prep-form)."""
    run = _begin(stage)
    first = stage.clock.now()
    for words in ("Pierwsza.", "Druga.", "Trzecia."):
        stage.answer(run, "BO01", words)
        stage.clock.move(minutes=1)
    history = stage.session.scalars(select(AnswerHistory).order_by(AnswerHistory.id)).all()
    said = [stage.session.get_one(Saying, row.saying_id).original for row in history]
    assert said == ["Pierwsza.", "Druga."]
    assert history[0].answered_at == first
    assert history[0].replaced_at == history[1].answered_at
    answer = _answer(run, "BO01")
    assert answer.saying is not None
    assert answer.saying.original == "Trzecia."


def test_own_words_stay_with_the_choices(stage: Stage) -> None:
    """Changing only the choices of an answer keeps the words that belong to 'something else'."""
    run = _begin(stage)
    step = _do(stage, run, Change("BO07"))
    step = _do(stage, run, Choose(step.state.step, "rust"), Choose(step.state.step, "other"))
    saying = stage.say(run.person, "Łatwiej mu, gdy ktoś pokaże zadanie.")
    preparation.advance(stage.session, stage.tools, run.person, run, Say(saying.original), saying)
    step = _do(stage, run, Change("BO07"))
    step = _do(stage, run, Choose(step.state.step, "bewegen"), Ready(step.state.step))
    answer = _answer(run, "BO07")
    assert answer.choices == ["rust", "bewegen", "other"]
    assert answer.saying is saying


def test_start_over_erases_everything(stage: Stage) -> None:
    """At the owner's own wish answers, their history and words are gone; the run is empty."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    stage.answer(run, "BO01", "Kuba jest spokojny.")
    _do(stage, run, StartOver())
    for entity in (Answer, AnswerHistory, Saying, Translation):
        assert stage.session.scalar(select(func.count()).select_from(entity)) == 0
    assert State.from_json(run.state).answers == {}
    assert run.reviewed_at is None


def test_progress_as_the_teacher_sees_it(stage: Stage) -> None:
    """Not started, busy, ready, needs help, other way, each from what the guardian did (002-begin-reversed)."""

    def progress() -> Progress:
        cast = stage.cast
        return preparation.progress(stage.session, stage.tools, cast.marieke, cast.kuba, cast.agnieszka)

    def ask(kind: HelpKind) -> None:
        help_service.ask(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, kind)

    assert progress() is Progress.NOT_STARTED
    ask(HelpKind.PAPER)
    assert progress() is Progress.OTHER_WAY
    ask(HelpKind.PERSON)
    assert progress() is Progress.NEEDS_HELP
    for wish in help_service.open_of(
        stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, stage.cast.agnieszka
    ):
        help_service.settle(stage.session, stage.tools, stage.cast.marieke, wish)
    run = _begin(stage)
    assert progress() is Progress.BUSY
    preparation.share_all(stage.session, stage.tools, run.person, run)
    assert progress() is Progress.READY


@pytest.mark.parametrize("name", ["pieter", "joris", "ewa", "victor", "olga"])
def test_nobody_else_learns_anything(stage: Stage, name: str) -> None:
    """The other guardian, another teacher and strangers get no answer and no state (002-separated-talk)."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    other = getattr(stage.cast, name)
    assert _read(stage, name) == []
    with pytest.raises(NotFoundError):
        preparation.progress(stage.session, stage.tools, other, stage.cast.kuba, stage.cast.agnieszka)
    with pytest.raises(NotFoundError):
        preparation.own_run(stage.session, other, run.id)


@pytest.mark.parametrize("name", ["pieter", "marieke", "joris", "hanneke", "karin", "ewa", "victor"])
def test_nobody_else_touches_it(stage: Stage, name: str) -> None:
    """Only the guardian whose part it is writes, shares or takes back, staff included (004-privacy-care)."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS, BO04="Dużo hałasu jest trudne.")
    other, session, tools = getattr(stage.cast, name), stage.session, stage.tools
    attempts = (
        lambda: preparation.advance(session, tools, other, run, ShowReview()),
        lambda: preparation.share_all(session, tools, other, run),
        lambda: preparation.share_one(session, tools, other, _answer(run, SENSITIVE)),
        lambda: preparation.hold_back(session, tools, other, _answer(run, "BO01")),
    )
    for attempt in attempts:
        with pytest.raises(NotFoundError):
            attempt()
    assert _read(stage, "marieke") == ["BO01"]


@pytest.mark.parametrize("name", ["marieke", "joris", "hanneke", "karin", "ewa", "victor"])
def test_only_a_guardian_prepares(stage: Stage, name: str) -> None:
    """Who is no guardian of the child cannot begin a preparation about it, teachers included."""
    with pytest.raises(NotFoundError):
        _begin(stage, getattr(stage.cast, name))
    assert stage.session.scalars(select(Run)).all() == []


def test_both_guardians_prepare_apart(stage: Stage) -> None:
    """Each has an own run about the same child, and the teacher reads each one's own (002-separated-talk)."""
    stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    stage.prepare(stage.cast.pieter, BO03="Kuba kan goed fietsen.")
    assert _read(stage, "marieke", stage.cast.agnieszka) == ["BO01"]
    assert _read(stage, "marieke", stage.cast.pieter) == ["BO03"]
    assert _read(stage, "pieter", stage.cast.agnieszka) == []
    assert _read(stage, "agnieszka", stage.cast.pieter) == []


def test_a_guardian_without_authority_prepares_too(stage: Stage) -> None:
    """Preparation is a guardian's own part, with or without authority (gezag)."""
    stage.without_authority(stage.cast.pieter)
    stage.prepare(stage.cast.pieter, BO01="Kuba is een vrolijke jongen.")
    assert _read(stage, "marieke", stage.cast.pieter) == ["BO01"]


def test_who_is_no_guardian_any_more_is_out(stage: Stage) -> None:
    """Once the school ended a guardianship, the run can neither be opened nor changed."""
    run = stage.prepare(stage.cast.pieter, BO01="Kuba is een vrolijke jongen.")
    stage.guardianship(stage.cast.pieter).ended_at = stage.clock.now()
    stage.session.flush()
    with pytest.raises(NotFoundError):
        preparation.own_run(stage.session, stage.cast.pieter, run.id)
    with pytest.raises(NotFoundError):
        _do(stage, run, ShowReview())
    with pytest.raises(NotFoundError):
        _begin(stage, stage.cast.pieter)


def test_a_run_stays_on_its_own_script(stage: Stage) -> None:
    """A school that edits its questions changes no running conversation."""
    run = _begin(stage)
    begun = preparation.script_of(run)
    newer = replace(begun, questions=begun.questions[:1])
    stage.tools = replace(stage.tools, scripts={**stage.tools.scripts, "begin": newer})
    again = preparation.begin(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba)
    assert len(again.script.questions) == len(begun.questions) > 1
    other = preparation.begin(stage.session, stage.tools, stage.cast.pieter, stage.cast.kuba)
    assert len(other.script.questions) == 1


def test_what_no_longer_applies_is_not_shared(stage: Stage) -> None:
    """An answer that the review does not show any more is not shared behind its owner's back."""
    script = Script(
        id="begin",
        language="nl",
        for_whom="guardian",
        about="child",
        minutes=1,
        questions=(
            Question("A", AnswerKind.CHOICE, choices=(Choice("ja"), Choice("nee"))),
            Question("B", AnswerKind.TEXT, words=True, when=(Condition("answer", "A", ("ja",)),)),
        ),
    )
    stage.tools = replace(stage.tools, scripts={"begin": script})
    run = _begin(stage)
    _do(stage, run, Choose(_step(run), "ja"))
    stage.answer(run, "B", WORDS)
    step = _do(stage, run, Change("A"))
    _do(stage, run, Choose(step.state.step, "nee"))
    preparation.share_all(stage.session, stage.tools, run.person, run)
    assert _read(stage, "marieke") == ["A"]
    assert _answer(run, "B").share == Share.DRAFT


def test_the_audit_trail_holds_no_words(stage: Stage) -> None:
    """Every step is on record with ids only (004-privacy-care)."""
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    preparation.hold_back(stage.session, stage.tools, run.person, _answer(run, "BO01"))
    lines = stage.session.scalars(select(AuditLine).where(AuditLine.actor_id == run.person_id)).all()
    assert {line.action for line in lines} >= {"start", "share_all", "hold_back"}
    assert all(WORDS not in str(line.data) for line in lines)
