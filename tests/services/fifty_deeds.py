"""What people do with each other's help at the school of fifty, and the play's own account of who was given what."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest
from sqlalchemy.orm import Session

from bot.content.texts import Texts
from bot.dialog.inputs import Change, Say
from bot.model.buddies import BuddyProfile, KeptApart, Task
from bot.model.clock import MovableClock
from bot.model.errors import DomainError
from bot.model.help_requests import HelpRequest, Match, MatchState
from bot.model.helping import ComplaintKind, HelpLine, LineKind
from bot.model.messages import Message
from bot.model.people import Child, Person
from bot.model.preparation import Run
from bot.model.privacy import ClosingReason
from bot.model.translation import Saying
from bot.services import (
    accounts,
    buddies,
    buddy_leaving,
    handing_over,
    help_requests,
    help_safety,
    helping,
    preparation,
    roster,
    sayings,
)
from bot.services.tools import Tools
from bot.storage.database import Database
from tests.services.fifty import COORDINATOR, LANGUAGES, LEAD, MARKED, make_offer, mark

Row = TypeVar("Row")
Try = Callable[..., object]
PARENTS = 46  # the first so many numbers; one more teaches too


@dataclass
class Deeds:
    """What people can do, and what each deed gives to whom: who, by number; which, by its place from the newest."""

    database: Database
    tools: Tools
    texts: Texts
    clock: MovableClock
    rows: list[roster.Row]
    people: dict[int, int]  # number -> person
    number_of: dict[int, int]  # person -> number
    readers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # mark -> people
    names: set[tuple[int, int]] = field(default_factory=set)  # reader and whose first name was given to them
    for_coordinator: set[str] = field(
        default_factory=set
    )  # marks of own reasons and of what a reporter chose
    along: dict[int, list[str]] = field(default_factory=dict)  # request -> marks that go along
    given: list[tuple[str, int]] = field(default_factory=list)  # by the deed that goes on
    marked: int = 0

    def person(self, session: Session, number: int) -> Person:
        """The parent or member of staff of this number."""
        return session.get_one(Person, self.people[number])

    def new_mark(self, *readers: int) -> str:
        """A word that stands in one text only, which these people may read."""
        self.marked += 1
        self.give(mark(self.marked), *readers)
        return mark(self.marked)

    def give(self, marked: str, *readers: int) -> None:
        """These people may read the text with this mark, if the deed is done."""
        self.given += [(marked, reader) for reader in readers]

    def saying(self, session: Session, author: Person, *readers: int) -> Saying:
        """Something this person says, for these readers."""
        words = f"Words {self.new_mark(author.id, *readers)}"
        return sayings.keep(session, self.tools, author, words, child=None)

    def one(self, session: Session, kind: type[Row], which: int, /, **wanted: Any) -> Row:
        """One of these rows, by its place from the newest; raises DomainError where there is none."""
        found = list(session.query(kind).filter_by(**wanted).order_by("id"))
        if not found:
            raise DomainError("nothing_there")
        return found[-1 - which % len(found)]

    def match(self, session: Session, which: int, state: MatchState) -> Match:
        """One of the matches in this state."""
        return self.one(session, Match, which, state=state.value)

    def offer(self, session: Session, who: int, way: int) -> None:
        """Somebody offers help, or changes the offer."""
        make_offer(session, self.tools, self.person(session, who), way)

    def decide(self, session: Session, which: int, way: int) -> None:
        """The coordinator approves, pauses or ends an offer, with a reason."""
        profile = self.one(session, BuddyProfile, which)
        reason = f"Because {self.new_mark(profile.person_id)}"
        self.for_coordinator.add(mark(self.marked))
        deed = (buddies.approve, buddies.approve, buddies.pause, buddy_leaving.end)[way % 4]
        deed(session, self.tools, self.person(session, COORDINATOR), profile, reason)

    def leave(self, session: Session, which: int, _way: int) -> None:
        """A buddy leaves."""
        buddy_leaving.leave(session, self.tools, self.one(session, BuddyProfile, which).person)

    def old_code(self, session: Session, which: int, _way: int) -> None:
        """The rules have changed since this buddy accepted them."""
        self.one(session, BuddyProfile, which).code_version = 0

    def accept_code(self, session: Session, which: int, _way: int) -> None:
        """A buddy accepts the rules of now."""
        buddies.accept_code(
            session, self.tools, self.one(session, BuddyProfile, which, code_version=0).person
        )

    def ask(self, session: Session, who: int, way: int) -> None:
        """With nothing, typed words, a text of the school, or a question along."""
        asker = self.person(session, who)
        ties = [one for one in asker.guardianships if one.ended_at is None]
        child = ties[way % len(ties)].child if ties else session.get_one(Child, 1)
        given: dict[str, Any] = {}
        marked = []
        if way % 4:
            marked = [self.new_mark(asker.id)]
            given["words"] = f"[1] asks {marked[0]}"
            given["masked"] = [child.first_name]
        message = session.query(Message).filter_by(child_id=child.id, guardian_id=asker.id).first()
        if way % 4 == 2 and message is not None:
            given["source_saying_id"] = message.saying_id
        if way % 4 == 3:
            run = self.answered(session, asker, child)
            given |= {"run_id": run.id, "question": preparation.applicable_questions(run)[0].id}
        request = help_requests.ask(
            session,
            self.tools,
            asker,
            child,
            language=LANGUAGES[2] if way % 3 else LANGUAGES[way % 2],
            task=(Task.EXPLAIN, Task.UNDERSTAND)[way // 4 % 2].value,
            same_group=way // 8 % 2 == 1,
            **given,
        )
        self.along[request.id] = marked

    def answered(self, session: Session, asker: Person, child: Child) -> Run:
        """The asker's preparation, whose first question has an answer for nobody else."""
        run = preparation.begin(session, self.tools, asker, child).run
        question = preparation.applicable_questions(run)[0].id
        if preparation.answer_to(run, question) is None:
            words = f"Answer {self.new_mark(asker.id)}"
            said = sayings.keep(session, self.tools, asker, words, child=child)
            preparation.advance(session, self.tools, asker, run, Change(question))
            preparation.advance(session, self.tools, asker, run, Say(words), said)
        return run

    def accept(self, session: Session, which: int, _way: int) -> None:
        """A buddy who is asked says yes."""
        match = self.match(session, which, MatchState.ASKED)
        if help_requests.accept(session, self.tools, match.buddy, match):
            self.names.add((match.asker_id, match.buddy_id))

    def decline(self, session: Session, which: int, way: int) -> None:
        """A buddy says no, perhaps after a yes."""
        match = self.match(session, which, (MatchState.ASKED, MatchState.ACCEPTED)[way % 2])
        help_requests.decline(session, self.tools, match.buddy, match)

    def choose(self, session: Session, which: int, _way: int) -> None:
        """The asker says yes to a buddy who said yes."""
        match = self.match(session, which, MatchState.ACCEPTED)
        if help_requests.choose(session, self.tools, match.asker, match):
            self.names |= {(match.asker_id, match.buddy_id), (match.buddy_id, match.asker_id)}
            for marked in self.along[match.request_id]:
                self.give(marked, match.buddy_id)

    def refuse(self, session: Session, which: int, _way: int) -> None:
        """The asker says no to a buddy who said yes."""
        match = self.match(session, which, MatchState.ACCEPTED)
        help_requests.refuse(session, self.tools, match.asker, match)

    def withdraw(self, session: Session, which: int, _way: int) -> None:
        """A request is taken back."""
        request = self.one(session, HelpRequest, which)
        help_requests.withdraw(session, self.tools, request.asker, request)

    def want_coordinator(self, session: Session, which: int, _way: int) -> None:
        """An asker wants the coordinator."""
        request = self.one(session, HelpRequest, which)
        help_requests.want_coordinator(session, self.tools, request.asker, request)

    def settle(self, session: Session, which: int, _way: int) -> None:
        """The coordinator took care of a request."""
        request = self.one(session, HelpRequest, which)
        help_requests.settle(session, self.tools, self.person(session, COORDINATOR), request)

    def write(self, session: Session, which: int, way: int) -> None:
        """One of two who talk says something."""
        match = self.match(session, which, MatchState.HELPING)
        author, other = (match.asker, match.buddy)[:: -1 if way % 2 else 1]
        said = self.saying(session, author, other.id)
        helping.write(session, self.tools, author, match, said)

    def hand_over_text(self, session: Session, which: int, _way: int) -> None:
        """An asker lets the buddy read a text, of the school if there is one."""
        match = self.match(session, which, MatchState.HELPING)
        child = match.request.child
        message = session.query(Message).filter_by(child_id=child.id, guardian_id=match.asker_id).first()
        helping.hand_over_text(
            session,
            self.tools,
            match.asker,
            match,
            f"[1] reads {self.new_mark(match.asker_id, match.buddy_id)}",
            masked=[child.first_name],
            source_saying_id=message.saying_id if message else None,
        )

    def hand_over_question(self, session: Session, which: int, _way: int) -> None:
        """An asker passes on a question whose answer nobody else knows."""
        match = self.match(session, which, MatchState.HELPING)
        run = self.answered(session, match.asker, match.request.child)
        question = preparation.applicable_questions(run)[0].id
        helping.hand_over_question(session, self.tools, match.asker, match, run.id, question)

    def propose(self, session: Session, which: int, _way: int) -> None:
        """An answer to a question, or better words for a text."""
        lines = list(session.query(HelpLine).filter(HelpLine.kind.in_(("text", "question"))).order_by("id"))
        if not lines:
            return
        line = lines[-1 - which % len(lines)]
        said = self.saying(session, line.match.buddy, line.match.asker_id)
        deed = handing_over.propose if line.kind == LineKind.QUESTION else handing_over.propose_better_words
        deed(session, self.tools, line.match.buddy, line, said)

    def take(self, session: Session, which: int, way: int) -> None:
        """An asker takes or leaves a proposal."""
        line = self.one(session, HelpLine, which, kind=LineKind.PROPOSAL.value)
        if way % 3 == 0:
            handing_over.leave(session, self.tools, line.match.asker, line)
            return
        assert line.saying is not None
        seen = sayings.shown(line.saying, "en", line.match.asker_id).mark
        handing_over.take(session, self.tools, line.match.asker, line, seen=seen)

    def end(self, session: Session, which: int, way: int) -> None:
        """One of the two ends a help."""
        match = self.match(session, which, MatchState.HELPING)
        helping.end(session, self.tools, (match.asker, match.buddy)[way % 2], match)

    def was_there(self, session: Session, which: int, way: int) -> tuple[Match, Person]:
        """A help, running or over, and one of its two."""
        matches = list(session.query(Match).filter(Match.started_at.is_not(None)).order_by("id"))
        if not matches:
            raise DomainError("nothing_there")
        match = matches[-1 - which % len(matches)]
        return match, (match.asker, match.buddy)[way % 2]

    def block(self, session: Session, which: int, way: int) -> None:
        """One of the two wants no contact any more."""
        match, person = self.was_there(session, which, way)
        help_safety.block(session, self.tools, person, match)

    def evaluate(self, session: Session, which: int, way: int) -> None:
        """One of the two says how it was."""
        match, person = self.was_there(session, which, way)
        help_safety.evaluate(session, self.tools, person, match)

    def complain(self, session: Session, which: int, way: int) -> None:
        """With own words, with a line of the other one, with both, or with neither."""
        match, person = self.was_there(session, which, way)
        said = self.saying(session, person) if way // 2 % 2 else None
        lines = help_safety.lines_to_quote(session, person, match)
        quoted = lines[-1] if lines and way // 4 % 2 else None
        help_safety.complain(
            session, self.tools, person, match, ComplaintKind.UNKIND, saying=said, quoted=quoted
        )
        chosen = [said, quoted.saying if quoted else None]
        self.for_coordinator |= {
            one for saying in chosen if saying for one in MARKED.findall(saying.original)
        }

    def keep_apart(self, session: Session, who: int, other: int) -> None:
        """The coordinator knows of a conflict."""
        two = self.person(session, who), self.person(session, other % PARENTS)
        coordinator = self.person(session, COORDINATOR)
        buddies.keep_apart(session, self.tools, coordinator, *two, by_school=True)

    def bring_together(self, session: Session, which: int, _way: int) -> None:
        """A conflict is over."""
        kept = self.one(session, KeptApart, which)
        buddies.bring_together_again(session, self.tools, self.person(session, COORDINATOR), kept)

    def consent_back(self, session: Session, who: int, way: int) -> None:
        """Of somebody who asks, mostly."""
        asker = self.one(session, HelpRequest, way).asker if way % 4 else self.person(session, who)
        help_requests.take_consent_back(session, self.tools, asker)

    def agree(self, session: Session, who: int, _way: int) -> None:
        """Somebody agrees to help of other parents."""
        help_requests.agree(session, self.tools, self.person(session, who))

    def intrude(self, session: Session, who: int, way: int) -> None:
        """Somebody who has nothing to do with it tries; every try is refused, and nothing of it is kept."""
        stranger, match = self.person(session, who), self.one(session, Match, way)
        if stranger.id in {match.asker_id, match.buddy_id}:
            return
        tries: list[Try] = [
            help_requests.accept,
            help_requests.decline,
            help_requests.choose,
            help_requests.refuse,
            help_safety.block,
            self.write_to,
            self.read,
            self.withdraw_of,
        ]
        with pytest.raises(DomainError):
            tries[way % len(tries)](session, self.tools, stranger, match)
        raise DomainError("not_found")

    def write_to(self, session: Session, tools: Tools, author: Person, match: Match) -> None:
        """The person writes into this chat."""
        helping.write(session, tools, author, match, self.saying(session, author))

    def read(self, session: Session, _tools: Tools, reader: Person, match: Match) -> None:
        """The person reads this chat."""
        helping.lines_of(session, reader, match)

    def withdraw_of(self, session: Session, tools: Tools, person: Person, match: Match) -> None:
        """The person takes this request back."""
        help_requests.withdraw(session, tools, person, match.request)

    def part(self, session: Session, who: int, _way: int) -> None:
        """The school enters that somebody is guardian no more."""
        mine = f"p{who}"
        rows = [row for row in self.rows if row.person_id != mine or row.role != "guardian"]
        roster.apply(session, self.tools, rows, end_missing=True)
        self.rows = rows

    def works_here(self, session: Session, who: int, way: int) -> None:
        """A parent teaches a group from now on."""
        like = next(row for row in self.rows if row.role == "teacher")
        person = self.person(session, who)
        row = replace(like, person_id=f"p{who}", person_name=person.name, group=f"Groep{way % 4}g")
        roster.apply(session, self.tools, [row])
        self.rows = [*self.rows, row]

    def close_account(self, session: Session, who: int, _way: int) -> None:
        """The lead closes somebody's account."""
        lead = self.person(session, LEAD)
        accounts.close(session, self.tools, lead, self.person(session, who), next(iter(ClosingReason)).value)

    def later(self, session: Session, _who: int, way: int) -> None:
        """Time passes."""
        self.clock.move(hours=(1, 3, 7, 40, 24 * 31)[way % 5])
        self.care(session, 0, 0)

    def care(self, session: Session, _who: int, _way: int) -> None:
        """What is due is done."""
        help_requests.care(session, self.tools)
        helping.erase_due(session, self.tools)
