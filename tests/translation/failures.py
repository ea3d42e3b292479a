"""What a server can do wrong, and what we then say."""

import time
import traceback
from collections.abc import Callable

from bot.translation.errors import (
    BadAnswerError,
    KeyRefusedError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
)
from tests.translation import stub as bad
from tests.translation.stub import Handler

Failure = tuple[str, Callable[[Handler], None], type[TranslationError]]

HANGING: list[Failure] = [
    ("slow", bad.slow, UnavailableError),
    ("never", bad.never, UnavailableError),
    ("dripping body", bad.dripping_body, UnavailableError),
    ("dripping headers", bad.dripping_headers, UnavailableError),
    ("dripping without length", bad.dripping_without_length, UnavailableError),
]
FAILING: list[Failure] = [
    ("reset", bad.reset, UnavailableError),
    ("short body", bad.short_body, UnavailableError),
    ("not http", bad.not_http, UnavailableError),
    ("408", bad.quoting(408), UnavailableError),
    ("500", bad.quoting(500), UnavailableError),
    ("503", bad.quoting(503), UnavailableError),
    ("429", bad.quoting(429), TooManyError),
    ("456", bad.quoting(456), TooManyError),
    ("400", bad.quoting(400), RefusedError),
    ("401", bad.quoting(401), KeyRefusedError),
    ("403", bad.quoting(403), KeyRefusedError),
    ("404", bad.quoting(404), RefusedError),
    ("413", bad.quoting(413), RefusedError),
    ("redirect", bad.saying(b"", 302, Location="/elsewhere"), RefusedError),
    ("redirect that keeps the body", bad.saying(b"", 307, Location="/elsewhere"), RefusedError),
    ("empty with 204", bad.saying(b"", 204), RefusedError),
    ("html", bad.saying(b"<html>Sign in first</html>"), BadAnswerError),
    ("empty", bad.saying(b""), BadAnswerError),
    ("truncated json", bad.spoiled(b'Kub"', b""), BadAnswerError),
    ("empty object", bad.saying(b"{}"), BadAnswerError),
    ("empty list", bad.saying(b"[]"), BadAnswerError),
    ("null", bad.saying(b"null"), BadAnswerError),
    ("list", bad.saying(b'["x"]'), BadAnswerError),
    ("error with 200", bad.quoting(200), BadAnswerError),
    ("null text", bad.wrapping(None), BadAnswerError),
    ("empty text", bad.wrapping(""), BadAnswerError),
    ("blank text", bad.wrapping(" \n"), BadAnswerError),
    ("number", bad.wrapping(7), BadAnswerError),
    ("one text for a list", bad.one_for_a_list, BadAnswerError),
    ("too many texts", bad.wrapping("x", "y"), BadAnswerError),
    ("invalid utf-8", bad.spoiled(b"Kub", b"\xff\xfe"), BadAnswerError),
    ("half a character", bad.spoiled(b"Kub", b"\\ud83d"), BadAnswerError),
    ("nul", bad.spoiled(b"Kub", b"a\\u0000b"), BadAnswerError),
    ("deep nesting", bad.saying(b"[" * 200_000), BadAnswerError),
    ("squeezed", bad.saying(b"\x1f\x8b no gzip", Content_Encoding="gzip"), BadAnswerError),
    ("huge body", bad.huge_body, BadAnswerError),
]


def everything_about(error: BaseException | None) -> str:
    """All that a log, a crash report or a curious reader could show of an error and of those behind it."""
    said = ""
    while error is not None:
        said += f"{error} {error!r} {vars(error)} " + "".join(traceback.format_exception(error))
        error = error.__cause__ or error.__context__
    return said


def wait_until(true: Callable[[], bool]) -> None:
    """The other side has come so far, within ten seconds."""
    end_s = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end_s
        time.sleep(0.02)


def unused_port() -> int:
    """A port of this computer on which nothing listens."""
    with bad.serving() as gone:
        return int(gone.url.rstrip("/").rpartition(":")[2])
