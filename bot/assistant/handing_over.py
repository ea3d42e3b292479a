"""One question or one text in the hands of a buddy, and what the asker does with the words that come back."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from bot.assistant import speech
from bot.assistant.agreements import require_confirmed_door
from bot.assistant.help_doors import listen, other_rows, passed_on
from bot.assistant.turn import Turn
from bot.assistant.voice import Voice
from bot.dialog.script import AnswerKind, Part, Question, Script
from bot.dialog.state import Mode, State
from bot.model.errors import DomainError, NotFoundError
from bot.model.help_requests import Match
from bot.model.helping import HelpLine, LineKind, LineState
from bot.model.messages import Outgoing
from bot.services import handing_over as service
from bot.services import helping, preparation, sayings

Rows = list[list[dict[str, Any]]]


def menu_rows(turn: Turn, match: Match) -> Rows:
    """The asker can hand over the question where the preparation stands; a buddy never knows whether there is one."""
    if turn.person.id != match.asker_id or _current(turn, match) is None:
        return []
    return [[turn.button("handing_over.current_button", "handing_over.current", match=match.id)]]


def _current(turn: Turn, match: Match) -> tuple[int, str] | None:
    """The preparation and its question that stands on the screen, or would if it were opened."""
    run = preparation.run_of(turn.session, turn.person, match.request.child)
    if run is None or run.withdrawn_at is not None:
        return None
    state = State.from_json(run.state)
    if state.mode not in {Mode.ASKING, Mode.OTHER, Mode.STOPPED}:
        return None
    without = [one.id for one in preparation.unanswered(run)]
    if state.position in without or not without:
        return (run.id, state.position)
    return (run.id, without[0])


def question_text(voice: Voice, line: HelpLine) -> str:
    """The fixed question of a line in the reader's language; nothing where the line is about none."""
    asked = _asked(voice, line)
    found = service.question_of(voice.session, asked) if asked else None
    if found is None:
        return ""
    run, question = found
    return preparation.script_of(run).text(voice.language, question.id, Part.ASK)


def _asked(voice: Voice, line: HelpLine) -> HelpLine | None:
    if line.kind == LineKind.QUESTION.value:
        return line
    return voice.session.get(HelpLine, line.answers_id) if line.kind == LineKind.PROPOSAL.value else None


def _hand_over_current(turn: Turn, action: dict[str, Any]) -> None:
    match = helping.find(turn.session, turn.person, action["match"])
    current = _current(turn, match)
    if current is None:
        raise DomainError("old_button")
    run_id, question = current
    _hand_over(turn, {"match": match.id, "run": run_id, "question": question})


def _hand_over(turn: Turn, action: dict[str, Any]) -> None:
    """The buddy reads the fixed question, and nothing else of the preparation."""
    require_confirmed_door(turn)
    match = helping.find(turn.session, turn.person, action["match"])
    line = helping.hand_over_question(
        turn.session, turn.tools, turn.person, match, action["run"], action["question"]
    )
    listen(turn, match)
    turn.say(
        "handing_over.handed_over",
        buttons=other_rows(turn, match),
        name=match.buddy.first_name,
        ask=question_text(turn, line),
    )


def tell(voice: Voice, line: HelpLine) -> bool:
    """The other one reads what was handed over or proposed; False where it reads like any other line."""
    tellers: dict[str, Callable[[Voice, HelpLine], bool]] = {
        LineKind.TEXT.value: _tell_text,
        LineKind.QUESTION.value: _tell_question,
        LineKind.PROPOSAL.value: _tell_proposal,
        LineKind.BETTER_WORDS.value: _tell_better_words,
    }
    return tellers[line.kind](voice, line)


def tell_missing(turn: Turn, lines: Sequence[HelpLine]) -> None:
    """What the other one handed over or proposed, and was never told at this phone, can be answered here too."""
    told = turn.session.scalars(
        select(Outgoing).where(Outgoing.door_id == turn.door.id, Outgoing.macro.like("handing_over.%"))
    )
    here = {made.get("action", {}).get("line") for one in told for row in one.buttons for made in row}
    for line in lines:
        is_open = line.kind != LineKind.WORDS.value and line.state == LineState.OPEN.value
        if is_open and line.author_id != turn.person.id and line.id not in here:
            tell(turn, line)


