"""What is due, asked in as many statements for a large school as for a small one."""

from datetime import timedelta

from bot.model.agreements import Agreement
from bot.services import agreements, reminders
from bot.services.reminders import Due
from tests.cast import open_door
from tests.services.conftest import Stage


def active(stage: Stage, due_in_days: int) -> Agreement:
    """An agreement with Agnieszka that both sides confirmed."""
    day = stage.today + timedelta(days=due_in_days)
    made = stage.propose(guardians=[stage.cast.agnieszka], due_on=day, look_back_on=day + timedelta(days=30))
    agreements.confirm(
        stage.session, stage.tools, stage.cast.agnieszka, made.current, made.current.digest, "explained"
    )
    return made


def due(stage: Stage) -> list[Due]:
    """What is due about agreements now."""
    return list(reminders.agreements_due(stage.session, stage.tools))


def asked(stage: Stage) -> int:
    """How many statements a look takes, when nothing is at hand."""
    stage.session.flush()
    stage.session.expunge_all()
    with stage.statements() as sent:
        list(reminders.agreements_due(stage.session, stage.tools))
        list(reminders.preparations_due(stage.session, stage.tools))
    return len(sent)


def test_agreements_that_are_not_due_cost_no_statements(stage: Stage) -> None:
    """Nor do agreements of which everybody was reminded; ten are as cheap as one (001-hold-to-agreements)."""
    open_door(stage.session, stage.clock, stage.cast.agnieszka)
    active(stage, 60)
    one = asked(stage)
    stage.cast = stage.cast.at(stage.session)
    for _agreement in range(9):
        active(stage, 60)
    assert asked(stage) == one
    stage.cast = stage.cast.at(stage.session)
    active(stage, 1)
    some = asked(stage)
    stage.cast = stage.cast.at(stage.session)
    for _agreement in range(4):
        active(stage, 1)
    assert asked(stage) == some


def test_only_the_text_that_stands_counts(stage: Stage) -> None:
    """A day that was put off is not reminded of; the new one is."""
    open_door(stage.session, stage.clock, stage.cast.agnieszka)
    agreement = active(stage, 1)
    current = agreement.current
    assert [one.version for one in due(stage)] == [current]
    later = agreements.change(
        stage.session,
        stage.tools,
        stage.cast.marieke,
        agreement,
        words="Samen lezen.",
        owner="parents",
        due_on=stage.today + timedelta(days=60),
        look_back_on=stage.today + timedelta(days=90),
    )
    agreements.confirm(stage.session, stage.tools, stage.cast.agnieszka, later, later.digest, "explained")
    assert due(stage) == []
    stage.clock.move(days=59)
    assert [one.version for one in due(stage)] == [later]


def test_the_day_begins_three_school_days_before(stage: Stage) -> None:
    """On the first of those days and not a day earlier, weekends left out."""
    open_door(stage.session, stage.clock, stage.cast.agnieszka)
    agreement = active(stage, 20)  # 21 September 2026 is a Monday: three school days before is Wednesday
    assert agreement.current.due_on.weekday() == 0
    begins = next(day for day in range(21) if _is_due_after(stage, day))
    assert (stage.today - agreement.current.due_on).days == begins - 20 == -5


def _is_due_after(stage: Stage, day: int) -> bool:
    if day:
        stage.clock.move(days=1)
    return bool(due(stage))
