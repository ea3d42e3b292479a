"""Parents and teacher side by side: what each shared, apart, for exactly those who may read it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.content.texts import Texts
from bot.model.drafts import DraftKind
from bot.model.people import Person
from bot.model.seen_differently import THEMES
from bot.model.teacher_preparation import TEXTS
from bot.services import dossier, drafts, export, preparation, privacy, report, teacher_preparation
from bot.services.drafts import Form
from bot.services.views import SeenDifferentlyView
from tests.services.conftest import Stage

MOTHER, FATHER, TEACHER, NOTED = (
    "Kuba dobrze buduje.",
    "Kuba tekent goed.",
    "Kuba luistert goed.",
    "Thuis stil.",
)


def _share(stage: Stage, **words: str) -> None:
    form = Form(stage.cast.kuba, DraftKind.PREPARATION)
    for name, content in words.items():
        drafts.write(stage.session, stage.tools, stage.cast.marieke, form, name, content, 0)
    draft = drafts.find(stage.session, stage.tools, stage.cast.marieke, form)
    teacher_preparation.share(
        stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, drafts.fingerprint(draft)
    )


def _report(stage: Stage, *, guardian: Person | None = None) -> None:
    talk = stage.plan(guardian=guardian)
    form = Form(stage.cast.kuba, DraftKind.REPORT, talk)
    drafts.write(stage.session, stage.tools, stage.cast.marieke, form, "parents_story", "Thuis.", 0)
    draft = drafts.find(stage.session, stage.tools, stage.cast.marieke, form)
    parts = {"parents_story": "Thuis.", "teacher_sees": "In de klas.", "seen_differently": NOTED}
    filled = report.Filled(parts, child_asked=False, goals=[], agreements=[], look_back_on=None)
    seen = drafts.fingerprint(draft)
    report.show(stage.session, stage.tools, stage.cast.marieke, talk, filled, seen)


def _seen(stage: Stage, reader: Person, *, as_staff: bool) -> SeenDifferentlyView:
    return dossier.view(
        stage.session, stage.tools, reader, stage.cast.kuba, as_staff=as_staff
    ).seen_differently


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["original"]] if "original" in value else [])
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)


@pytest.fixture
def both(stage: Stage) -> Stage:
    """Both parents and the teacher said what goes well, and the teacher more that no parent spoke of."""
    stage.prepare(stage.cast.agnieszka, BO03=MOTHER, BO01="Kuba jest wesoły.")
    stage.prepare(stage.cast.pieter, BO03=FATHER)
    _share(stage, BL02=TEACHER, BL08="Samen lezen.")
    return stage


def test_the_table_names_questions_that_exist(stage: Stage) -> None:
    """Each pair joins an answer of the preparation and one of the teacher's own words; no question twice."""
    script = stage.tools.scripts["begin"]
    asked = [question for theme in THEMES for question in theme.parents]
    assert all(script.question(question) for question in asked)
    assert {theme.teacher for theme in THEMES} <= set(TEXTS)
    assert len(set(asked)) == len(asked)
    assert len({theme.teacher for theme in THEMES}) == len({theme.name for theme in THEMES}) == len(THEMES)


def test_each_guardian_apart_beside_the_teacher(both: Stage) -> None:
    """Only a subject that both sides spoke of stands there (001-p05, 001-p01)."""
    [theme] = _seen(both, both.cast.marieke, as_staff=True).themes
    assert theme.theme == "strengths"
    assert [
        (side.name, [one.said.original for one in side.answers if one.said]) for side in theme.parents
    ] == [
        (both.cast.agnieszka.name, [MOTHER]),
        (both.cast.pieter.name, [FATHER]),
    ]
    assert [(side.author, side.answer.said and side.answer.said.original) for side in theme.teachers] == [
        (both.cast.marieke.name, TEACHER)
    ]


