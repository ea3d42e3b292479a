"""Rows that have served: used links, ended sessions, marks of messages that no door sends again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.model.messages import Outgoing, Received
from bot.model.privacy import Pass, WebSession
from bot.model.workers import SharedBudget
from bot.services import dead_letters
from bot.services.tools import Tools

KEEP_LINKS = timedelta(days=1)
KEEP_SESSIONS = timedelta(days=2)  # none lives longer than half a day
KEEP_BUDGETS_S = 3600.0  # of chats that have long been at rest
KEEP_MARKS = timedelta(days=7)  # Telegram offers a message again for one day


def remove(session: Session, tools: Tools) -> None:
    """What is outdated is gone; nothing a person said is among it."""
    now = tools.clock.now()
    session.execute(delete(Pass).where(Pass.expires_at < now - KEEP_LINKS))
    session.execute(delete(WebSession).where(WebSession.made_at < now - KEEP_SESSIONS))
    session.execute(delete(Received).where(Received.taken_at < now - KEEP_MARKS))
    session.execute(delete(SharedBudget).where(SharedBudget.rests_until_s < now.timestamp() - KEEP_BUDGETS_S))
    dead_letters.remove_outdated(session, tools)
    for outgoing in session.scalars(select(Outgoing).where(Outgoing.link_until <= now)):
        outgoing.buttons = [[_without_link(made) for made in row] for row in outgoing.buttons]
        outgoing.link_until = None
        outgoing.changed_at = now


def _without_link(made: dict[str, Any]) -> dict[str, Any]:
    """The button as it was, or hidden and without its link: only the hash of a token is kept for longer."""
    return {"label": made["label"], "hidden": True} if "link" in made else made
