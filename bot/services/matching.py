"""Which buddies may be asked for one request, the one whose turn it is first: one question to the database.

Who is left out is never told why: ties of others stay theirs.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from bot.model.buddies import (
    CODE_VERSION,
    BuddyGroup,
    BuddyLanguage,
    BuddyProfile,
    BuddyState,
    BuddyTask,
    KeptApart,
)
from bot.model.help_requests import HelpRequest, Match, MatchState
from bot.model.people import Child, Door, Guardianship, Person, Post, Teaching
from bot.services.tools import Tools

_OPEN_TO_ALL_GROUPS = ~exists().where(BuddyGroup.profile_id == BuddyProfile.id)


def find(session: Session, tools: Tools, request: HelpRequest, most: int) -> list[BuddyProfile]:
    """The next buddies to ask: fewest families first, then who was asked longest ago (002-buddy, 001-overloaded).

    None who was asked for this request already, or who helps this guardian now.
    """
    asked = select(Match.buddy_id).where(Match.request_id == request.id)
    helping_now = select(Match.buddy_id).where(
        Match.asker_id == request.asker_id, Match.state == MatchState.HELPING.value
    )
    query = (
        _fitting(request)
        .where(
            BuddyProfile.families < BuddyProfile.max_families,
            BuddyProfile.families < tools.buddies.families,
            BuddyProfile.person_id.not_in(asked),
            BuddyProfile.person_id.not_in(helping_now),
        )
        .order_by(BuddyProfile.families, BuddyProfile.asked_at.nulls_first(), BuddyProfile.id)
        .limit(most)
    )
    return list(session.scalars(query))


def fits(session: Session, request: HelpRequest, buddy_id: int) -> bool:
    """Whether this buddy may (still) be brought together with who asks; says nothing of how many families."""
    query = _fitting(request).where(BuddyProfile.person_id == buddy_id)
    return session.scalar(query) is not None


def _fitting(request: HelpRequest) -> Select[BuddyProfile]:
    """Language first, then the kind of help, then everybody who may never be brought together.

    Written as conditions on the profile, so that the database walks its index of free buddies in their order and
    stops at the first few, whatever share of them speaks the language.
    """
    return select(BuddyProfile).where(
        BuddyProfile.school_id == request.child.group.school_id,
        BuddyProfile.state == BuddyState.APPROVED.value,
        BuddyProfile.code_version == CODE_VERSION,
        exists().where(
            BuddyLanguage.profile_id == BuddyProfile.id, BuddyLanguage.language == request.language
        ),
        exists().where(BuddyTask.profile_id == BuddyProfile.id, BuddyTask.task == request.task),
        *_groups(request),
        BuddyProfile.person_id.not_in(_circle(request.asker_id)),
        *_apart(request.asker_id),
        *_can_come_in(),
    )


def _groups(request: HelpRequest) -> Iterator[ColumnElement[bool]]:
    """Families of this group are welcome to the buddy, who has no child in it unless that is wished."""
    group_id = request.child.group_id
    yield or_(
        _OPEN_TO_ALL_GROUPS,
        exists().where(BuddyGroup.profile_id == BuddyProfile.id, BuddyGroup.group_id == group_id),
    )
    if not request.same_group:
        yield ~exists().where(
            Guardianship.person_id == BuddyProfile.person_id,
            Guardianship.ended_at.is_(None),
            Child.id == Guardianship.child_id,
            Child.group_id == group_id,
        )


def _circle(asker_id: int) -> Select[int]:
    """Everybody who is or was guardian of a child of the asker, or shares another child with one of those."""
    own, beside, others, all_of_them = (aliased(Guardianship) for _ in range(4))
    children = select(own.child_id).where(own.person_id == asker_id)
    guardians = select(beside.person_id).where(beside.child_id.in_(children))
    their_children = select(others.child_id).where(others.person_id.in_(guardians))
    return select(all_of_them.person_id).where(all_of_them.child_id.in_(their_children))


def _apart(asker_id: int) -> Iterator[ColumnElement[bool]]:
    yield BuddyProfile.person_id != asker_id
    yield BuddyProfile.person_id.not_in(select(KeptApart.other_id).where(KeptApart.person_id == asker_id))
    yield BuddyProfile.person_id.not_in(select(KeptApart.person_id).where(KeptApart.other_id == asker_id))


def _can_come_in() -> Iterator[ColumnElement[bool]]:
    """A guardian of now, no member of staff, with a confirmed door and an account that is open."""
    person_id = BuddyProfile.person_id
    yield exists().where(Person.id == person_id, Person.closed_at.is_(None))
    yield exists().where(Guardianship.person_id == person_id, Guardianship.ended_at.is_(None))
    yield exists().where(
        Door.person_id == person_id,
        and_(Door.ended_at.is_(None), Door.confirmed_at.is_not(None), Door.welcomed_at.is_not(None)),
    )
    yield ~exists().where(Teaching.person_id == person_id, Teaching.ended_at.is_(None))
    yield ~exists().where(Post.person_id == person_id, Post.ended_at.is_(None))
