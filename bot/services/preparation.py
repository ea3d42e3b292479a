"""A guardian prepares the talk: runs, answers, and what of it the school may read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.dialog import engine, moves, route
from bot.dialog.effects import AnswerGiven, AnswersCleared, Effect
from bot.dialog.inputs import Change, Finish, Input, Resume, ShowReview
from bot.dialog.script import Question, Script
from bot.dialog.state import Mode, State
from bot.model.access import Action, Subject, may
from bot.model.errors import DomainError, NotFoundError
from bot.model.messages import HelpKind, HelpWish, Message
from bot.model.people import Child, Person
from bot.model.preparation import Answer, AnswerHistory, DialogVersion, Progress, Run, Share
from bot.model.translation import Saying
from bot.services import access, audit, circle, conversation, sayings
from bot.services.events import EventKind, happened
from bot.services.tools import Tools

BEGIN = "begin"

_WHOLE = (joinedload(Run.child), selectinload(Run.answers))
_THESE = (
    select(Run)
    .where(Run.id.in_(bindparam("run_ids", expanding=True)))
    .options(*_WHOLE)
    .order_by(Run.id)
    .with_for_update(of=Run)
)
_WITH_WORDS = (
    select(Answer)
    .where(Answer.run_id == bindparam("run_id"))
    .options(
        joinedload(Answer.saying).options(selectinload(Saying.attachments), selectinload(Saying.translations))
    )
)
_read_scripts: dict[str, Script] = {}  # by digest; there are as many as there were versions of the dialogs


@dataclass(frozen=True)
class Step:
    """What one turn of a run brought about."""

    run: Run
    script: Script
    state: State
    effects: tuple[Effect, ...]


def run_of(session: Session, person: Person, child: Child, dialog: str = BEGIN) -> Run | None:
    """The guardian's run about this child, withdrawn or not."""
    return session.scalar(
        select(Run).where(Run.person_id == person.id, Run.child_id == child.id, Run.dialog == dialog)
    )


def script_of(run: Run) -> Script:
    """The script this run began with; a newer dialog file never changes it."""
    script = _read_scripts.get(run.digest)
    if script is None:
        script = _read_scripts[run.digest] = Script.from_json(run.version.script)
    return script


def facts_of(child: Child) -> dict[str, str | int]:
    """What decides which question blocks apply (002-thread-per-unit)."""
    return {"grade": child.grade, "school_type": child.group.school.type}


def begin(session: Session, tools: Tools, person: Person, child: Child, dialog: str = BEGIN) -> Step:
    """The run exists and stands where it was left; a new one stands at its first question."""
    access.require(session, tools, person, child, Action.WRITE, Subject.OWN_PART, owner_id=person.id)
    circle.guardianship(session, child, person.id)
    run = run_of(session, person, child, dialog)
    if run is None:
        script = tools.scripts[dialog]
        state, effects = engine.begin(script, facts_of(child))
        run = Run(
            person_id=person.id,
            child_id=child.id,
            dialog=dialog,
            digest=script.digest,
            version=_stored(session, tools, script),
            state=state.to_json(),
            started_at=tools.clock.now(),
            touched_at=tools.clock.now(),
            answers=[],
        )
        session.add(run)
        session.flush()
        audit.note(session, tools.clock, person.id, "start", "run", child_id=child.id, run=run.id)
        return Step(run, script, state, effects)
    _require_not_withdrawn(run)
    finished = State.from_json(run.state).mode is Mode.FINISHED
    return advance(session, tools, person, run, ShowReview() if finished else Resume())


def standing(run: Run) -> Step:
    """Where the run stands; nothing changes."""
    script, state = script_of(run), State.from_json(run.state)
    return Step(run, script, state, (moves.screen(script, state),))


def answer_more(session: Session, tools: Tools, person: Person, run: Run) -> Step:
    """The run stands at the next question without an answer, skipped ones too, or at the review if there is none."""
    script, state = script_of(run), State.from_json(run.state)
    if route.first_open(script, state) is not None:
        return advance(session, tools, person, run, Resume())
    without = [question.id for question in unanswered(run)]
    if not without:
        return advance(session, tools, person, run, ShowReview())
    places = [question.id for question in script.questions]
    here = places.index(state.position) if state.position in places else -1
    following = next((one for one in without if places.index(one) > here), without[0])
    return advance(session, tools, person, run, Change(following))


