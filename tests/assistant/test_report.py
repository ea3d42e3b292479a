"""The report of a talk in the chat: told in the reader's language, answered with taps, words and voice."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.demo.phones import DirectPhone
from bot.model.drafts import DraftKind
from bot.model.incoming import InputKind
from bot.model.people import Child, Person
from bot.model.report import Reaction, Report
from bot.model.translation import Attachment
from bot.services import drafts, report, teacher_preparation
from tests.assistant.labels import fixed
from tests.assistant.stage import Stage
from tests.web import school_year as year

STORY, GOAL = "Kuba vertelt thuis veel.", "Kuba durft hulp te vragen."
RIGHT, ADD, WRONG, OWN_WORDS, READ_ALL = (
    fixed(f"report.{name}_button") for name in ("right", "add", "wrong", "own_words", "read")
)


@pytest.fixture
def agnieszka(stage: Stage) -> DirectPhone:
    """Kuba's mother."""
    return stage.joined(stage.cast.agnieszka)


def show(stage: Stage, *, apart_with: Person | None = None) -> None:
    """Juf Marieke shows the report of a talk about Kuba; those concerned are told."""
    with stage.database.writing() as session:
        marieke = session.get_one(Person, stage.cast.marieke.id)
        kuba = session.get_one(Child, stage.cast.kuba.id)
        guardian = session.get_one(Person, apart_with.id) if apart_with else None
        talk = year.plan(session, stage.tools, marieke, kuba, guardian=guardian)
        form = drafts.Form(kuba, DraftKind.REPORT, talk)
        drafts.write(session, stage.tools, marieke, form, "parents_story", STORY, 0)
        filled = report.Filled(
            parts={"parents_story": STORY, "teacher_sees": "Kuba leest."},
            child_asked=False,
            goals=[GOAL],
            agreements=[],
            look_back_on=None,
        )
        seen = drafts.fingerprint(drafts.find(session, stage.tools, marieke, form))
        report.show(session, stage.tools, marieke, talk, filled, seen)
        stage.tell(session)


def kinds(stage: Stage) -> Sequence[str]:
    """What was answered, in order."""
    return [one.kind for one in stage.all(Reaction)]


def words_of(phone: DirectPhone) -> str:
    """Everything that stands at the phone."""
    phone.looks()
    return "\n".join(bubble.words for bubble in phone.bubbles)


def test_the_report_comes_short_with_a_way_to_the_whole(stage: Stage, agnieszka: DirectPhone) -> None:
    """The goals and four answers; the rest behind a one-time link (002-report)."""
    show(stage)
    seen = agnieszka.looks()
    assert GOAL in seen.words
    assert STORY not in words_of(agnieszka)
    assert {RIGHT, ADD, WRONG, OWN_WORDS, READ_ALL} <= set(stage.labels(agnieszka))
    agnieszka.tap(READ_ALL)
    assert any("/in/" in link for link in stage.links(agnieszka))


def test_it_is_right_in_one_tap(stage: Stage, agnieszka: DirectPhone) -> None:
    """Then the own words are asked; the teacher is told of each (004-react-report, 003-yes-meaning)."""
    marieke = stage.joined(stage.cast.marieke)
    show(stage)
    agnieszka.looks()
    agnieszka.tap(RIGHT)
    assert kinds(stage) == ["right"]
    name = stage.cast.agnieszka.name
    assert fixed("report.answered", child="Kuba", person=name, kind="right") in marieke.looks().words
    agnieszka.tap(OWN_WORDS)
    agnieszka.say("We read together.")
    assert kinds(stage) == ["right", "own_words"]
    assert fixed("report.answered", child="Kuba", person=name, kind="own_words") in words_of(marieke)
    assert "We read together." not in words_of(marieke)


def test_it_is_not_right_counts_before_the_words(stage: Stage, agnieszka: DirectPhone) -> None:
    """Nothing is lost if no words follow; if they do they stand beside it, and the teacher is told once."""
    marieke = stage.joined(stage.cast.marieke)
    show(stage)
    agnieszka.looks()
    agnieszka.tap(WRONG)
    [reaction] = stage.all(Reaction)
    assert (reaction.kind, reaction.saying_id) == ("wrong", None)
    agnieszka.say("We do not read every evening.")
    [reaction] = stage.all(Reaction)
    assert reaction.saying_id is not None
    told = fixed("report.answered", child="Kuba", person=stage.cast.agnieszka.name, kind="wrong")
    assert words_of(marieke).count(told) == 1


