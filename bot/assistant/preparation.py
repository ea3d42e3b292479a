"""The preparation in the chat: one question at a time, then the review and sharing."""

from typing import Any

from bot.assistant import loose, menu, phrases, read_aloud, school_word_buttons, speech
from bot.assistant.help_request_buttons import ask_rows
from bot.assistant.turn import Turn
from bot.dialog import effects as fact
from bot.dialog import inputs as wish
from bot.dialog.route import overview
from bot.dialog.script import OTHER, AnswerKind, Part, Question, Script
from bot.dialog.state import State
from bot.model.errors import DomainError, NotFoundError
from bot.model.phrases import Speaker
from bot.model.preparation import Answer, Run, Share
from bot.services import access, conversation, sayings
from bot.services import preparation as service
from bot.services.preparation import Step

DUTCH = "nl"
SHORT_LABEL_CHARS = 14  # two such buttons stand side by side on a 360 px phone
_CANNOT_USE = fact.WordsUnexpected | fact.ChoiceNeeded | fact.DateNotUnderstood | fact.TimeNotUnderstood


def open_preparation(turn: Turn, _action: dict[str, Any] | None = None) -> None:
    """The person stands at the question, or the review, where they were."""
    child = turn.chosen_child()
    if child is None:
        menu.choose_child(turn, {"do": "preparation.open"})
        return
    run = service.run_of(turn.session, turn.person, child)
    if run is not None and run.withdrawn_at is not None:
        turn.say(
            "preparation.withdrawn",
            buttons=[[turn.button("privacy.undo_button", "privacy.undo", run=run.id)]],
        )
        return
    step = service.begin(turn.session, turn.tools, turn.person, child)
    turn.remember(run=step.run.id, waits_for=None)
    if run is None:
        turn.say(
            "preparation.intro",
            child=child.first_name,
            intro=_text(turn, step.script, "", Part.INTRO),
            minutes=step.script.minutes,
            fallback=not step.script.has(turn.language),
        )
    _show(turn, step)


def show_again(turn: Turn) -> bool:
    """The current screen of the active run is shown once more, and words go there; False if no run is active here."""
    run = _active(turn)
    if run is None:
        return False
    turn.stop_waiting()
    _show(turn, service.standing(run))
    return True


def said(turn: Turn) -> bool:
    """Words, a voice message or a photo answer the current question; False if no question waits."""
    run = _active(turn)
    if run is None or not _waits_for_words(run):
        return False
    saying = turn.keep_saying(run.child, at_once=False)
    step = service.advance(
        turn.session, turn.tools, turn.person, run, wish.Say(turn.incoming.text, voice=turn.has_file), saying
    )
    if not any(isinstance(effect, fact.AnswerGiven) and effect.with_words for effect in step.effects):
        turn.session.flush()
        if any(isinstance(effect, _CANNOT_USE) for effect in step.effects):
            loose.unused(turn, saying)
        else:
            sayings.erase(turn.session, [saying.id])  # nothing was said, or only the label of a button
    _show(turn, step, thanks="preparation.thanks_file" if turn.has_file else None)
    return True


def waits_for_words(turn: Turn) -> bool:
    """Whether a question of the preparation at this door waits for words."""
    run = _active(turn)
    return run is not None and _waits_for_words(run)


def _waits_for_words(run: Run) -> bool:
    return State.from_json(run.state).mode.value in {"asking", "other"}


def _active(turn: Turn) -> Run | None:
    run_id = turn.door.state.get("run")
    try:
        run = service.own_run(turn.session, turn.person, run_id) if run_id else None
    except NotFoundError:  # erased, or the person is no guardian any more
        return None
    return run if run is not None and run.withdrawn_at is None else None


def _opened(turn: Turn, action: dict[str, Any]) -> Run:
    """The run a button belongs to; from now on this door is about its child."""
    run = service.own_run(turn.session, turn.person, action["run"])
    turn.remember(run=run.id, child=run.child_id, waits_for=None)
    return run


