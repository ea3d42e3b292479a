"""Half-typed forms: kept field by field, read by their authors only, gone after five school days."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.model.access import Action, Subject
from bot.model.drafts import Draft, DraftField, DraftKind
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person, Teaching
from bot.model.privacy import AuditLine
from bot.model.school_days import Holiday, SchoolDays
from bot.model.teacher_preparation import TeacherPreparation
from bot.model.translation import Saying, Translation
from bot.services import access, conversation, dossier, drafts, export, teacher_preparation
from bot.services.drafts import Form, Written
from bot.services.events import EventKind
from tests.services.conftest import Stage

WORDS = "Kuba kiest zelf een boek."


def preparation(stage: Stage) -> Form:
    """The teacher's preparation about Kuba."""
    return Form(stage.cast.kuba, DraftKind.PREPARATION)


def write(
    stage: Stage, form: Form, name: str, content: str | list[str], seen: int, who: str = "marieke"
) -> Written:
    """Somebody types in a field."""
    return drafts.write(stage.session, stage.tools, getattr(stage.cast, who), form, name, content, seen)


def colleague(stage: Stage) -> None:
    """Meester Joris teaches Kuba's group too."""
    stage.session.add(Teaching(person_id=stage.cast.joris.id, group_id=stage.cast.group_3a.id))
    stage.session.flush()


def test_each_field_is_kept_by_itself(stage: Stage) -> None:
    """With its own revision; an empty one that nobody filled opens no draft."""
    form = preparation(stage)
    assert write(stage, form, "BL02", "", 0) == Written(0)
    assert stage.session.scalars(select(Draft)).all() == []
    assert write(stage, form, "BL02", WORDS, 0) == Written(1)
    assert write(stage, form, "BL01", ["parents"], 0) == Written(1)
    assert write(stage, form, "BL02", WORDS + " Elke dag.", 1) == Written(2)
    draft = drafts.find(stage.session, stage.tools, stage.cast.marieke, form)
    assert drafts.contents(draft) == {"BL02": WORDS + " Elke dag.", "BL01": ["parents"]}


def test_two_teachers_at_once_lose_nothing(stage: Stage) -> None:
    """The second gets both texts; the same text twice is no conflict."""
    colleague(stage)
    form = Form(stage.cast.kuba, DraftKind.REPORT, stage.plan())
    write(stage, form, "teacher_sees", "Van Marieke.", 0)
    refused = write(stage, form, "teacher_sees", "Van Joris.", 0, "joris")
    assert refused.conflict is not None
    assert (refused.conflict.content, refused.conflict.name) == ("Van Marieke.", stage.cast.marieke.name)
    assert write(stage, form, "teacher_sees", "Van Marieke.", 0, "joris") == Written(1)
    assert write(stage, form, "teacher_sees", "Van beiden.", refused.revision, "joris") == Written(2)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from(["marieke", "joris"]), st.text("ab", max_size=3)), max_size=8)
)
def test_whatever_two_teachers_type_no_text_is_overwritten_unseen(
    stage: Stage, steps: list[tuple[str, str]]
) -> None:
    """Each writes on what they saw last; a text that another wrote since then always comes back to the writer."""
    if stage.cast.joris.id not in {one.id for one in access.teachers_of(stage.session, stage.cast.kuba)}:
        colleague(stage)
    form = Form(stage.cast.kuba, DraftKind.REPORT, stage.plan())
    seen = {"marieke": 0, "joris": 0}
    standing, revision = "", 0
    for who, text in steps:
        written = write(stage, form, "teacher_sees", text, seen[who], who)
        if written.conflict is not None:
            assert seen[who] != revision
            assert written.conflict.content == standing
        elif text != standing:
            assert seen[who] == revision
            standing, revision = text, revision + 1
        assert written.revision == revision
        seen[who] = written.revision


@pytest.mark.parametrize("who", ["agnieszka", "pieter", "joris", "hanneke", "karin", "victor", "olga", "ewa"])
def test_who_is_no_author_finds_nothing(stage: Stage, who: str) -> None:
    """Neither reading nor writing nor deleting (design promise 6)."""
    form = Form(stage.cast.kuba, DraftKind.REPORT, stage.plan())
    write(stage, form, "teacher_sees", WORDS, 0)
    person = getattr(stage.cast, who)
    draft = stage.session.scalars(select(Draft)).one()
    with pytest.raises(NotFoundError):
        drafts.find(stage.session, stage.tools, person, form)
    with pytest.raises(NotFoundError):
        drafts.discard(stage.session, stage.tools, person, draft)
    with pytest.raises(NotFoundError):
        write(stage, form, "teacher_sees", "Weg.", 1, who)
    assert not access.allowed(stage.session, stage.tools, person, stage.cast.kuba, Action.READ, Subject.DRAFT)


