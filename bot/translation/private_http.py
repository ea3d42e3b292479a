"""Asks a server in the school's network for JSON: one deadline, a checked peer, errors that repeat nothing.

Knows addresses and bytes; must never know what is translated.
"""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from bot.translation.errors import (
    BadAnswerError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
)

_PRIVATE = tuple(
    ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
_MAX_BYTES = 1_000_000
_CHUNK_BYTES = 16_384
_CONNECT_S = 3.0
_RETRY_PAUSE_S = 0.3
_LONGEST_PAUSE_S = 2.0  # a longer wait is the caller's to plan
_DEFAULT_WAIT_S = 60.0
_LONGEST_WAIT_S = 3600.0
_OK, _TOO_MANY, _SERVER_FAILED = 200, 429, 500
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


def is_private(address: str) -> bool:
    """True for a loopback or private address; false for public, link-local, multicast or unreadable ones."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in _PRIVATE)


def ensure_private(url: str, resolve: Callable[..., Any] = socket.getaddrinfo) -> str:
    """The address of a server, ending in a slash, known to lie inside the school's network.

    Raises ValueError with a sentence for the operator that repeats nothing of the address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme not in ("http", "https") or not url.isascii() or not url.isprintable():
        raise ValueError("LIBRETRANSLATE_URL must be an address that begins with http:// or https://.")
    if any(mark in url for mark in "@?#\\ "):
        raise ValueError("LIBRETRANSLATE_URL must not hold a user name, a password, a question or spaces.")
    try:
        addresses = {info[4][0] for info in resolve(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        addresses = set()
    if not addresses:
        raise ValueError("LIBRETRANSLATE_URL names a host that cannot be found.")
    if not all(is_private(address) for address in addresses):
        raise ValueError("LIBRETRANSLATE_URL must be a loopback or private address.")
    return url.rstrip("/") + "/"


class PrivateServer:
    """A server whose every answer comes within `deadline_s` or not at all; may be shared between threads."""

    def __init__(self, base_url: str, deadline_s: float, permits: Callable[[str], bool] = is_private) -> None:
        self.base_url = base_url
        self._deadline_s = deadline_s
        self._permits = permits

    def ask(self, path: str, question: Mapping[str, object] | None = None) -> Any:
        """The JSON answer: of a GET, or of a POST of the question. Raises TranslationError.

        One second try where it may help and the deadline leaves room.
        """
        end_s = time.monotonic() + self._deadline_s
        try:
            return self._ask_once(path, question, end_s)
        except (UnavailableError, TooManyError) as error:
            pause_s = error.wait_s if isinstance(error, TooManyError) else _RETRY_PAUSE_S
            if pause_s > _LONGEST_PAUSE_S or time.monotonic() + pause_s >= end_s:
                raise
        time.sleep(pause_s)
        return self._ask_once(path, question, end_s)

    def _ask_once(self, path: str, question: Mapping[str, object] | None, end_s: float) -> Any:
        left_s = end_s - time.monotonic()
        answer: Any = None
        failure: TranslationError | None = None
        with _Watch(left_s, self._permits) as watch, _Session(watch) as session:
            try:
                with session.request(
                    "GET" if question is None else "POST",
                    self.base_url + path,
                    json=question,
                    headers=_HEADERS,
                    stream=True,
                    allow_redirects=False,
                    timeout=(min(left_s, _CONNECT_S), left_s),
                ) as response:
                    answer = _read(response)
            except TranslationError as error:
                failure = error
            except (OSError, HTTPError, ValueError):
                failure = UnavailableError()
        # Raised out here, so that no exception of a library, which may hold words, hangs on ours.
        if watch.late:
            raise UnavailableError
        if failure is not None:
            raise failure
        return answer


def _read(response: requests.Response) -> Any:
    """The JSON in a good answer, or the error that its status means."""
    if response.status_code == _TOO_MANY:
        raise TooManyError(_wait_s(response.headers.get("Retry-After", "")))
    if response.status_code >= _SERVER_FAILED:
        raise UnavailableError
    if response.status_code != _OK:
        raise RefusedError
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > _MAX_BYTES:
            raise BadAnswerError
    with suppress(ValueError, RecursionError):
        return json.loads(body.decode("utf-8"))
    raise BadAnswerError


def _wait_s(retry_after: str) -> float:
    """The seconds a server asks for, or a minute where it names none."""
    if re.fullmatch("[0-9]{1,9}", retry_after):
        return min(float(retry_after), _LONGEST_WAIT_S)
    return _DEFAULT_WAIT_S


class _Watch:
    """Ends one request at its deadline, even when the server drips byte by byte."""

    def __init__(self, seconds: float, permits: Callable[[str], bool]) -> None:
        self.late = False
        self._permits = permits
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(seconds, 0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._timer.cancel()

    def begin(self, connected: socket.socket) -> None:
        """Nothing has been sent yet; raises RefusedError when the other end lies outside the network."""
        if not self._permits(connected.getpeername()[0]):
            raise RefusedError
        with self._lock:
            self._socket = connected
            if self.late:
                _shut(connected)

    def _cut(self) -> None:
        with self._lock:
            self.late = True
            if self._socket is not None:
                _shut(self._socket)


def _shut(connected: socket.socket) -> None:
    """A read that waits on this socket ends now; the base class, because TLS would first say goodbye."""
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


class _PlainConnection(HTTPConnection):
    watch: _Watch

    def connect(self) -> None:
        super().connect()
        self.watch.begin(self.sock)


class _TlsConnection(HTTPSConnection):
    watch: _Watch

    def connect(self) -> None:
        super().connect()
        self.watch.begin(self.sock)


class _Adapter(HTTPAdapter):
    """Lets every connection of one request report to its watch."""

    def __init__(self, watch: _Watch) -> None:
        self._kinds = {
            "http": type("Plain", (_PlainConnection,), {"watch": watch}),
            "https": type("Tls", (_TlsConnection,), {"watch": watch}),
        }
        super().__init__()

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        pool.ConnectionCls = self._kinds[pool.scheme]
        return pool


class _Session(requests.Session):
    """No proxy, no .netrc, no cookie of another request, no redirect."""

    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self.trust_env = False
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(watch))

    def get_redirect_target(self, resp: object) -> None:  # noqa: ARG002 - the name is the library's
        return None