def _is_stale(run: Run, action: dict[str, Any]) -> bool:
    """Whether the run moved on since the button was shown: then the button must not decide about all answers."""
    return bool(action.get("step") != State.from_json(run.state).step)


def _tapped(turn: Turn, action: dict[str, Any]) -> None:
    """A button of a question or of the review."""
    run = _opened(turn, action)
    if action["wish"] == "start_over" and _is_stale(run, action):
        turn.say("preparation.stale")
        _show(turn, service.standing(run))
        return
    step = service.advance(turn.session, turn.tools, turn.person, run, _wish(action))
    if _only_selected(step, action):
        _select_in_place(turn, step)
    else:
        _show(turn, step)


def _wish(action: dict[str, Any]) -> wish.Input:
    number = action.get("step", 0)
    wishes: dict[str, wish.Input] = {
        "choose": wish.Choose(number, action.get("key", "")),
        "ready": wish.Ready(number),
        "skip": wish.Skip(number),
        "back": wish.Back(number),
        "stop": wish.Stop(),
        "review": wish.ShowReview(),
        "change": wish.Change(action.get("question", "")),
        "start_over": wish.StartOver(),
    }
    return wishes[action["wish"]]


def _only_selected(step: Step, action: dict[str, Any]) -> bool:
    screen = step.effects[-1]
    return (
        action["wish"] == "choose"
        and len(step.effects) == 1
        and isinstance(screen, fact.QuestionAsked)
        and action.get("question") == screen.question
    )


def _select_in_place(turn: Turn, step: Step) -> None:
    """The message with the choices shows what is chosen now, instead of a new message."""
    screen = step.effects[-1]
    assert isinstance(screen, fact.QuestionAsked)
    question = step.script.question(screen.question)
    assert question is not None
    speech.change_buttons(turn.tools, turn.tapped, _question_buttons(turn, step, question, screen))


def _show(turn: Turn, step: Step, thanks: str | None = None) -> None:
    """What came of the turn is told, then the screen that stands now."""
    for effect in step.effects:
        match effect:
            case fact.InputStale():
                turn.say("preparation.stale")
            case fact.ChoiceNeeded():
                turn.say("preparation.choice_needed")
            case fact.TooManyChosen():
                turn.say("preparation.too_many", most=effect.most)
            case fact.DateNotUnderstood():
                turn.say("errors.date_not_understood")
            case fact.TimeNotUnderstood():
                turn.say("errors.time_not_understood")
            case fact.NothingSaid():
                turn.say("errors.empty")
            case fact.AnswersCleared():
                turn.say("preparation.cleared")
            case fact.AnswerGiven() if thanks:
                turn.say(thanks)
    _show_screen(turn, step)


def _show_screen(turn: Turn, step: Step) -> None:
    screen = step.effects[-1]
    match screen:
        case fact.QuestionAsked():
            _ask(turn, step, screen)
        case fact.OtherAsked():
            turn.say(
                "preparation.other_words",
                buttons=[[_button(turn, step, "back", "back"), _button(turn, step, "skip", "skip")]],
                ask=_text(turn, step.script, screen.question, Part.ASK),
            )
        case fact.ReviewShown():
            _review(turn, step)
        case fact.RunStopped():
            turn.remember(run=None)
            turn.say(
                "preparation.stopped",
                buttons=[
                    [turn.button("preparation.go_on_button", "preparation.open")],
                    [turn.button("menu.menu_button", "menu.open")],
                ],
            )
        case _:
            _review(turn, step)


def _ask(turn: Turn, step: Step, screen: fact.QuestionAsked) -> None:
    question = step.script.question(screen.question)
    assert question is not None
    answer = service.answer_to(step.run, question.id)
    turn.say(
        "preparation.question",
        buttons=_question_buttons(turn, step, question, screen),
        child=step.run.child.first_name,
        number=min(screen.done + 1, screen.total),
        total=screen.total,
        ask=_text(turn, step.script, question.id, Part.ASK),
        hint=_text(turn, step.script, question.id, Part.HINT) or None,
        sensitive=question.sensitive,
        voice=question.voice,
        most=question.most,
        several=question.answer is AnswerKind.SEVERAL,
        answered=answer is not None,
        fallback=not step.script.has_text(turn.language, question.id, Part.ASK),
    )


