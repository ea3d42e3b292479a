"""The state of a whole group in one look."""

from datetime import datetime

import pytest

from bot.dialog.inputs import Say
from bot.model.agreements import Agreement
from bot.model.drafts import DraftKind
from bot.model.errors import NotFoundError
from bot.model.messages import Message, Outgoing
from bot.model.people import Child, Door, Guardianship, Person
from bot.services import agreements, dossier, drafts, messages, overview, preparation, teacher_preparation
from bot.services import help as help_service
from bot.services.overview import ChildRow, GuardianRow
from tests.cast import open_door
from tests.services.conftest import Stage


def _rows(stage: Stage, reader: Person | None = None) -> list[ChildRow]:
    return overview.group_overview(
        stage.session, stage.tools, reader or stage.cast.marieke, stage.cast.group_3a
    )


def _row(stage: Stage, person: Person, reader: Person | None = None) -> GuardianRow:
    found = [one for child in _rows(stage, reader) for one in child.guardians if one.person_id == person.id]
    assert len(found) == 1
    return found[0]


def test_every_child_stands_in_it_with_each_guardian(stage: Stage) -> None:
    """Children by first name, guardians with language, wished language and state (004-oog-prepare)."""
    abel, kuba = _rows(stage)
    assert (abel.first_name, kuba.first_name) == ("Abel", "Kuba")
    assert [one.name for one in kuba.guardians] == [stage.cast.agnieszka.name, stage.cast.pieter.name]
    (selam,) = abel.guardians
    assert (selam.language, selam.wished_language, selam.joined) == ("en", "ti", False)
    assert (selam.progress, selam.unread_messages, selam.doors_to_confirm) == ("not_started", 0, ())
    assert (kuba.open_agreements, kuba.next_talk) == (0, None)


def test_states_are_the_ones_of_the_preparation(stage: Stage) -> None:
    """Not started, busy, ready, needs help and other way agree with what is said of one guardian alone."""
    cast = stage.cast
    seen = []
    for prepare in ("nothing", "begin", "share", "person", "phone"):
        if prepare == "begin":
            run = preparation.begin(stage.session, stage.tools, cast.agnieszka, cast.kuba).run
            said = stage.say(cast.agnieszka, "Kuba jest spokojny.")
            preparation.advance(stage.session, stage.tools, cast.agnieszka, run, Say(said.original), said)
        elif prepare == "share":
            preparation.share_all(stage.session, stage.tools, cast.agnieszka, run)
        elif prepare == "person":
            help_service.ask(stage.session, stage.tools, cast.agnieszka, cast.kuba, prepare)
        elif prepare == "phone":
            help_service.ask(stage.session, stage.tools, cast.pieter, cast.kuba, prepare)
        for person in (cast.agnieszka, cast.pieter):
            alone = preparation.progress(stage.session, stage.tools, cast.marieke, cast.kuba, person)
            assert _row(stage, person).progress == alone.value
        seen.append((_row(stage, cast.agnieszka).progress, _row(stage, cast.pieter).progress))
    assert seen == [
        ("not_started", "not_started"),
        ("busy", "not_started"),
        ("ready", "not_started"),
        ("needs_help", "not_started"),
        ("needs_help", "other_way"),
    ]
    assert [kind for _, kind in _row(stage, cast.agnieszka).help_wishes] == ["person"]


def test_what_waits_for_the_teacher_is_counted(stage: Stage) -> None:
    """Doors to confirm, unread messages, open agreements and the next talk."""
    cast = stage.cast
    waiting = open_door(stage.session, stage.clock, cast.agnieszka, confirmed=False)
    open_door(stage.session, stage.clock, cast.pieter)
    for words in ("Dzień dobry.", "Mam pytanie."):
        messages.write(
            stage.session,
            stage.tools,
            cast.agnieszka,
            cast.kuba,
            cast.agnieszka,
            stage.say(cast.agnieszka, words),
        )
    read = messages.write(
        stage.session, stage.tools, cast.pieter, cast.kuba, cast.pieter, stage.say(cast.pieter, "Hallo.")
    )
    messages.mark_read(stage.session, stage.tools, cast.marieke, read)
    stage.propose()
    stage.plan(planned_at=stage.later(days=9))
    near = stage.plan(planned_at=stage.later(days=3))
    stage.plan(planned_at=stage.later(days=1)).cancelled_at = stage.clock.now()
    stage.plan(planned_at=stage.later(days=2)).held_at = stage.clock.now()
    kuba = _rows(stage)[1]
    agnieszka, pieter = kuba.guardians
    assert (agnieszka.doors_to_confirm, agnieszka.joined) == ((waiting.id,), True)
    assert (pieter.doors_to_confirm, pieter.joined) == ((), True)
    assert (agnieszka.unread_messages, pieter.unread_messages) == (2, 0)
    assert kuba.open_agreements == 1
    assert kuba.next_talk == near.planned_at


