"""What the rooms tell about their work to whoever measures it. Knows no library, no person and no word.

Every label is of a small closed set: the kind of a door, an outcome below, a translator's name, a code of an error.
"""

import enum


class Delivered(enum.StrEnum):
    """What became of one attempt to show a message."""

    SENT = "sent"
    EDITED = "edited"
    LATER = "later"  # tried again
    CLOSED = "closed"  # nobody is reached at this address any more
    REFUSED = "refused"  # it cannot be mended


class Polled(enum.StrEnum):
    """What became of one question to a messenger."""

    NEWS = "news"
    NOTHING = "nothing"
    AWAY = "away"  # the messenger could not be asked
    NOT_STORED = "not_stored"  # and so not confirmed: the database refused


class Translated(enum.StrEnum):
    """What one translator made of one text."""

    DONE = "done"
    UNSUPPORTED = "unsupported"  # it does not do this pair
    TOO_MANY = "too_many"
    AWAY = "away"
    REFUSED = "refused"  # it is there and will not do this text


class Fetched(enum.StrEnum):
    """What became of one attempt to fetch a file."""

    KEPT = "kept"
    LATER = "later"
    REFUSED = "refused"


class Meters:
    """Measures nothing; a subclass may. Every method can be called from any thread, and never fails or waits."""

    def received(self, door_kind: str, count: int) -> None:
        """So many new messages came in by this kind of door and are committed."""

    def step(self, seconds: float, steps: int) -> None:
        """One batch of so many messages was taken and committed in this time."""

    def trouble(self) -> None:
        """The database refused to store something; nothing of it is kept or confirmed."""

    def set_aside(self, reason: str) -> None:
        """A message became a dead letter; the reason is a code."""

    def delivered(self, door_kind: str, outcome: Delivered) -> None:
        """One attempt to show a message ended so."""

    def too_many(self) -> None:
        """The messenger said that we send too fast."""

    def polled(self, outcome: Polled) -> None:
        """One question to the messenger ended so."""

    def translated(self, provider: str, outcome: Translated, seconds: float) -> None:
        """One translator was asked for one text, for this long."""

    def translator(self, provider: str, well: bool) -> None:
        """One translator is well, or rests after failures in a row."""

    def fetched(self, outcome: Fetched) -> None:
        """One attempt to fetch a file ended so."""


SILENT = Meters()
