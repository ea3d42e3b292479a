"""Files that people send: what they really are is told by their bytes, and a photo keeps nothing but the picture."""

import io
from dataclasses import dataclass, field
from datetime import timedelta

from PIL import Image, ImageOps
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.model.delivery import MAX_FILE_BYTES
from bot.model.errors import DomainError
from bot.model.translation import Attachment, MediaState
from bot.services.claims import Claimant
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

MAX_SIDE_PIXELS = 2560
MAX_PIXELS = 60_000_000  # a photo that claims more is not unpacked
MAX_ATTEMPTS = 6
_JPEG_QUALITY = 85
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_AUDIO_BRANDS = (
    b"M4A ",
    b"M4B ",
    b"mp41",
    b"mp42",
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"3gp4",
    b"dash",
)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept and shown."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Wanted:
    """A file that waits: with its bytes, or with the handle to fetch them by."""

    attachment_id: int
    kind: str
    file_id: str | None
    content: bytes | None = field(repr=False)
    attempts: int


def checked(kind: str, content: bytes) -> Checked:
    """The file as it is kept; raises DomainError `file_too_large` or `file_unreadable`. Slow: not in a transaction."""
    if len(content) > MAX_FILE_BYTES:
        raise DomainError("file_too_large")
    if kind == "photo":
        return _picture(content)
    media_type = _audio_type(content)
    if media_type is None:
        raise DomainError("file_unreadable")
    return Checked(media_type, content)


def _audio_type(content: bytes) -> str | None:
    if content.startswith(b"OggS"):
        return "audio/ogg"
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return "audio/webm"
    if content[4:8] == b"ftyp" and content[8:12] in _AUDIO_BRANDS:
        return "audio/mp4"
    return None


def _picture(content: bytes) -> Checked:
    """The picture turned upright, at most MAX_SIDE_PIXELS long, without place, camera or comment."""
    try:
        picture = Image.open(io.BytesIO(content), formats=tuple(_PICTURES))
        _not_too_large(picture)
        made_by = picture.format or ""
        if made_by == "JPEG":
            picture.draft("RGB", (MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
        see_through = made_by != "JPEG" and upright.has_transparency_data
        bare = upright.convert("RGBA" if see_through else "RGB")
        bare.info.clear()
        target = io.BytesIO()
        bare.save(target, made_by, quality=_JPEG_QUALITY)
    except DomainError:
        raise
    except Exception:  # noqa: BLE001 - broken pictures break the library in many ways
        raise DomainError("file_unreadable") from None
    return Checked(_PICTURES[made_by], target.getvalue())


def anything_due(session: Session, tools: Tools) -> bool:
    """Whether a file waits to be fetched now."""
    return session.scalar(select(Attachment.id).where(_due(tools)).limit(1)) is not None


def claim(session: Session, tools: Tools, limit: int, claimant: Claimant) -> list[Wanted]:
    """Files that wait and are due, oldest first; nobody else takes them while this worker is alive."""
    due = session.scalars(
        select(Attachment)
        .where(_due(tools), claimant.may_take(Attachment.claimed_by))
        .order_by(Attachment.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    wanted = []
    for attachment in due:
        attachment.attempts += 1
        attachment.claimed_by = claimant.name
        wanted.append(
            Wanted(
                attachment.id, attachment.kind, attachment.file_id, attachment.content, attachment.attempts
            )
        )
    return wanted


def _not_too_large(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise DomainError("file_too_large")


def _due(tools: Tools) -> ColumnElement[bool]:
    return (Attachment.state == MediaState.WAITING.value) & (
        Attachment.next_try_at.is_(None) | (Attachment.next_try_at <= tools.clock.now())
    )


def keep(session: Session, attachment_id: int, file: Checked) -> None:
    """The file is ready to be seen or heard."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is not None:  # else its owner erased it meanwhile
        attachment.media_type = file.media_type
        attachment.content = file.content
        attachment.state = MediaState.READY.value
        attachment.claimed_by = None
        attachment.next_try_at = None


def try_later(session: Session, tools: Tools, attachment_id: int, wait_s: float) -> None:
    """It is fetched again after the time; after the last attempt it has failed."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        return
    if attachment.attempts >= MAX_ATTEMPTS:
        give_up(session, attachment_id)
    else:
        attachment.claimed_by = None
        attachment.next_try_at = tools.clock.now() + timedelta(seconds=wait_s)


def give_up(session: Session, attachment_id: int) -> None:
    """The file has failed; its bytes are gone, and its writer is told."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is not None:
        attachment.state = MediaState.FAILED.value
        attachment.content = None
        attachment.claimed_by = None
        attachment.next_try_at = None
        happened(session, EventKind.MEDIA_FAILED, attachment.id, None)
