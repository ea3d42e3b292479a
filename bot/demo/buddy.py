"""The parent of the demo who helps other parents: her phone is open, and the school said yes, before anybody looks."""

from sqlalchemy.orm import Session

from bot.model.buddies import CODE_VERSION, PartOfWeek
from bot.model.people import Door
from bot.services import buddies, people, privacy
from bot.services.tools import Tools

BUDDY = "p-ewa"
LANGUAGES = ("nl", "pl")
_TEACHER = "s-joris"  # of her own child
_COORDINATOR = "s-karin"


def settle(session: Session, tools: Tools, door: Door) -> None:
    """The buddy has read the notice at this door, a teacher confirmed it, and the coordinator approved her offer."""
    buddy = door.person
    privacy.acknowledge(session, tools, buddy)
    door.welcomed_at = tools.clock.now()
    people.confirm_door(session, tools, people.by_roster_id(session, _TEACHER), door)
    profile = buddies.offer(
        session,
        tools,
        buddy,
        languages=LANGUAGES,
        tasks=tools.buddies.tasks,
        times=(PartOfWeek.EVENING, PartOfWeek.WEEKEND),
        group_ids=(),
        max_families=tools.buddies.families,
        code_version=CODE_VERSION,
    )
    buddies.approve(session, tools, people.by_roster_id(session, _COORDINATOR), profile, "")