def test_a_preparation_is_its_authors_alone(stage: Stage) -> None:
    """A colleague of the same group has a draft of their own and cannot delete another's."""
    colleague(stage)
    write(stage, preparation(stage), "BL02", WORDS, 0)
    assert drafts.find(stage.session, stage.tools, stage.cast.joris, preparation(stage)) is None
    write(stage, preparation(stage), "BL02", "Van Joris.", 0, "joris")
    mine = drafts.find(stage.session, stage.tools, stage.cast.marieke, preparation(stage))
    assert mine is not None
    assert drafts.contents(mine) == {"BL02": WORDS}
    with pytest.raises(NotFoundError):
        drafts.discard(stage.session, stage.tools, stage.cast.joris, mine)


@pytest.mark.parametrize(("name", "raises"), [("BL99", NotFoundError), ("key", NotFoundError)])
def test_unknown_fields_are_refused(stage: Stage, name: str, raises: type[Exception]) -> None:
    """A form holds what it asks and nothing else."""
    with pytest.raises(raises):
        write(stage, preparation(stage), name, "x", 0)


def test_no_report_of_a_talk_that_was_called_off(stage: Stage) -> None:
    """There is nothing to report."""
    talk = stage.plan()
    conversation.cancel(stage.session, stage.tools, stage.cast.marieke, talk)
    with pytest.raises(DomainError, match="talk_closed"):
        write(stage, Form(stage.cast.kuba, DraftKind.REPORT, talk), "teacher_sees", WORDS, 0)


def test_parents_read_that_it_exists_and_not_a_word(stage: Stage) -> None:
    """Whose, since when and until when; in page and export alike (design promise 3)."""
    write(stage, preparation(stage), "BL02", WORDS, 0)
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        seen = dossier.view(stage.session, stage.tools, person, stage.cast.kuba, as_staff=False)
        [draft] = seen.drafts
        assert (draft.author, draft.kind, draft.since) == (
            stage.cast.marieke.name,
            "teacher_preparation",
            stage.clock.now(),
        )
    for reader in (stage.cast.agnieszka, stage.cast.hanneke, stage.cast.marieke, None):
        found = export.data(stage.session, stage.tools, stage.cast.kuba, reader)
        assert WORDS not in json.dumps(found, ensure_ascii=False)
        assert len(found["drafts"]) == 1


def test_of_a_talk_apart_only_that_guardian_knows(stage: Stage) -> None:
    """That a report was begun would tell the other that there was a talk (002-separated-talk)."""
    talk = stage.plan(guardian=stage.cast.agnieszka)
    write(stage, Form(stage.cast.kuba, DraftKind.REPORT, talk), "teacher_sees", WORDS, 0)

    def drafts_for(person: Person, *, as_staff: bool = False) -> int:
        seen = dossier.view(stage.session, stage.tools, person, stage.cast.kuba, as_staff=as_staff)
        return len(seen.drafts)

    assert drafts_for(stage.cast.agnieszka) == 1
    assert drafts_for(stage.cast.pieter) == 0
    assert drafts_for(stage.cast.hanneke, as_staff=True) == 1


def test_nothing_of_a_draft_is_said_or_translated(stage: Stage) -> None:
    """It is no saying until it is shared."""
    write(stage, preparation(stage), "BL02", WORDS, 0)
    assert stage.session.scalars(select(Saying)).all() == []
    assert stage.session.scalars(select(Translation)).all() == []


def test_after_five_school_days_it_is_deleted_and_the_author_was_told(stage: Stage) -> None:
    """Begun on a Tuesday: pressing from Friday, told on Monday, its last day is Tuesday (design promise 3)."""
    write(stage, preparation(stage), "BL02", WORDS, 0)
    draft = stage.session.scalars(select(Draft)).one()
    stage.happened()
    for day in range(1, 8):
        stage.clock.move(days=1)
        assert drafts.is_pressing(stage.tools, draft) is (day >= 3)
        drafts.care(stage.session, stage.tools)
        assert stage.happened() == ([EventKind.DRAFT_DUE] if day == 6 else [])
        assert stage.session.scalars(select(Draft)).all() == [draft]
    assert drafts.due_on(stage.tools, draft) == stage.today
    stage.clock.move(days=1)
    drafts.care(stage.session, stage.tools)
    assert stage.session.scalars(select(Draft)).all() == []
    assert stage.session.scalars(select(DraftField)).all() == []
    logged = select(AuditLine.action).where(AuditLine.subject == "teacher_preparation").order_by(AuditLine.id)
    assert stage.session.scalars(logged).all() == ["begin", "expire"]


