"""Errors of the domain: a stable code and plain data; the sentence a person reads is chosen by the doors."""

from typing import Any


class OperatorError(Exception):
    """The program cannot go on; the message is one sentence for its operator and repeats no secret."""


class DomainError(Exception):
    """A wish that the rules refuse; `code` picks the sentence, `data` holds ids and numbers only."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class NotFoundError(DomainError):
    """The thing does not exist, or this person may not know that it does: both look the same."""

    def __init__(self) -> None:
        super().__init__("not_found")


def code_of(error: BaseException) -> str:
    """What may stand in a log: the kind of error and the database's own code for it, never its sentence.

    A full disk ends SQLite's whole transaction, and then its savepoint is missed: what came first is told.
    """
    first = error
    while first.__context__ is not None and getattr(first.__context__, "orig", None) is not None:
        first = first.__context__
    original = getattr(first, "orig", None)
    detail = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    kind = type(error).__name__
    return f"{kind} ({detail})" if detail else kind
