"""Wishes for a person, paper or the phone."""

import pytest

from bot.model.errors import DomainError, NotFoundError
from bot.model.people import Person
from bot.services import help as service
from bot.services.events import EventKind
from tests.services.conftest import Stage


def test_a_wish_stays_open_until_it_is_settled(stage: Stage) -> None:
    """Asking twice gives one wish; after settling one can ask again (002-cannot-write, 001-overloaded)."""
    selam, abel, marieke = stage.cast.selam, stage.cast.abel, stage.cast.marieke
    wish = service.ask(stage.session, stage.tools, selam, abel, "person")
    assert service.ask(stage.session, stage.tools, selam, abel, "person") is wish
    paper = service.ask(stage.session, stage.tools, selam, abel, "paper")
    assert stage.happened() == [EventKind.HELP_ASKED] * 2
    assert service.open_of(stage.session, stage.tools, marieke, abel, selam) == [wish, paper]
    service.settle(stage.session, stage.tools, marieke, wish)
    settled_at = wish.settled_at
    stage.clock.move(hours=1)
    service.settle(stage.session, stage.tools, marieke, wish)
    assert wish.settled_at == settled_at
    assert service.open_of(stage.session, stage.tools, selam, abel, selam) == [paper]
    assert service.ask(stage.session, stage.tools, selam, abel, "person") is not wish


def test_an_unknown_way_is_refused(stage: Stage) -> None:
    """Only a person, paper or the phone can be asked for."""
    with pytest.raises(DomainError, match="kind_needed"):
        service.ask(stage.session, stage.tools, stage.cast.selam, stage.cast.abel, "pigeon")


@pytest.mark.parametrize("name", ["pieter", "joris", "victor", "olga", "selam"])
def test_the_other_guardian_and_strangers_do_not_learn_of_it(stage: Stage, name: str) -> None:
    """A wish is known to the guardian who has it and to the school (002-separated-talk)."""
    person = getattr(stage.cast, name)
    assert isinstance(person, Person)
    wish = service.ask(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, "phone")
    with pytest.raises(NotFoundError):
        service.find(stage.session, stage.tools, person, wish.id)
    with pytest.raises(NotFoundError):
        service.open_of(stage.session, stage.tools, person, stage.cast.kuba, stage.cast.agnieszka)
    with pytest.raises(NotFoundError):
        service.settle(stage.session, stage.tools, person, wish)
    assert wish.settled_at is None


def test_only_a_guardian_asks(stage: Stage) -> None:
    """Staff and strangers cannot ask for help in a guardian's place."""
    for person in (stage.cast.marieke, stage.cast.hanneke, stage.cast.joris, stage.cast.victor):
        with pytest.raises(NotFoundError):
            service.ask(stage.session, stage.tools, person, stage.cast.kuba, "person")
    with pytest.raises(NotFoundError):
        service.settle(
            stage.session,
            stage.tools,
            stage.cast.agnieszka,
            service.ask(stage.session, stage.tools, stage.cast.agnieszka, stage.cast.kuba, "person"),
        )
    with pytest.raises(NotFoundError):
        service.find(stage.session, stage.tools, stage.cast.marieke, 999)
