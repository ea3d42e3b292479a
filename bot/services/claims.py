"""Who works on a row: a claim counts as long as the worker who made it is alive."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression


@dataclass(frozen=True)
class Claimant:
    """A worker, and the names of all others that are alive."""

    name: str
    others: frozenset[str] = frozenset()

    def may_take(self, claimed_by: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        """Whether nobody else works on a row; what this worker claimed and did not finish is its own."""
        return claimed_by.is_(None) | claimed_by.not_in(sorted(self.others))
