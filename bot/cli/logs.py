"""What the program logs: ids and codes. Whatever a library says is cut down to where it was said."""

import copy
import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from pythonjsonlogger.json import JsonFormatter

OURS = "bot"
log = logging.getLogger(__name__)


class _Place:
    """The kind and the place of an exception stand for it: its words can be those of a person."""

    def formatException(  # noqa: N802 - the library's name
        self,
        details: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return place(details[0], details[2])


class _Text(_Place, logging.Formatter):
    """One line for eyes."""


class _Json(_Place, JsonFormatter):
    """One JSON object for machines."""


class Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error, or to the stream, as `text` or `json`; never fails and never quotes a library."""

    def __init__(self, form: str = "text", stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self.use(form)

    def use(self, form: str) -> None:
        """From now on records stand in this form."""
        self.setFormatter(_json() if form == "json" else _text())

    def emit(self, record: logging.LogRecord) -> None:
        """The record is written; a record of a library only says which one, where, and what kind of error."""
        super().emit(_bare(record) if _is_ours(record) else _without_words(record))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A record that cannot be written is dropped: the library would print its parts."""


def begin() -> None:
    """This process logs warnings and worse, and an error that nobody caught says its kind and place only."""
    logging.basicConfig(level=logging.WARNING, handlers=[Handler()])
    logging.captureWarnings(capture=True)
    sys.excepthook = _ended
    sys.unraisablehook = lambda event: _uncaught(event.exc_type, event.exc_traceback)
    threading.excepthook = lambda event: _uncaught(event.exc_type, event.exc_traceback)


def use(form: str) -> None:
    """The records of this process stand in this form."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Handler):
            handler.use(form)


def place(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """The kind of an error, and where in the program it came up."""
    name = kind.__name__ if kind else "nothing"
    frames = traceback.extract_tb(trace)
    if not frames:
        return name
    return f"{name} in {Path(frames[-1].filename).stem}.{frames[-1].name} line {frames[-1].lineno}"


def _ended(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the program ended: %s", place(kind, trace))


def _uncaught(kind: type[BaseException] | None, trace: TracebackType | None) -> None:
    log.error("nobody caught: %s", place(kind, trace))


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(f"{OURS}.")


def _bare(record: logging.LogRecord) -> logging.LogRecord:
    """The record without what another handler may have made of its exception."""
    bare = copy.copy(record)
    bare.exc_text = bare.stack_info = None
    return bare


def _without_words(record: logging.LogRecord) -> logging.LogRecord:
    """A new record, because a library may have hung anything on its own."""
    where = (record.module, record.lineno)
    return logging.LogRecord(
        record.name,
        record.levelno,
        record.pathname,
        record.lineno,
        "said at %s line %s",
        where,
        record.exc_info,
    )


def _text() -> logging.Formatter:
    return _Text("%(asctime)s %(levelname)s %(name)s: %(message)s")


def _json() -> logging.Formatter:
    return _Json(
        ["levelname", "name", "process", "message"],
        rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
        timestamp="time",
    )
