"""What buddy, guardian and teachers hear of a place at a talk; what they can do about it stands in `companions`."""

from collections.abc import Callable

from bot.assistant.companions import answering, deciding, parameters, professional_row, who_rows
from bot.assistant.help_doors import open_button, parents
from bot.assistant.teller import Teller
from bot.model.companions import CompanionRole, CompanionState, TalkCompanion
from bot.model.help_requests import MatchState
from bot.services import companions as service
from bot.services.events import EventKind


def _one(teller: Teller) -> TalkCompanion:
    return teller.session.get_one(TalkCompanion, teller.event.subject_id)


def _by_the_school(teller: Teller, one: TalkCompanion) -> bool:
    """Whether the talk changed, and not what the two want."""
    return teller.event.actor_id not in {one.match.asker_id, one.match.buddy_id}


def _asked(teller: Teller) -> None:
    """The buddy reads when, where and what is wanted; the asker, that it is asked again for another time."""
    one = _one(teller)
    changed = _by_the_school(teller, one)
    if one.state != CompanionState.ASKED.value:
        return
    for voice in parents(teller, [one.match.buddy]):
        voice.say(
            "companions.asked_buddy",
            buttons=[*answering(voice, one), [open_button(voice, one.match)]],
            protect=True,
            name=one.match.asker.first_name,
            talk=parameters(one.conversation),
            role=one.role,
            changed=changed,
        )
    for voice in parents(teller, [one.match.asker]):
        voice.say(
            "companions.asked_again",
            buttons=[[voice.button("companions.take_back_button", "companions.end", companion=one.id)]],
            protect=True,
            name=one.match.buddy.first_name,
            talk=parameters(one.conversation),
        )


def _answered(teller: Teller) -> None:
    one = _one(teller)
    talk, name = parameters(one.conversation), one.match.buddy.first_name
    for voice in parents(teller, [one.match.asker]):
        if one.state == CompanionState.WILLING.value:
            joint = one.conversation.guardian_id is None
            rows = deciding(voice, one)
            voice.say(
                "companions.willing",
                buttons=rows,
                protect=True,
                name=name,
                talk=talk,
                role=one.role,
                joint=joint,
            )
        elif one.state == CompanionState.DECLINED.value:
            rows = who_rows(voice, one.conversation)
            voice.say("companions.declined", buttons=rows, protect=True, name=name, talk=talk)


def _confirmed(teller: Teller) -> None:
    """The buddy knows it is sure, or reads what changed; the teachers read a state, when the asker confirmed."""
    one = _one(teller)
    changed = _by_the_school(teller, one)
    for voice in parents(teller, [one.match.buddy]):
        voice.say(
            "companions.sure",
            buttons=[
                [voice.button("companions.cannot_button", "companions.end", companion=one.id)],
                [open_button(voice, one.match)],
            ],
            protect=True,
            name=one.match.asker.first_name,
            talk=parameters(one.conversation),
            role=one.role,
            changed=changed,
        )
    if not changed:
        child = teller.child(one.conversation.child_id)
        name = one.match.buddy.first_name
        teller.tell_teachers(child, "companions.confirmed_to_staff", role=one.role, name=name)


def _ended(teller: Teller) -> None:
    """Both hear why, unless the whole help ended before it was sure; the teachers hear it of a place they knew of."""
    one = _one(teller)
    talk, reason = one.conversation, _reason(one)
    is_told = reason != "help_ended" or one.confirmed_at is not None
    if is_told:
        for voice in parents(teller, [one.match.buddy]):
            menu = voice.button("menu.menu_button", "menu.open")
            voice.say(
                "companions.not_needed",
                buttons=[[menu if reason == "help_ended" else open_button(voice, one.match)]],
                protect=True,
                name=one.match.asker.first_name,
                talk=parameters(talk),
                reason=reason,
            )
    if is_told and reason != "cancelled":  # that a talk is off its guardians hear anyway
        own = talk in service.talks_of(teller.session, teller.tools, one.match.asker)
        for voice in parents(teller, [one.match.asker]) if own else ():
            rows = [professional_row(voice, talk)] if reason == "serious" else []
            voice.say(
                "companions.ended",
                buttons=[*rows, *who_rows(voice, talk)],
                protect=True,
                name=one.match.buddy.first_name,
                talk=parameters(talk),
                reason=reason,
            )
    if one.confirmed_at is not None and reason != "cancelled":
        child, name = teller.child(talk.child_id), one.match.buddy.first_name
        teller.tell_teachers(child, "companions.ended_to_staff", name=name)


def _reason(one: TalkCompanion) -> str:
    """Why somebody has no place at a talk any more."""
    if one.match.state != MatchState.HELPING.value:
        return "help_ended"
    if one.conversation.cancelled_at is not None:
        return "cancelled"
    if one.conversation.serious and one.role == CompanionRole.INTERPRET.value:
        return "serious"
    return "taken_back"


TELLERS: dict[EventKind, Callable[[Teller], None]] = {
    EventKind.COMPANION_ASKED: _asked,
    EventKind.COMPANION_ANSWERED: _answered,
    EventKind.COMPANION_CONFIRMED: _confirmed,
    EventKind.COMPANION_ENDED: _ended,
}
