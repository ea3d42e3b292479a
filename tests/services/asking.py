"""Parents who help and parents who ask, for tests: made quickly, approved, with a confirmed phone."""

from itertools import count
from typing import Any

from sqlalchemy import select

from bot.model.buddies import CODE_VERSION, BuddyProfile, Task
from bot.model.help_requests import HelpRequest, Match
from bot.model.people import Child, Group, Guardianship, Person
from bot.services import buddies, help_requests
from tests.cast import open_door
from tests.services.conftest import Stage

_numbers = count(1)


def parent(stage: Stage, group: Group | None = None, name: str = "Nadia Kamal") -> Person:
    """Another guardian at the school, whose child is in this group (6B unless told otherwise)."""
    number = next(_numbers)
    person = Person(
        roster_id=f"p-more-{number}",
        school_id=stage.cast.school.id,
        name=name,
        language="pl",
        language_chosen=True,
    )
    child = Child(
        roster_id=f"k-more-{number}",
        first_name=f"Noor{number}",
        group_id=(group or stage.cast.group_6b).id,
        grade=6,
    )
    stage.session.add_all((person, child))
    stage.session.flush()
    stage.session.add(Guardianship(person_id=person.id, child_id=child.id, relation="mother", authority=True))
    stage.session.flush()
    stage.session.expire(person)
    return person


def buddy(stage: Stage, person: Person, *languages: str, **given: Any) -> BuddyProfile:
    """This parent helps in these languages (Polish unless told otherwise), approved by Karin, with a phone."""
    usual: dict[str, Any] = {
        "tasks": [task.value for task in Task],
        "times": [],
        "group_ids": [],
        "max_families": 3,
        "code_version": CODE_VERSION,
    }
    profile = buddies.offer(
        stage.session, stage.tools, person, languages=languages or ("pl",), **(usual | given)
    )
    buddies.approve(stage.session, stage.tools, stage.cast.karin, profile, "")
    open_door(stage.session, stage.clock, person)
    stage.happened()
    return profile


def ask(stage: Stage, asker: Person | None = None, child: Child | None = None, **given: Any) -> HelpRequest:
    """Agnieszka asks about Kuba in Polish, unless told otherwise; consent is there."""
    asker = asker or stage.cast.agnieszka
    help_requests.agree(stage.session, stage.tools, asker)
    usual: dict[str, Any] = {"language": "pl", "task": Task.UNDERSTAND.value}
    return help_requests.ask(stage.session, stage.tools, asker, child or stage.cast.kuba, **(usual | given))


def match_of(stage: Stage, request: HelpRequest, person: Person) -> Match:
    """How this buddy was asked for this request."""
    query = select(Match).where(Match.request_id == request.id, Match.buddy_id == person.id)
    return stage.session.scalars(query).one()


def states(stage: Stage, request: HelpRequest) -> list[str]:
    """What became of everybody who was asked, in the order of asking."""
    query = select(Match.state).where(Match.request_id == request.id).order_by(Match.id)
    return list(stage.session.scalars(query))
