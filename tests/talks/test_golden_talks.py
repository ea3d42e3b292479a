"""The golden talks: the same people say the same words at every door, and see the same."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select

from bot.content.shipped import shipped
from bot.content.talks import Talk, Turn, read_talks
from bot.demo.desk import Desk
from bot.demo.phones import Seen
from bot.demo.play import play
from bot.model.agreements import Agreement
from bot.model.dossier import Entry, Look
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.messages import Outgoing
from bot.model.people import Door
from bot.model.preparation import Answer, Run
from bot.model.report import Report
from bot.model.translation import Translation
from bot.services import buddies, dossier
from tests.talks.doors import Direct, PhoneDoor
from tests.talks.engine_talk import EngineTalk
from tests.talks.school import School
from tests.talks.telegram_phone import TelegramDoor, WebhookDoor
from tests.talks.web_phone import WebDoor
from tests.web.served import Served

TALKS = {talk.name: talk for talk in read_talks(shipped("dialogs") / "begin")}
BUDDY_TALKS = {talk.name: talk for talk in read_talks(shipped("dialogs") / "buddies")}
# Talk -> child, teacher, what was chosen as it reads in Dutch, and the words of one answer.
OTHER_WRITING = {
    "arabic": ("kuba", "marieke", ["Tekenen", "Vaak"], "يعرف Kuba ستة قطارات، ويركب الدراجة جيدًا."),
    "ukrainian": ("lena", "joris", ["Muziek", "Vaak"], "Вона добре читає двома мовами."),
    "selam-tigrinya": ("abel", "marieke", ["Bouwen", "Vaak"], "ኣቤል ጽቡቕ ይስእል።"),
}
OpenDoor = Callable[[School], PhoneDoor]


@pytest.fixture(params=["direct", "telegram", "web"])
def open_door(request: pytest.FixtureRequest, served: Served) -> OpenDoor:
    """A way to open each kind of door."""
    doors: dict[str, OpenDoor] = {
        "direct": Direct,
        "telegram": TelegramDoor,
        "web": partial(WebDoor, served=served),
    }
    return doors[request.param]


@pytest.fixture
def played(school: School, open_door: OpenDoor) -> Callable[[str], School]:
    """Plays a talk at this door; the program is started anew whenever time passes in the talk, and at the end."""
    return lambda name: _played(school, open_door, TALKS[name])


def _played(school: School, open_door: OpenDoor, talk: Talk) -> School:
    school.switch_on(talk.languages)
    with open_door(school) as door:

        def told(turn: Turn, seen: Seen) -> None:
            school.must_hold(turn, seen)
            if turn.deed == "later" or turn.line % 10 == 0:
                door.restart()

        desk = Desk(school.database, school.tools, school.texts)
        play(talk, door, school.clock, pages=desk, told=told)
    return school


def test_every_person_of_the_issue_has_a_talk() -> None:
    """Agnieszka, Pieter and Selam each have one, and so has each of the other writings."""
    assert set(TALKS) == {"agnieszka", "pieter", "selam", *OTHER_WRITING}


def test_agnieszka(played: Callable[[str], School]) -> None:
    """From the letter to an agreement both can read, all in Polish, for two children (002-polish-parents).

    Shown to work: 002-prep-form, 002-agreements, 002-goal-known, 001-p10, 003-yes-meaning, 004-dossier-7, 002-report.
    """
    school = played("agnieszka")
    with school.database.reading() as session:
        [agreement] = session.scalars(select(Agreement)).all()
        assert agreement.state == "active"
        assert {one.language for one in agreement.current.confirmations} == {"nl", "pl"}
        shares = _shares(school, school.cast.agnieszka.id)
        assert set(shares[school.cast.kuba.id].values()) == {"shared"}
        assert set(shares[school.cast.zosia.id].values()) == {"shared"}
        assert session.scalars(select(Entry.kind)).all() == ["fact"]
        [report] = session.scalars(select(Report)).all()
        assert report.guardian_id == school.cast.agnieszka.id
        assert [one.kind for one in report.reactions] == ["wrong"]
        assert {one.as_staff for one in session.scalars(select(Look))} == {True, False}


def test_pieter(played: Callable[[str], School]) -> None:
    """He skips, goes back, changes, stops, goes on days later, and takes one answer back (002-separated-talk)."""
    school = played("pieter")
    cast = school.cast
    shares = _shares(school, cast.pieter.id)[cast.kuba.id]
    assert shares["BX-M1"] == "withdrawn"
    assert shares["BO04"] == "held_back"
    assert shares["BO03"] == shares["BO12"] == "shared"
    with school.database.reading() as session:
        run = session.scalars(select(Run).where(Run.person_id == cast.agnieszka.id)).one()
        assert [answer.share for answer in run.answers] == ["draft"]
        authors = {one.saying.author_id for one in session.scalars(select(Translation))}
        assert cast.agnieszka.id not in authors  # what she has not shared is nobody's to translate


def test_selam(played: Callable[[str], School]) -> None:
    """She hardly writes a word and is done all the same (002-cannot-write)."""
    school = played("selam")
    with school.database.reading() as session:
        answers = {answer.question: answer for answer in session.scalars(select(Answer))}
        voices = {
            question
            for question, answer in answers.items()
            if answer.saying and any(file.kind == "voice" for file in answer.saying.attachments)
        }
        assert voices == {"BO01", "BO04", "BO07", "BO12"}
        words = answers["BO06"].saying
        assert words is not None
        assert len(words.original) == 6000
        assert answers["BO04"].share == "held_back"


@pytest.mark.parametrize("name", OTHER_WRITING)
def test_in_another_writing(played: Callable[[str], School], name: str) -> None:
    """Choices are read in Dutch, words as they were said with the language they are in (004-language-threat)."""
    child, teacher, chosen, words = OTHER_WRITING[name]
    school = played(name)
    with school.database.reading() as session:
        here = school.cast.at(session)
        shown = dossier.view(
            session, school.tools, getattr(here, teacher), getattr(here, child), as_staff=True
        )
        [answers] = [part.answers for part in shown.parts if part.answers]
        assert [label for one in answers for label in one.labels] == chosen
        said = {one.question: one.said for one in answers if one.said}
        assert said["BO03"].original == words
        assert {one.original_language for one in said.values()} == set(TALKS[name].languages)


def test_every_person_who_asks_or_helps_has_a_talk() -> None:
    """One who is helped, one who reaches the coordinator, one who is never asked, one who is blocked (002-buddy)."""
    assert set(BUDDY_TALKS) == {"agnieszka", "selam", "pieter", "blocked"}


@pytest.mark.parametrize("name", ["agnieszka", "blocked"])
def test_a_buddy_reads_what_was_given_and_no_more(school: School, open_door: OpenDoor, name: str) -> None:
    """The text that was chosen with its names hidden, first names, and nothing of any child (002-buddy)."""
    _played(school, open_door, BUDDY_TALKS[name])
    with school.database.reading() as session:
        told = session.scalars(
            select(Outgoing)
            .join(Door, Door.id == Outgoing.door_id)
            .where(Door.person_id == school.cast.ewa.id)
        ).all()
        shown = "\n".join(f"{one.body} {one.buttons}" for one in told)
        assert "[1] moet donderdag" in shown
        for hidden in ("Kuba", "Zosia", "Nowak", "12345678", "Marieke"):
            assert hidden not in shown
        [match] = session.scalars(select(Match)).all()
        assert (match.state, match.buddy_id) == (MatchState.ENDED, school.cast.ewa.id)
        better = session.scalars(select(Translation).where(Translation.with_buddy.is_(True))).all()
        assert len(better) == (1 if name == "agnieszka" else 0)
        assert buddies.are_apart(session, school.cast.agnieszka.id, school.cast.ewa.id) == (name == "blocked")


@pytest.mark.parametrize("name", ["selam", "pieter"])
def test_nobody_is_asked(school: School, open_door: OpenDoor, name: str) -> None:
    """The request is answered all the same: the coordinator knows, and the asker has other ways (001-overloaded)."""
    _played(school, open_door, BUDDY_TALKS[name])
    with school.database.reading() as session:
        assert session.scalars(select(Match)).all() == []
        [request] = session.scalars(select(HelpRequest)).all()
        assert request.state == RequestState.UNANSWERED
        assert (request.settled_at is not None) == (name == "selam")


def _shares(school: School, person_id: int) -> dict[int, dict[str, str]]:
    """Child -> question -> how far it is shared."""
    with school.database.reading() as session:
        return {
            run.child_id: {answer.question: answer.share for answer in run.answers}
            for run in session.scalars(select(Run).where(Run.person_id == person_id))
        }


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
def test_the_engine_alone(talk: Talk, school: School) -> None:
    """The same talks lead the bare engine along the same questions, its state saved and reloaded at every turn."""
    school.switch_on(talk.languages)
    engine = EngineTalk(school.tools.scripts["begin"], school.texts)
    asked = 0
    for turn in talk.turns:
        standing = engine.turn(turn)
        if turn.asks:
            asked += 1
            assert standing == turn.asks, f"{talk.name}:{turn.line}"
    assert asked > 10


def test_pieter_when_telegram_sends(school: School) -> None:
    """The same talk, with Telegram sending to our address instead of being asked."""
    _played(school, WebhookDoor, TALKS["pieter"])