def test_lead_and_coordinator_see_states_only(stage: Stage) -> None:
    """They see progress of every group, but no doors and no threads."""
    cast = stage.cast
    open_door(stage.session, stage.clock, cast.agnieszka, confirmed=False)
    said = stage.say(cast.agnieszka, "Dzień dobry.")
    messages.write(stage.session, stage.tools, cast.agnieszka, cast.kuba, cast.agnieszka, said)
    for reader in (cast.hanneke, cast.karin):
        row = _row(stage, cast.agnieszka, reader)
        assert (row.doors_to_confirm, row.unread_messages) == ((), 0)
        groups = overview.groups_of(stage.session, stage.tools, reader)
        assert groups == [cast.group_3a, cast.group_6b]


@pytest.mark.parametrize("name", ["joris", "olga", "victor", "agnieszka", "pieter"])
def test_other_readers_find_no_group(stage: Stage, name: str) -> None:
    """A teacher of another group, a parent and a stranger get 'not found'."""
    person = getattr(stage.cast, name)
    assert isinstance(person, Person)
    with pytest.raises(NotFoundError):
        _rows(stage, person)
    assert stage.cast.group_3a not in overview.groups_of(stage.session, stage.tools, person)


def test_a_teacher_has_the_groups_taught_now(stage: Stage) -> None:
    """Nothing but the groups of today."""
    groups = overview.groups_of(stage.session, stage.tools, stage.cast.marieke)
    assert groups == [stage.cast.group_3a]


def test_the_number_of_statements_does_not_grow(stage: Stage) -> None:
    """Two children or thirty: the same number of SQL statements."""
    stage.session.flush()
    stage.session.expunge_all()
    stage.cast = stage.cast.at(stage.session)
    with stage.statements() as few:
        assert len(_rows(stage)) == 2
    for number in range(28):
        child = Child(
            roster_id=f"more-{number}", first_name=f"Kind {number}", group=stage.cast.group_3a, grade=3
        )
        parent = Person(
            roster_id=f"parent-{number}",
            school=stage.cast.school,
            name=f"Ouder {number}",
            language="nl",
            language_chosen=False,
        )
        stage.session.add(Guardianship(person=parent, child=child, relation="mother", authority=True))
        stage.session.flush()
        preparation.begin(stage.session, stage.tools, parent, child)
        _wish(stage, parent, stage.propose(child=child))
        stage.plan(child=child)
        open_door(stage.session, stage.clock, parent)
    stage.session.flush()
    stage.session.expunge_all()
    stage.cast = stage.cast.at(stage.session)
    with stage.statements() as many:
        assert len(_rows(stage)) == 30
    assert len(many) == len(few)


def test_who_has_not_opened_for_days_stands_out(stage: Stage) -> None:
    """Messages that wait for three days at every door are told; one door that was opened is enough."""
    cast = stage.cast
    open_door(stage.session, stage.tools.clock, cast.agnieszka)
    web = open_door(stage.session, stage.tools.clock, cast.pieter)
    _write(stage, web)
    assert _row(stage, cast.pieter).unopened_days == 0
    stage.clock.move(days=2, seconds=3600)
    assert _row(stage, cast.pieter).unopened_days == 0
    stage.clock.move(days=1)
    assert (_row(stage, cast.pieter).unopened_days, _row(stage, cast.agnieszka).unopened_days) == (3, 0)
    phone = open_door(stage.session, stage.tools.clock, cast.pieter)
    assert _row(stage, cast.pieter).unopened_days == 0
    assert phone.is_open


def _write(stage: Stage, door: Door) -> None:
    stage.session.add(
        Outgoing(
            door_id=door.id,
            door_kind=door.kind,
            address=door.address,
            body="…",
            macro="errors.empty",
            language="nl",
            made_at=stage.tools.clock.now(),
        )
    )
    stage.session.flush()


def _contact(stage: Stage, reader: Person | None = None) -> tuple[datetime | None, datetime | None]:
    """Of Abel and of Kuba."""
    abel, kuba = _rows(stage, reader)
    return abel.last_contact, kuba.last_contact