def test_holidays_do_not_count_for_a_draft(stage: Stage) -> None:
    """Begun on a Tuesday, free from Thursday to the Tuesday after: its last day is a Friday (design promise 3)."""
    free = Holiday(date(2026, 9, 3), date(2026, 9, 8), "vrij")
    with_holidays = replace(stage.tools.rhythm, school_days=SchoolDays(holidays=(free,)))
    stage.tools = replace(stage.tools, rhythm=with_holidays)
    write(stage, preparation(stage), "BL02", WORDS, 0)
    draft = stage.session.scalars(select(Draft)).one()
    assert drafts.due_on(stage.tools, draft) == date(2026, 9, 14)
    told: list[date] = []
    stage.happened()
    while stage.today <= date(2026, 9, 14):
        drafts.care(stage.session, stage.tools)
        told += [stage.today for _ in stage.happened()]
        assert drafts.is_pressing(stage.tools, draft) is (stage.today >= date(2026, 9, 10))
        stage.clock.move(days=1)
    assert told == [date(2026, 9, 11)]
    drafts.care(stage.session, stage.tools)
    assert stage.session.scalars(select(Draft)).all() == []


def test_shared_it_is_the_teachers_own_words(stage: Stage) -> None:
    """Asked for in the parents' languages, choices as keys; the draft is gone (001-p01)."""
    form = preparation(stage)
    write(stage, form, "BL02", WORDS, 0)
    write(stage, form, "BL01", ["parents", "invented", "handover"], 0)
    write(stage, form, "BL05", "15", 0)
    draft = drafts.find(stage.session, stage.tools, stage.cast.marieke, form)
    with pytest.raises(DomainError, match="draft_changed"):
        teacher_preparation.share(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, "old")
    made = teacher_preparation.share(
        stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, drafts.fingerprint(draft)
    )
    assert made.choices == {"BL01": ["handover", "parents"], "BL05": ["15"]}
    assert {one.language for one in made.texts[0].saying.translations} == {"pl"}
    assert stage.session.scalars(select(Draft)).all() == []
    assert stage.happened() == [EventKind.TEACHER_PREPARED]
    for person in (stage.cast.agnieszka, stage.cast.pieter):
        seen = dossier.view(stage.session, stage.tools, person, stage.cast.kuba, as_staff=False)
        [picture] = seen.teacher
        assert (picture.answers[0].question, picture.answers[0].keys) == ("BL01", ("handover", "parents"))
        assert [one.said.original for one in picture.answers if one.said] == [WORDS]


def test_a_guardian_without_authority_reads_no_preparation(stage: Stage) -> None:
    """It belongs to the joint part."""
    write(stage, preparation(stage), "BL02", WORDS, 0)
    draft = drafts.find(stage.session, stage.tools, stage.cast.marieke, preparation(stage))
    teacher_preparation.share(
        stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, drafts.fingerprint(draft)
    )
    stage.without_authority(stage.cast.pieter)
    seen = dossier.view(stage.session, stage.tools, stage.cast.pieter, stage.cast.kuba, as_staff=False)
    assert seen.teacher == ()


def test_choices_alone_are_not_shared(stage: Stage) -> None:
    """There would be nothing to read."""
    write(stage, preparation(stage), "BL05", "15", 0)
    with pytest.raises(DomainError, match="words_needed"):
        teacher_preparation.share(stage.session, stage.tools, stage.cast.marieke, stage.cast.kuba, "")
    assert stage.session.scalars(select(TeacherPreparation)).all() == []


def test_a_teacher_who_left_reads_nothing_any_more(stage: Stage) -> None:
    """The draft stays until its time is over, and nobody is told of it."""
    write(stage, preparation(stage), "BL02", WORDS, 0)
    [teaching] = stage.session.scalars(
        select(Teaching).where(Teaching.person_id == stage.cast.marieke.id, Teaching.ended_at.is_(None))
    )
    teaching.ended_at = stage.clock.now()
    stage.session.flush()
    with pytest.raises(NotFoundError):
        drafts.find(stage.session, stage.tools, stage.cast.marieke, preparation(stage))
    draft = stage.session.scalars(select(Draft)).one()
    assert drafts.authors(stage.session, draft) == []