def _tell_text(voice: Voice, line: HelpLine) -> bool:
    rows = other_rows(voice, line.match, answer=True)
    if service.can_be_better(voice.session, line):
        rows.insert(0, [_of(voice, "handing_over.better_button", "handing_over.write_better", line)])
    voice.say(
        "handing_over.text",
        buttons=rows,
        protect=True,
        name=line.author.first_name,
        said=speech.saying_parameter(line.saying),
    )
    return True


def _tell_question(voice: Voice, line: HelpLine) -> bool:
    found = service.question_of(voice.session, line)
    if found is None:
        return False
    run, question = found
    script = preparation.script_of(run)
    voice.say(
        "handing_over.question",
        buttons=[
            [_of(voice, "handing_over.propose_button", "handing_over.propose", line)],
            *other_rows(voice, line.match, answer=True),
        ],
        protect=True,
        name=line.author.first_name,
        ask=script.text(voice.language, question.id, Part.ASK),
        hint=script.text(voice.language, question.id, Part.HINT) or None,
        example=script.text(voice.language, question.id, Part.EXAMPLE) or None,
        labels=_labels(voice, script, question),
        fallback=not script.has_text(voice.language, question.id, Part.ASK),
    )
    return True


def _labels(voice: Voice, script: Script, question: Question) -> list[str]:
    """What can be chosen, for who helps to choose."""
    if question.answer not in {AnswerKind.CHOICE, AnswerKind.SEVERAL, AnswerKind.SCALE}:
        return []
    return [
        script.text(voice.language, question.id, Part.LABEL, choice.key) or choice.key
        for choice in question.choices
    ]


def _tell_proposal(voice: Voice, line: HelpLine) -> bool:
    asked = _asked(voice, line)
    found = service.question_of(voice.session, asked) if asked else None
    if found is None:
        return False
    run, question = found
    rows: Rows = []
    if service.answered_by_words(question):
        use = voice.button(
            "handing_over.use_button",
            "handing_over.take",
            if_read=line.saying_id,
            match=line.match_id,
            line=line.id,
        )
        rows += [[use], [_of(voice, "handing_over.change_button", "handing_over.change", line)]]
    else:
        about = {"run": run.id, "question": question.id}
        rows.append([voice.button("handing_over.choose_button", "preparation.tap", wish="change", **about)])
    rows.append([_of(voice, "handing_over.leave_button", "handing_over.leave", line)])
    voice.say(
        "handing_over.proposal",
        buttons=[*rows, *other_rows(voice, line.match)],
        protect=True,
        name=line.author.first_name,
        ask=question_text(voice, line),
        said=speech.saying_parameter(line.saying),
    )
    return True


def _tell_better_words(voice: Voice, line: HelpLine) -> bool:
    """Old and new beside each other, names back in their places; only the asker ever sees that."""
    person = voice.door.person
    try:
        found = service.translation_to_better(voice.session, voice.tools, person, line)
    except NotFoundError:
        return False
    mark = sayings.mark_of(found.words)
    voice.say(
        "handing_over.better",
        buttons=[
            [_of(voice, "handing_over.use_better_button", "handing_over.take_better", line, mark=mark)],
            [_of(voice, "handing_over.leave_button", "handing_over.leave", line)],
            *other_rows(voice, line.match),
        ],
        protect=True,
        name=line.author.first_name,
        said=speech.saying_parameter(found.saying),
        words=speech.translation_parameter(found),
        language=found.language,
        original_language=found.saying.written_in,
        proposed=speech.saying_parameter(line.saying),
        restored=service.better_words(voice.session, line),
    )
    return True


def _of(voice: Voice, label: str, do: str, line: HelpLine, **more: Any) -> dict[str, Any]:
    return voice.button(label, do, match=line.match_id, line=line.id, **more)


