"""The web chat of one browser of one person, at its own path with a cookie of its own.

The page works as plain forms; a script makes it live. Everything said goes through reception, and the answer goes out
after the commit. Only what the assistant wrote is shown here; this page itself never reads stored words back.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from markupsafe import Markup
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.assistant.read_aloud import carries_sound, sound_of
from bot.assistant.speech import ShownButton, visible_buttons
from bot.model.errors import NotFoundError
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import Outgoing, OutgoingState
from bot.model.people import Door, DoorKind
from bot.model.translation import Attachment, MediaState
from bot.services.tokens import digest_of
from bot.web import security
from bot.web.media import attachment_response, in_pieces
from bot.web.pages import phone_languages, wants_json
from bot.web.requests import MEGABYTE, File, Form, Web, whole_number
from bot.web.stream import event_stream

log = logging.getLogger(__name__)

COOKIE = "chat"
FILE_LIMIT_MB = 20
SHOWN_AT_ONCE = 60
STREAMS_A_DOOR = 6
COMMANDS_OF_THE_BAR = frozenset({"menu", "language", "help"})
_FOLDED, _UNFOLDED = "<blockquote expandable>", "</blockquote>"  # as the assistant writes it for every door
_ADDRESS = re.compile(r"[\w-]{1,64}", re.ASCII)
_COMMAND = re.compile(r"/(?P<name>[a-z_]{1,32})(?:\s+(?P<rest>.*))?", re.ASCII | re.DOTALL)
_BUTTON = re.compile(r"\d{1,10}\.\d{1,4}", re.ASCII)


def path_of(address: str) -> str:
    """Where the chat of this address lives; its cookie goes nowhere else."""
    return f"/chat/{address}/"


@dataclass(frozen=True)
class Visitor:
    """Whose browser this is, proven by its cookie."""

    door_id: int
    address: str
    secret: str = field(repr=False)
    language: str
    school: str
    is_open: bool
    reads_back: bool


@dataclass(frozen=True)
class Part:
    """A paragraph of a message; with `folded` it only names what is shown when one opens it, in Dutch."""

    words: Markup
    folded: Markup | None


@dataclass(frozen=True)
class Shown:
    """A message of the assistant as the page shows it; `mark` changes when it must be shown anew."""

    id: int
    body: Markup
    buttons: list[list[ShownButton]]
    file_id: int | None
    file_kind: str | None  # voice | photo
    file_ready: bool
    has_sound: bool  # the recording of a question
    language: str
    made_at: datetime
    is_today: bool
    waiting: bool  # nobody has fetched it as it is now
    changed: bool
    mark: str

    @property
    def parts(self) -> Iterator[Part]:
        """The paragraphs, and what stands folded up below a line that names it."""
        for part in self.body.split("\n\n"):
            name, folded, quoted = part.partition(_FOLDED)
            yield Part(name.strip() if folded else part, quoted.partition(_UNFOLDED)[0] if folded else None)

    def is_news(self, after: int) -> bool:
        """Whether a browser that knows everything up to `after` may lack it."""
        return self.id > after or self.changed or self.waiting


@dataclass(frozen=True)
class News:
    """What a browser has to show now."""

    language: str
    is_open: bool
    messages: list[Shown]
    has_older: bool = False

    @property
    def oldest(self) -> int:
        """The lowest number among the messages; what is older has lower ones."""
        return min((message.id for message in self.messages), default=0)


def routes(web: Web) -> list[BaseRoute]:
    """The addresses of every chat."""
    at = "/chat/{address}"
    pages: list[tuple[str, str, Any]] = [
        ("/", "GET", _page),
        ("/messages", "GET", _messages),
        ("/events", "GET", _events),
        ("/file/{attachment_id:int}", "GET", _file),
        ("/sound/{message_id:int}", "GET", _sound),
        ("/say", "POST", _say),
        ("/tap", "POST", _tap),
        ("/command", "POST", _command),
        ("/file", "POST", _send_file),
    ]
    return [
        Route(at, _to_the_chat, methods=["GET"]),
        *(Route(at + path, partial(handler, web), methods=[method]) for path, method, handler in pages),
    ]


async def _to_the_chat(request: Request) -> Response:
    return RedirectResponse(path_of(request.path_params["address"]), status_code=308)


def _door(session: Session, address: str, secret: str) -> Door:
    """The newest door at this address; raises NotFoundError unless the secret opens it."""
    if not _ADDRESS.fullmatch(address):
        raise NotFoundError
    door = session.scalar(
        select(Door)
        .where(Door.kind == DoorKind.WEB.value, Door.address == address)
        .order_by(Door.id.desc())
        .limit(1)
    )
    if door is None or not security.same(door.secret_digest or "", digest_of(secret)):
        raise NotFoundError
    return door


async def _visitor(web: Web, request: Request) -> Visitor:
    """Whoever the cookie belongs to. Raises NotFoundError: no cookie, a wrong one, no such chat."""
    address, secret = request.path_params["address"], request.cookies.get(COOKIE, "")

    def look(session: Session) -> Visitor:
        door = _door(session, address, secret)
        person = door.person
        return Visitor(
            door.id, address, secret, person.language, person.school.name, door.is_open, door.reads_back
        )

    visitor = await web.read(look)
    request.state.language, request.state.home = visitor.language, path_of(visitor.address)
    return visitor


async def _page(web: Web, request: Request) -> Response:
    visitor = await _visitor(web, request)
    if not visitor.is_open:
        return web.pages.problem(request, "chat_closed", status=410)
    before = _number(request, "before")
    news = await _news(web, visitor, before=before)
    if not news.messages and before is None:
        await _take(web, request, visitor, f"web:{visitor.address}.start", InputKind.COMMAND, text="start")
        news = await _news(web, visitor)
    return web.pages.render(
        "chat.html",
        news.language,
        place=visitor.school,
        news=news,
        before=before,
        newest=max((message.id for message in news.messages), default=0),
        limit_mb=FILE_LIMIT_MB,
        problems={
            code: web.pages.sentence(news.language, code).striptags() for code in ("too_large", "chat_closed")
        },
        new_key=partial(security.new_key, visitor.secret),
    )


async def _messages(web: Web, request: Request) -> Response:
    visitor = await _visitor(web, request)
    return _as_json(web, visitor, await _news(web, visitor, after=_number(request, "after") or 0))


async def _events(web: Web, request: Request) -> Response:
    visitor = await _visitor(web, request)
    if request.method == "HEAD" or not visitor.is_open:
        return Response(status_code=204)  # a browser does not come back after this
    if web.bell.listeners(visitor.address) >= STREAMS_A_DOOR:
        return Response(status_code=429)

    async def fetch(after: int, seen: dict[int, str]) -> tuple[dict[str, Any] | None, int]:
        """What this stream has not sent yet, and the newest id."""
        news = await _news(web, visitor)
        fresh = [
            message
            for message in news.messages
            if (seen.get(message.id) != message.mark if seen else message.is_news(after))
        ]
        seen.update({0: "looked", **{message.id: message.mark for message in news.messages}})
        newest = max([after, *(message.id for message in fresh)])
        if not fresh and news.is_open:
            return None, newest
        return _as_data(web, visitor, News(news.language, news.is_open, fresh)), newest

    return event_stream(web.bell, visitor.address, fetch, after=_resume_after(request))


def _resume_after(request: Request) -> int:
    return whole_number(request.headers.get("last-event-id", "")) or _number(request, "after") or 0


async def _say(web: Web, request: Request) -> Response:
    visitor = await _visitor(web, request)
    form = await web.form(request, visitor.secret)
    text = form.text("text")
    command = _COMMAND.fullmatch(text.strip())
    if command:
        what = {"kind": InputKind.COMMAND, "text": command["name"], "argument": command["rest"] or ""}
    else:
        what = {"kind": InputKind.WORDS, "text": text, "message_key": form.delivery_key}
    return await _answer(web, request, visitor, form, **what)


async def _tap(web: Web, request: Request) -> Response:
    visitor = await _visitor(web, request)
    form = await web.form(request, visitor.secret)
    button = form.text("button")
    if not _BUTTON.fullmatch(button) or whole_number(button.partition(".")[0]) is None:
        raise NotFoundError
    return await _answer(web, request, visitor, form, kind=InputKind.TAP, button=button)


async def _command(web: Web, request: Request) -> Response:
    """The buttons of the bar on top."""
    visitor = await _visitor(web, request)
    form = await web.form(request, visitor.secret)
    name = form.text("command")
    if name not in COMMANDS_OF_THE_BAR:
        raise NotFoundError
    return await _answer(web, request, visitor, form, kind=InputKind.COMMAND, text=name)


async def _send_file(web: Web, request: Request) -> Response:
    visitor = await _visitor(web, request)
    form = await web.form(request, visitor.secret)
    file = form.files.get("file")
    if file is None:
        return await _shown_again(web, request, visitor, form)
    return await _answer(web, request, visitor, form, message_key=form.delivery_key, **_as_input(file))


def _as_input(file: File) -> dict[str, Any]:
    if len(file.content) > FILE_LIMIT_MB * MEGABYTE:
        return {"kind": InputKind.TOO_LARGE}
    kind = media_kind(file)
    if kind is None or not file.content:
        return {"kind": InputKind.UNREADABLE}
    return {"kind": kind, "media_type": file.media_type.partition(";")[0].lower(), "content": file.content}


def media_kind(file: File) -> InputKind | None:
    """Whether it is a voice message or a photo, by what the browser says of it; None for anything else."""
    family = file.media_type.partition("/")[0].lower()
    return {"audio": InputKind.VOICE, "image": InputKind.PHOTO}.get(family)


async def _take(web: Web, request: Request, visitor: Visitor, key: str, kind: InputKind, **what: Any) -> None:
    """Everything it causes is committed."""
    incoming = Incoming(
        key=key,
        door_kind=DoorKind.WEB.value,
        address=visitor.address,
        kind=kind,
        at=web.tools.clock.now(),
        phone_language=next(iter(phone_languages(request)), None),
        **what,
    )
    await run_in_threadpool(web.reception.take, [incoming])


async def _answer(web: Web, request: Request, visitor: Visitor, form: Form, **what: Any) -> Response:
    if not visitor.is_open:
        return web.pages.problem(request, "chat_closed", status=410)
    await _take(web, request, visitor, form.delivery_key, **what)
    return await _shown_again(web, request, visitor, form)


async def _shown_again(web: Web, request: Request, visitor: Visitor, form: Form) -> Response:
    """The new messages for a script; the page itself for a browser without one."""
    if wants_json(request):
        return _as_json(web, visitor, await _news(web, visitor, after=form.number("after") or 0))
    return RedirectResponse(f"{path_of(visitor.address)}#newest", status_code=303)


async def _file(web: Web, request: Request) -> Response:
    """A voice message or photo that a message at this door carries, once the door may read back."""
    visitor = await _visitor(web, request)
    attachment_id = whole_number(str(request.path_params["attachment_id"]))
    if attachment_id is None:
        raise NotFoundError

    def look(session: Session) -> Response:
        carried = session.scalar(
            select(Outgoing.id)
            .where(Outgoing.door_id == visitor.door_id, Outgoing.attachment_id == attachment_id)
            .limit(1)
        )
        if carried is None or not visitor.reads_back:
            raise NotFoundError
        return attachment_response(request, session.get(Attachment, attachment_id))

    return await web.read(look)


async def _sound(web: Web, request: Request) -> Response:
    """The recording of a question that a message at this door reads aloud."""
    visitor = await _visitor(web, request)
    message_id = whole_number(str(request.path_params["message_id"]))

    def look(session: Session) -> bytes | None:
        outgoing = session.get(Outgoing, message_id or 0)
        if outgoing is None or outgoing.door_id != visitor.door_id or not visitor.is_open:
            return None
        return sound_of(web.tools, outgoing)

    sound = await web.read(look)
    if sound is None:
        raise NotFoundError
    return in_pieces(request, sound, "audio/ogg", {"content-disposition": "inline"})


async def _news(web: Web, visitor: Visitor, *, after: int | None = None, before: int | None = None) -> News:
    """The newest messages, or those before one; with `after` only what is newer or was changed."""

    def look(session: Session) -> News:
        door = session.get_one(Door, visitor.door_id)
        its_time_has_come = Outgoing.not_before.is_(None) | (Outgoing.not_before <= web.tools.clock.now())
        query = select(Outgoing).where(Outgoing.door_id == door.id, its_time_has_come)
        if before is not None:
            query = query.where(Outgoing.id < before)
        rows = list(session.scalars(query.order_by(Outgoing.id.desc()).limit(SHOWN_AT_ONCE + 1)))
        in_order = sorted(rows[:SHOWN_AT_ONCE], key=lambda row: (_shown_from(row), row.id))
        shown = [_shown(web, session, door, row) for row in in_order]
        if after is not None:
            shown = [one for one in shown if one.is_news(after)]
        return News(door.person.language, door.is_open, shown, has_older=len(rows) > SHOWN_AT_ONCE)

    news = await web.read(look)
    fetched = [message.id for message in news.messages if message.waiting]
    if fetched:
        await run_in_threadpool(_note_as_sent, web, visitor, fetched)
    return news


def _note_as_sent(web: Web, visitor: Visitor, ids: Sequence[int]) -> None:
    """The messages are noted as sent; a busy database does not keep them from the reader."""
    sent = {"state": OutgoingState.SENT.value, "edited": False}
    unsent = (Outgoing.state != OutgoingState.SENT.value) | Outgoing.edited.is_(True)
    try:
        with web.database.writing() as session:
            session.execute(
                update(Outgoing)
                .where(Outgoing.id.in_(ids), Outgoing.door_id == visitor.door_id, unsent)
                .values(sent_at=web.tools.clock.now(), **sent)
            )
    except OperationalError as error:
        log.warning("messages not noted as sent yet: %s", type(error).__name__)


def _shown_from(row: Outgoing) -> datetime:
    """Since when it stands in the chat: what was held for quiet hours stands where the reader first sees it."""
    return max(row.made_at, row.not_before or row.made_at)


def _shown(web: Web, session: Session, door: Door, row: Outgoing) -> Shown:
    carried = session.get(Attachment, row.attachment_id) if row.attachment_id and door.reads_back else None
    buttons = visible_buttons(row)
    ready = carried is not None and carried.state == MediaState.READY.value
    sound = carries_sound(web.tools, row)
    seen = json.dumps(
        [row.body, [[made.label for made in line] for line in buttons], row.attachment_id, ready, sound]
    )
    return Shown(
        id=row.id,
        # The body comes from our own templates, which escape every word of a person.
        body=Markup(row.body),  # noqa: S704
        buttons=buttons,
        file_id=carried.id if carried else None,
        file_kind=carried.kind if carried else None,
        file_ready=ready,
        has_sound=sound,
        language=row.language,
        made_at=_shown_from(row),
        is_today=web.tools.clock.local(_shown_from(row)).date() == web.tools.clock.today(),
        waiting=row.edited or row.state == OutgoingState.WAITING.value,
        changed=row.changed_at is not None,
        mark=hashlib.sha256(seen.encode()).hexdigest(),
    )


def _as_data(web: Web, visitor: Visitor, news: News) -> dict[str, Any]:
    new_key = partial(security.new_key, visitor.secret)
    return {
        "language": news.language,
        "open": news.is_open,
        "messages": [
            {
                "id": message.id,
                "html": web.pages.words(
                    "message_one.html", news.language, {"message": message, "new_key": new_key}
                ),
            }
            for message in news.messages
        ],
    }


def _as_json(web: Web, visitor: Visitor, news: News) -> Response:
    return JSONResponse(_as_data(web, visitor, news))


def _number(request: Request, name: str) -> int | None:
    return whole_number(request.query_params.get(name, ""))
