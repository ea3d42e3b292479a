"""Notice, consents, and taking a whole preparation back."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.dialog.inputs import Say
from bot.model.errors import DomainError, NotFoundError
from bot.model.preparation import Answer, AnswerHistory, Run
from bot.model.privacy import AuditLine, ConsentPurpose
from bot.model.translation import Attachment, Saying, Translation
from bot.services import agreements, preparation, privacy, sayings
from bot.services.events import EventKind
from tests.services.conftest import Stage

WORDS = "Kuba jest wesoły i ciekawy świata."


def _read(stage: Stage) -> list[str]:
    cast = stage.cast
    found = preparation.shared_answers(stage.session, stage.tools, cast.marieke, cast.kuba, cast.agnieszka)
    return [answer.question for answer in found]


def _withdrawn(stage: Stage) -> Run:
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    stage.happened()
    privacy.withdraw(stage.session, stage.tools, run.person, run)
    return run


def test_the_notice_is_acknowledged_once(stage: Stage) -> None:
    """It is on record who read the notice; reading it again adds nothing."""
    agnieszka = stage.cast.agnieszka
    assert not privacy.has_acknowledged(stage.session, agnieszka)
    for _time in range(2):
        privacy.acknowledge(stage.session, stage.tools, agnieszka)
    assert privacy.has_acknowledged(stage.session, agnieszka)
    lines = select(func.count()).select_from(AuditLine).where(AuditLine.action == "acknowledge")
    assert stage.session.scalar(lines) == 1
    assert not privacy.has_acknowledged(stage.session, stage.cast.pieter)


def test_each_consent_stands_alone(stage: Stage) -> None:
    """A consent is given and withdrawn for one purpose of one person (004-privacy-care)."""
    agnieszka = stage.cast.agnieszka
    privacy.consent(stage.session, stage.tools, agnieszka, ConsentPurpose.TELEGRAM)
    assert privacy.consents(stage.session, agnieszka, ConsentPurpose.TELEGRAM)
    assert not privacy.consents(stage.session, agnieszka, ConsentPurpose.OUTSIDE_TRANSLATION)
    assert not privacy.consents(stage.session, stage.cast.pieter, ConsentPurpose.TELEGRAM)
    privacy.withdraw_consent(stage.session, stage.tools, agnieszka, ConsentPurpose.TELEGRAM)
    assert not privacy.consents(stage.session, agnieszka, ConsentPurpose.TELEGRAM)
    privacy.consent(stage.session, stage.tools, agnieszka, ConsentPurpose.TELEGRAM)
    assert privacy.consents(stage.session, agnieszka, ConsentPurpose.TELEGRAM)


def test_withdrawing_hides_at_once(stage: Stage) -> None:
    """The school reads nothing from this moment on, and the teacher is told (002-prep-form)."""
    run = _withdrawn(stage)
    assert _read(stage) == []
    assert stage.happened() == [EventKind.PREPARATION_WITHDRAWN]
    privacy.withdraw(stage.session, stage.tools, run.person, run)
    assert stage.happened() == []


def test_withdrawing_stops_the_translator(stage: Stage) -> None:
    """What was only asked for is asked no more; after the undo it is asked again."""
    stage.tools = replace(stage.tools, translates=True)
    run = _withdrawn(stage)
    count = select(func.count()).select_from(Translation)
    assert stage.session.scalar(count) == 0
    privacy.undo_withdrawal(stage.session, stage.tools, run.person, run)
    assert stage.session.scalar(count) == 1


def test_nothing_can_be_done_with_a_withdrawn_preparation(stage: Stage) -> None:
    """It cannot be opened, answered, shared or held back until the undo."""
    run = _withdrawn(stage)
    [answer] = run.answers
    for attempt in (
        lambda: preparation.begin(stage.session, stage.tools, run.person, run.child),
        lambda: preparation.share_all(stage.session, stage.tools, run.person, run),
        lambda: preparation.share_one(stage.session, stage.tools, run.person, answer),
        lambda: preparation.hold_back(stage.session, stage.tools, run.person, answer),
    ):
        with pytest.raises(DomainError, match="preparation_withdrawn"):
            attempt()


def test_undo_within_seven_days(stage: Stage) -> None:
    """Just before the seven days are over everything is back as it was."""
    run = _withdrawn(stage)
    stage.happened()
    stage.clock.move(days=7, seconds=-1)
    assert privacy.erase_due(stage.session, stage.tools) == 0
    privacy.undo_withdrawal(stage.session, stage.tools, run.person, run)
    assert _read(stage) == ["BO01"]
    assert stage.happened() == [EventKind.WITHDRAWAL_UNDONE]
    stage.clock.move(days=30)
    assert privacy.erase_due(stage.session, stage.tools) == 0


def test_erased_after_seven_days(stage: Stage) -> None:
    """From then on no undo helps, and nothing of it is left in any table."""
    run = _withdrawn(stage)
    stage.clock.move(days=7)
    with pytest.raises(DomainError, match="undo_too_late"):
        privacy.undo_withdrawal(stage.session, stage.tools, run.person, run)
    assert privacy.erase_due(stage.session, stage.tools) == 1
    for entity in (Run, Answer, AnswerHistory, Saying, Translation):
        assert stage.session.scalar(select(func.count()).select_from(entity)) == 0


def test_files_are_erased_too(stage: Stage) -> None:
    """A voice message of a withdrawn preparation is gone with its answer."""
    agnieszka, kuba = stage.cast.agnieszka, stage.cast.kuba
    run = preparation.begin(stage.session, stage.tools, agnieszka, kuba).run
    file = sayings.File("voice", content=b"OggS", media_type="audio/ogg")
    saying = sayings.keep(stage.session, stage.tools, agnieszka, "", child=kuba, file=file)
    preparation.advance(stage.session, stage.tools, agnieszka, run, Say("", voice=True), saying)
    privacy.withdraw(stage.session, stage.tools, agnieszka, run)
    stage.clock.move(days=8)
    privacy.erase_due(stage.session, stage.tools)
    assert stage.session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_agreements_stay(stage: Stage) -> None:
    """Taking the answers back takes no agreement away, also after they are erased (002-agreements)."""
    agreement = stage.propose()
    _withdrawn(stage)
    stage.clock.move(days=8)
    privacy.erase_due(stage.session, stage.tools)
    assert agreements.of_child(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba) == [
        agreement
    ]


def test_a_new_preparation_after_the_erasure(stage: Stage) -> None:
    """Afterwards the parent can begin anew, with nothing of before."""
    _withdrawn(stage)
    stage.clock.move(days=8)
    privacy.erase_due(stage.session, stage.tools)
    step = preparation.begin(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba)
    assert step.state.position == "BO01"
    assert step.run.answers == []


@pytest.mark.parametrize("name", ["pieter", "marieke", "joris", "hanneke", "ewa", "victor"])
def test_nobody_else_withdraws(stage: Stage, name: str) -> None:
    """Only the guardian whose preparation it is takes it back, or undoes that (002-separated-talk)."""
    other = getattr(stage.cast, name)
    run = stage.prepare(stage.cast.agnieszka, BO01=WORDS)
    with pytest.raises(NotFoundError):
        privacy.withdraw(stage.session, stage.tools, other, run)
    privacy.withdraw(stage.session, stage.tools, run.person, run)
    with pytest.raises(NotFoundError):
        privacy.undo_withdrawal(stage.session, stage.tools, other, run)