def test_something_is_added_by_voice(stage: Stage, agnieszka: DirectPhone) -> None:
    """A weak reader speaks (003-yes-meaning)."""
    show(stage)
    agnieszka.looks()
    agnieszka.tap(ADD)
    stage.take(stage.incoming(agnieszka, InputKind.VOICE, media_type="audio/ogg", content=b"OggS"))
    [reaction] = stage.all(Reaction)
    assert reaction.kind == "add"
    [file] = stage.all(Attachment)
    assert file.saying_id == reaction.saying_id


def test_never_mind_leaves_everything_as_it_was(stage: Stage, agnieszka: DirectPhone) -> None:
    """No answer without words where words were asked."""
    show(stage)
    agnieszka.looks()
    agnieszka.tap(ADD)
    agnieszka.tap(fixed("common.never_mind_button"))
    assert kinds(stage) == []


def test_a_talk_apart_is_told_to_that_guardian_only(stage: Stage, agnieszka: DirectPhone) -> None:
    """The other one with authority hears of the goals and of nothing else (002-separated-talk)."""
    pieter = stage.joined(stage.cast.pieter)
    show(stage, apart_with=stage.cast.agnieszka)
    assert RIGHT in stage.labels(agnieszka)
    told = words_of(pieter)
    assert GOAL in told
    assert RIGHT not in stage.labels(pieter)
    assert stage.cast.agnieszka.name not in told
    [made] = stage.all(Report)
    with stage.database.writing() as session:
        stage.redirect(session, agnieszka, report=made.id)
    assert kinds(stage) == []


def test_a_guardian_without_authority_gets_nothing(stage: Stage) -> None:
    """Until the lead decides so; then the same message comes."""
    with stage.database.writing() as session:
        stage.guardianship(session, stage.cast.pieter, stage.cast.kuba).authority = False
    pieter = stage.joined(stage.cast.pieter)
    show(stage)
    assert GOAL not in words_of(pieter)
    with stage.database.writing() as session:
        made = session.scalars(select(Report)).one()
        hanneke, guardian = (
            session.get_one(Person, one.id) for one in (stage.cast.hanneke, stage.cast.pieter)
        )
        report.release(session, stage.tools, hanneke, made, guardian, "Vader haalt Kuba op.")
        stage.tell(session)
    assert GOAL in words_of(pieter)
    pieter.tap(RIGHT)
    assert kinds(stage) == ["right"]


def test_an_unconfirmed_phone_reads_nothing_until_it_is_confirmed(stage: Stage) -> None:
    """Then what waited is shown."""
    phone = stage.joined(stage.cast.agnieszka, confirmed=False)
    show(stage)
    assert GOAL not in words_of(phone)
    assert fixed("notices.something_waits") in words_of(phone)


def test_the_preparation_and_the_end_of_a_draft_are_told(stage: Stage, agnieszka: DirectPhone) -> None:
    """To parents that the teacher is ready too, without a word of it; to the author that a draft will go."""
    marieke = stage.joined(stage.cast.marieke)
    with stage.database.writing() as session:
        teacher = session.get_one(Person, stage.cast.marieke.id)
        kuba = session.get_one(Child, stage.cast.kuba.id)
        form = drafts.Form(kuba, DraftKind.PREPARATION)
        drafts.write(session, stage.tools, teacher, form, "BL02", "Kuba luistert goed.", 0)
    stage.clock.move(days=6)
    with stage.database.writing() as session:
        drafts.care(session, stage.tools)
        stage.tell(session)
    assert "⏳" in words_of(marieke)
    assert "⏳" not in words_of(agnieszka)
    with stage.database.writing() as session:
        teacher = session.get_one(Person, stage.cast.marieke.id)
        kuba = session.get_one(Child, stage.cast.kuba.id)
        form = drafts.Form(kuba, DraftKind.PREPARATION)
        seen = drafts.fingerprint(drafts.find(session, stage.tools, teacher, form))
        teacher_preparation.share(session, stage.tools, teacher, kuba, seen)
        stage.tell(session)
    told = words_of(agnieszka)
    assert fixed("report.teacher_prepared", child="Kuba", author=stage.cast.marieke.name) in told
    assert "Kuba luistert goed." not in told
