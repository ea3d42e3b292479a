"""Which words may leave the school, and which names stay."""

import pytest

from bot.model.people import Person
from bot.model.preparation import Answer
from bot.model.privacy import ConsentPurpose
from bot.services import names, preparation, privacy, sayings
from bot.translation.names import Gender
from tests.services.conftest import Stage


def wanted(stage: Stage, author: Person, words: str = "Hij leest graag.") -> int:
    """The id of a translation of somebody's words that is asked for."""
    saying = sayings.keep(stage.session, stage.tools, author, words, child=None)
    sayings.want_in(stage.session, stage.tools, saying, "en")
    stage.session.flush()
    return saying.translations[0].id


def test_the_names_of_a_school_are_those_of_everybody_there(stage: Stage) -> None:
    """Children, guardians with what grammar needs, staff, the school; not those of another school."""
    one = wanted(stage, stage.cast.marieke)
    known = {(name.text, name.gender) for name in names.around(stage.session, [one])[one]}
    assert {
        ("Kuba", None),
        ("Zosia", None),
        ("Abel", None),
        ("Lena", None),
        ("Agnieszka", Gender.FEMALE),
        ("Nowak", Gender.FEMALE),
        ("Pieter", Gender.MALE),
        ("Vries", Gender.MALE),
        ("Marieke", None),
        ("Joris", None),
        ("Hanneke", None),
        ("Wilg", None),
        ("3A", None),
    } <= known
    assert not {"Max", "Victor", "Olga", "Overkant", "juf", "de", "Basisschool"} & {text for text, _ in known}


def test_each_writer_has_the_names_of_the_own_school(stage: Stage) -> None:
    """Two schools of a board do not meet."""
    here, there = wanted(stage, stage.cast.marieke), wanted(stage, stage.cast.victor)
    found = names.around(stage.session, [here, there])
    assert {"Max", "Victor", "Overkant"} <= {name.text for name in found[there]}
    assert "Kuba" not in {name.text for name in found[there]}
    assert "Kuba" in {name.text for name in found[here]}


def test_what_a_guardian_wrote_leaves_only_with_consent(stage: Stage) -> None:
    """A consent of its own, which can be taken back; what staff writes is the school's."""
    own, of_school = wanted(stage, stage.cast.agnieszka), wanted(stage, stage.cast.marieke)
    assert names.may_leave(stage.session, [own, of_school]) == {of_school}
    privacy.consent(stage.session, stage.tools, stage.cast.agnieszka, ConsentPurpose.OUTSIDE_TRANSLATION)
    stage.session.flush()
    assert names.may_leave(stage.session, [own, of_school]) == {own, of_school}
    privacy.withdraw_consent(
        stage.session, stage.tools, stage.cast.agnieszka, ConsentPurpose.OUTSIDE_TRANSLATION
    )
    stage.session.flush()
    assert names.may_leave(stage.session, [own, of_school]) == {of_school}


def test_what_was_erased_meanwhile_leaves_nothing(stage: Stage) -> None:
    """And names nobody."""
    assert names.may_leave(stage.session, [4711]) == frozenset()
    assert names.around(stage.session, [4711])[4711] == frozenset()


@pytest.mark.parametrize("sensitive", [True, False])
def test_a_sensitive_answer_never_leaves(stage: Stage, sensitive: bool) -> None:
    """Whatever its writer consented to."""
    privacy.consent(stage.session, stage.tools, stage.cast.agnieszka, ConsentPurpose.OUTSIDE_TRANSLATION)
    preparation.begin(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba)
    run = preparation.run_of(stage.session, stage.cast.agnieszka, stage.cast.kuba)
    assert run is not None
    saying = sayings.keep(
        stage.session, stage.tools, stage.cast.agnieszka, "Kuba ma alergię.", child=stage.cast.kuba
    )
    stage.session.add(
        Answer(
            run_id=run.id,
            question="anything",
            choices=[],
            saying_id=saying.id,
            typed_by_id=stage.cast.agnieszka.id,
            sensitive=sensitive,
            share="shared",
            answered_at=stage.tools.clock.now(),
        )
    )
    sayings.want_in(stage.session, stage.tools, saying, "en")
    stage.session.flush()
    (translation,) = saying.translations
    assert names.may_leave(stage.session, [translation.id]) == (set() if sensitive else {translation.id})