def unanswered(run: Run) -> list[Question]:
    """The questions that apply and have no answer, skipped ones too, in order."""
    lines = route.overview(script_of(run), State.from_json(run.state))
    return [question for question, answer in lines if answer is None or answer.skipped]


def _stored(session: Session, tools: Tools, script: Script) -> DialogVersion:
    version = session.get(DialogVersion, script.digest)
    if version is None:
        version = DialogVersion(
            digest=script.digest, name=script.id, script=script.to_json(), stored_at=tools.clock.now()
        )
        session.add(version)
    return version


def advance(
    session: Session,
    tools: Tools,
    person: Person,
    run: Run,
    wished: Input,
    saying: Saying | None = None,
    *,
    with_buddy: bool = False,
) -> Step:
    """One input is worked in; answers stand as the engine's effects say. `saying` holds the words of this input.

    `with_buddy`: another parent helped to find the words; an answer that is changed later is the person's alone.
    """
    access.require(session, tools, person, run.child, Action.WRITE, Subject.OWN_PART, owner_id=run.person_id)
    _require_not_withdrawn(run)
    script = script_of(run)
    state, effects = engine.advance(script, State.from_json(run.state), wished)
    for effect in effects:
        if isinstance(effect, AnswerGiven):
            _store(session, tools, person, run, script, effect, saying, with_buddy=with_buddy)
        elif isinstance(effect, AnswersCleared):
            _clear(session, tools, run)
    run.state = state.to_json()
    run.touched_at = tools.clock.now()
    return Step(run, script, state, effects)


def _store(
    session: Session,
    tools: Tools,
    person: Person,
    run: Run,
    script: Script,
    given: AnswerGiven,
    saying: Saying | None,
    *,
    with_buddy: bool,
) -> None:
    """The answer holds what was given; what it held before goes to its history. A changed answer is not shared."""
    answer = answer_to(run, given.question)
    question = script.question(given.question)
    now = tools.clock.now()
    if answer is None:
        run.answers.append(
            Answer(
                question=given.question,
                choices=list(given.choices),
                saying=saying if given.with_words else None,
                typed_by_id=person.id,
                sensitive=bool(question and question.sensitive),
                with_buddy=with_buddy,
                share=Share.DRAFT.value,
                answered_at=now,
            )
        )
        return
    if answer.share == Share.SHARED.value:
        _require_not_held(session, run)
        _want_no_more(session, answer)
    session.flush()  # history names the answer and its words by id
    session.add(
        AnswerHistory(
            answer_id=answer.id,
            choices=answer.choices,
            saying_id=answer.saying_id,
            answered_at=answer.answered_at,
            replaced_at=now,
        )
    )
    answer.choices = list(given.choices)
    if given.with_words:
        answer.saying = saying
    elif not given.keeps_words:
        answer.saying = None
    answer.typed_by_id = person.id
    answer.with_buddy = with_buddy
    answer.share = Share.DRAFT.value
    answer.answered_at = now
    answer.shared_at = None
    run.reviewed_at = None


def _clear(session: Session, tools: Tools, run: Run) -> None:
    """All answers of the run are erased, at their owner's wish."""
    if any(answer.share == Share.SHARED.value for answer in run.answers):
        _require_not_held(session, run)
    erase_answers(session, run)
    run.reviewed_at = None
    audit.note(session, tools.clock, run.person_id, "start_over", "run", child_id=run.child_id, run=run.id)


def erase_answers(session: Session, run: Run) -> None:
    """Answers, their history, words, files and translations of the run are gone from the database."""
    session.flush()  # only what is written can be deleted
    answer_ids = [answer.id for answer in run.answers]
    history = list(session.scalars(select(AnswerHistory).where(AnswerHistory.answer_id.in_(answer_ids))))
    rows: list[Answer | AnswerHistory] = [*run.answers, *history]
    saying_ids = {row.saying_id for row in rows if row.saying_id}
    # What was asked about an answer stays in the thread.
    session.execute(update(Message).where(Message.answer_id.in_(answer_ids)).values(answer_id=None))
    for row in history:
        session.delete(row)
    for answer in list(run.answers):
        session.delete(answer)
    session.flush()
    session.expire(run, ["answers"])
    sayings.erase(session, saying_ids)


