"""Messages that were set aside, as an operator sees them: ids and reasons, never a word."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli import main
from bot.model.clock import Clock
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import DeadLetter, Outgoing
from bot.model.people import Person
from bot.services import dead_letters
from bot.storage.database import Database
from tests.cast import DEMO_ROSTER, open_door

SECRET = "Kuba śpi źle."


class Desk:
    """An operator with a school in which Agnieszka has a Telegram door."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._environment = {"DATA_DIR": str(folder)}
        self._capture = capture
        self.type("import", str(DEMO_ROSTER))
        self.database = Database(f"sqlite:///{folder / 'oudergesprek.db'}")
        with self.database.writing() as session:
            person = session.scalars(select(Person).where(Person.roster_id == "p-agnieszka")).one()
            self.door = open_door(session, Clock(), person, address="agnieszka-phone")

    def type(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of one command."""
        code = main(arguments, self._environment)
        printed = self._capture.readouterr()
        return code, printed.out, printed.err

    def set_aside(self, text: str = SECRET) -> int:
        """A message of Agnieszka could not be answered; the id of its dead letter."""
        incoming = Incoming(
            f"tg:{text}", self.door.kind, self.door.address, InputKind.WORDS, Clock().now(), text=text
        )
        return self._letter(incoming.key, dead_letters.as_json(incoming, with_words=True))

    def not_shown(self) -> tuple[int, int]:
        """A message to Agnieszka could not be shown; the ids of its dead letter and of itself."""
        with self.database.writing() as session:
            outgoing = Outgoing(
                door_id=self.door.id,
                door_kind="telegram",
                address=self.door.address,
                body=SECRET,
                macro="errors.empty",
                language="pl",
                state="failed",
                attempts=7,
                made_at=Clock().now(),
            )
            session.add(outgoing)
            session.flush()
            outgoing_id = outgoing.id
        return self._letter(f"outgoing:{outgoing_id}", {"outgoing": outgoing_id}), outgoing_id

    def _letter(self, key: str, content: dict[str, object]) -> int:
        with self.database.writing() as session:
            letter = DeadLetter(
                key=key, door_id=self.door.id, reason="ValueError", content=content, made_at=Clock().now()
            )
            session.add(letter)
            session.flush()
            return letter.id

    def letters(self) -> list[int]:
        """The ids of all dead letters."""
        with self.database.reading() as session:
            return list(session.scalars(select(DeadLetter.id)))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """The operator's terminal."""
    made = Desk(tmp_path / "data", capsys)
    yield made
    made.database.close()


def test_the_list_shows_ids_and_reasons_and_no_words(desk: Desk) -> None:
    """One line each, the way it went, nothing of what was said and nobody's name."""
    assert desk.type("dead-letters") == (0, "", "Nothing is set aside.\n")
    first, (second, _outgoing) = desk.set_aside(), desk.not_shown()
    code, out, err = desk.type("dead-letters")
    assert (code, err) == (0, "")
    lines = [line.split("\t") for line in out.splitlines()]
    assert [(line[0], line[2], line[3]) for line in lines] == [
        (str(first), "from a person", "ValueError"),
        (str(second), "to a person", "ValueError"),
    ]
    assert "Kuba" not in out
    assert "Agnieszka" not in out


def test_a_message_of_a_person_is_taken_again(desk: Desk) -> None:
    """It is answered as if it came now, and no longer set aside."""
    letter = desk.set_aside()
    assert desk.type("dead-letters", "retry", str(letter)) == (0, f"{letter}\tIt is taken.\n", "")
    assert desk.letters() == []
    with desk.database.reading() as session:
        assert set(session.scalars(select(Outgoing.state))) == {"waiting"}


def test_a_message_to_a_person_is_sent_again(desk: Desk) -> None:
    """It waits to go out as if it had never been tried."""
    letter, outgoing_id = desk.not_shown()
    assert desk.type("dead-letters", "retry", "all") == (0, f"{letter}\tIt will be sent again.\n", "")
    assert desk.letters() == []
    with desk.database.reading() as session:
        row = session.get_one(Outgoing, outgoing_id)
        assert (row.state, row.attempts) == ("waiting", 0)


def test_an_id_that_is_none(desk: Desk) -> None:
    """What is no number, or nobody's, is told in a sentence; nothing happens."""
    letter = desk.set_aside()
    assert desk.type("dead-letters", "retry", "x")[0] == 2
    code, out, _err = desk.type("dead-letters", "retry", "999")
    assert (code, out) == (2, "999\tThere is no dead letter with this id.\n")
    assert desk.letters() == [letter]


def test_dropping_asks_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a typed yes nothing is deleted: there is no other copy."""
    letter = desk.set_aside()
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    assert desk.type("dead-letters", "drop", str(letter)) == (0, "", "Nothing was deleted.\n")
    assert desk.letters() == [letter]
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    assert desk.type("dead-letters", "drop", str(letter)) == (0, "Deleted: 1.\n", "")
    assert desk.letters() == []


def test_dropping_all_without_asking(desk: Desk) -> None:
    """For who knows what it means."""
    desk.set_aside("jeden")
    desk.set_aside("dwa")
    assert desk.type("dead-letters", "drop", "--yes", "all") == (0, "Deleted: 2.\n", "")
    assert desk.letters() == []