def _write(what: str, macro: str) -> Callable[[Turn, dict[str, Any]], None]:
    """The buddy's next words are the proposal."""

    def handler(turn: Turn, action: dict[str, Any]) -> None:
        require_confirmed_door(turn)
        line = helping.find_line(turn.session, turn.person, action["line"])
        if turn.person.id != line.match.buddy_id:
            raise NotFoundError
        turn.wait_for(what, line=line.id)
        turn.say(
            macro,
            buttons=[[turn.button("common.never_mind_button", "helping.answer", match=line.match_id)]],
            protect=True,
            ask=question_text(turn, line),
            said=speech.saying_parameter(line.saying),
            language=line.author.language,
        )

    return handler


def _written(propose: Callable[..., HelpLine]) -> Callable[[Turn, dict[str, Any]], None]:
    def handler(turn: Turn, waits_for: dict[str, Any]) -> None:
        line = helping.find_line(turn.session, turn.person, waits_for["line"])
        require_confirmed_door(turn)
        if turn.has_file:
            turn.say("handing_over.type_please")
            return
        propose(turn.session, turn.tools, turn.person, line, turn.keep_saying(None))
        passed_on(turn, line.match)

    return handler


def _take(turn: Turn, action: dict[str, Any]) -> None:
    """The words that were read are the asker's own answer; the school sees nothing of it yet."""
    line = _line(turn, action)
    service.take(turn.session, turn.tools, turn.person, line, seen=action["seen"])
    _taken(turn, line)


def _change(turn: Turn, action: dict[str, Any]) -> None:
    line = _line(turn, action)
    turn.wait_for("handing_over.changed", line=line.id)
    turn.say(
        "handing_over.change_it",
        buttons=[[turn.button("common.never_mind_button", "helping.open", match=line.match_id)]],
        protect=True,
        ask=question_text(turn, line),
        said=speech.saying_parameter(line.saying),
    )


def _changed(turn: Turn, waits_for: dict[str, Any]) -> None:
    line = _line(turn, waits_for)
    turn.stop_waiting()
    service.take_changed(turn.session, turn.tools, turn.person, line, turn.keep_saying(None))
    _taken(turn, line)


def _taken(turn: Turn, line: HelpLine) -> None:
    child_id = line.match.request.child_id
    asked = _asked(turn, line)
    found = service.question_of(turn.session, asked) if asked else None
    if found is not None:
        child_id = found[0].child_id
    turn.remember(child=child_id)
    turn.say(
        "handing_over.taken",
        buttons=[
            [turn.button("preparation.go_on_button", "preparation.open")],
            *other_rows(turn, line.match),
        ],
    )


def _leave(turn: Turn, action: dict[str, Any]) -> None:
    line = _line(turn, action)
    service.leave(turn.session, turn.tools, turn.person, line)
    turn.say("corrections.nothing_changed", buttons=other_rows(turn, line.match))


def _take_better(turn: Turn, action: dict[str, Any]) -> None:
    """What stands there is replaced only if it is still what was read beside the better words."""
    line = _line(turn, action)
    if service.is_taken(line):
        raise DomainError("old_button")
    found = service.translation_to_better(turn.session, turn.tools, turn.person, line)
    if sayings.mark_of(found.words) != action["mark"]:
        turn.say("errors.words_corrected")
        _tell_better_words(turn, line)
        return
    service.take_better(turn.session, turn.tools, turn.person, line, seen=action["mark"])
    turn.say("corrections.thanks", buttons=other_rows(turn, line.match))


def _line(turn: Turn, action: dict[str, Any]) -> HelpLine:
    """What was proposed to this person; an old button where it is erased."""
    require_confirmed_door(turn)
    line = turn.session.get(HelpLine, action["line"])
    if line is None:
        raise DomainError("old_button")
    helping.find(turn.session, turn.person, line.match_id)
    return line


ACTIONS = {
    "handing_over.current": _hand_over_current,
    "handing_over.question": _hand_over,
    "handing_over.propose": _write("handing_over.proposed", "handing_over.write_proposal"),
    "handing_over.write_better": _write("handing_over.bettered", "handing_over.write_better"),
    "handing_over.take": _take,
    "handing_over.change": _change,
    "handing_over.leave": _leave,
    "handing_over.take_better": _take_better,
}
WAITING = {
    "handing_over.proposed": _written(service.propose),
    "handing_over.bettered": _written(service.propose_better_words),
    "handing_over.changed": _changed,
}
