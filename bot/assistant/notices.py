"""Tells those concerned what happened, in the transaction in which it happened."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant import agreements as agreements_subject
from bot.assistant import speech
from bot.assistant.voice import Voice
from bot.content.texts import Texts
from bot.model.agreements import Agreement, AgreementRemark, AgreementVersion
from bot.model.conversation import Conversation
from bot.model.dossier import Entry
from bot.model.messages import HelpWish, Message
from bot.model.people import Child, Door, Person
from bot.model.preparation import Run
from bot.model.translation import Attachment, Saying
from bot.services import access
from bot.services import agreements as agreements_service
from bot.services import conversation as conversation_service
from bot.services import messages as messages_service
from bot.services.events import Event, EventKind, take_events
from bot.services.tools import Tools


def tell_all(session: Session, tools: Tools, texts: Texts) -> None:
    """Every fact noted in this transaction is told to those it concerns."""
    for event in take_events(session):
        TELLERS[event.kind](_Teller(session, tools, texts, event))


class _Teller:
    """One fact and the means to tell it."""

    def __init__(self, session: Session, tools: Tools, texts: Texts, event: Event) -> None:
        self.session = session
        self.tools = tools
        self.texts = texts
        self.event = event

    def voices(self, people: Iterable[Person], *, except_actor: bool = True) -> Iterable[Voice]:
        """One voice for every welcomed, open door of these people."""
        for person in people:
            if except_actor and person.id == self.event.actor_id:
                continue
            open_doors = select(Door).where(
                Door.person_id == person.id, Door.ended_at.is_(None), Door.welcomed_at.is_not(None)
            )
            for door in self.session.scalars(open_doors.order_by(Door.id)):
                yield Voice(self.session, self.tools, self.texts, door)

    def readers(self, people: Iterable[Person]) -> Iterable[Voice]:
        """As `voices`, but only doors that may read back; at the others stands that something waits."""
        for voice in self.voices(people):
            if voice.door.reads_back:
                yield voice
            else:
                voice.say("notices.something_waits")

    def child(self, child_id: int) -> Child:
        """The child it is about."""
        return self.session.get_one(Child, child_id)

    def tell_teachers(self, child: Child, macro: str, **parameters: Any) -> None:
        """The teachers of the child's group read a state, never words, with a way to open the child."""
        for voice in self.voices(access.teachers_of(self.session, child)):
            open_child = voice.button("notices.open_child_button", "group.child", child=child.id)
            voice.say(macro, buttons=[[open_child]], child=child.first_name, **parameters)

    def actor_name(self) -> str:
        """The name of the person who did it."""
        actor = self.session.get(Person, self.event.actor_id) if self.event.actor_id else None
        return actor.name if actor else ""


def _guardians(teller: _Teller, child: Child) -> list[Person]:
    found = access.guardians_of(teller.session, child, with_authority=True)
    return [guardianship.person for guardianship in found]


def _door_joined(teller: _Teller) -> None:
    door = teller.session.get_one(Door, teller.event.subject_id)
    if door.reads_back:
        return
    told: set[int] = set()
    for child in access.children_of(teller.session, door.person):
        for voice in teller.voices(access.teachers_of(teller.session, child)):
            if voice.door.id in told:
                continue
            told.add(voice.door.id)
            voice.say(
                "notices.door_joined",
                buttons=[
                    [voice.button("notices.confirm_door_button", "doors.confirm", door=door.id)],
                    [voice.button("notices.refuse_door_button", "doors.refuse", door=door.id)],
                ],
                person=door.person.name,
                child=child.first_name,
            )


def _door_confirmed(teller: _Teller) -> None:
    """The door is told, and what waited for it is shown; before its welcome is finished it hears nothing."""
    door = teller.session.get_one(Door, teller.event.subject_id)
    if door.welcomed_at is None or not door.is_open:
        return
    voice = Voice(teller.session, teller.tools, teller.texts, door)
    voice.say("notices.door_confirmed", buttons=[[voice.button("menu.menu_button", "menu.open")]])
    for child in access.children_of(teller.session, door.person):
        for talk in conversation_service.of_child(teller.session, teller.tools, door.person, child):
            if talk.held_at is None and talk.cancelled_at is None:
                _show_talk(voice, talk)
        for agreement in agreements_service.of_child(teller.session, teller.tools, door.person, child):
            if agreement.state == "proposed":
                _show_agreement(voice, agreement.current, "notices.agreement_proposed")
        for message in messages_service.thread(teller.session, teller.tools, door.person, child, door.person):
            if message.from_school and message.read_at is None:
                _show_message(voice, message)


