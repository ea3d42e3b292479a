"""Phones that talks are played on: what a person does, and what the phone shows then."""

import html
import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from sqlalchemy import select

from bot.assistant import speech
from bot.assistant.reception import Reception
from bot.content.isolates import without_isolates
from bot.model.clock import Clock
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import Outgoing
from bot.model.people import DoorKind
from bot.storage.database import Database


class NoSuchButtonError(LookupError):
    """No button with this label is shown at this phone."""


@dataclass(frozen=True)
class Bubble:
    """One message as a person sees it."""

    words: str
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """The new or changed messages after a turn."""

    bubbles: list[Bubble] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All words and buttons that came, in order, without the unseen marks between writing directions."""
        lines = (line for bubble in self.bubbles for line in (bubble.words, *bubble.buttons))
        return without_isolates("\n".join(lines))


class Phone(Protocol):
    """What a person can do at a door; every call returns what came of it."""

    @property
    def kind(self) -> str:
        """Which kind of door it is (telegram | web)."""

    def open(self) -> Seen:
        """Use the invitation."""

    def say(self, words: str) -> Seen:
        """Type words."""

    def tap(self, label: str) -> Seen:
        """Tap the newest button that carries this label."""

    def tap_old(self, label: str) -> Seen:
        """Tap the oldest button that carries this label, of a message long gone by."""

    def voice(self) -> Seen:
        """Send a voice message."""

    def photo(self) -> Seen:
        """Send a photo."""

    def sticker(self) -> Seen:
        """Send something that cannot be read."""

    def correct(self, words: str) -> Seen:
        """Edit the message sent last."""

    def looks(self) -> Seen:
        """Look what came meanwhile."""


def plain(body: str) -> str:
    """The words of a message without their markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", body))


class DirectPhone:
    """Talks with the assistant without a messenger; each thing is handed in twice, as a messenger may do."""

    kind = DoorKind.TELEGRAM.value

    def __init__(
        self, database: Database, reception: Reception, clock: Clock, token: str, address: str
    ) -> None:
        self.address = address
        self._database = database
        self._reception = reception
        self._clock = clock
        self.token = token
        self._number = count(1)
        self._last_message = 0
        self._known: dict[int, Bubble] = {}

    def _send(self, kind: InputKind, *, message: int = 0, **what: Any) -> Seen:
        number = next(self._number)
        self._last_message = message or number
        incoming = Incoming(
            key=f"{self.address}:{number}",
            door_kind=self.kind,
            address=self.address,
            kind=kind,
            at=self._clock.now(),
            message_key=f"{self.address}:m{self._last_message}",
            **what,
        )
        self._reception.take([incoming])
        self._reception.take([incoming])
        return self.looks()

    def looks(self) -> Seen:
        """What is new or changed since the last look."""
        now = {row.id: _bubble(row) for row in self._rows()}
        new = [bubble for key, bubble in now.items() if self._known.get(key) != bubble]
        self._known = now
        return Seen(new)

    @property
    def bubbles(self) -> list[Bubble]:
        """Every message as this phone shows it now, oldest first."""
        return [_bubble(row) for row in self._rows()]

    def _rows(self) -> list[Outgoing]:
        with self._database.reading() as session:
            its_time_has_come = Outgoing.not_before.is_(None) | (Outgoing.not_before <= self._clock.now())
            query = select(Outgoing).where(Outgoing.address == self.address, its_time_has_come)
            query = query.order_by(Outgoing.id)
            rows = list(session.scalars(query))
            session.expunge_all()  # they stay as they were read
            return rows

    def buttons(self, label: str) -> list[str]:
        """The ids of all buttons with this label, oldest first."""
        return [
            button.id
            for row in self._rows()
            for line in speech.visible_buttons(row)
            for button in line
            if button.label == label
        ]

    def _tap(self, label: str, place: int) -> Seen:
        found = self.buttons(label)
        if not found:
            raise NoSuchButtonError(label)
        return self._send(InputKind.TAP, button=found[place])

    def open(self) -> Seen:
        """Use the invitation."""
        return self._send(InputKind.COMMAND, text="start", argument=self.token)

    def command(self, name: str) -> Seen:
        """Send a command."""
        return self._send(InputKind.COMMAND, text=name)

    def say(self, words: str) -> Seen:
        """Type words."""
        return self._send(InputKind.WORDS, text=words)

    def tap(self, label: str) -> Seen:
        """Tap the newest button that carries this label."""
        return self._tap(label, -1)

    def tap_old(self, label: str) -> Seen:
        """Tap the oldest button that carries this label."""
        return self._tap(label, 0)

    def tap_id(self, button_id: str) -> Seen:
        """Send any button id, also one that does not exist."""
        return self._send(InputKind.TAP, button=button_id)

    def voice(self) -> Seen:
        """Send a voice message."""
        return self._send(InputKind.VOICE, file_id="voice")

    def photo(self) -> Seen:
        """Send a photo."""
        return self._send(InputKind.PHOTO, file_id="photo")

    def sticker(self) -> Seen:
        """Send something that cannot be read."""
        return self._send(InputKind.UNREADABLE)

    def correct(self, words: str) -> Seen:
        """Edit the message sent last."""
        return self._send(InputKind.CORRECTION, message=self._last_message, text=words)


def _bubble(row: Outgoing) -> Bubble:
    labels = tuple(button.label for line in speech.visible_buttons(row) for button in line)
    return Bubble(plain(row.body), labels)
