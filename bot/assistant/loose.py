"""What nobody asked for: words no question waits for are kept, and the person says what they are for."""

from typing import Any

from sqlalchemy import bindparam, select

from bot.assistant import menu, registry
from bot.assistant.turn import Turn
from bot.dialog.effects import AnswerGiven
from bot.dialog.inputs import Correct
from bot.model.dossier import EntryKind
from bot.model.people import Child
from bot.model.preparation import Answer, Run, Share
from bot.model.translation import Saying
from bot.services import dossier, helping, messages, sayings
from bot.services import preparation as preparation_service

_SAID_BEFORE = (
    select(Saying.id)
    .where(Saying.author_id == bindparam("author_id"), Saying.message_key == bindparam("message_key"))
    .order_by(Saying.id.desc())
    .limit(1)
)


def said(turn: Turn) -> None:
    """The words are kept and the person is asked what they are for, after the child is chosen."""
    if not turn.children():
        turn.say("loose.staff", buttons=[[turn.button("menu.menu_button", "menu.open")]])
        return
    saying = turn.keep_saying(turn.chosen_child())
    _ask_purpose(turn, {"do": "loose.ask", "saying": saying.id})


def unused(turn: Turn, saying: Saying) -> None:
    """Words that no question can use are kept too, and the person says what they are for."""
    _ask_purpose(turn, {"do": "loose.ask", "saying": saying.id})


def _ask_purpose(turn: Turn, action: dict[str, Any]) -> None:
    saying = turn.unused_words(action["saying"])
    child = turn.chosen_child()
    if child is None:
        turn.say("loose.kept")
        menu.choose_child(turn, action)
        return
    saying.child_id = child.id
    run = preparation_service.run_of(turn.session, turn.person, child)
    rows = [
        [turn.button("loose.message_button", "loose.message", saying=saying.id)],
        [turn.button("loose.addition_button", "loose.addition", saying=saying.id)],
        [turn.button("loose.remove_button", "loose.remove", saying=saying.id)],
    ]
    if run is not None and run.withdrawn_at is None:
        rows.insert(0, [turn.button("loose.answer_button", "loose.answer", saying=saying.id, run=run.id)])
    turn.say("loose.what_for", buttons=rows, child=child.first_name)


def _child(turn: Turn, saying: Saying) -> Child:
    return turn.own_child(saying.child_id or 0)


def _as_message(turn: Turn, action: dict[str, Any]) -> None:
    saying = turn.unused_words(action["saying"])
    messages.write(turn.session, turn.tools, turn.person, _child(turn, saying), turn.person, saying)
    turn.say("messages.sent", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _as_addition(turn: Turn, action: dict[str, Any]) -> None:
    saying = turn.unused_words(action["saying"])
    dossier.add(turn.session, turn.tools, turn.person, _child(turn, saying), saying, EntryKind.VIEW)
    turn.say("dossier.added", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def _as_answer(turn: Turn, action: dict[str, Any]) -> None:
    """The person picks the question that the words answer."""
    saying = turn.unused_words(action["saying"])
    run = preparation_service.own_run(turn.session, turn.person, action["run"])
    script = preparation_service.script_of(run)
    rows = [
        [
            {
                "label": script.text(turn.language, question.id, "ask"),
                "action": {
                    "do": "loose.question",
                    "saying": saying.id,
                    "run": run.id,
                    "question": question.id,
                },
            }
        ]
        for question in preparation_service.applicable_questions(run)
        if (question.voice if saying.attachments else question.words)
    ]
    turn.say("loose.which_question", buttons=[*rows, [turn.button("common.never_mind_button", "menu.open")]])


def _question(turn: Turn, action: dict[str, Any]) -> None:
    saying = turn.unused_words(action["saying"])
    run = preparation_service.own_run(turn.session, turn.person, action["run"])
    turn.remember(child=run.child_id)
    if _answers(turn, run, action["question"], saying):
        turn.say("loose.answer_kept")
        registry.ACTIONS["preparation.open"](turn, {})
    else:
        unused(turn, saying)


def _answers(turn: Turn, run: Run, question: str, saying: Saying) -> bool:
    """The words stand as the answer to the question; False if they cannot be."""
    wished = Correct(question, saying.original, voice=bool(saying.attachments))
    step = preparation_service.advance(turn.session, turn.tools, turn.person, run, wished, saying)
    return any(isinstance(effect, AnswerGiven) and effect.with_words for effect in step.effects)


def _remove(turn: Turn, action: dict[str, Any]) -> None:
    saying = turn.unused_words(action["saying"])
    sayings.erase(turn.session, [saying.id])
    turn.say("loose.removed", buttons=[[turn.button("menu.menu_button", "menu.open")]])


def is_outdated(turn: Turn) -> bool:
    """Whether a newer version of this very message came in before it."""
    return _id_said_before(turn) is not None


def corrected(turn: Turn) -> bool:
    """An edited message changes the answer it gave, with history; what was passed on already stays as it was.

    False if the message is not known: then its words are new.
    """
    found = _said_before(turn)
    if found is None:
        return False
    if not turn.said_something:
        turn.say("errors.empty")
        return True
    answer = turn.session.scalar(
        select(Answer).join(Run).where(Answer.saying_id == found.id, Run.person_id == turn.person.id)
    )
    if answer is not None and answer.run.withdrawn_at is None:
        _correct_answer(turn, answer, found)
    elif _stands_in_a_form(turn, found):
        turn.say("errors.refused")
    elif not sayings.is_used(turn.session, found):
        newer = _newer(turn, found)
        sayings.erase(turn.session, [found.id])
        unused(turn, newer)
    elif helping.is_passed_on(turn.session, found):
        turn.say("helping.too_late_to_correct", buttons=[[turn.button("menu.menu_button", "menu.open")]])
    else:
        turn.say("loose.too_late_to_correct", buttons=[[turn.button("menu.menu_button", "menu.open")]])
    return True


def _stands_in_a_form(turn: Turn, saying: Saying) -> bool:
    """Whether a teacher's unfinished form at this door holds the words; they are changed there."""
    draft = turn.door.state.get("draft")
    return draft is not None and saying.id in draft["words"].values()


def _said_before(turn: Turn) -> Saying | None:
    """What the same message said before, as it stands now."""
    found = _id_said_before(turn)
    return None if found is None else turn.session.get(Saying, found)


def _id_said_before(turn: Turn) -> int | None:
    if not turn.incoming.message_key:
        return None
    named = {"author_id": turn.person.id, "message_key": turn.incoming.message_key}
    # Past the unit of work, which need not be written for it: what this person said before is.
    return turn.session.connection().scalar(_SAID_BEFORE, named)


def _newer(turn: Turn, found: Saying) -> Saying:
    """The corrected words, with the file that came with the message."""
    newer = turn.keep_saying(turn.session.get(Child, found.child_id) if found.child_id else None)
    for file in list(found.attachments):
        found.attachments.remove(file)
        newer.attachments.append(file)
    turn.session.flush()
    return newer


def _correct_answer(turn: Turn, answer: Answer, found: Saying) -> None:
    was_shared = answer.share == Share.SHARED.value
    newer = _newer(turn, found)
    if _answers(turn, answer.run, answer.question, newer):
        turn.say("loose.corrected", was_shared=was_shared)
    else:
        unused(turn, newer)


ACTIONS = {
    "loose.ask": _ask_purpose,
    "loose.message": _as_message,
    "loose.addition": _as_addition,
    "loose.answer": _as_answer,
    "loose.question": _question,
    "loose.remove": _remove,
}
