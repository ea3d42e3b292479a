"""Hands out a stored voice message or photo as what it is, never guessed, in pieces where a player asks for one."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.model.errors import NotFoundError
from bot.model.translation import Attachment, MediaState

SHOWN_TYPES: Final = {
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


def attachment_response(request: Request, attachment: Attachment | None) -> Response:
    """The file; raises NotFoundError where there is none (yet). Call it while the session is open.

    Phones play sound only from a server that can also give a part of a file.
    """
    if attachment is None or attachment.state != MediaState.READY.value or attachment.content is None:
        raise NotFoundError
    content = attachment.content
    kind, disposition, ending = "application/octet-stream", "attachment", "bin"
    if attachment.media_type in SHOWN_TYPES:
        kind, disposition, ending = attachment.media_type, "inline", SHOWN_TYPES[attachment.media_type]
    name = f"{attachment.kind}-{attachment.id}.{ending}"
    return in_pieces(request, content, kind, {"content-disposition": f'{disposition}; filename="{name}"'})


def in_pieces(request: Request, content: bytes, kind: str, headers: dict[str, str]) -> Response:
    """The content, or the part of it that is asked for."""
    headers = {**headers, "accept-ranges": "bytes"}
    wished = request.headers.get("range", "")
    if not wished:
        return Response(content, media_type=kind, headers=headers)
    piece = _piece(wished, len(content))
    if piece is None:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{len(content)}"})
    first, last = piece
    headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], status_code=206, media_type=kind, headers=headers)


def _piece(wished: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that are meant; None for what cannot be given."""
    found = _RANGE.fullmatch(wished.strip())
    if found is None or found[0] == "bytes=-" or size == 0:
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
    return (first, last) if first <= last else None
