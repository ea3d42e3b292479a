"""The report of a talk: shown once, answered by each guardian, final, and nobody reads more than the rules give."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.model.agreements import Agreement
from bot.model.conversation import Conversation
from bot.model.drafts import Draft, DraftKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.model.privacy import AuditLine
from bot.model.report import Goal, Report
from bot.services import (
    circle,
    conversation,
    dossier,
    drafts,
    export,
    report,
    sayings,
    teacher_preparation,
)
from bot.services.events import EventKind
from bot.services.report import AgreementRow, Filled
from tests.services.conftest import Stage

STORY, FACTS, CHILD = "Kuba vertelt thuis veel.", "Kuba kiest zelf een boek.", "Ik wil buiten spelen."
GOAL, AGREED = "Kuba durft hulp te vragen.", "We lezen elke avond."


def filled(stage: Stage, **also: Any) -> Filled:
    """A form in which everything stands."""
    due = stage.today + timedelta(days=30)
    usual = Filled(
        parts={"parents_story": STORY, "teacher_sees": FACTS, "child_view": CHILD},
        child_asked=True,
        goals=[GOAL],
        agreements=[AgreementRow(AGREED, "parents", due)],
        look_back_on=due,
        look_back_moment="mid",
    )
    return replace(usual, **also)


def begin(stage: Stage, talk: Conversation) -> str:
    """Juf Marieke typed something; what she looks at."""
    form = drafts.Form(stage.cast.kuba, DraftKind.REPORT, talk)
    drafts.write(stage.session, stage.tools, stage.cast.marieke, form, "parents_story", STORY, 0)
    return drafts.fingerprint(drafts.find(stage.session, stage.tools, stage.cast.marieke, form))


def show(stage: Stage, talk: Conversation | None = None, **also: Any) -> Report:
    """The report of a talk about Kuba, a joint one unless told otherwise."""
    talk = talk or stage.plan()
    seen = begin(stage, talk)
    return report.show(stage.session, stage.tools, stage.cast.marieke, talk, filled(stage, **also), seen)


def react(stage: Stage, person: Person, made: Report, kind: str, words: str = "") -> None:
    """This guardian answers."""
    saying = stage.say(person, words) if words else None
    report.react(stage.session, stage.tools, person, made, kind, saying)


def exported(stage: Stage, person: Person | None) -> str:
    """Everything a person takes home about Kuba, as text."""
    return json.dumps(export.data(stage.session, stage.tools, stage.cast.kuba, person), ensure_ascii=False)


def test_one_form_gives_report_goals_and_agreements(stage: Stage) -> None:
    """Nothing is typed twice, and the draft is gone (002-conv-form, 002-report)."""
    made = show(stage)
    assert [(one.kind, one.saying.original) for one in made.parts] == [
        ("parents_story", STORY),
        ("teacher_sees", FACTS),
        ("child_view", CHILD),
    ]
    assert [one.saying.original for one in made.goals] == [GOAL]
    [agreement] = stage.session.scalars(select(Agreement))
    assert agreement.current.saying.original == AGREED
    assert {one.person_id for one in agreement.parties} == {stage.cast.agnieszka.id, stage.cast.pieter.id}
    assert agreement.conversation_id == made.conversation_id
    assert stage.session.scalars(select(Draft)).all() == []
    talk = stage.session.get_one(Conversation, made.conversation_id)
    assert talk.held_at == made.shown_at
    assert {EventKind.TALK_HELD, EventKind.AGREEMENT_PROPOSED, EventKind.REPORT_SHOWN} <= set(
        stage.happened()
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"parts": {"teacher_sees": FACTS, "child_view": CHILD}}, "story_needed"),
        ({"parts": {"parents_story": STORY, "child_view": CHILD}}, "facts_needed"),
        ({"child_asked": None}, "child_view_needed"),
        ({"child_asked": False}, "child_view_needed"),
        ({"parts": {"parents_story": STORY, "teacher_sees": FACTS}}, "child_view_needed"),
        ({"look_back_on": None}, "look_back_unclear"),
    ],
)
def test_what_a_report_needs(stage: Stage, change: dict[str, Any], code: str) -> None:
    """The parents' story, facts, and the child's view or that it was not asked (001-p08, 004-dossier-4)."""
    with pytest.raises(DomainError, match=code):
        show(stage, **change)
    assert stage.session.scalars(select(Report)).all() == []


def test_a_child_that_was_not_asked(stage: Stage) -> None:
    """That it was not asked is an answer too (001-p08)."""
    made = show(stage, child_asked=False, parts={"parents_story": STORY, "teacher_sees": FACTS})
    assert not made.child_asked


def test_never_more_than_three_goals(stage: Stage) -> None:
    """Goals of an earlier talk count until they are finished (001-p06)."""
    show(stage, goals=["Een.", "Twee."])
    with pytest.raises(DomainError, match="goals_full"):
        show(stage, goals=["Drie.", "Vier."])
    [first, _second] = stage.session.scalars(select(Goal).order_by(Goal.id))
    with pytest.raises(NotFoundError):
        report.close_goal(stage.session, stage.tools, stage.cast.agnieszka, first)
    report.close_goal(stage.session, stage.tools, stage.cast.marieke, first)
    talk = stage.plan()
    report.show(
        stage.session,
        stage.tools,
        stage.cast.marieke,
        talk,
        filled(stage, goals=["Drie.", "Vier."]),
        begin(stage, talk),
    )
    assert len(report.open_goals(stage.session, stage.cast.kuba)) == 3


def test_what_changed_since_the_look_is_not_shown(stage: Stage) -> None:
    """A colleague typed in the meantime: first look again."""
    talk = stage.plan()
    seen = begin(stage, talk)
    form = drafts.Form(stage.cast.kuba, DraftKind.REPORT, talk)
    drafts.write(stage.session, stage.tools, stage.cast.marieke, form, "teacher_sees", "Iets.", 0)
    with pytest.raises(DomainError, match="draft_changed"):
        report.show(stage.session, stage.tools, stage.cast.marieke, talk, filled(stage), seen)


def test_a_report_is_shown_once(stage: Stage) -> None:
    """A second one of the same talk is refused, and so is a new draft."""
    made = show(stage)
    talk = stage.session.get_one(Conversation, made.conversation_id)
    with pytest.raises(DomainError, match="report_shown"):
        report.show(stage.session, stage.tools, stage.cast.marieke, talk, filled(stage), "")
    with pytest.raises(DomainError, match="report_shown"):
        begin(stage, talk)


@pytest.mark.parametrize("who", ["agnieszka", "pieter", "joris", "hanneke", "karin", "victor", "olga"])
def test_only_the_childs_teachers_show_it(stage: Stage, who: str) -> None:
    """Nobody else, whatever they are at school."""
    talk = stage.plan()
    seen = begin(stage, talk)
    with pytest.raises(NotFoundError):
        report.show(stage.session, stage.tools, getattr(stage.cast, who), talk, filled(stage), seen)


def test_final_when_everybody_with_authority_answered(stage: Stage) -> None:
    """Answers stand for ever; own words do not say that it is right (004-react-report, 003-yes-meaning)."""
    made = show(stage)
    react(stage, stage.cast.agnieszka, made, "own_words", "Czytamy razem.")
    react(stage, stage.cast.pieter, made, "wrong")
    assert made.final_at is None
    react(stage, stage.cast.agnieszka, made, "right")
    assert made.final_at is not None
    react(stage, stage.cast.pieter, made, "add", "Nog iets.")
    assert [(one.person.name, one.kind) for one in made.reactions] == [
        (stage.cast.agnieszka.name, "own_words"),
        (stage.cast.pieter.name, "wrong"),
        (stage.cast.agnieszka.name, "right"),
        (stage.cast.pieter.name, "add"),
    ]


def test_the_same_tap_twice_is_one_answer(stage: Stage) -> None:
    """The teacher hears of it once; words said later stand beside the answer."""
    made = show(stage)
    stage.happened()
    react(stage, stage.cast.pieter, made, "wrong")
    react(stage, stage.cast.pieter, made, "wrong")
    assert stage.happened() == [EventKind.REPORT_ANSWERED]
    [reaction] = made.reactions
    pieter = stage.cast.pieter
    report.explain(stage.session, stage.tools, pieter, reaction, stage.say(pieter, "Niet elke avond."))
    assert reaction.saying is not None
    assert reaction.saying.original == "Niet elke avond."
    assert stage.happened() == []
    other = stage.cast.agnieszka
    words = stage.say(other, "Nie.")
    with pytest.raises(NotFoundError):
        report.explain(stage.session, stage.tools, other, reaction, words)


@pytest.mark.parametrize(("kind", "code"), [("add", "words_needed"), ("maybe", "reaction_needed")])
def test_an_answer_that_says_nothing(stage: Stage, kind: str, code: str) -> None:
    """To add something takes words, and there are four answers."""
    made = show(stage)
    with pytest.raises(DomainError, match=code):
        react(stage, stage.cast.pieter, made, kind)


def test_final_without_all_answers_after_ten_school_days(stage: Stage) -> None:
    """Not earlier, and only by a teacher of the child."""
    made = show(stage)
    with pytest.raises(DomainError, match="report_too_early"):
        report.finish(stage.session, stage.tools, stage.cast.marieke, made)
    stage.clock.move(days=14)
    with pytest.raises(NotFoundError):
        report.finish(stage.session, stage.tools, stage.cast.hanneke, made)
    report.finish(stage.session, stage.tools, stage.cast.marieke, made)
    assert made.final_by_id == stage.cast.marieke.id


def test_a_talk_apart_stays_apart(stage: Stage) -> None:
    """Only that guardian and the school read it; all with authority its goals (002-separated-talk)."""
    made = show(stage, stage.plan(guardian=stage.cast.agnieszka))
    react(stage, stage.cast.agnieszka, made, "add", "Tylko dla nauczycielki.")
    assert made.final_at is not None
    for theirs in (STORY, FACTS, CHILD, "Tylko dla nauczycielki."):
        assert theirs in exported(stage, stage.cast.agnieszka)
        assert theirs in exported(stage, stage.cast.marieke)
        assert theirs not in exported(stage, stage.cast.pieter)
    assert GOAL in exported(stage, stage.cast.pieter)
    assert AGREED in exported(stage, stage.cast.pieter)
    with pytest.raises(NotFoundError):
        report.find(stage.session, stage.tools, stage.cast.pieter, made.id)
    with pytest.raises(NotFoundError):
        react(stage, stage.cast.pieter, made, "right")
    [agreement] = stage.session.scalars(select(Agreement))
    assert [one.person_id for one in agreement.parties] == [stage.cast.agnieszka.id]


def test_words_of_a_talk_apart_are_wanted_in_no_other_guardians_language(stage: Stage) -> None:
    """Not even a translator shows that somebody else could read them."""
    made = show(stage, stage.plan(guardian=stage.cast.pieter))
    for part in made.parts:
        assert {one.language for one in part.saying.translations} == set()
    assert {one.language for goal in made.goals for one in goal.saying.translations} == {"pl"}


def test_without_authority_only_by_decision_of_the_lead(stage: Stage) -> None:
    """With a reason that stands in the dossier, and logged; then the report can be answered too."""
    stage.without_authority(stage.cast.pieter)
    made = show(stage)
    pieter, hanneke = stage.cast.pieter, stage.cast.hanneke
    assert STORY not in exported(stage, pieter)
    assert report.of_child(stage.session, stage.tools, pieter, stage.cast.kuba) == []
    for nobody in (stage.cast.marieke, stage.cast.karin, stage.cast.agnieszka, stage.cast.olga):
        with pytest.raises(NotFoundError):
            report.release(stage.session, stage.tools, nobody, made, pieter, "Omdat het mag.")
    with pytest.raises(DomainError, match="words_needed"):
        report.release(stage.session, stage.tools, hanneke, made, pieter, " ")
    report.release(stage.session, stage.tools, hanneke, made, pieter, "Vader haalt Kuba elke week op.")
    assert EventKind.REPORT_RELEASED in stage.happened()
    audited = stage.session.scalars(select(AuditLine.action).where(AuditLine.subject == "report")).all()
    assert "release" in audited
    assert STORY in exported(stage, pieter)
    assert "Vader haalt Kuba" not in exported(stage, pieter)
    assert "Vader haalt Kuba" in exported(stage, stage.cast.agnieszka)
    react(stage, pieter, made, "right")
    assert made.final_at is None  # it waits for who has authority


def test_the_lead_gives_nobody_elses_talk_apart(stage: Stage) -> None:
    """And nothing to a guardian who has it by right."""
    stage.without_authority(stage.cast.pieter)
    made = show(stage, stage.plan(guardian=stage.cast.agnieszka))
    for guardian in (stage.cast.pieter, stage.cast.agnieszka):
        with pytest.raises(NotFoundError):
            report.release(stage.session, stage.tools, stage.cast.hanneke, made, guardian, "Omdat het mag.")


def test_authority_that_ends_ends_the_reading(stage: Stage) -> None:
    """The rules are asked at every step, not when the report was shown."""
    made = show(stage)
    assert report.find(stage.session, stage.tools, stage.cast.pieter, made.id) is made
    stage.without_authority(stage.cast.pieter)
    with pytest.raises(NotFoundError):
        report.find(stage.session, stage.tools, stage.cast.pieter, made.id)
    react(stage, stage.cast.agnieszka, made, "right")
    assert made.final_at is not None


def test_states_for_a_whole_group(stage: Stage) -> None:
    """Nothing, to write, begun, shown, final."""
    cast = stage.cast
    ids = [cast.kuba.id, cast.abel.id]

    def state() -> str:
        return report.states_of(stage.session, ids)[cast.kuba.id]

    assert report.states_of(stage.session, ids) == dict.fromkeys(ids, "none")
    talk = stage.plan()
    conversation.mark_held(stage.session, stage.tools, cast.marieke, talk)
    assert state() == "to_write"
    seen = begin(stage, talk)
    assert state() == "draft"
    made = report.show(stage.session, stage.tools, cast.marieke, talk, filled(stage), seen)
    assert state() == "shown"
    react(stage, cast.agnieszka, made, "right")
    react(stage, cast.pieter, made, "right")
    assert state() == "final"
    assert report.states_of(stage.session, ids)[cast.abel.id] == "none"


def test_the_dossier_holds_the_report_beside_its_answers(stage: Stage) -> None:
    """The reader's own answer is marked as own, the other's is not (004-crit-7)."""
    made = show(stage)
    react(stage, stage.cast.agnieszka, made, "right")
    seen = dossier.view(stage.session, stage.tools, stage.cast.pieter, stage.cast.kuba, as_staff=False)
    [view] = seen.reports
    assert [(one.name, one.own) for one in view.reactions] == [(stage.cast.agnieszka.name, False)]
    assert [one.said.original for one in seen.goals] == [GOAL]
    assert sayings.is_used(stage.session, made.parts[0].saying)
    assert circle.guardianship(stage.session, stage.cast.kuba, stage.cast.pieter.id).authority


def test_a_spoken_answer_is_heard_where_it_is_read(stage: Stage) -> None:
    """A voice message alone is an answer; its file is in the view and the export of who reads the report only."""
    cast = stage.cast
    made = show(stage, stage.plan(guardian=cast.agnieszka))
    voice = sayings.File(kind="voice", media_type="audio/ogg", content=b"OggS\x00")
    said = sayings.keep(stage.session, stage.tools, cast.agnieszka, "", child=cast.kuba, file=voice)
    report.react(stage.session, stage.tools, cast.agnieszka, made, "add", said)
    heard = (said.attachments[0].id,)
    for reader, as_staff in ((cast.marieke, True), (cast.agnieszka, False)):
        seen = dossier.view(stage.session, stage.tools, reader, cast.kuba, as_staff=as_staff)
        [reaction] = seen.reports[0].reactions
        assert reaction.said is not None
        assert (reaction.kind, reaction.said.voices) == ("add", heard)
        assert list(export.data(stage.session, stage.tools, cast.kuba, reader)["media"]) == [str(heard[0])]
    assert dossier.view(stage.session, stage.tools, cast.pieter, cast.kuba, as_staff=False).reports == ()
    assert export.data(stage.session, stage.tools, cast.kuba, cast.pieter)["media"] == {}
    assert sayings.is_used(stage.session, said)


def test_many_reports_take_no_more_statements_than_one(stage: Stage) -> None:
    """Preparations, reports, answers, goals and drafts are read in a number of queries that does not grow."""
    cast = stage.cast
    form = drafts.Form(cast.kuba, DraftKind.PREPARATION)

    def one_more() -> None:
        drafts.write(stage.session, stage.tools, stage.cast.marieke, form, "BL02", STORY, 0)
        draft = drafts.find(stage.session, stage.tools, stage.cast.marieke, form)
        seen = drafts.fingerprint(draft)
        teacher_preparation.share(stage.session, stage.tools, stage.cast.marieke, form.child, seen)
        made = show(stage, goals=[])
        react(stage, stage.cast.agnieszka, made, "add", "Jeszcze coś.")
        react(stage, stage.cast.pieter, made, "right")
        begin(stage, stage.plan())

    def statements(reader: Person, *, as_staff: bool) -> int:
        stage.session.flush()
        stage.session.expunge_all()
        stage.session.info.pop("at_hand", None)
        stage.cast = stage.cast.at(stage.session)
        child, who = stage.cast.kuba, stage.session.get_one(Person, reader.id)
        sent: list[object] = []
        engine = stage.session.get_bind()

        def note(*arguments: object) -> None:
            sent.append(arguments[2])

        event.listen(engine, "before_cursor_execute", note)
        try:
            dossier.view(stage.session, stage.tools, who, child, as_staff=as_staff)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    def counted() -> list[int]:
        return [statements(cast.marieke, as_staff=True), statements(cast.agnieszka, as_staff=False)]

    one_more()
    little = counted()
    for _ in range(4):
        form = drafts.Form(stage.cast.kuba, DraftKind.PREPARATION)
        one_more()
    assert counted() == little