def answer_to(run: Run, question: str) -> Answer | None:
    """The answer to a question, or None."""
    return next((answer for answer in run.answers if answer.question == question), None)


def read_words(session: Session, run: Run) -> None:
    """What was said in all answers of the run is at hand, read in one go instead of answer by answer."""
    session.scalars(_WITH_WORDS, {"run_id": run.id}).all()


def share_all(session: Session, tools: Tools, person: Person, run: Run) -> Step:
    """Everything not sensitive is shared, sensitive answers are held back, and the preparation is ready.

    Only what the review shows is shared: answers to questions that no longer apply stay drafts.
    """
    access.require(session, tools, person, run.child, Action.SHARE, Subject.OWN_PART, owner_id=run.person_id)
    if State.from_json(run.state).mode not in (Mode.REVIEW, Mode.FINISHED):
        advance(session, tools, person, run, ShowReview())
    step = advance(session, tools, person, run, Finish())
    shown = {question.id for question in applicable_questions(run)}
    drafts = [one for one in run.answers if one.share == Share.DRAFT.value and one.question in shown]
    if run.reviewed_at is not None and not drafts:
        return step  # the second of two taps
    read_words(session, run)
    languages = sayings.staff_languages(session, run.child)
    for answer in drafts:
        if answer.sensitive:
            answer.share = Share.HELD_BACK.value
        else:
            _share(session, tools, answer, languages)
    run.reviewed_at = tools.clock.now()
    audit.note(session, tools.clock, person.id, "share_all", "run", child_id=run.child_id, run=run.id)
    happened(session, EventKind.PREPARATION_SHARED, run.id, person.id)
    return step


def share_one(session: Session, tools: Tools, person: Person, answer: Answer) -> None:
    """This answer may be read by the school, also when it is sensitive."""
    run = answer.run
    access.require(session, tools, person, run.child, Action.SHARE, Subject.OWN_PART, owner_id=run.person_id)
    _require_not_withdrawn(run)
    if answer.share == Share.SHARED.value:
        return
    _share(session, tools, answer, sayings.staff_languages(session, run.child))
    audit.note(session, tools.clock, person.id, "share", "answer", child_id=run.child_id, answer=answer.id)


def hold_back(session: Session, tools: Tools, person: Person, answer: Answer) -> None:
    """The school does not (or no longer) read this answer; refused once the talk was held."""
    run = answer.run
    access.require(session, tools, person, run.child, Action.SHARE, Subject.OWN_PART, owner_id=run.person_id)
    _require_not_withdrawn(run)
    if answer.share == Share.SHARED.value:
        _require_not_held(session, run)
        _want_no_more(session, answer)
        answer.share = Share.WITHDRAWN.value
        answer.shared_at = None
    elif answer.share == Share.DRAFT.value:
        answer.share = Share.HELD_BACK.value
    else:
        return
    audit.note(
        session, tools.clock, person.id, "hold_back", "answer", child_id=run.child_id, answer=answer.id
    )


def _share(session: Session, tools: Tools, answer: Answer, languages: Sequence[str]) -> None:
    answer.share = Share.SHARED.value
    answer.shared_at = tools.clock.now()
    _want(session, tools, answer, languages)


def _want(session: Session, tools: Tools, answer: Answer, languages: Sequence[str]) -> None:
    if answer.saying is not None:
        for language in languages:
            sayings.want_in(session, tools, answer.saying, language)


def _want_no_more(session: Session, answer: Answer) -> None:
    if answer.saying is not None:
        sayings.want_no_more(session, answer.saying)


def hide(session: Session, run: Run) -> None:
    """No translator is asked any more for what the school may not read now."""
    read_words(session, run)
    for answer in run.answers:
        _want_no_more(session, answer)


def show(session: Session, tools: Tools, run: Run) -> None:
    """What was shared is there, or asked for, in the languages of the school again."""
    read_words(session, run)
    languages = sayings.staff_languages(session, run.child)
    for answer in run.answers:
        if answer.share == Share.SHARED.value:
            _want(session, tools, answer, languages)


