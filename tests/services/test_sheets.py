"""What stands on the paper that lies on the table during a talk."""

import pytest

from bot.model.errors import NotFoundError
from bot.model.people import Person
from bot.services import preparation, sheets
from bot.services.sheets import Sheet
from tests.services.conftest import Stage


def _sheets(stage: Stage, reader: Person | None = None) -> dict[str, Sheet]:
    found = sheets.of_child(stage.session, stage.tools, reader or stage.cast.marieke, stage.cast.kuba)
    return {one.guardian: one for one in found}


def test_each_guardian_has_a_sheet_of_their_own(stage: Stage) -> None:
    """What one guardian says stands on no other sheet, in Dutch and in the own language (002-separated-talk)."""
    cast = stage.cast
    stage.prepare(cast.agnieszka, BO01="Kuba jest wesoły.")
    stage.prepare(cast.pieter, BO01="Kuba is stil bij mij.")
    made = _sheets(stage)
    mother, father = made[cast.agnieszka.name], made[cast.pieter.name]
    assert (mother.language, father.language) == ("pl", "nl")
    (hers,), (his,) = mother.answers, father.answers
    assert hers.said is not None
    assert his.said is not None
    assert hers.said.guardian.words == "Kuba jest wesoły."
    assert hers.asked[0] != hers.asked[1]
    assert "stil" not in repr(mother)
    assert "wesoły" not in repr(father)


def test_a_sensitive_answer_is_on_no_sheet(stage: Stage) -> None:
    """Also where it was shared and the teacher may read it: paper lies on tables (004-privacy-care)."""
    cast = stage.cast
    run = stage.prepare(cast.agnieszka, BO01="Kuba jest wesoły.", BO04="Boi się ciemności.")
    answer = preparation.answer_to(run, "BO04")
    assert answer is not None
    preparation.share_one(stage.session, stage.tools, cast.agnieszka, answer)
    read = preparation.shared_answers(stage.session, stage.tools, cast.marieke, cast.kuba, cast.agnieszka)
    assert "BO04" in {one.question for one in read}
    assert "ciemności" not in repr(_sheets(stage))
    assert len(_sheets(stage)[cast.agnieszka.name].answers) == 1


def test_what_is_not_shared_or_taken_back_is_on_no_sheet(stage: Stage) -> None:
    """Drafts and withdrawn answers stay away."""
    cast = stage.cast
    run = preparation.begin(stage.session, stage.tools, cast.agnieszka, cast.kuba).run
    stage.answer(run, "BO01", "Jeszcze nie.")
    assert _sheets(stage)[cast.agnieszka.name].answers == ()
    preparation.share_all(stage.session, stage.tools, cast.agnieszka, run)
    assert len(_sheets(stage)[cast.agnieszka.name].answers) == 1
    run.withdrawn_at = stage.clock.now()
    assert _sheets(stage)[cast.agnieszka.name].answers == ()


def test_a_talk_apart_is_on_that_guardians_sheet_alone(stage: Stage) -> None:
    """The other sheet shows the next joint talk, or none (002-separated-talk)."""
    cast = stage.cast
    apart = stage.plan(planned_at=stage.later(days=3), guardian=cast.pieter)
    made = _sheets(stage)
    assert made[cast.agnieszka.name].talk is None
    talk = made[cast.pieter.name].talk
    assert talk is not None
    assert talk.planned_at == apart.planned_at
    joint = stage.plan(planned_at=stage.later(days=5))
    other = _sheets(stage)[cast.agnieszka.name].talk
    assert other is not None
    assert other.planned_at == joint.planned_at


def test_the_talk_opens_with_the_open_agreements(stage: Stage) -> None:
    """Open ones, not closed ones; a guardian without authority sees only the own ones (002-agreements)."""
    cast = stage.cast
    stage.propose(words="Samen lezen jullie elke avond.")
    stage.propose(words="Allang klaar.").state = "done"
    stage.propose(words="Alleen met Pieter.", guardians=[cast.pieter])
    stage.without_authority(cast.agnieszka)
    stage.session.flush()
    made = _sheets(stage)
    words = {
        name: sorted(one.said.school.original for one in sheet.agreements) for name, sheet in made.items()
    }
    assert words[cast.pieter.name] == ["Alleen met Pieter.", "Samen lezen jullie elke avond."]
    assert words[cast.agnieszka.name] == ["Samen lezen jullie elke avond."]


@pytest.mark.parametrize("name", ["joris", "olga", "victor", "agnieszka", "pieter", "ewa"])
def test_nobody_else_gets_a_sheet(stage: Stage, name: str) -> None:
    """Parents, strangers and teachers of other groups get 'not found'."""
    with pytest.raises(NotFoundError):
        _sheets(stage, getattr(stage.cast, name))


@pytest.mark.parametrize("name", ["marieke", "hanneke", "karin"])
def test_who_reads_the_dossier_at_school_gets_the_sheets(stage: Stage, name: str) -> None:
    """The teacher, the head and the coordinator."""
    assert len(_sheets(stage, getattr(stage.cast, name))) == 2