def _door_closed(teller: _Teller) -> None:
    """The teachers of the person's children hear that another way is needed; each of them once."""
    door = teller.session.get_one(Door, teller.event.subject_id)
    told: set[int] = set()
    for child in access.children_of(teller.session, door.person):
        for voice in teller.voices(access.teachers_of(teller.session, child)):
            if voice.door.id not in told:
                told.add(voice.door.id)
                open_child = voice.button("notices.open_child_button", "group.child", child=child.id)
                voice.say(
                    "notices.door_closed",
                    buttons=[[open_child]],
                    person=door.person.name,
                    child=child.first_name,
                )


def _preparation_shared(teller: _Teller) -> None:
    run = teller.session.get_one(Run, teller.event.subject_id)
    teller.tell_teachers(run.child, "notices.preparation_shared", person=run.person.name)


def _preparation_withdrawn(teller: _Teller) -> None:
    run = teller.session.get_one(Run, teller.event.subject_id)
    teller.tell_teachers(run.child, "notices.preparation_withdrawn", person=run.person.name)


def _withdrawal_undone(teller: _Teller) -> None:
    run = teller.session.get_one(Run, teller.event.subject_id)
    if run.reviewed_at is not None:
        teller.tell_teachers(run.child, "notices.preparation_shared", person=run.person.name)


def _help_asked(teller: _Teller) -> None:
    wish = teller.session.get_one(HelpWish, teller.event.subject_id)
    teller.tell_teachers(
        teller.child(wish.child_id), "notices.help_asked", person=teller.actor_name(), kind=wish.kind
    )


def _talk_planned(teller: _Teller) -> None:
    talk = teller.session.get_one(Conversation, teller.event.subject_id)
    child = teller.child(talk.child_id)
    people = _guardians(teller, child)
    if talk.guardian_id is not None:
        people = [teller.session.get_one(Person, talk.guardian_id)]
    for voice in teller.readers(people):
        _show_talk(voice, talk)


def _show_talk(voice: Voice, talk: Conversation) -> None:
    """The talk, with buttons that are about its child."""
    about = {"child": talk.child_id}
    voice.say(
        "notices.talk_planned",
        buttons=[
            [voice.button("menu.prepare_button", "menu.chosen", then={"do": "preparation.open"}, **about)],
            [voice.button("menu.write_button", "menu.chosen", then={"do": "messages.open"}, **about)],
        ],
        protect=True,
        child=voice.session.get_one(Child, talk.child_id).first_name,
        moment=talk.moment,
        planned_at=speech.moment_parameter(talk.planned_at),
        length_minutes=talk.length_minutes,
        place=talk.place,
        place_words=speech.saying_parameter(talk.place_saying),
        goals=talk.goals,
        goal_words=speech.saying_parameter(talk.goal_saying),
        people=talk.people,
        cancelled=talk.cancelled_at is not None,
    )


def _nobody(teller: _Teller) -> None:
    """Nobody needs a message about this."""


def _show_agreement(voice: Voice, version: AgreementVersion, macro: str) -> None:
    person = voice.door.person
    voice.say(
        macro,
        buttons=agreements_subject.buttons(voice, person, version),
        protect=True,
        named=any(party.person_id == person.id for party in version.agreement.parties),
        **agreements_subject.parameters(version, person),
    )


def _agreement_proposed(teller: _Teller) -> None:
    version = teller.session.get_one(AgreementVersion, teller.event.subject_id)
    for voice in teller.readers(_concerned(teller, version.agreement)):
        _show_agreement(voice, version, "notices.agreement_proposed")


def _concerned(teller: _Teller, agreement: Agreement) -> list[Person]:
    """The guardians the agreement names, and all others with authority."""
    named = {party.person_id for party in agreement.parties}
    guardians = access.guardians_of(teller.session, teller.child(agreement.child_id))
    return [one.person for one in guardians if one.authority or one.person_id in named]


