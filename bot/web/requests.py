"""What stands between a request and the services: sessions in threads, forms with their one-time keys, limits.

Only `Web.write` and reception commit. A page answers after the commit.
"""

import logging
import re
import traceback
from collections.abc import Callable, Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.assistant import notices
from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.errors import DomainError
from bot.model.incoming import clean
from bot.model.sign_in import Voucher
from bot.services import received
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import security
from bot.web.bell import Bell
from bot.web.pages import Pages

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
BODY_LIMIT = 25 * MEGABYTE
DRAIN_LIMIT = 4 * BODY_LIMIT  # read and thrown away, so that the browser gets to our sentence
FIELD_LIMIT = 200
LARGEST_NUMBER = 2**31 - 1  # what an id column holds on every database
SAYS_NOTHING = frozenset({"key", "after"})  # the rest of a form is what the person says

_WHOLE = re.compile(r"\d{1,10}", re.ASCII)

T = TypeVar("T")


class TooLargeError(DomainError):
    """More came in than a request may hold."""

    def __init__(self) -> None:
        super().__init__("too_large")


class FormExpiredError(DomainError):
    """The form was not made for this browser, or its page is too old."""

    def __init__(self) -> None:
        super().__init__("form_expired")


@dataclass(frozen=True)
class File:
    """A file that came with a form."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Form:
    """What came in, its key proven; `delivery_key` is the same each time the same form is sent."""

    fields: Mapping[str, str] = field(repr=False)
    several: Mapping[str, list[str]] = field(repr=False)
    files: Mapping[str, File] = field(repr=False)
    delivery_key: str = ""

    def text(self, name: str) -> str:
        """What stands in the field, whole, without what is no writing; nothing if it is missing."""
        return clean(self.fields.get(name, ""))

    def number(self, name: str) -> int | None:
        """The field as a whole number that a database can hold; None if it is not one."""
        return whole_number(self.fields.get(name, ""))

    def numbers(self, name: str) -> list[int]:
        """The whole numbers of a field that may be ticked several times."""
        return [number for one in self.several.get(name, []) if (number := whole_number(one)) is not None]


def whole_number(written: str) -> int | None:
    """The number that is written, if an id column can hold it; None for anything else."""
    found = _WHOLE.fullmatch(written.strip())
    return int(found[0]) if found and int(found[0]) <= LARGEST_NUMBER else None


@dataclass(frozen=True)
class Web:
    """Everything a page may use; made once and handed to the `routes` of every subject."""

    database: Database
    tools: Tools
    texts: Texts
    reception: Reception
    bell: Bell
    pages: Pages
    after_commit: Callable[[], None]
    pausing: Collection[str] = ()  # background loops that wait after an error
    vouch: Voucher | None = None  # for who opens our pages inside a messenger

    @property
    def secure(self) -> bool:
        """Whether cookies may go over https only."""
        return self.tools.public_url.startswith("https:")

    async def read(self, look: Callable[[Session], T]) -> T:
        """What `look` finds, in a thread; rows do not live longer than it, so make pages and plain values inside."""

        def work() -> T:
            with self.database.reading() as session:
                return look(session)

        return await run_in_threadpool(work)

    async def write(self, form: Form, act: Callable[[Session], T]) -> T | None:
        """What `act` does is committed, and those concerned are told. None: this form had been taken already."""

        def work() -> T | None:
            with self.database.writing() as session:
                if not received.mark(session, [form.delivery_key], self.tools.clock.now()):
                    return None
                done = act(session)
                notices.tell_all(session, self.tools, self.texts)
            self.after_commit()
            return done

        return await run_in_threadpool(work)

    async def form(self, request: Request, secret: str) -> Form:
        """The form that came in. Raises FormExpiredError unless its key was made for this browser's secret."""
        fields, several, files = await _parsed(request)
        if not files:
            request.state.fields = fields  # so that a page about a passing fault can send the same again
        key = fields.get("key", "")
        if not secret or security.from_another_site(request) or not security.is_genuine(key, secret):
            raise FormExpiredError
        said = sorted((name, values) for name, values in several.items() if name not in SAYS_NOTHING)
        content = [f"{name}={value}" for name, values in said for value in values]
        content += [f"{name}={sha256(file.content).hexdigest()}" for name, file in sorted(files.items())]
        form = Form(fields, several, files, security.delivery_key(key, secret, *content))
        request.state.written = form  # so that a page that cannot take it can give it back
        return form


async def _parsed(request: Request) -> tuple[dict[str, str], dict[str, list[str]], dict[str, File]]:
    fields: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    files: dict[str, File] = {}
    received = await _read(request)
    for written, value in received.multi_items():
        name = _whole(written)
        if isinstance(value, UploadFile):
            content = await value.read()
            if content or value.filename:
                files[name] = File(_whole(value.filename or ""), value.content_type or "", content)
        else:
            fields[name] = _whole(value)
            several.setdefault(name, []).append(fields[name])
    await received.close()
    return fields, several, files


def _whole(text: str) -> str:
    """The text without halves of surrogate pairs, which some encodings of a form let through and no page can hold."""
    return text.encode("utf-8", "replace").decode()


class _InMemory(MultiPartParser):
    """Keeps files in memory: what a family sends is never written to a temporary file."""

    spool_max_size = BODY_LIMIT + MEGABYTE


async def _read(request: Request) -> FormData:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.form(max_fields=FIELD_LIMIT, max_part_size=BODY_LIMIT)
    async with aclosing(request.stream()) as stream:
        parser = _InMemory(
            request.headers, stream, max_files=1, max_fields=FIELD_LIMIT, max_part_size=BODY_LIMIT
        )
        try:
            return await parser.parse()
        except MultiPartException:
            raise HTTPException(400) from None


class Limits:
    """A request that is too large is read to its end, thrown away and refused with a sentence."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int = BODY_LIMIT) -> None:
        self._app = app
        self._limit_bytes = limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer; reading on raises TooLargeError once more has come than is allowed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received_bytes = 0

        async def receive_limited() -> Message:
            nonlocal received_bytes
            message = await receive()
            while message["type"] == "http.request":
                received_bytes += len(message.get("body", b""))
                if received_bytes <= self._limit_bytes:
                    return message
                if not message.get("more_body", False) or received_bytes > DRAIN_LIMIT:
                    raise TooLargeError
                message = await receive()
            return message

        await self._app(scope, receive_limited, send)


class Guard:
    """An unforeseen error becomes a friendly page; the log gets its kind and place, never its words."""

    def __init__(self, app: ASGIApp, *, problem: Callable[[Request], Response]) -> None:
        self._app = app
        self._problem = problem

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer, or the page that says sorry."""
        started = False

        async def send_noticing(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noticing)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001  (the last net; exceptions may quote what a person said)
            last = traceback.extract_tb(error.__traceback__)[-1]
            log.error("page failed: %s in %s line %s", type(error).__name__, last.name, last.lineno)  # noqa: TRY400
            if scope["type"] == "http" and not started:
                await self._problem(Request(scope, receive))(scope, receive, send)