def _question_buttons(
    turn: Turn, step: Step, question: Question, screen: fact.QuestionAsked
) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = []
    for key in question.keys:
        label = label_of(turn, step.script, question, key)
        if key in screen.selected:
            label = turn.texts.label(turn.language, "preparation.selected_label", {"label": label})
        made = speech.button(
            label,
            "preparation.tap",
            wish="choose",
            run=step.run.id,
            step=screen.step,
            key=key,
            question=question.id,
        )
        beside = bool(rows) and len(rows[-1]) == 1 and len(rows[-1][0]["label"]) <= SHORT_LABEL_CHARS
        if beside and len(label) <= SHORT_LABEL_CHARS:
            rows[-1].append(made)
        else:
            rows.append([made])
    if question.answer is AnswerKind.SEVERAL:
        rows.append([_button(turn, step, "ready", "ready")])
    explain = []
    if read_aloud.can_be_heard(turn, step, question.id):
        explain.append(
            turn.button(
                "preparation.listen_button", "preparation.listen", run=step.run.id, question=question.id
            )
        )
    if _text(turn, step.script, question.id, Part.EXAMPLE):
        explain.append(
            turn.button(
                "preparation.example_button", "preparation.example", run=step.run.id, question=question.id
            )
        )
    if _text(turn, step.script, question.id, Part.WHY):
        explain.append(
            turn.button("preparation.why_button", "preparation.why", run=step.run.id, question=question.id)
        )
    rows.append(explain)
    rows += school_word_buttons.below(turn, step.script.text(DUTCH, question.id, Part.ASK))
    if question.answer is AnswerKind.TEXT:
        rows += phrases.offer(turn, Speaker.PARENTS)
    rows += ask_rows(turn, step.run.child_id, run=step.run.id, question=question.id)
    steer = [_button(turn, step, "skip", "skip"), _button(turn, step, "stop", "stop")]
    if screen.done > 0 or service.answer_to(step.run, question.id):
        steer.insert(0, _button(turn, step, "back", "back"))
    rows.append(steer)
    return rows


def label_of(turn: Turn, script: Script, question: Question, key: str) -> str:
    """A choice in the person's language."""
    if key == OTHER:
        return turn.texts.label(turn.language, "preparation.other_button")
    if question.answer is AnswerKind.YES_NO:
        return turn.texts.label(turn.language, f"preparation.{key}_button")
    return _text(turn, script, question.id, Part.LABEL, key)


def _button(turn: Turn, step: Step, label: str, what: str, **arguments: Any) -> dict[str, Any]:
    return turn.button(
        f"preparation.{label}_button",
        "preparation.tap",
        wish=what,
        run=step.run.id,
        step=step.state.step,
        **arguments,
    )


def _text(turn: Turn, script: Script, question_id: str, part: Part, key: str = "") -> str:
    return script.text(turn.language, question_id, part, key)


def _explain(part: Part) -> Any:
    def handler(turn: Turn, action: dict[str, Any]) -> None:
        run = service.own_run(turn.session, turn.person, action["run"])
        text = _text(turn, service.script_of(run), action["question"], part)
        turn.say(f"preparation.{part.value}", text=text)

    return handler


