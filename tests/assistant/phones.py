"""A phone in a test: writes, taps what it sees, and reads what came back, through the real reception."""

from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import select

from bot.assistant import speech
from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import DeadLetter, Outgoing
from bot.model.people import Door, Person
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.cast import open_door

_keys = count(1)


@dataclass
class Phone:
    """One door of one person. `read` is what came since the last thing this phone did."""

    database: Database
    tools: Tools
    texts: Texts
    door_id: int
    address: str
    kind: str
    read: list[Outgoing] = field(default_factory=list)

    def write(self, words: str) -> "Phone":
        """The person sends words."""
        return self._send(InputKind.WORDS, text=words)

    def speak(self) -> "Phone":
        """The person sends a voice message."""
        return self._send(InputKind.VOICE, content=b"sound", media_type="audio/ogg")

    def command(self, name: str) -> "Phone":
        """The person uses a command."""
        return self._send(InputKind.COMMAND, text=name)

    def tap(self, label: str, *, older: int = 0) -> "Phone":
        """The person taps the newest button whose label begins with or holds this; `older` skips newer ones."""
        return self._send(InputKind.TAP, button=self.buttons(label)[older].id)

    def tap_id(self, button: str) -> "Phone":
        """The person's phone sends this button."""
        return self._send(InputKind.TAP, button=button)

    def buttons(self, label: str = "") -> list[speech.ShownButton]:
        """The visible buttons with this in their label, the newest message first."""
        found = [
            button
            for outgoing in reversed(self.all())
            for row in speech.visible_buttons(outgoing)
            for button in row
            if label in button.label
        ]
        assert found or not label, f"no button {label!r}"
        return found

    def offers(self, label: str) -> bool:
        """Whether one of the messages just read has such a button."""
        return any(
            label in button.label
            for outgoing in self.read
            for row in speech.visible_buttons(outgoing)
            for button in row
        )

    def all(self) -> list[Outgoing]:
        """Every message at this door, oldest first."""
        with self.database.reading() as session:
            query = select(Outgoing).where(Outgoing.door_id == self.door_id).order_by(Outgoing.id)
            found = list(session.scalars(query))
            session.expunge_all()
            return found

    @property
    def text(self) -> str:
        """What was just read, as one text."""
        return "\n".join(outgoing.body for outgoing in self.read)

    def _send(self, kind: InputKind, **given: object) -> "Phone":
        before = max((outgoing.id for outgoing in self.all()), default=0)
        number = next(_keys)
        incoming = Incoming(
            key=f"test-{number}",
            door_kind=self.kind,
            address=self.address,
            kind=kind,
            at=self.tools.clock.now(),
            message_key=f"message-{number}",
            **given,  # type: ignore[arg-type]
        )
        Reception(self.database, self.tools, self.texts).take([incoming])
        self.read = [outgoing for outgoing in self.all() if outgoing.id > before]
        with self.database.reading() as session:
            assert session.scalars(select(DeadLetter.reason)).all() == []
        return self


def open_phone(
    database: Database, tools: Tools, texts: Texts, person: Person, language: str | None = None
) -> Phone:
    """A confirmed, welcomed browser door of the person; English is read as it stands in the templates."""
    with database.writing() as session:
        if language:
            session.get_one(Person, person.id).language = language
        door = open_door(session, tools.clock, person)
        return Phone(database, tools, texts, door.id, door.address, door.kind)


def state_of(phone: Phone) -> dict[str, object]:
    """The position the door remembers."""
    with phone.database.reading() as session:
        return dict(session.get_one(Door, phone.door_id).state)
