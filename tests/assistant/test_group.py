"""The teacher's chat: states and links, one tap for what waits."""

import pytest
from sqlalchemy import select

from bot.assistant import speech
from bot.content.texts import Texts
from bot.model.messages import HelpWish, Message
from bot.model.people import Door, Teaching
from bot.model.privacy import Pass
from bot.services import help as help_service
from bot.services import messages, preparation, sayings
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.assistant.phones import Phone, open_phone, state_of
from tests.cast import Cast, open_door

SECRET = "Kuba ma własny sekret."


@pytest.fixture
def marieke(database: Database, tools: Tools, texts: Texts, cast: Cast) -> Phone:
    """Juf Marieke's phone; she reads English here, the language of the templates."""
    return open_phone(database, tools, texts, cast.marieke, "en")


def _agnieszka_did_everything(database: Database, tools: Tools, cast: Cast) -> None:
    """She shared an answer, wrote, asked for help, and opened a second phone."""
    with database.writing() as session:
        on = cast.at(session)
        run = preparation.begin(session, tools, on.agnieszka, on.kuba).run
        said = sayings.keep(session, tools, on.agnieszka, SECRET, child=on.kuba)
        preparation.share_all(session, tools, on.agnieszka, run)
        messages.write(session, tools, on.agnieszka, on.kuba, on.agnieszka, said)
        help_service.ask(session, tools, on.agnieszka, on.kuba, "phone")
        open_door(session, tools.clock, on.agnieszka, confirmed=False)


def test_my_group_shows_a_state_per_guardian(marieke: Phone, cast: Cast) -> None:
    """Every child with its guardians and how far they are (004-oog-prepare)."""
    marieke.command("menu")
    assert "Group 3A" in marieke.text
    assert f"{cast.agnieszka.name}: ◦ not started" in marieke.text
    assert marieke.offers("Kuba")
    assert marieke.offers("Abel")
    assert not marieke.offers("Zosia")


def test_no_words_of_parents_stand_in_the_chat(
    marieke: Phone, database: Database, tools: Tools, cast: Cast
) -> None:
    """The teacher's chat has states and links only (004-privacy-care)."""
    _agnieszka_did_everything(database, tools, cast)
    marieke.command("group")
    assert "✅ ready" in marieke.text
    marieke.tap("Kuba")
    assert "wants to be called" in marieke.text
    assert "✉️ 1" in marieke.text
    marieke.tap("Mark as read").command("group")
    everything = "\n".join(outgoing.body for outgoing in marieke.all())
    assert SECRET not in everything
    assert all(outgoing.protect for outgoing in marieke.all() if "Kuba" in outgoing.body)


def test_one_tap_for_everything_that_waits(
    marieke: Phone, database: Database, tools: Tools, cast: Cast
) -> None:
    """A door is confirmed, messages are marked as read, a wish is settled."""
    _agnieszka_did_everything(database, tools, cast)
    marieke.command("group").tap("Kuba").tap("📱 Confirm: Agnieszka")
    marieke.command("group").tap("Kuba").tap("Mark as read")
    marieke.tap("Back to the child").tap("Done: Agnieszka")
    marieke.tap("Back to the child")
    for done in ("📱 Confirm", "Mark as read", "Done:"):
        assert not marieke.offers(done)
    with database.reading() as session:
        assert session.scalars(select(Message.read_at)).all() == [tools.clock.now()]
        assert session.scalars(select(HelpWish.settled_at)).all() == [tools.clock.now()]
        waiting = select(Door.id).where(Door.person_id == cast.agnieszka.id, Door.confirmed_at.is_(None))
        assert session.scalars(waiting).all() == []


def test_a_wished_language_is_shown(marieke: Phone) -> None:
    """The teacher sees the language a parent would rather have."""
    marieke.command("group").tap("Abel")
    assert "Would rather have: Tigrinya" in marieke.text
    assert "Has not opened the letter yet" in marieke.text


