"""Two phones whose owners help each other."""

from typing import Any

from bot.demo.phones import DirectPhone
from bot.model.help_requests import Match
from bot.model.people import Child, Person
from tests.assistant.stage import Stage
from tests.helps import begun


def helping(
    stage: Stage,
    asker: Person | None = None,
    buddy: Person | None = None,
    child: Child | None = None,
    **goes_along: Any,
) -> tuple[DirectPhone, DirectPhone, int]:
    """Ewa helps Selam with Abel unless told otherwise, both with a confirmed phone; and the number of that help."""
    asker, buddy = asker or stage.cast.selam, buddy or stage.cast.ewa
    phones = stage.joined(asker), stage.joined(buddy)
    with stage.database.writing() as session:
        one, other = (session.get_one(Person, person.id) for person in (asker, buddy))
        about = session.get_one(Child, (child or stage.cast.abel).id)
        number = begun(session, stage.tools, one, other, about, **goes_along).id
        stage.tell(session)
    phones[0].command("buddy")
    return (*phones, number)


def match_of(stage: Stage, number: int) -> Match:
    """The help as it stands now."""
    found: Match = next(one for one in stage.all(Match) if one.id == number)
    return found


def read_in(stage: Stage, person: Person, language: str) -> None:
    """The person reads this language from now on."""
    with stage.database.writing() as session:
        session.get_one(Person, person.id).language = language