def _listen(turn: Turn, action: dict[str, Any]) -> None:
    """The question is heard; if it is still the one that stands, its buttons stand below."""
    run = service.own_run(turn.session, turn.person, action["run"])
    step = service.standing(run)
    screen, question = step.effects[-1], step.script.question(action["question"])
    assert question is not None
    if not read_aloud.can_be_heard(turn, step, question.id):
        turn.say("preparation.not_recorded")
        return
    rows: list[list[dict[str, Any]]] = []
    if isinstance(screen, fact.QuestionAsked) and screen.question == question.id:
        rows = _question_buttons(turn, step, question, screen)
    turn.say(
        "preparation.read_aloud",
        buttons=rows,
        ask=_text(turn, step.script, question.id, Part.ASK),
        sound={"dialog": step.script.id, "language": turn.language, "question": question.id},
    )


def _review(turn: Turn, step: Step) -> None:
    """All questions with what was answered; words only through a confirmed door."""
    run = step.run
    if turn.door.reads_back:
        service.read_words(turn.session, run)
    lines = []
    for question, _given in overview(step.script, step.state):
        answer = service.answer_to(run, question.id)
        lines.append(
            {
                "ask": _text(turn, step.script, question.id, Part.ASK),
                "answer": _answer_parameters(turn, step.script, question, answer),
            }
        )
    open_answers = [answer for answer in run.answers if answer.share == Share.DRAFT.value]
    ready = run.reviewed_at is not None and not open_answers
    rows = []
    if not ready and run.answers:
        share = turn.button("preparation.share_button", "preparation.share", run=run.id, step=step.state.step)
        rows.append([share])
    if run.answers:
        rows.append([turn.button("preparation.choose_button", "preparation.each", run=run.id)])
    rows.append([turn.button("menu.menu_button", "menu.open")])
    if service.unanswered(run):
        rows[-1].insert(0, turn.button("preparation.add_more_button", "preparation.more", run=run.id))
    if run.answers:
        rows.append([turn.button("preparation.start_over_button", "preparation.ask_start_over", run=run.id)])
    turn.say(
        "preparation.review",
        buttons=rows,
        protect=True,
        child=run.child.first_name,
        lines=lines,
        done=sum(line["answer"] is not None for line in lines),
        total=len(lines),
        ready=ready,
        shared=sum(answer.share == Share.SHARED.value for answer in run.answers),
        reads_back=turn.door.reads_back,
    )


def _answer_parameters(
    turn: Turn, script: Script, question: Question, answer: Answer | None
) -> dict[str, Any] | None:
    """What a message shows of one answer; nothing of its content before the door is confirmed."""
    if answer is None:
        return None
    shown: dict[str, Any] = {"share": answer.share, "sensitive": answer.sensitive, "labels": [], "said": None}
    shown["with_buddy"] = answer.with_buddy
    if turn.door.reads_back:
        shown["labels"] = [
            label_of(turn, script, question, key)
            for key in answer.choices
            if key in question.keys and key != OTHER
        ]
        shown["said"] = speech.saying_parameter(answer.saying)
    return shown


def _answer_more(turn: Turn, action: dict[str, Any]) -> None:
    run = _opened(turn, action)
    _show(turn, service.answer_more(turn.session, turn.tools, turn.person, run))


def _share_all(turn: Turn, action: dict[str, Any]) -> None:
    run = _opened(turn, action)
    if _is_stale(run, action):
        turn.say("preparation.stale")
        _show(turn, service.advance(turn.session, turn.tools, turn.person, run, wish.ShowReview()))
        return
    service.share_all(turn.session, turn.tools, turn.person, run)
    turn.remember(run=None)
    held_back = [answer for answer in run.answers if answer.share == Share.HELD_BACK.value]
    rows = []
    if held_back:
        rows.append([turn.button("preparation.see_held_back_button", "preparation.each", run=run.id)])
    rows.append(
        [turn.button("menu.write_button", "messages.open"), turn.button("menu.menu_button", "menu.open")]
    )
    turn.say(
        "preparation.shared",
        buttons=rows,
        child=run.child.first_name,
        teachers=[teacher.name for teacher in access.teachers_of(turn.session, run.child)],
        shared=sum(answer.share == Share.SHARED.value for answer in run.answers),
        held_back=len(held_back),
    )