def test_the_desk_opens_by_a_one_time_link(
    marieke: Phone, database: Database, tools: Tools, cast: Cast
) -> None:
    """The link stands in a button, its secret is stored as a hash only."""
    marieke.command("group").tap("Open on the desk")
    (link,) = [button.link for button in marieke.buttons("Open the desk") if button.link][:1]
    assert link.startswith(f"{tools.public_url}/in/")
    with database.reading() as session:
        (issued,) = session.scalars(select(Pass)).all()
        assert (issued.person_id, issued.purpose) == (cast.marieke.id, "desk")
        assert issued.digest not in link


def test_a_teacher_writes_to_a_parent(
    marieke: Phone, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """Pick the parent, write, and it is sent at once; the parent reads it, the other parent does not."""
    mother = open_phone(database, tools, texts, cast.agnieszka)
    father = open_phone(database, tools, texts, cast.pieter)
    marieke.command("group").tap("Kuba").tap("Write to: Agnieszka")
    assert "Polish" in marieke.text
    marieke.write("Kuba deed het goed vandaag.")
    assert "Sent to: Agnieszka Nowak" in marieke.text
    assert "Kuba deed het goed vandaag." in mother.all()[-1].body
    assert father.all() == []
    assert "waits_for" not in state_of(marieke)


def test_never_mind_sends_nothing(marieke: Phone, database: Database) -> None:
    """Going back to the child instead of writing leaves no message waiting for words."""
    marieke.command("group").tap("Kuba").tap("Write to: Pieter").tap("Never mind")
    marieke.write("Zomaar iets.")
    with database.reading() as session:
        assert session.scalars(select(Message)).all() == []


def test_another_teacher_and_parents_open_nothing(
    marieke: Phone, database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """Every button of Marieke's group in another hand is 'not found', also for the lead where it is hers."""
    marieke.command("group").tap("Kuba")
    for person in (cast.joris, cast.victor, cast.pieter):
        other = open_phone(database, tools, texts, person, "en")
        for action in (
            {"do": "group.child", "child": cast.kuba.id},
            {"do": "group.write", "child": cast.kuba.id, "guardian": cast.agnieszka.id},
            {"do": "group.read", "child": cast.kuba.id, "guardian": cast.agnieszka.id},
            {"do": "talk.start", "child": cast.kuba.id},
            {"do": "proposals.start", "child": cast.kuba.id},
        ):
            _give_button(other, action)
            other.tap("stolen")
            assert texts.say("en", "errors.not_found") in other.text
            assert cast.agnieszka.name not in other.text
        other.tap_id(marieke.buttons("Write to: Agnieszka")[0].id)
        assert texts.say("en", "errors.old_button") in other.text
    parent = open_phone(database, tools, texts, cast.selam, "en")
    assert texts.say("en", "errors.not_found") in parent.command("group").text


def test_the_lead_sees_states_of_all_groups(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The head chooses a group, sees states, and neither plans nor writes."""
    head = open_phone(database, tools, texts, cast.hanneke, "en")
    head.command("menu")
    assert "Which group?" in head.text
    head.tap("6B").tap("Zosia")
    assert "Agnieszka Nowak: ◦ not started" in head.text
    for mine in ("Plan a talk", "Propose an agreement", "Write to"):
        assert not head.offers(mine)


def test_somebody_who_left_finds_no_group(
    marieke: Phone, database: Database, cast: Cast, tools: Tools
) -> None:
    """A teacher who no longer teaches anything reads one sentence."""
    with database.writing() as session:
        teaching = session.scalars(select(Teaching).where(Teaching.person_id == cast.marieke.id)).one()
        teaching.ended_at = tools.clock.now()
    assert "There is no group here for you." in marieke.command("menu").text


def _give_button(phone: Phone, action: dict[str, object]) -> None:
    """A message with this button lies at the door, as a forged one would."""
    with phone.database.writing() as session:
        door = session.get_one(Door, phone.door_id)
        made = {"label": "stolen", "action": action}
        speech.write(session, phone.tools, phone.texts, door, "menu.offer", buttons=[[made]])
