"""The dossier from the chat: a one-time link, and additions."""

import pytest

from bot.demo.phones import DirectPhone
from bot.model.dossier import Entry
from bot.model.privacy import Pass
from tests.assistant.labels import DOSSIER, fixed
from tests.assistant.stage import Stage
from tests.cast import PUBLIC_URL

WORDS = "Kuba heeft zaterdag zijn eerste boekje gelezen."
ADD, FACT, VIEW = (fixed(f"dossier.{name}_button") for name in ("add", "fact", "view"))


@pytest.fixture
def pieter(stage: Stage) -> DirectPhone:
    """Pieter's confirmed phone."""
    return stage.joined(stage.cast.pieter)


def test_a_link_at_any_hour(stage: Stage, pieter: DirectPhone) -> None:
    """One tap gives a one-time link to everything about the child (004-dossier-6)."""
    seen = pieter.tap(DOSSIER)
    assert fixed("dossier.open", minutes=10) in seen.words
    [inside, link] = stage.links(pieter)  # Telegram vouches for him, or he opens any browser
    assert inside == f"{PUBLIC_URL}/in/telegram?to=dossier"
    assert link.startswith(f"{PUBLIC_URL}/in/")
    [issued] = stage.all(Pass)
    assert (issued.purpose, issued.person_id) == ("dossier", stage.cast.pieter.id)
    assert link.rpartition("/")[2] not in issued.digest


@pytest.mark.parametrize(("button", "kind"), [(FACT, "fact"), (VIEW, "view")])
def test_a_parent_adds_a_fact_or_a_view(stage: Stage, pieter: DirectPhone, button: str, kind: str) -> None:
    """The addition stands in the dossier with its kind and author (004-dossier-7, 004-dossier-4)."""
    pieter.tap(DOSSIER)
    pieter.tap(ADD)
    pieter.tap(button)
    assert fixed("dossier.added") in pieter.say(WORDS).words
    [entry] = stage.all(Entry)
    assert (entry.kind, entry.author_id) == (kind, stage.cast.pieter.id)


def test_an_addition_can_be_spoken(stage: Stage, pieter: DirectPhone) -> None:
    """A voice message is an addition too (002-cannot-write)."""
    pieter.tap(DOSSIER)
    pieter.tap(ADD)
    pieter.tap(VIEW)
    pieter.voice()
    assert len(stage.all(Entry)) == 1


def test_an_addition_is_about_the_chosen_child(stage: Stage) -> None:
    """A mother of two is asked about whom it is."""
    phone = stage.joined(stage.cast.agnieszka)
    phone.tap(DOSSIER)
    phone.tap(ADD)
    phone.tap("Zosia")
    phone.tap(FACT)
    phone.say(WORDS)
    assert [entry.child_id for entry in stage.all(Entry)] == [stage.cast.zosia.id]


def test_a_forged_child_gets_no_addition(stage: Stage, pieter: DirectPhone) -> None:
    """A button that names somebody else's child is refused."""
    pieter.tap(DOSSIER)
    pieter.tap(ADD)
    with stage.database.writing() as session:
        stage.redirect(session, pieter, child=stage.cast.lena.id)
    assert fixed("errors.not_found") in pieter.tap(FACT).words
    assert stage.all(Entry) == []