def _each(turn: Turn, action: dict[str, Any]) -> None:
    """A list of answers to look at one by one."""
    run = service.own_run(turn.session, turn.person, action["run"])
    script = service.script_of(run)
    rows = []
    for question in script.questions:
        answer = service.answer_to(run, question.id)
        if answer is not None:
            shown = {"ask": _text(turn, script, question.id, Part.ASK), "share": answer.share}
            label, do = "preparation.answer_label", "preparation.one"
            rows.append([turn.named_button(label, do, shown, answer=answer.id)])
    rows.append([turn.button("preparation.review_button", "preparation.tap", wish="review", run=run.id)])
    turn.say("preparation.each", buttons=rows, child=run.child.first_name)


def _own_answer(turn: Turn, answer_id: int) -> Answer:
    answer = turn.session.get(Answer, answer_id)
    run = service.own_run(turn.session, turn.person, answer.run_id if answer else 0)
    assert answer is not None
    if run.withdrawn_at is not None:
        raise DomainError("preparation_withdrawn")
    return answer


def _one(turn: Turn, action: dict[str, Any]) -> None:
    """One answer with its share state and what can be done with it."""
    answer = _own_answer(turn, action["answer"])
    script = service.script_of(answer.run)
    question = script.question(answer.question)
    assert question is not None
    rows = []
    if answer.share == Share.SHARED.value:
        if not conversation.held_for(turn.session, answer.run.child, turn.person):
            rows.append(
                [turn.button("preparation.take_back_button", "preparation.hold_back", answer=answer.id)]
            )
    else:
        rows.append([turn.button("preparation.share_one_button", "preparation.share_one", answer=answer.id)])
        if answer.share == Share.DRAFT.value:
            rows.append(
                [turn.button("preparation.hold_back_button", "preparation.hold_back", answer=answer.id)]
            )
    rows.append(
        [
            turn.button(
                "preparation.change_button",
                "preparation.tap",
                wish="change",
                run=answer.run_id,
                question=answer.question,
            ),
            turn.button("preparation.review_button", "preparation.tap", wish="review", run=answer.run_id),
        ]
    )
    turn.say(
        "preparation.one",
        buttons=rows,
        protect=True,
        ask=_text(turn, script, question.id, Part.ASK),
        answer=_answer_parameters(turn, script, question, answer),
        reads_back=turn.door.reads_back,
    )


def _share_one(turn: Turn, action: dict[str, Any]) -> None:
    service.share_one(turn.session, turn.tools, turn.person, _own_answer(turn, action["answer"]))
    turn.say("preparation.one_shared")
    _one(turn, action)


def _hold_back(turn: Turn, action: dict[str, Any]) -> None:
    answer = _own_answer(turn, action["answer"])
    was_shared = answer.share == Share.SHARED.value
    service.hold_back(turn.session, turn.tools, turn.person, answer)
    turn.say("preparation.one_taken_back" if was_shared else "preparation.one_held_back")
    _one(turn, action)


def _ask_start_over(turn: Turn, action: dict[str, Any]) -> None:
    run = _opened(turn, action)
    step = State.from_json(run.state).step
    turn.say(
        "preparation.ask_start_over",
        buttons=[
            [
                turn.button(
                    "preparation.start_over_yes", "preparation.tap", wish="start_over", run=run.id, step=step
                )
            ],
            [turn.button("preparation.start_over_no", "preparation.tap", wish="review", run=run.id)],
        ],
    )


ACTIONS = {
    "preparation.open": open_preparation,
    "preparation.tap": _tapped,
    "preparation.example": _explain(Part.EXAMPLE),
    "preparation.why": _explain(Part.WHY),
    "preparation.listen": _listen,
    "preparation.more": _answer_more,
    "preparation.share": _share_all,
    "preparation.each": _each,
    "preparation.one": _one,
    "preparation.share_one": _share_one,
    "preparation.hold_back": _hold_back,
    "preparation.ask_start_over": _ask_start_over,
}
COMMANDS = {"prepare": open_preparation}
