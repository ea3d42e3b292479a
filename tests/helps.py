"""A help that goes on, made at once: one parent asked, another said yes, and the first said yes too."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.model.buddies import BuddyProfile, BuddyState
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.people import Child, Person
from bot.services import helping
from bot.services.tools import Tools


def begun(
    session: Session, tools: Tools, asker: Person, buddy: Person, child: Child, **goes_along: Any
) -> Match:
    """The two can talk; `goes_along` are columns of its request, such as saying, run_id, question."""
    now = tools.clock.now()
    _approve(session, tools, buddy)
    request = HelpRequest(
        asker_id=asker.id,
        child_id=child.id,
        language=asker.language,
        task="understand",
        state=RequestState.HELPED.value,
        asked_at=now,
        answer_by=now + timedelta(hours=6),
        **goes_along,
    )
    session.add(request)
    session.flush()
    match = Match(
        request_id=request.id,
        buddy_id=buddy.id,
        asker_id=asker.id,
        state=MatchState.HELPING.value,
        asked_at=now,
        answer_by=now + timedelta(hours=6),
        answered_at=now,
        started_at=now,
    )
    session.add(match)
    session.flush()
    helping.begin(session, tools, match)
    return match


def _approve(session: Session, tools: Tools, buddy: Person) -> None:
    now = tools.clock.now()
    if session.query(BuddyProfile).filter_by(person_id=buddy.id).count() == 0:
        session.add(
            BuddyProfile(
                person_id=buddy.id,
                school_id=buddy.school_id,
                state=BuddyState.APPROVED.value,
                max_families=3,
                families=1,
                code_version=1,
                code_accepted_at=now,
                offered_at=now,
                approved_at=now,
            )
        )
        session.flush()
