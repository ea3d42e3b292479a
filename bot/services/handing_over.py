"""What a buddy proposes for what was handed over: an answer to one question, better words for one text.

Nothing of it stands anywhere before the asker has seen it and said yes.
"""

from sqlalchemy.orm import Session

from bot.dialog.effects import AnswerGiven
from bot.dialog.inputs import Correct, Skip
from bot.dialog.script import Question
from bot.dialog.state import Mode
from bot.model.access import Action, Subject
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match
from bot.model.helping import HelpLine, LineKind, LineState
from bot.model.people import Person
from bot.model.preparation import Run
from bot.model.translation import Saying, Translation
from bot.services import access, audit, corrections, helping, preparation, redaction, sayings
from bot.services.tools import Tools


def question_of(session: Session, line: HelpLine) -> tuple[Run, Question] | None:
    """The preparation and the fixed question that was handed over; None once it is gone or withdrawn."""
    run = helping.run_of(session, line)
    question = preparation.script_of(run).question(line.question or "") if run else None
    return (run, question) if run and question and run.withdrawn_at is None else None


def propose(session: Session, tools: Tools, buddy: Person, line: HelpLine, saying: Saying) -> HelpLine:
    """The asker reads these words as a proposal for the question. Raises words_needed, help_over."""
    match = _require_buddy(session, buddy, line, LineKind.QUESTION)
    return _propose(session, tools, buddy, match, LineKind.PROPOSAL, line, saying)


def propose_better_words(
    session: Session, tools: Tools, buddy: Person, line: HelpLine, saying: Saying
) -> HelpLine:
    """The asker reads these words beside the translation of now. Raises words_needed, help_over."""
    match = _require_buddy(session, buddy, line, LineKind.TEXT)
    if line.source_saying_id is None:
        raise DomainError("old_button")
    saying.language = match.asker.language  # in which better words are asked for
    return _propose(session, tools, buddy, match, LineKind.BETTER_WORDS, line, saying)


def _propose(
    session: Session,
    tools: Tools,
    buddy: Person,
    match: Match,
    kind: LineKind,
    line: HelpLine,
    saying: Saying,
) -> HelpLine:
    saying = helping.own_saying(session, buddy, saying, files=False)
    return helping.add_line(session, tools, buddy, match, kind, saying=saying, answers_id=line.id)


def take(session: Session, tools: Tools, asker: Person, line: HelpLine, *, seen: str) -> None:
    """The words that the asker read are the asker's own answer now, with help of a buddy; nothing is shared by it.

    Raises words_corrected (others stand there than those that were read), talk_held, old_button.
    """
    _require_open(session, asker, line, LineKind.PROPOSAL)
    said = line.saying
    shown = sayings.shown(said, asker.language, asker.id) if said else None
    if shown is None or shown.words is None or shown.mark != seen:
        raise DomainError("words_corrected")
    run, _question = _asked(session, asker, line)
    own = sayings.keep(session, tools, asker, shown.words, child=run.child)
    _answer(session, tools, asker, line, own)


def take_changed(session: Session, tools: Tools, asker: Person, line: HelpLine, saying: Saying) -> None:
    """The asker's own version of the proposal is the answer. Raises talk_held, old_button, words_needed."""
    _require_open(session, asker, line, LineKind.PROPOSAL)
    _answer(session, tools, asker, line, saying)


def _answer(session: Session, tools: Tools, asker: Person, line: HelpLine, saying: Saying) -> None:
    run, question = _asked(session, asker, line)
    if saying.author_id != asker.id or sayings.is_used(session, saying):
        raise NotFoundError
    saying.child_id = run.child_id
    wished = Correct(question.id, saying.original, voice=bool(saying.attachments))
    step = preparation.advance(session, tools, asker, run, wished, saying, with_buddy=True)
    if not any(isinstance(effect, AnswerGiven) and effect.with_words for effect in step.effects):
        raise DomainError("old_button")  # the question asks for something else, or does not apply any more
    if step.state.mode in {Mode.ASKING, Mode.OTHER} and step.state.position == question.id:
        onward = Skip(step.state.step)  # what is answered stays: on to the next
        preparation.advance(session, tools, asker, run, onward)
    line.state = LineState.TAKEN.value
    asked = session.get(HelpLine, line.answers_id)
    if asked is not None:
        asked.state = LineState.TAKEN.value
    _note(session, tools, asker, "take", line, child_id=run.child_id)