def _require_not_withdrawn(run: Run) -> None:
    if run.withdrawn_at is not None:
        raise DomainError("preparation_withdrawn")


def require_changeable(session: Session, answer: Answer) -> None:
    """Raises `preparation_withdrawn`, or `talk_held` where the school has it and the talk is over."""
    _require_not_withdrawn(answer.run)
    if answer.share == Share.SHARED.value:
        _require_not_held(session, answer.run)


def want_translated(session: Session, tools: Tools, answer: Answer) -> None:
    """What was said is translated for the school, if it is shared."""
    if answer.share == Share.SHARED.value:
        _want(session, tools, answer, sayings.staff_languages(session, answer.run.child))


def _require_not_held(session: Session, run: Run) -> None:
    if conversation.held_for(session, run.child, run.person):
        raise DomainError("talk_held")


def shared_answers(
    session: Session, tools: Tools, reader: Person, child: Child, guardian: Person
) -> list[Answer]:
    """The shared answers of one guardian that this reader may see, in the order of the questions."""
    run = run_of(session, guardian, child)
    if run is None or run.withdrawn_at is not None:
        return []
    held = access.relations(session, tools, reader, child, owner_id=guardian.id)
    order = {question.id: place for place, question in enumerate(script_of(run).questions)}
    found = [
        answer
        for answer in run.answers
        if answer.share == Share.SHARED.value
        and may(held, Action.READ, Subject.SENSITIVE_ANSWER if answer.sensitive else Subject.SHARED_ANSWER)
    ]
    return sorted(found, key=lambda answer: order.get(answer.question, len(order)))


def reads_answer(session: Session, tools: Tools, reader: Person, answer: Answer) -> bool:
    """Whether the reader may read this answer now: the guardian always, the school what is shared with it."""
    run = answer.run
    if reader.id == run.person_id:
        return access.is_guardian(reader, run.child)
    subject = Subject.SENSITIVE_ANSWER if answer.sensitive else Subject.SHARED_ANSWER
    return (
        answer.share == Share.SHARED.value
        and run.withdrawn_at is None
        and access.allowed(session, tools, reader, run.child, Action.READ, subject, owner_id=run.person_id)
    )


def progress(session: Session, tools: Tools, reader: Person, child: Child, guardian: Person) -> Progress:
    """The state a teacher sees (not started = no run, busy = nothing shared, ready = review finished)."""
    access.require(session, tools, reader, child, Action.READ, Subject.PROGRESS, owner_id=guardian.id)
    wishes = session.scalars(
        select(HelpWish.kind).where(
            HelpWish.person_id == guardian.id, HelpWish.child_id == child.id, HelpWish.settled_at.is_(None)
        )
    )
    return progress_from(run_of(session, guardian, child), list(wishes))


def progress_from(run: Run | None, open_wishes: Sequence[str]) -> Progress:
    """The state that follows from a run and the open wishes for help."""
    if HelpKind.PERSON.value in open_wishes:
        return Progress.NEEDS_HELP
    if run is not None and run.withdrawn_at is None and run.reviewed_at is not None:
        return Progress.READY
    if {HelpKind.PAPER.value, HelpKind.PHONE.value} & set(open_wishes):
        return Progress.OTHER_WAY
    if run is None or run.withdrawn_at is not None:
        return Progress.NOT_STARTED
    return Progress.BUSY


def own_run(session: Session, person: Person, run_id: int) -> Run:
    """A run of this person about a child they are guardian of now; raises NotFoundError."""
    run = session.get(Run, run_id, options=_WHOLE)
    if run is None or run.person_id != person.id or not access.is_guardian(person, run.child):
        raise NotFoundError
    return run


def read_ahead(session: Session, run_ids: Collection[int]) -> Sequence[Run]:
    """These runs with child and answers, for `own_run` to find without a query; no other process changes them now."""
    return session.scalars(_THESE, {"run_ids": run_ids}).all()


def applicable_questions(run: Run) -> tuple[Question, ...]:
    """The questions that apply to this child and these answers, in order."""
    return route.applicable(script_of(run), State.from_json(run.state))
