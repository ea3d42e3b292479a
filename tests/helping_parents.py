"""A school in which parents help parents: one of everything that the coordinator's page can show."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.model.buddies import CODE_VERSION, BuddyProfile, KeptApart, Task
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.helping import ComplaintKind, HelpComplaint, HelpEvaluation, Verdict
from bot.model.people import Child, Person
from bot.services import buddies, sayings
from bot.services.tools import Tools
from tests.cast import Cast

REASON = "Even rust tot na de vakantie."
COMPLAINT = "Hij vroeg naar mijn werk."
QUOTED = "Hoeveel verdien je?"
ASKED_WORDS = "Jutro przynieść [1]."  # of a request; the coordinator never reads it


@dataclass(frozen=True)
class Helping:
    """The rows a test can name."""

    approved: BuddyProfile  # Ewa's, who helps one family
    paused: BuddyProfile  # Pieter's
    offered: BuddyProfile  # Selam's
    waiting: HelpRequest  # of Agnieszka, who does not want to be known
    unanswered: HelpRequest  # of Selam, who wants the coordinator
    complaint: HelpComplaint  # of Agnieszka about Pieter
    kept: KeptApart


def offer(session: Session, tools: Tools, person: Person, **changes: Any) -> BuddyProfile:
    """What this person offers, not decided about yet."""
    usual: dict[str, Any] = {
        "languages": ["pl", "nl"],
        "tasks": [Task.EXPLAIN.value, Task.UNDERSTAND.value],
        "times": ["evening"],
        "group_ids": [],
        "max_families": 3,
        "code_version": CODE_VERSION,
    }
    return buddies.offer(session, tools, person, **(usual | changes))


def request(
    session: Session, tools: Tools, asker: Person, child: Child, state: RequestState, **given: Any
) -> HelpRequest:
    """A request as it stands in the database, asked two hours ago; answered after one, if it was."""
    now = tools.clock.now()
    answered = state in {RequestState.OFFERED, RequestState.HELPED}
    usual: dict[str, Any] = {
        "language": "pl",
        "task": Task.UNDERSTAND.value,
        "masked": [],
        "asked_at": now - timedelta(hours=2),
        "answer_by": now + timedelta(hours=4),
        "answered_at": now - timedelta(hours=1) if answered else None,
    }
    made = HelpRequest(asker=asker, child=child, state=state.value, **(usual | given))
    session.add(made)
    session.flush()
    return made


def match(session: Session, tools: Tools, asked: HelpRequest, buddy: Person, state: MatchState) -> Match:
    """One buddy brought to this request."""
    now = tools.clock.now()
    made = Match(
        request=asked,
        buddy=buddy,
        asker=asked.asker,
        state=state.value,
        asked_at=now - timedelta(hours=2),
        answer_by=now + timedelta(hours=2),
        started_at=now - timedelta(hours=1),
    )
    session.add(made)
    session.flush()
    buddies.count_families(session, buddy.id)
    return made


def furnish(session: Session, tools: Tools, cast: Cast) -> Helping:
    """Three parents offer; one request is open, one was answered, one was not; a complaint, opinions, a conflict."""
    c = cast.at(session)
    approved, paused = (offer(session, tools, person) for person in (c.ewa, c.pieter))
    for profile in (approved, paused):
        buddies.approve(session, tools, c.karin, profile, "")
    buddies.pause(session, tools, c.karin, paused, REASON)
    groups = [c.group_3a.id]
    offered = offer(session, tools, c.selam, languages=["ti", "en"], group_ids=groups, times=[])
    words = sayings.keep(session, tools, c.agnieszka, ASKED_WORDS, child=None)
    waiting = request(session, tools, c.agnieszka, c.kuba, RequestState.ASKING, saying=words)
    helped = request(session, tools, c.agnieszka, c.zosia, RequestState.HELPED, task=Task.EXPLAIN.value)
    running = match(session, tools, helped, c.ewa, MatchState.HELPING)
    wanted_at = tools.clock.now()
    unanswered = request(
        session,
        tools,
        c.selam,
        c.abel,
        RequestState.UNANSWERED,
        language="ti",
        wants_coordinator_at=wanted_at,
    )
    over = match(session, tools, helped, c.pieter, MatchState.ENDED)
    _say_how_it_was(session, tools, over, Verdict.YES, Verdict.A_BIT)
    _say_how_it_was(session, tools, running, Verdict.NO, Verdict.YES)
    complaint = HelpComplaint(
        match_id=over.id,
        reporter=c.agnieszka,
        about=c.pieter,
        kind=ComplaintKind.PRIVATE.value,
        saying=sayings.keep(session, tools, c.agnieszka, COMPLAINT, child=None, language="nl"),
        quoted_saying=sayings.keep(session, tools, c.pieter, QUOTED, child=None, language="nl"),
        made_at=tools.clock.now(),
    )
    session.add(complaint)
    buddies.keep_apart(session, tools, c.karin, c.pieter, c.ewa, by_school=True)
    buddies.keep_apart(session, tools, c.agnieszka, c.agnieszka, c.pieter, by_school=False)
    kept = next(one for one in session.query(KeptApart) if one.by_school)
    return Helping(approved, paused, offered, waiting, unanswered, complaint, kept)


def _say_how_it_was(session: Session, tools: Tools, of: Match, asker: Verdict, buddy: Verdict) -> None:
    """Both said it; the buddy left the last question out."""
    for person_id, of_buddy, said in ((of.asker_id, False, asker), (of.buddy_id, True, buddy)):
        session.add(
            HelpEvaluation(
                match_id=of.id,
                person_id=person_id,
                of_buddy=of_buddy,
                helped=said.value,
                at_ease=Verdict.YES.value,
                again=None if of_buddy else said.value,
                made_at=tools.clock.now(),
            )
        )
    session.flush()
