"""A guardian asks for the help of another parent; buddies answer, and the guardian says yes or no to the first.

What goes along is shown only to the buddy to whom the guardian said yes. How a request moves stands in
`asking_buddies`, who may be asked in `matching`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.content.catalogues import SHIPPED_LANGUAGES
from bot.model.access import Action, Subject
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import HelpRequest, Match, MatchState, RequestState
from bot.model.people import Child, Person
from bot.model.privacy import ConsentPurpose
from bot.model.translation import Saying
from bot.services import (
    access,
    asking_buddies,
    audit,
    buddies,
    dossier,
    helping,
    matching,
    names,
    preparation,
    privacy,
    sayings,
)
from bot.services.asking_buddies import OPEN, WAITING, care, is_anything_due
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

__all__ = ["care", "is_anything_due"]  # of `asking_buddies`, for who looks for them here

MOST_OPEN = 3  # requests of one guardian


def agrees(session: Session, person: Person) -> bool:
    """Whether the person agreed to the help of other parents."""
    return privacy.consents(session, person, ConsentPurpose.BUDDY)


def agree(session: Session, tools: Tools, person: Person) -> None:
    """The person may ask other parents from now on."""
    privacy.consent(session, tools, person, ConsentPurpose.BUDDY)


def take_consent_back(session: Session, tools: Tools, person: Person) -> None:
    """The person asks no other parent any more; requests and helps end. Helping others goes on."""
    privacy.withdraw_consent(session, tools, person, ConsentPurpose.BUDDY)
    stop_asking(session, tools, person, actor=person)


def languages_of(person: Person) -> list[str]:
    """The languages in which this person can ask for help: the wished one, the own one, all others."""
    own = [person.wished_language] if person.wished_language else []
    return list(dict.fromkeys((*own, person.language, *SHIPPED_LANGUAGES)))


def ask(
    session: Session,
    tools: Tools,
    asker: Person,
    child: Child,
    *,
    language: str,
    task: str,
    same_group: bool = False,
    words: str | Saying | None = None,
    masked: Sequence[Any] = (),
    source_saying_id: int | None = None,
    run_id: int | None = None,
    question: str | None = None,
) -> HelpRequest:
    """The request stands, and the first buddies are asked; asking twice for the same changes nothing.

    `words` go along as the asker saw them. Raises buddies_off, consent_needed, language_needed, task_needed,
    words_needed, sensitive_question, too_many_requests.
    """
    _require_may_ask(session, tools, asker, child)
    if language not in languages_of(asker):
        raise DomainError("language_needed")
    if task not in {one.value for one in tools.buddies.tasks}:
        raise DomainError("task_needed")
    source = _source(session, tools, asker, child, source_saying_id)
    if question is not None:
        _require_question(session, asker, child, run_id, question)
    # Two phones at one moment: the second one waits here, and finds the request of the first.
    session.execute(select(Person.id).where(Person.id == asker.id).with_for_update(key_share=True))
    now = tools.clock.now()
    request = HelpRequest(
        asker_id=asker.id,
        child_id=child.id,
        language=language,
        task=task,
        same_group=same_group,
        masked=list(masked),
        source_saying_id=source.id if source else None,
        run_id=run_id if question is not None else None,
        question=question,
        state=RequestState.ASKING.value,
        asked_at=now,
        answer_by=now,
    )
    standing = open_of(session, asker)
    if same := next((one for one in standing if _is_same(one, request, words)), None):
        return same
    if len(standing) >= MOST_OPEN:
        raise DomainError("too_many_requests")
    if words is not None:
        request.saying_id = _kept(session, tools, asker, words, source).id
    session.add(request)
    session.flush()
    _note(session, tools, asker, "ask", request)
    asking_buddies.go_on(session, tools, request, by=asker)
    return request


def require_may_ask(session: Session, tools: Tools, asker: Person, child: Child) -> None:
    """Passes in silence for a guardian of this child; raises buddies_off and NotFoundError."""
    if not tools.buddies.on:
        raise DomainError("buddies_off")
    access.require(session, tools, asker, child, Action.WRITE, Subject.HELP_REQUEST, owner_id=asker.id)


def _require_may_ask(session: Session, tools: Tools, asker: Person, child: Child) -> None:
    require_may_ask(session, tools, asker, child)
    if not agrees(session, asker):
        raise DomainError("consent_needed")


def source_of(session: Session, tools: Tools, asker: Person, child: Child, saying_id: int) -> Saying:
    """Words of the school or the asker that this asker may read and let go along; raises sensitive_question."""
    saying = session.get(Saying, saying_id)
    if saying is None or saying.child_id != child.id:
        raise NotFoundError
    seen = dossier.view(session, tools, asker, child, as_staff=False)
    if all(one.saying_id != saying.id for one in dossier.said_in(seen)):
        raise NotFoundError
    if saying.author_id != asker.id and saying.author_id in access.ever_guardians_of(session, child):
        raise NotFoundError  # what another guardian wrote is not the asker's to pass on
    if names.sensitive(session, {saying.id}):
        raise DomainError("sensitive_question")
    return saying


def _source(
    session: Session, tools: Tools, asker: Person, child: Child, saying_id: int | None
) -> Saying | None:
    return None if saying_id is None else source_of(session, tools, asker, child, saying_id)


def _require_question(
    session: Session, asker: Person, child: Child, run_id: int | None, question: str
) -> None:
    """One of the own preparation about this child that applies, and no sensitive one."""
    run = preparation.own_run(session, asker, run_id or 0)
    found = next((one for one in preparation.applicable_questions(run) if one.id == question), None)
    if found is None or run.withdrawn_at is not None or run.child_id != child.id:
        raise NotFoundError
    if found.sensitive:
        raise DomainError("sensitive_question")


def _is_same(one: HelpRequest, other: HelpRequest, words: str | Saying | None) -> bool:
    compared = ("child_id", "language", "task", "source_saying_id", "run_id", "question")
    said = words.original if isinstance(words, Saying) else words
    return said == (one.saying.original if one.saying else None) and all(
        getattr(one, name) == getattr(other, name) for name in compared
    )


def _kept(
    session: Session, tools: Tools, asker: Person, words: str | Saying, source: Saying | None
) -> Saying:
    """The words that go along, about no child, in the language they are written in."""
    if isinstance(words, Saying):
        return helping.own_saying(session, asker, words, files=False)
    if not words.strip():
        raise DomainError("words_needed")
    language = source.written_in if source else None
    return sayings.keep(session, tools, asker, words, child=None, language=language)


def accept(session: Session, tools: Tools, buddy: Person, match: Match) -> bool:
    """The buddy says yes; the first one is offered to the asker, a later one waits. Raises old_button.

    False where it cannot be any more, for a reason that is not told: then the next one is asked.
    """
    matches = asking_buddies.lock(session, match.request)
    _require_asked(buddy, match)
    if match.state == MatchState.ACCEPTED.value:
        return True
    if not _can_help(session, tools, match) or not _has_room(session, tools, match):
        asking_buddies.step_back(session, tools, match, MatchState.DECLINED, None)
        return False
    asking_buddies.say_yes(tools, match, matches)
    session.flush()
    buddies.count_families(session, buddy.id)
    asking_buddies.note(session, tools, buddy.id, "accept", match)
    asking_buddies.go_on(session, tools, match.request)
    return True


def is_offered(session: Session, match: Match) -> bool:
    """Whether the asker decides about this buddy now."""
    return asking_buddies.offered(match.request, asking_buddies.lock(session, match.request)) is match


def _require_asked(buddy: Person, match: Match) -> None:
    if buddy.id == match.buddy_id and match.state not in WAITING:
        raise DomainError("old_button")
    access.require_help(buddy, match, Action.REACT, Subject.HELP_REQUEST)


def _can_help(session: Session, tools: Tools, match: Match) -> bool:
    return tools.buddies.on and matching.fits(session, match.request, match.buddy_id)


def _has_room(session: Session, tools: Tools, match: Match) -> bool:
    """Whether the buddy may take this family; counted anew with the profile locked, for two can say yes at once."""
    buddies.count_families(session, match.buddy_id)
    profile = buddies.profile_of(session, match.buddy)
    counted = select(Match.id).where(
        Match.buddy_id == match.buddy_id,
        Match.asker_id == match.asker_id,
        Match.state.in_(buddies.TAKING_A_PLACE),
    )
    return profile is not None and (
        profile.families < buddies.most_families(tools, profile)
        or session.scalar(counted.limit(1)) is not None
    )


def decline(session: Session, tools: Tools, buddy: Person, match: Match) -> None:
    """The buddy says not now, also after a yes; the next one is asked. Raises old_button."""
    asking_buddies.lock(session, match.request)
    _require_asked(buddy, match)
    asking_buddies.step_back(session, tools, match, MatchState.DECLINED, buddy.id)


def choose(session: Session, tools: Tools, asker: Person, match: Match) -> bool:
    """The asker says yes to the offered buddy: they can talk; the others hear that they are not needed.

    False where that buddy cannot any more: then the request goes on. Raises old_button.
    """
    request = match.request
    if not _decides(session, tools, asker, match):
        return True
    if not _can_help(session, tools, match):
        asking_buddies.step_back(session, tools, match, MatchState.NOT_NEEDED, None, by=asker)
        happened(session, EventKind.BUDDY_NOT_NEEDED, match.id, None)
        return False
    match.state, match.started_at = MatchState.HELPING.value, tools.clock.now()
    asking_buddies.close(session, tools, request, RequestState.HELPED, asker.id)
    buddies.count_families(session, match.buddy_id)
    asking_buddies.note(session, tools, asker.id, "choose", match)
    helping.begin(session, tools, match)
    return True


def refuse(session: Session, tools: Tools, asker: Person, match: Match) -> None:
    """The asker says no to the offered buddy: the next one is offered, or asked. Raises old_button."""
    if not _decides(session, tools, asker, match):
        raise DomainError("old_button")
    asking_buddies.step_back(session, tools, match, MatchState.NOT_NEEDED, asker.id, by=asker)
    happened(session, EventKind.BUDDY_NOT_NEEDED, match.id, asker.id)


def _decides(session: Session, tools: Tools, asker: Person, match: Match) -> bool:
    """Whether there is something to decide; False where the two write to each other already; raises old_button."""
    _require_own(session, tools, asker, match.request)
    matches = asking_buddies.lock(session, match.request)
    if match.state == MatchState.HELPING.value:
        return False
    if asking_buddies.offered(match.request, matches) is not match:
        raise DomainError("old_button")
    return True


def _require_own(session: Session, tools: Tools, asker: Person, request: HelpRequest) -> None:
    access.require(
        session,
        tools,
        asker,
        request.child,
        Action.WRITE,
        Subject.HELP_REQUEST,
        owner_id=request.asker_id,
    )


def withdraw(session: Session, tools: Tools, asker: Person, request: HelpRequest) -> None:
    """The request is taken back; who was asked hears that it is not needed. Doing it again changes nothing."""
    _require_own(session, tools, asker, request)
    asking_buddies.lock(session, request)
    if request.state in OPEN:
        asking_buddies.close(session, tools, request, RequestState.WITHDRAWN, asker.id)


def want_coordinator(session: Session, tools: Tools, asker: Person, request: HelpRequest) -> None:
    """The coordinator hears who asks; doing it again changes nothing."""
    _require_own(session, tools, asker, request)
    asking_buddies.lock(session, request)
    if request.wants_coordinator_at is None:
        request.wants_coordinator_at = tools.clock.now()
        _note(session, tools, asker, "want_coordinator", request)
        happened(session, EventKind.COORDINATOR_WANTED, request.id, asker.id)


def settle(session: Session, tools: Tools, coordinator: Person, request: HelpRequest) -> None:
    """The coordinator took care of it; doing it again changes nothing."""
    school_id = request.child.group.school_id
    buddies.require_staff(session, coordinator, school_id, Action.SETTLE, Subject.HELP_REQUEST)
    if request.settled_at is None:
        request.settled_at, request.settled_by_id = tools.clock.now(), coordinator.id
        _note(session, tools, coordinator, "settle", request)


def stop_asking(
    session: Session, tools: Tools, person: Person, child: Child | None = None, *, actor: Person | None = None
) -> None:
    """This person's requests are taken back and the helps that came of them end; with `child` those about it only."""
    asking_buddies.lock_all(session, person)
    for request in open_of(session, person):
        if child is None or request.child_id == child.id:
            asking_buddies.close(session, tools, request, RequestState.WITHDRAWN, actor.id if actor else None)
    for match in helping.running_of(session, person):
        if match.asker_id == person.id and (child is None or match.request.child_id == child.id):
            helping.end(session, tools, actor, match)


