"""An offer to help other parents ends, and with it what goes on through it; nothing of the parent's own asking."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bot.model.access import Action, Subject
from bot.model.buddies import BuddyProfile, BuddyState
from bot.model.errors import NotFoundError
from bot.model.help_requests import Match, MatchState
from bot.model.people import Person, Post, Teaching
from bot.services import asking_buddies, buddies, helping
from bot.services.tools import Tools


def leave(session: Session, tools: Tools, person: Person) -> None:
    """The parent helps nobody any more, and who was helped hears it; raises NotFoundError for who offers nothing."""
    profile = buddies.profile_of(session, person)
    if profile is None or profile.state == BuddyState.ENDED.value:
        raise NotFoundError
    asking_buddies.lock_all(session, person)
    buddies.close(session, tools, profile, person.id)
    _stop(session, tools, profile, actor=person)


def end(session: Session, tools: Tools, coordinator: Person, profile: BuddyProfile, reason: str) -> None:
    """The coordinator ended the offer and the help through it; raises words_needed, and NotFoundError for others."""
    buddies.require_staff(session, coordinator, profile.school_id, Action.END, Subject.BUDDY_PROFILE)
    asking_buddies.lock_all(session, profile.person)
    buddies.decide(session, tools, coordinator, profile, BuddyState.ENDED, reason)
    _stop(session, tools, profile, actor=None)


def end_of_staff(session: Session, tools: Tools) -> None:
    """The offer of everybody who works at a school now is over: who reads files there helps nobody as a parent."""
    teaches = exists().where(Teaching.person_id == BuddyProfile.person_id, Teaching.ended_at.is_(None))
    has_post = exists().where(Post.person_id == BuddyProfile.person_id, Post.ended_at.is_(None))
    query = select(BuddyProfile).where(BuddyProfile.state != BuddyState.ENDED.value, or_(teaches, has_post))
    for profile in session.scalars(query).all():
        asking_buddies.lock_all(session, profile.person)
        buddies.close(session, tools, profile, None)
        _stop(session, tools, profile, actor=None)


def _stop(session: Session, tools: Tools, profile: BuddyProfile, *, actor: Person | None) -> None:
    """Who waits for this buddy is brought to the next one; what both wrote stays as long as after any end."""
    session.flush()
    of_buddy = select(Match).where(Match.buddy_id == profile.person_id).order_by(Match.id)
    for match in session.scalars(of_buddy.where(Match.state.in_(asking_buddies.WAITING))).all():
        asking_buddies.step_back(session, tools, match, MatchState.DECLINED, actor.id if actor else None)
    for match in session.scalars(of_buddy.where(Match.state == MatchState.HELPING.value)).all():
        helping.end(session, tools, actor, match)
    buddies.count_families(session, profile.person_id)