def answered_by_words(question: Question) -> bool:
    """Whether a proposal can be the answer as it stands; else it only helps to choose."""
    return question.words


def leave(session: Session, tools: Tools, asker: Person, line: HelpLine) -> None:
    """The asker does nothing with the proposal; leaving it twice changes nothing."""
    _require_asker(session, asker, line)
    _lock(session, line)
    if line.state == LineState.OPEN.value and line.kind in {LineKind.PROPOSAL, LineKind.BETTER_WORDS}:
        line.state = LineState.LEFT.value
        _note(session, tools, asker, "leave", line)


def better_words(session: Session, line: HelpLine) -> str:
    """The buddy's words with the names back in their places, for the asker only."""
    text = session.get(HelpLine, line.answers_id) if line.answers_id is not None else None
    if line.saying is None or text is None:
        raise DomainError("old_button")
    return redaction.restored(line.saying.original, text.masked)


def translation_to_better(session: Session, tools: Tools, asker: Person, line: HelpLine) -> Translation:
    """The asker's translation of the text that was handed over; raises NotFoundError where there is none."""
    text = session.get(HelpLine, line.answers_id) if line.answers_id is not None else line
    if text is None or text.source_saying_id is None:
        raise NotFoundError
    return corrections.find_in(session, tools, asker, text.source_saying_id, asker.language, as_staff=False)


def is_taken(line: HelpLine) -> bool:
    """Whether the asker said yes to it already."""
    return line.state == LineState.TAKEN.value


def can_be_better(session: Session, line: HelpLine) -> bool:
    """Whether this text is in another language than the asker reads, so that better words help."""
    source = session.get(Saying, line.source_saying_id) if line.source_saying_id is not None else None
    return (
        line.kind == LineKind.TEXT.value
        and source is not None
        and source.author_id != line.author_id
        and source.written_in != line.author.language
    )


def take_better(session: Session, tools: Tools, asker: Person, line: HelpLine, *, seen: str) -> None:
    """The buddy's words stand wherever the asker's translation of the text is shown. Raises words_corrected."""
    _require_open(session, asker, line, LineKind.BETTER_WORDS)
    found = translation_to_better(session, tools, asker, line)
    words = better_words(session, line)
    corrections.correct(session, tools, asker, found, words, seen=seen, as_staff=False, with_buddy=True)
    line.state = LineState.TAKEN.value
    _note(session, tools, asker, "take", line, translation=found.id)


def _asked(session: Session, asker: Person, line: HelpLine) -> tuple[Run, Question]:
    asked = session.get(HelpLine, line.answers_id) if line.answers_id is not None else None
    found = question_of(session, asked) if asked is not None else None
    if found is None:
        raise DomainError("old_button")
    return preparation.own_run(session, asker, found[0].id), found[1]


def _require_buddy(session: Session, buddy: Person, line: HelpLine, kind: LineKind) -> Match:
    match = helping.find(session, buddy, line.match_id)
    if not helping.is_running(match):
        raise DomainError("help_over")
    access.require_help(buddy, match, Action.WRITE, Subject.HELP_CHAT)
    if buddy.id != match.buddy_id or line.kind != kind.value:
        raise NotFoundError
    return match


def _require_asker(session: Session, asker: Person, line: HelpLine) -> None:
    match = helping.find(session, asker, line.match_id)
    access.require_help(asker, match, Action.WRITE, Subject.HELP_CHAT)
    if asker.id != match.asker_id:
        raise NotFoundError


def _require_open(session: Session, asker: Person, line: HelpLine, kind: LineKind) -> None:
    """What was proposed may be taken also after the help is over, as long as it is there."""
    _require_asker(session, asker, line)
    _lock(session, line)
    if line.kind != kind.value or is_taken(line):
        raise DomainError("old_button")


def _lock(session: Session, line: HelpLine) -> None:
    """The line as it is now: two phones may take or leave it at one moment."""
    session.flush()
    session.refresh(line, with_for_update=True)


def _note(
    session: Session,
    tools: Tools,
    asker: Person,
    action: str,
    line: HelpLine,
    *,
    child_id: int | None = None,
    **ids: int,
) -> None:
    audit.note(
        session,
        tools.clock,
        asker.id,
        action,
        "help_line",
        child_id=child_id,
        match=line.match_id,
        line=line.id,
        **ids,
    )