def leave_all(session: Session, tools: Tools, person: Person) -> None:
    """Nothing of this person's asking and helping goes on: the right to it ended, or the person left."""
    stop_asking(session, tools, person)
    asked = select(Match).where(Match.buddy_id == person.id, Match.state.in_(WAITING)).order_by(Match.id)
    for match in session.scalars(asked).all():
        asking_buddies.step_back(session, tools, match, MatchState.DECLINED, None)
    helping.end_all(session, tools, person)


def open_of(session: Session, person: Person) -> list[HelpRequest]:
    """The requests of this person that wait for a buddy or for the person's yes, oldest first."""
    query = select(HelpRequest).where(HelpRequest.asker_id == person.id, HelpRequest.state.in_(OPEN))
    return list(session.scalars(query.order_by(HelpRequest.id)))


def asked_of(session: Session, tools: Tools, buddy: Person) -> list[Match]:
    """The requests that wait for this buddy's answer, oldest first."""
    query = select(Match).where(
        Match.buddy_id == buddy.id,
        Match.state == MatchState.ASKED.value,
        Match.answer_by > tools.clock.now(),
    )
    return list(session.scalars(query.order_by(Match.id)))


def offered_of(session: Session, request: HelpRequest) -> Match | None:
    """The match that the asker decides about now."""
    return asking_buddies.offered(request, asking_buddies.lock(session, request))


def find(session: Session, person: Person, request_id: int) -> HelpRequest:
    """The person's own request; raises NotFoundError."""
    request = session.get(HelpRequest, request_id)
    if request is None or request.asker_id != person.id or person.closed_at is not None:
        raise NotFoundError
    return request


def match_of(session: Session, person: Person, match_id: int) -> Match:
    """The match, if this person is its asker or was asked; raises NotFoundError."""
    match = session.get(Match, match_id)
    if match is None or person.id not in {match.asker_id, match.buddy_id} or person.closed_at is not None:
        raise NotFoundError
    return match


def _note(session: Session, tools: Tools, actor: Person, action: str, request: HelpRequest) -> None:
    audit.note(
        session,
        tools.clock,
        actor.id,
        action,
        "help_request",
        child_id=request.child_id,
        request=request.id,
    )
