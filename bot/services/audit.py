"""The audit trail: who did what, with ids only."""

from typing import Any

from sqlalchemy.orm import Session

from bot.model.clock import Clock
from bot.model.privacy import AuditLine


def note(
    session: Session,
    clock: Clock,
    actor_id: int | None,
    action: str,
    subject: str,
    *,
    child_id: int | None = None,
    **ids: Any,
) -> None:
    """A line stands in the audit trail; `ids` hold numbers and codes, never words or names."""
    session.add(
        AuditLine(
            happened_at=clock.now(),
            actor_id=actor_id,
            action=action,
            child_id=child_id,
            subject=subject,
            data=ids,
        )
    )