def test_the_last_contact_is_the_newest_of_every_kind(stage: Stage) -> None:
    """Shared answers, a message either way, a held talk, an addition, a reaction; before that there was none."""
    cast = stage.cast
    assert _contact(stage) == (None, None)
    run = preparation.begin(stage.session, stage.tools, cast.agnieszka, cast.kuba).run
    stage.answer(run, "BO01", "Kuba jest wesoły.")
    agreement = stage.propose()
    stage.plan()
    assert _contact(stage) == (None, None)  # nobody has answered anything yet
    steps = (
        lambda: preparation.share_all(stage.session, stage.tools, cast.agnieszka, run),
        lambda: _message(stage, cast.marieke),
        lambda: _message(stage, cast.pieter),
        lambda: stage.plan(planned_at=stage.clock.now(), held=True),
        lambda: dossier.add(
            stage.session, stage.tools, cast.pieter, cast.kuba, stage.say(cast.pieter, "Hij leest."), "fact"
        ),
        lambda: agreements.confirm(
            stage.session,
            stage.tools,
            cast.pieter,
            agreement.current,
            agreement.current.digest,
            "own_language",
        ),
        lambda: agreements.teach_back(
            stage.session, stage.tools, cast.pieter, agreement.current, stage.say(cast.pieter, "Wij lezen.")
        ),
    )
    for step in steps:
        stage.clock.move(days=1)
        step()
        assert _contact(stage) == (None, stage.clock.now())


def _message(stage: Stage, author: Person) -> Message:
    said = stage.say(author, "Dag.")
    return messages.write(stage.session, stage.tools, author, stage.cast.kuba, stage.cast.pieter, said)


def test_what_was_taken_back_was_no_contact(stage: Stage) -> None:
    """A withdrawn preparation is hidden at once, also from this date."""
    run = stage.prepare(stage.cast.agnieszka, BO01="Kuba jest wesoły.")
    assert _contact(stage)[1] is not None
    run.withdrawn_at = stage.clock.now()
    stage.session.flush()
    assert _contact(stage)[1] is None


def test_who_reads_no_threads_learns_of_no_message(stage: Stage) -> None:
    """For lead and coordinator a message moves neither date nor numbers."""
    _message(stage, stage.cast.pieter)
    for reader in (stage.cast.hanneke, stage.cast.karin):
        assert _contact(stage, reader) == (None, None)
        assert _row(stage, stage.cast.pieter, reader).unanswered_messages == 0
    assert _contact(stage)[1] is not None


def test_messages_wait_for_an_answer_until_the_school_writes(stage: Stage) -> None:
    """Read is not answered; a word to the other guardian is no answer either."""
    cast = stage.cast
    for _ in range(2):
        messages.mark_read(stage.session, stage.tools, cast.marieke, _message(stage, cast.pieter))
    row = _row(stage, cast.pieter)
    assert (row.unread_messages, row.unanswered_messages) == (0, 2)
    said = stage.say(cast.marieke, "Dag.")
    messages.write(stage.session, stage.tools, cast.marieke, cast.kuba, cast.agnieszka, said)
    assert _row(stage, cast.pieter).unanswered_messages == 2
    _message(stage, cast.marieke)
    assert _row(stage, cast.pieter).unanswered_messages == 0


def test_an_interpreter_is_needed_or_comes(stage: Stage) -> None:
    """Needed for a wished language that is not shipped; coming when the planned talk names one."""
    cast = stage.cast
    assert _row(stage, cast.selam).needs_interpreter
    assert not _row(stage, cast.agnieszka).needs_interpreter
    cast.agnieszka.wished_language = "en"
    assert not _row(stage, cast.agnieszka).needs_interpreter
    stage.plan(child=cast.abel, people=["parents", "interpreter"])
    assert [one.interpreter_comes for one in _rows(stage)] == [True, False]


def test_the_schools_own_work_stands_there(stage: Stage) -> None:
    """Preparation begun and shared, until the talk was held; then the report is to be written (001-p01)."""
    cast = stage.cast
    form = drafts.Form(cast.kuba, DraftKind.PREPARATION)
    seen = [_school(stage)]
    drafts.write(stage.session, stage.tools, cast.marieke, form, "BL02", "Leest graag.", 0)
    seen.append(_school(stage))
    written = drafts.find(stage.session, stage.tools, cast.marieke, form)
    teacher_preparation.share(
        stage.session, stage.tools, cast.marieke, cast.kuba, drafts.fingerprint(written)
    )
    seen.append(_school(stage))
    stage.clock.move(days=1)
    stage.plan(planned_at=stage.clock.now(), held=True)
    seen.append(_school(stage))
    assert seen == [("none", "none"), ("draft", "none"), ("shared", "none"), ("none", "to_write")]


