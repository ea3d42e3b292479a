"""What workers and messengers hand each other: a parcel to deliver, a file to fetch, and what went wrong.

Knows no messenger, no database row and no network.
"""

from dataclasses import dataclass, field
from typing import Protocol

TOO_MANY = "too_many"  # the code of a messenger's wish that we wait
MAX_FILE_BYTES = 20_000_000  # what a person is told beforehand, and what Telegram hands out


@dataclass(frozen=True)
class ParcelButton:
    """A button under a message; `id` comes back in `Incoming.button`, a button with a link opens a page.

    With `mini_app` the page opens inside the messenger, which vouches for the person.
    """

    id: str
    label: str
    link: str | None = None
    mini_app: bool = False


@dataclass(frozen=True)
class Enclosure:
    """A checked file that goes with a message."""

    kind: str  # voice | photo
    media_type: str
    content: bytes = field(repr=False)
    is_fixed: bool = False  # the same for many readers: a messenger that keeps it need not get it again


@dataclass(frozen=True)
class Parcel:
    """One message as it is to be shown at one address now."""

    address: str
    body: str = field(repr=False)  # the small HTML that all doors understand
    buttons: tuple[tuple[ParcelButton, ...], ...] = field(default=(), repr=False)
    protect: bool = False  # the reader cannot forward or save it
    enclosure: Enclosure | None = None


class DeliveryError(Exception):
    """A message or file did not get through; `code` is safe to log and to store."""

    def __init__(
        self,
        code: str,
        *,
        permanent: bool = False,
        door_closed: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent or door_closed  # another try cannot help
        self.door_closed = door_closed  # nobody can be reached at this address any more
        self.retry_after_s = retry_after_s  # the messenger's own wish


class Sender(Protocol):
    """Shows messages at the addresses of one kind of door. Raises DeliveryError and nothing else."""

    async def send(self, parcel: Parcel) -> int:
        """The message is shown; the number is the messenger's own for it."""

    async def edit(self, parcel: Parcel, message_id: int) -> int:
        """The message with this number shows the parcel instead; the number may be a new one."""


class Fetcher(Protocol):
    """Brings files that people sent. Raises DeliveryError and nothing else."""

    async def fetch(self, file_id: str) -> bytes:
        """The whole file, at most MAX_FILE_BYTES."""