def test_a_guardian_reads_the_own_side_only(both: Stage, texts: Texts) -> None:
    """On the page, in the data and in the file: nothing of the other guardian (002-separated-talk)."""
    cast = both.cast
    for reader, own, other in ((cast.agnieszka, MOTHER, FATHER), (cast.pieter, FATHER, MOTHER)):
        [theme] = _seen(both, reader, as_staff=False).themes
        assert [side.own for side in theme.parents] == [True]
        data = export.data(both.session, both.tools, cast.kuba, reader)
        assert set(_words(data["seen_differently"])) == {own, TEACHER}
        page = export.page(both.session, both.tools, texts, cast.kuba, reader)
        assert page.count(own) == 2  # with the answers, and side by side
        assert other not in page


def test_what_is_not_shared_is_no_side(stage: Stage) -> None:
    """Neither the teacher's draft, for nobody, nor a parent's answer before sharing or after taking it back."""
    cast = stage.cast
    form = Form(cast.kuba, DraftKind.PREPARATION)
    drafts.write(stage.session, stage.tools, cast.marieke, form, "BL02", TEACHER, 0)
    run = preparation.begin(stage.session, stage.tools, cast.agnieszka, cast.kuba).run
    stage.answer(run, "BO03", MOTHER)
    stage.prepare(cast.pieter, BO03=FATHER)
    assert _seen(stage, cast.marieke, as_staff=True).themes == ()  # a draft of hers is no view yet
    draft = drafts.find(stage.session, stage.tools, cast.marieke, form)
    teacher_preparation.share(stage.session, stage.tools, cast.marieke, cast.kuba, drafts.fingerprint(draft))
    assert _seen(stage, cast.agnieszka, as_staff=False).themes == ()
    [theme] = _seen(stage, cast.marieke, as_staff=True).themes
    assert [side.name for side in theme.parents] == [cast.pieter.name]
    pieters = preparation.run_of(stage.session, cast.pieter, cast.kuba)
    assert pieters is not None
    privacy.withdraw(stage.session, stage.tools, cast.pieter, pieters)
    assert _seen(stage, cast.marieke, as_staff=True).themes == ()
    assert _seen(stage, cast.pieter, as_staff=False).themes == ()


def test_shared_again_the_newer_answer_stands_there(both: Stage) -> None:
    """What the teacher did not say anew stays as it was."""
    both.clock.move(days=1)
    _share(both, BL02="Kuba durft meer.")
    both.prepare(both.cast.pieter, BO11="Voorlezen.")
    strengths = _seen(both, both.cast.hanneke, as_staff=True).themes[0]
    assert [side.answer.said.original for side in strengths.teachers if side.answer.said] == [
        "Kuba durft meer."
    ]


def test_a_sensitive_answer_follows_the_rule_of_the_answers(both: Stage) -> None:
    """Where a school's own dialog calls one sensitive: the teacher reads it here, the head does not (001-p05)."""
    run = preparation.run_of(both.session, both.cast.agnieszka, both.cast.kuba)
    assert run is not None
    answer = preparation.answer_to(run, "BO03")
    assert answer is not None
    answer.sensitive = True
    both.session.flush()
    for reader, sides in ((both.cast.marieke, 2), (both.cast.hanneke, 1)):
        [theme] = _seen(both, reader, as_staff=True).themes
        assert len(theme.parents) == sides


def test_what_a_talk_noted_stands_there_with_its_day(stage: Stage) -> None:
    """BF03, for who receives the report; of a talk held apart never for the other guardian (001-p05)."""
    _report(stage, guardian=stage.cast.agnieszka)
    for reader, as_staff in ((stage.cast.marieke, True), (stage.cast.agnieszka, False)):
        [noted] = _seen(stage, reader, as_staff=as_staff).noted
        assert (noted.said.original, noted.apart_with) == (NOTED, stage.cast.agnieszka.id)
        assert noted.talked_at == stage.later(days=7)
    assert _seen(stage, stage.cast.pieter, as_staff=False) == SeenDifferentlyView()
    assert NOTED not in json.dumps(
        export.data(stage.session, stage.tools, stage.cast.kuba, stage.cast.pieter), ensure_ascii=False
    )


def test_without_authority_there_is_nothing_to_compare(both: Stage) -> None:
    """What the teacher says belongs to the joint part."""
    both.without_authority(both.cast.pieter)
    assert _seen(both, both.cast.pieter, as_staff=False).themes == ()