def _school(stage: Stage) -> tuple[str, str]:
    row = _rows(stage)[1]
    return row.school_preparation, row.report


def _wish(stage: Stage, person: Person, agreement: Agreement) -> None:
    child = stage.session.get_one(Child, agreement.child_id)
    said = stage.say(person, "Nie w środę.", child)
    agreements.wish_change(stage.session, stage.tools, person, agreement.current, said)


def _change(stage: Stage, agreement: Agreement) -> None:
    """Juf Marieke writes a new text."""
    current = agreement.current
    agreements.change(
        stage.session,
        stage.tools,
        stage.cast.marieke,
        agreement,
        words="Elke ochtend lezen jullie samen.",
        owner=current.owner,
        due_on=current.due_on,
        look_back_on=current.look_back_on,
    )


def _confirm(stage: Stage, person: Person, agreement: Agreement) -> None:
    version = agreement.current
    agreements.confirm(stage.session, stage.tools, person, version, version.digest, "explained")


def _wishes(stage: Stage, reader: Person | None = None) -> list[tuple[int, int, bool]]:
    """Of Kuba."""
    found = _rows(stage, reader)[1].change_wishes
    return [(one.agreement_id, one.guardian_id, one.answered) for one in found]


def test_a_wish_for_a_change_stands_until_the_text_changes(stage: Stage) -> None:
    """One per parent and agreement, whoever asks how often; a new version settles all of them (002-agreements)."""
    cast = stage.cast
    agreement, other = stage.propose(), stage.propose(words="Samen fietsen.")
    assert _wishes(stage) == []
    for person in (cast.agnieszka, cast.pieter, cast.agnieszka):
        _wish(stage, person, agreement)
    agreements.teach_back(
        stage.session, stage.tools, cast.pieter, other.current, stage.say(cast.pieter, "Wij fietsen.")
    )
    expected = [(agreement.id, cast.agnieszka.id, False), (agreement.id, cast.pieter.id, False)]
    for reader in (cast.marieke, cast.hanneke, cast.karin):
        assert _wishes(stage, reader) == expected
    assert _rows(stage)[0].change_wishes == ()
    _change(stage, agreement)
    assert _wishes(stage) == []
    _wish(stage, cast.pieter, agreement)
    assert _wishes(stage) == [(agreement.id, cast.pieter.id, False)]
    agreements.close(stage.session, stage.tools, cast.marieke, agreement, "stopped")
    assert _wishes(stage) == []


def test_who_confirms_after_all_wishes_no_change_any_more(stage: Stage) -> None:
    """Only their own wish is settled; a confirmation from before the wish settles nothing."""
    cast = stage.cast
    agreement = stage.propose()
    _confirm(stage, cast.pieter, agreement)
    stage.clock.move(hours=1)
    for person in (cast.agnieszka, cast.pieter):
        _wish(stage, person, agreement)
    stage.clock.move(hours=1)
    assert len(_wishes(stage)) == 2
    _confirm(stage, cast.agnieszka, agreement)
    assert _wishes(stage) == [(agreement.id, cast.pieter.id, False)]


def test_a_wish_is_answered_by_a_message_to_that_parent(stage: Stage) -> None:
    """It goes on standing there; who reads no threads does not learn of the message, and a new wish waits again."""
    cast = stage.cast
    agreement = stage.propose()
    _wish(stage, cast.pieter, agreement)
    stage.clock.move(hours=1)
    said = stage.say(cast.marieke, "Dag.")
    messages.write(stage.session, stage.tools, cast.marieke, cast.kuba, cast.agnieszka, said)
    _message(stage, cast.pieter)
    assert _wishes(stage) == [(agreement.id, cast.pieter.id, False)]
    _message(stage, cast.marieke)
    assert _wishes(stage) == [(agreement.id, cast.pieter.id, True)]
    assert _wishes(stage, cast.hanneke) == [(agreement.id, cast.pieter.id, False)]
    stage.clock.move(hours=1)
    _wish(stage, cast.pieter, agreement)
    assert _wishes(stage) == [(agreement.id, cast.pieter.id, False)]


def test_who_is_no_guardian_any_more_wishes_nothing(stage: Stage) -> None:
    """The wish of an ended guardianship stands with the text, and in no list."""
    agreement = stage.propose()
    _wish(stage, stage.cast.pieter, agreement)
    stage.guardianship(stage.cast.pieter).ended_at = stage.clock.now()
    stage.session.flush()
    assert _wishes(stage) == []
