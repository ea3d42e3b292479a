"""Asks a server for JSON: one deadline for all of it, a checked peer, errors that repeat nothing.

Certificates are checked; no proxy, no .netrc, no redirect, no cookie. Knows bytes; must never know what is translated.
"""

import json
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from bot.translation.errors import (
    BadAnswerError,
    KeyRefusedError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
)

_MAX_BYTES = 1_000_000
_CHUNK_BYTES = 16_384
_CONNECT_S = 3.0
_RETRY_PAUSE_S = 0.3
_LONGEST_PAUSE_S = 2.0  # a longer wait is the caller's to plan
_DEFAULT_WAIT_S = 60.0
_LONGEST_WAIT_S = 3600.0
_OK, _TOO_LATE, _TOO_MANY, _SERVER_FAILED = 200, 408, 429, 500
_NOT_LET_IN = (401, 403)
_USED_UP = 456  # DeepL's own: the characters of this month are spent
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class GuardedServer:
    """A server whose every answer comes within `deadline_s` or not at all; may be shared between threads.

    `permits` is asked about the address at the other end before a word is sent. `headers` may hold a key.
    """

    def __init__(
        self,
        base_url: str,
        deadline_s: float,
        *,
        permits: Callable[[str], bool] = lambda _address: True,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.base_url = base_url
        self._deadline_s = deadline_s
        self._permits = permits
        self._headers = dict(headers or {})

    def ask(self, path: str, question: object = None) -> Any:
        """The JSON answer: of a GET, or of a POST of the question. Raises TranslationError."""
        answer = self.fetch("GET" if question is None else "POST", path, question=question)
        with suppress(ValueError, RecursionError):
            return json.loads(answer)
        raise BadAnswerError

    def fetch(
        self, method: str, path: str, *, question: object = None, form: Mapping[str, str] | None = None
    ) -> str:
        """The text of a good answer. Raises TranslationError.

        One second try where it may help and the deadline leaves room.
        """
        end_s = time.monotonic() + self._deadline_s
        request = {"method": method, "url": self.base_url + path, "json": question, "data": form}
        try:
            return self._fetch_once(request, end_s)
        except (UnavailableError, TooManyError) as error:
            pause_s = error.wait_s if isinstance(error, TooManyError) else _short_pause_s()
            if pause_s > _LONGEST_PAUSE_S or time.monotonic() + pause_s >= end_s:
                raise
        time.sleep(pause_s)
        return self._fetch_once(request, end_s)

    def _fetch_once(self, request: Mapping[str, Any], end_s: float) -> str:
        left_s = max(end_s - time.monotonic(), 0)
        attempt = _Attempt(request, _HEADERS | self._headers, self._permits, left_s)
        # A thread of its own: nothing else ends a name service that hangs.
        threading.Thread(target=attempt.run, daemon=True).start()
        return attempt.outcome(left_s)


class _Attempt:
    """One request. It ends at its deadline, even when the server drips byte by byte."""

    def __init__(
        self,
        request: Mapping[str, Any],
        headers: Mapping[str, str],
        permits: Callable[[str], bool],
        left_s: float,
    ) -> None:
        self._request = request
        self._headers = headers
        self._permits = permits
        self._left_s = left_s
        self._answer = ""
        self._failure: TranslationError | None = None
        self._ended = threading.Event()
        self._late = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        """The answer or the failure is known; nothing is raised."""
        try:
            with (
                _Session(self.connected) as session,
                session.request(
                    **self._request,
                    headers=self._headers,
                    stream=True,
                    allow_redirects=False,
                    timeout=(min(self._left_s, _CONNECT_S), self._left_s),
                ) as response,
            ):
                self._answer = _read(response)
        except TranslationError as error:
            self._failure = type(error)(error.wait_s) if isinstance(error, TooManyError) else type(error)()
        except Exception:  # noqa: BLE001 - whatever a library raises may hold words: it ends here
            self._failure = UnavailableError()
        self._ended.set()

    def outcome(self, within_s: float) -> str:
        """The answer; raises the failure, which no exception of a library hangs on."""
        if not self._ended.wait(within_s):
            with self._lock:
                self._late = True
                if self._socket is not None:
                    _shut(self._socket)
            raise UnavailableError
        if self._failure is not None:
            raise self._failure
        return self._answer

    def connected(self, connection: socket.socket) -> None:
        """Nothing has been sent yet; raises TranslationError when the other end may not have it, or it is late."""
        if not self._permits(connection.getpeername()[0]):
            raise RefusedError
        with self._lock:
            self._socket = connection
            if self._late:
                raise UnavailableError


def _read(response: requests.Response) -> str:
    """The text of a good answer; raises what its status or its bytes mean."""
    status = response.status_code
    if status == _TOO_MANY:
        raise TooManyError(_wait_s(response.headers.get("Retry-After", "")))
    if status == _USED_UP:
        raise TooManyError(_LONGEST_WAIT_S)
    if status >= _SERVER_FAILED or status == _TOO_LATE:
        raise UnavailableError
    if status in _NOT_LET_IN:
        raise KeyRefusedError
    if status != _OK:
        raise RefusedError
    body = bytearray()
    with suppress(requests.exceptions.ContentDecodingError):
        for chunk in response.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > _MAX_BYTES:
                raise BadAnswerError
        with suppress(UnicodeDecodeError):
            return body.decode("utf-8")
    raise BadAnswerError


def _short_pause_s() -> float:
    """Not the same for all who failed at the same moment."""
    return _RETRY_PAUSE_S * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def _wait_s(retry_after: str) -> float:
    """The seconds a server asks for, or a minute where it names none."""
    if re.fullmatch("[0-9]{1,9}", retry_after):
        return min(float(retry_after), _LONGEST_WAIT_S)
    return _DEFAULT_WAIT_S


def _shut(connected: socket.socket) -> None:
    """A read that waits on this socket ends now; the base class, because TLS would first say goodbye."""
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


class _PlainConnection(HTTPConnection):
    tell: Callable[[socket.socket], None]

    def connect(self) -> None:
        super().connect()
        self.tell(self.sock)


class _TlsConnection(HTTPSConnection):
    tell: Callable[[socket.socket], None]

    def connect(self) -> None:
        super().connect()
        self.tell(self.sock)


class _Adapter(HTTPAdapter):
    """Lets every connection of one request tell when it stands."""

    def __init__(self, tell: Callable[[socket.socket], None]) -> None:
        told = {"tell": staticmethod(tell)}
        self._kinds = {
            "http": type("Plain", (_PlainConnection,), told),
            "https": type("Tls", (_TlsConnection,), told),
        }
        super().__init__()

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        pool.ConnectionCls = self._kinds[pool.scheme]
        return pool


class _Session(requests.Session):
    """No proxy, no .netrc, no cookie of another request, no redirect."""

    def __init__(self, tell: Callable[[socket.socket], None]) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(tell))

    def get_redirect_target(self, resp: object) -> None:  # noqa: ARG002 - the name is the library's
        return None