def _agreement_confirmed(teller: _Teller) -> None:
    version = teller.session.get_one(AgreementVersion, teller.event.subject_id)
    child = teller.child(version.agreement.child_id)
    if version.agreement.state != "active":  # else that is the news
        teller.tell_teachers(child, "notices.agreement_confirmed", person=teller.actor_name())


def _agreement_active(teller: _Teller) -> None:
    agreement = teller.session.get_one(Agreement, teller.event.subject_id)
    child = teller.child(agreement.child_id)
    teller.tell_teachers(child, "notices.agreement_active_teacher")
    for voice in teller.readers(_concerned(teller, agreement)):
        _show_agreement(voice, agreement.current, "notices.agreement_active")


def _agreement_closed(teller: _Teller) -> None:
    agreement = teller.session.get_one(Agreement, teller.event.subject_id)
    for voice in teller.readers(_concerned(teller, agreement)):
        _show_agreement(voice, agreement.current, "notices.agreement_closed")


def _remark_made(macro: str) -> Callable[[_Teller], None]:
    def tell(teller: _Teller) -> None:
        remark = teller.session.get_one(AgreementRemark, teller.event.subject_id)
        version = teller.session.get_one(AgreementVersion, remark.version_id)
        teller.tell_teachers(teller.child(version.agreement.child_id), macro, person=teller.actor_name())

    return tell


def _addition_made(teller: _Teller) -> None:
    entry = teller.session.get_one(Entry, teller.event.subject_id)
    teller.tell_teachers(teller.child(entry.child_id), "notices.addition_made", person=teller.actor_name())


def _message_written(teller: _Teller) -> None:
    message = teller.session.get_one(Message, teller.event.subject_id)
    child = teller.child(message.child_id)
    if message.from_school:
        for voice in teller.readers([message.guardian]):
            _show_message(voice, message)
    else:
        teller.tell_teachers(child, "notices.message_written", person=message.guardian.name)


def _show_message(voice: Voice, message: Message) -> None:
    voice.say(
        "notices.message_from_school",
        buttons=[[voice.button("notices.answer_button", "messages.answer", child=message.child_id)]],
        protect=True,
        author=message.author.name,
        child=voice.session.get_one(Child, message.child_id).first_name,
        said=speech.saying_parameter(message.saying),
    )


def _media_failed(teller: _Teller) -> None:
    attachment = teller.session.get_one(Attachment, teller.event.subject_id)
    author = teller.session.get_one(Person, teller.session.get_one(Saying, attachment.saying_id).author_id)
    for voice in teller.voices([author], except_actor=False):
        if attachment.door_id in {None, voice.door.id}:
            voice.say("notices.media_failed", kind=attachment.kind)


def _translation_arrived(teller: _Teller) -> None:
    speech.translation_arrived(teller.session, teller.tools, teller.texts, teller.event.subject_id)


TELLERS: dict[EventKind, Callable[[_Teller], None]] = {
    EventKind.DOOR_JOINED: _door_joined,
    EventKind.DOOR_CONFIRMED: _door_confirmed,
    EventKind.DOOR_CLOSED: _door_closed,
    EventKind.PREPARATION_SHARED: _preparation_shared,
    EventKind.PREPARATION_WITHDRAWN: _preparation_withdrawn,
    EventKind.WITHDRAWAL_UNDONE: _withdrawal_undone,
    EventKind.HELP_ASKED: _help_asked,
    EventKind.TALK_PLANNED: _talk_planned,
    EventKind.TALK_HELD: _nobody,
    EventKind.AGREEMENT_PROPOSED: _agreement_proposed,
    EventKind.AGREEMENT_CONFIRMED: _agreement_confirmed,
    EventKind.AGREEMENT_ACTIVE: _agreement_active,
    EventKind.AGREEMENT_CLOSED: _agreement_closed,
    EventKind.CHANGE_WISHED: _remark_made("notices.change_wished"),
    EventKind.TAUGHT_BACK: _remark_made("notices.taught_back"),
    EventKind.ADDITION_MADE: _addition_made,
    EventKind.MESSAGE_WRITTEN: _message_written,
    EventKind.MEDIA_FAILED: _media_failed,
    EventKind.TRANSLATION_ARRIVED: _translation_arrived,
}
