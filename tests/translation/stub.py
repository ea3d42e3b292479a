"""A translation server on loopback that fails in every way a server can, over real sockets."""

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.translation.confided import confided
from tests.translation.dialects import LIBRETRANSLATE, Dialect


@dataclass
class Stub:
    """What the server was asked, and what it shall do with the next texts to translate."""

    url: str = ""
    dialect: Dialect = LIBRETRANSLATE
    behave: "Callable[[Handler], None]" = lambda handler: handler.echo()
    languages: object = ...  # instead of those of the dialect
    asked: list[dict[str, Any]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    ended_connections: int = 0

    def translations_asked(self) -> list[Any]:
        """The questions with texts, as they were read from JSON."""
        return [json.loads(one["body"]) for one in self.asked if one["verb"] == "POST"]

    def texts_asked(self) -> list[list[str]]:
        """The texts of each question."""
        return [self.dialect.texts(question) for question in self.translations_asked()]


class Handler(BaseHTTPRequestHandler):
    """Notes each request; a behaviour then answers as badly as its name says."""

    protocol_version = "HTTP/1.1"
    stub: Stub

    def finish(self) -> None:
        """Every connection counts, also one over which nothing was said."""
        with contextlib.suppress(OSError):
            super().finish()
        self.stub.ended_connections += 1

    def do_GET(self) -> None:
        """The list of languages."""
        self._note()
        given = self.stub.languages
        self.answer(json.dumps(self.stub.dialect.languages(self.body) if given is ... else given).encode())

    def do_POST(self) -> None:
        """Whatever the test wants."""
        self._note()
        self.stub.behave(self)

    def _note(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = {"verb": self.command, "path": self.path, "headers": dict(self.headers), "body": self.body}
        self.stub.asked.append(asked)

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        """One complete answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def echo(self) -> None:
        """The texts in capitals: a good answer."""
        self.answer(self.stub.dialect.echo(self.body))

    def log_message(self, *_arguments: object) -> None:
        """Silence."""


class Server(ThreadingHTTPServer):
    """Threads that end with the test; a client that hangs up is no news."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_arguments: object) -> None:
        """Silence."""


@contextlib.contextmanager
def serving(dialect: Dialect = LIBRETRANSLATE, tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """A stub that answers until the block ends. One outside the school never got a name of the cast."""
    stub = Stub(dialect=dialect)
    server = Server(("127.0.0.1", 0), type("StubHandler", (Handler,), {"stub": stub}))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    stub.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
        if dialect.outside:
            assert not [found for one in stub.asked for found in confided(one)]
    finally:
        stub.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def slow(handler: Handler) -> None:
    """Answers well, but after three seconds."""
    handler.stub.closing.wait(3)
    handler.echo()


def never(handler: Handler) -> None:
    """Says nothing at all."""
    handler.stub.closing.wait()


def dripping_body(handler: Handler) -> None:
    """Sends its answer one byte at a time, each well within any time limit per read."""
    handler.send_response(200)
    handler.send_header("Content-Length", "10000")
    handler.end_headers()
    _drip(handler, b" ")


def dripping_headers(handler: Handler) -> None:
    """Never comes to an end of its first header."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(handler, b"x")


def dripping_without_length(handler: Handler) -> None:
    """Drips a body whose end is only the end of the connection."""
    handler.wfile.write(b'HTTP/1.0 200 OK\r\n\r\n{"translatedText": ["')
    _drip(handler, b"x")


def _drip(handler: Handler, byte: bytes) -> None:
    with contextlib.suppress(OSError):
        while not handler.stub.closing.wait(0.05):
            handler.wfile.write(byte)


def reset(handler: Handler) -> None:
    """Throws the connection away."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.rfile.close()  # it would keep the connection open
    handler.connection.close()


def short_body(handler: Handler) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"translatedText": ["half')
    handler.close_connection = True


def huge_body(handler: Handler) -> None:
    """Does not stop sending."""
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    with contextlib.suppress(OSError):
        while not handler.stub.closing.is_set():
            handler.wfile.write(b"x" * 65536)


def not_http(handler: Handler) -> None:
    """Another kind of server stands here."""
    handler.wfile.write(b"220 mail.example ESMTP\r\n")
    handler.close_connection = True


def saying(body: bytes, status: int = 200, **headers: str) -> Callable[[Handler], None]:
    """A behaviour that always gives this answer."""
    return lambda handler: handler.answer(body, status, **headers)


def quoting(status: int) -> Callable[[Handler], None]:
    """A behaviour that refuses and repeats the question and the key in its answer, as servers do."""

    def behave(handler: Handler) -> None:
        everything = f"{handler.headers} {handler.body.decode()}"
        handler.answer(json.dumps({"error": everything, "message": everything}).encode(), status)

    return behave


def wrapping(*values: object) -> Callable[[Handler], None]:
    """A behaviour that answers in the right shape, with these values where texts should stand."""
    return lambda handler: handler.answer(handler.stub.dialect.wrapped(list(values)))


def one_for_a_list(handler: Handler) -> None:
    """Answers as if one text had been asked for."""
    handler.answer(json.dumps(handler.stub.dialect.for_a_list_one).encode())


def spoiled(old: bytes, new: bytes) -> Callable[[Handler], None]:
    """A behaviour that answers well but for some bytes."""
    return lambda handler: handler.answer(handler.stub.dialect.wrapped(["Kub"]).replace(old, new))
