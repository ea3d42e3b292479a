"""The talk sheet: one paper for one guardian of one child, in Dutch and in that guardian's language.

Sheets lie on tables. On each stands the part of its own guardian only, and never a sensitive answer.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.dialog.script import OTHER, Part, Script
from bot.model.access import Action, Relation, Subject, may
from bot.model.agreements import Agreement
from bot.model.conversation import Conversation
from bot.model.errors import NotFoundError
from bot.model.people import Child, Guardianship, Person
from bot.model.preparation import Answer
from bot.model.translation import Saying
from bot.services import access, agreements, companions, conversation, preparation, report, sayings
from bot.services.sayings import Shown
from bot.services.tools import Tools

SCHOOL_LANGUAGE = "nl"

_GUARDIAN_SIDE = frozenset({Relation.GUARDIAN, Relation.GUARDIAN_WITHOUT_AUTHORITY})


@dataclass(frozen=True)
class Both:
    """The same words twice: for the school and for the guardian."""

    school: Shown
    guardian: Shown


@dataclass(frozen=True)
class SheetAnswer:
    """One answer; questions and labels in the language of the school and of the guardian."""

    asked: tuple[str, str]
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    said: Both | None


@dataclass(frozen=True)
class SheetAgreement:
    """One open agreement."""

    said: Both
    state: str
    owner: str
    due_on: date
    look_back_on: date


@dataclass(frozen=True)
class SheetTalk:
    """The next talk with this guardian."""

    moment: str
    planned_at: datetime | None
    length_minutes: int
    place: str | None
    place_said: Both | None
    goals: tuple[str, ...]
    goal_said: Both | None
    people: tuple[str, ...]
    companions: tuple[tuple[str, str], ...]  # role and first name; only of the guardian of this sheet
    serious: bool  # what makes it so does not lie on a table


@dataclass(frozen=True)
class Sheet:
    """What stands on one paper."""

    child_id: int
    first_name: str
    group: str
    guardian: str
    language: str  # of the guardian
    talk: SheetTalk | None
    agreements: tuple[SheetAgreement, ...]
    goals: tuple[Both, ...]
    answers: tuple[SheetAnswer, ...]
    progress: str


def of_child(session: Session, tools: Tools, reader: Person, child: Child) -> list[Sheet]:
    """A sheet for each guardian; NotFoundError for who does not read the child's dossier at school."""
    held = access.relations(session, tools, reader, child) - _GUARDIAN_SIDE
    if not may(held, Action.READ, Subject.DOSSIER) or not may(held, Action.READ, Subject.SHARED_ANSWER):
        raise NotFoundError
    talks = conversation.all_of_child(session, child)
    made = agreements.all_of_child(session, child)
    return [
        _sheet(session, tools, reader, child, guardianship, talks, made)
        for guardianship in access.guardians_of(session, child)
    ]


def _sheet(
    session: Session,
    tools: Tools,
    reader: Person,
    child: Child,
    guardianship: Guardianship,
    talks: list[Conversation],
    made: list[Agreement],
) -> Sheet:
    guardian = guardianship.person
    held = access.relations(session, tools, guardian, child) & _GUARDIAN_SIDE
    planned = [
        talk
        for talk in talks
        if talk.planned_at
        and talk.held_at is None
        and talk.cancelled_at is None
        and conversation.sees(held, guardian.id, talk)
    ]
    talk = min(planned, key=lambda one: (one.planned_at, one.id), default=None)
    still_open = [
        one for one in made if one.state in agreements.OPEN and agreements.sees(held, guardian, one)
    ]
    goals = report.open_goals(session, child) if may(held, Action.READ, Subject.GOAL) else []
    return Sheet(
        child_id=child.id,
        first_name=child.first_name,
        group=child.group.name,
        guardian=guardian.name,
        language=guardian.language,
        talk=_talk(session, guardian, talk) if talk else None,
        agreements=tuple(_agreement(guardian, one) for one in still_open),
        goals=tuple(_both(guardian, one.saying) for one in goals),
        answers=_answers(session, tools, reader, child, guardian),
        progress=preparation.progress(session, tools, reader, child, guardian).value,
    )


def _answers(
    session: Session, tools: Tools, reader: Person, child: Child, guardian: Person
) -> tuple[SheetAnswer, ...]:
    run = preparation.run_of(session, guardian, child)
    if run is None:
        return ()
    preparation.read_words(session, run)
    script = preparation.script_of(run)
    shared = preparation.shared_answers(session, tools, reader, child, guardian)
    return tuple(_answer(guardian, script, one) for one in shared if not one.sensitive)


def _answer(guardian: Person, script: Script, one: Answer) -> SheetAnswer:
    def in_language(language: str) -> tuple[str, tuple[str, ...]]:
        labels = (
            script.text(language, one.question, Part.LABEL, key) or key for key in one.choices if key != OTHER
        )
        return script.text(language, one.question, Part.ASK), tuple(labels)

    asked, labels = in_language(SCHOOL_LANGUAGE)
    own_asked, own_labels = in_language(guardian.language)
    return SheetAnswer(
        asked=(asked, own_asked),
        labels=(labels, own_labels),
        said=_both(guardian, one.saying) if one.saying else None,
    )


def _agreement(guardian: Person, one: Agreement) -> SheetAgreement:
    version = one.current
    return SheetAgreement(
        said=_both(guardian, version.saying),
        state=one.state,
        owner=version.owner,
        due_on=version.due_on,
        look_back_on=version.look_back_on,
    )


def _talk(session: Session, guardian: Person, one: Conversation) -> SheetTalk:
    coming = companions.confirmed_at(session, [one])[one.id]
    return SheetTalk(
        moment=one.moment,
        planned_at=one.planned_at,
        length_minutes=one.length_minutes,
        place=one.place,
        place_said=_both(guardian, one.place_saying) if one.place_saying else None,
        goals=tuple(one.goals),
        goal_said=_both(guardian, one.goal_saying) if one.goal_saying else None,
        people=tuple(companions.in_the_room(one, coming)),
        companions=tuple(
            (place.role, place.match.buddy.first_name)
            for place in coming
            if place.match.asker_id == guardian.id
        ),
        serious=bool(one.serious),
    )


def _both(guardian: Person, saying: Saying) -> Both:
    return Both(
        sayings.shown(saying, SCHOOL_LANGUAGE),
        sayings.shown(saying, guardian.language, guardian.id),
    )
