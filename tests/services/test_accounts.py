"""Accounts that the head closes and opens again."""

import pytest
from sqlalchemy import select

from bot.model.access import Action, Subject
from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Door, DoorKind, Person
from bot.model.privacy import AuditLine, ClosingReason, PassPurpose
from bot.services import access, accounts, invitations, passes, people
from tests.cast import open_door
from tests.services.conftest import Stage

DESK, DOSSIER = PassPurpose.DESK, PassPurpose.DOSSIER


def _close(stage: Stage, person: Person, reason: str = "lost") -> None:
    accounts.close(stage.session, stage.tools, stage.cast.hanneke, person, reason)


def test_everything_ends_at_once(stage: Stage) -> None:
    """Doors, browsers, links and letters of a closed account open nothing any more."""
    cast = stage.cast
    door = open_door(stage.session, stage.clock, cast.agnieszka)
    chat = open_door(stage.session, stage.clock, cast.agnieszka, DoorKind.TELEGRAM, "77")
    used = passes.issue(stage.session, stage.tools, cast.agnieszka, DOSSIER)
    cookie, _ = passes.exchange(stage.session, stage.tools, used, DOSSIER)
    link = passes.issue(stage.session, stage.tools, cast.agnieszka, DOSSIER)
    letter = invitations.invite(stage.session, stage.tools, cast.agnieszka)
    _close(stage, cast.agnieszka)
    stage.session.expire_all()
    assert not door.is_open
    assert not chat.is_open
    assert passes.session_for(stage.session, stage.tools, cookie, DOSSIER) is None
    with pytest.raises(DomainError, match="pass_unusable"):
        passes.exchange(stage.session, stage.tools, link, DOSSIER)
    with pytest.raises(DomainError, match="invitation_unusable"):
        invitations.use(stage.session, stage.tools, letter, DoorKind.WEB, "new")
    with pytest.raises(DomainError, match="account_closed"):
        invitations.invite(stage.session, stage.tools, cast.agnieszka)
    with pytest.raises(NotFoundError):
        passes.issue(stage.session, stage.tools, cast.agnieszka, DOSSIER)
    assert cast.agnieszka not in people.not_joined(stage.session)


def test_a_closed_account_may_nothing(stage: Stage) -> None:
    """No action on any subject is left, for a parent and for a teacher, also on what is their own."""
    cast = stage.cast
    for person in (cast.agnieszka, cast.marieke):
        _close(stage, person)
        for subject in Subject:
            for action in Action:
                assert not access.allowed(
                    stage.session,
                    stage.tools,
                    person,
                    cast.kuba,
                    action,
                    subject,
                    owner_id=person.id,
                    party=True,
                )


def test_others_see_the_child_as_before(stage: Stage) -> None:
    """What the person said stays; the teacher reads it, and the other parent is no worse off."""
    cast = stage.cast
    stage.prepare(cast.agnieszka, BO01="Kuba jest spokojny.")
    _close(stage, cast.agnieszka)
    may = access.allowed(
        stage.session,
        stage.tools,
        cast.marieke,
        cast.kuba,
        Action.READ,
        Subject.SHARED_ANSWER,
        owner_id=cast.agnieszka.id,
    )
    assert may
    assert len(access.guardians_of(stage.session, cast.kuba)) == 2


def test_an_account_opens_again_with_a_new_letter(stage: Stage) -> None:
    """What was ended stays ended; a new letter works."""
    cast = stage.cast
    open_door(stage.session, stage.clock, cast.agnieszka, DoorKind.TELEGRAM, "77")
    _close(stage, cast.agnieszka)
    accounts.open_again(stage.session, stage.tools, cast.hanneke, cast.agnieszka)
    doors = select(Door).where(Door.person_id == cast.agnieszka.id, Door.ended_at.is_(None))
    assert stage.session.scalars(doors).all() == []
    letter = invitations.invite(stage.session, stage.tools, cast.agnieszka)
    assert invitations.use(stage.session, stage.tools, letter, DoorKind.WEB, "new").is_open


def test_only_the_head_of_the_school_closes(stage: Stage) -> None:
    """Coordinator, teachers, parents and another school's people find nothing, and nothing changes."""
    cast = stage.cast
    for actor in (cast.karin, cast.marieke, cast.agnieszka, cast.olga, cast.victor):
        for act in (
            lambda actor=actor: accounts.close(stage.session, stage.tools, actor, cast.pieter, "lost"),
            lambda actor=actor: accounts.open_again(stage.session, stage.tools, actor, cast.pieter),
            lambda actor=actor: accounts.staff(stage.session, actor),
            lambda actor=actor: accounts.guardians(stage.session, actor, cast.group_3a.id),
            lambda actor=actor: accounts.find(stage.session, actor, cast.pieter.id),
        ):
            with pytest.raises(NotFoundError):
                act()
    with pytest.raises(NotFoundError):
        _close(stage, cast.victor)  # of another school
    with pytest.raises(NotFoundError):
        accounts.guardians(stage.session, cast.hanneke, cast.other_group.id)
    assert cast.pieter.closed_at is None


def test_nobody_locks_oneself_out(stage: Stage) -> None:
    """The own account cannot be closed; another reason than the known ones is refused."""
    with pytest.raises(DomainError, match="own_account"):
        _close(stage, stage.cast.hanneke)
    with pytest.raises(DomainError, match="reason_needed"):
        _close(stage, stage.cast.pieter, "because he is tiresome")


def test_closing_and_opening_are_on_record_with_a_reason(stage: Stage) -> None:
    """Who, whom and why, without a word of anybody; doing it twice is recorded once."""
    cast = stage.cast
    for _ in range(2):
        _close(stage, cast.pieter, ClosingReason.LEFT.value)
    accounts.open_again(stage.session, stage.tools, cast.hanneke, cast.pieter)
    accounts.open_again(stage.session, stage.tools, cast.hanneke, cast.pieter)
    stage.session.flush()
    lines = stage.session.scalars(
        select(AuditLine).where(AuditLine.subject == "account").order_by(AuditLine.id)
    ).all()
    assert [(one.action, one.actor_id, one.data) for one in lines] == [
        ("closed", cast.hanneke.id, {"person": cast.pieter.id, "reason": "left"}),
        ("opened", cast.hanneke.id, {"person": cast.pieter.id}),
    ]


def test_who_can_come_in_stands_by_name(stage: Stage) -> None:
    """Staff with their posts and groups, guardians of a group with their children, and how many doors are open."""
    cast = stage.cast
    open_door(stage.session, stage.clock, cast.agnieszka)
    working = {one.name: one for one in accounts.staff(stage.session, cast.hanneke)}
    assert set(working) == {cast.hanneke.name, cast.karin.name, cast.marieke.name, cast.joris.name}
    assert working[cast.marieke.name].what == ("3A",)
    assert working[cast.hanneke.name].what == ("lead",)
    of_group = {one.name: one for one in accounts.guardians(stage.session, cast.hanneke, cast.group_3a.id)}
    assert of_group[cast.agnieszka.name].what == ("Kuba",)
    assert (of_group[cast.agnieszka.name].doors, of_group[cast.pieter.name].doors) == (1, 0)
