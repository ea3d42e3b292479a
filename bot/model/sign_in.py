"""What a messenger vouches for when a person opens our pages inside it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Vouched:
    """Who stands before the door, by the messenger's own word, and the hash by which this word is known again."""

    address: str
    digest: str = field(repr=False)


class Voucher(Protocol):
    """Checks a proof that a messenger put into its window. Raises DomainError("pass_unusable") and nothing else."""

    def __call__(self, proof: str, now: datetime) -> Vouched:
        """Whose proof it is, if it is genuine and fresh."""
