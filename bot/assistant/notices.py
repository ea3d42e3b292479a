"""Tells those concerned what happened, in the transaction in which it happened."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.assistant import agreements as agreements_subject
from bot.assistant import (
    buddies,
    companion_news,
    companions,
    corrections,
    gatherings,
    help_requests,
    help_safety,
    looking_back,
    privacy,
    speech,
    suggestion,
)
from bot.assistant import help as helping
from bot.assistant import helping as helping_subject
from bot.assistant import report as report_subject
from bot.assistant import transcript as transcript_subject
from bot.assistant.help_request_buttons import ask_rows
from bot.assistant.teller import Teller, ways_to_read
from bot.assistant.voice import Voice, open_doors, voices_of
from bot.content.texts import Texts
from bot.dialog.script import Part
from bot.model.agreements import (
    Agreement,
    AgreementOutcome,
    AgreementRemark,
    AgreementVersion,
    Confirmation,
)
from bot.model.buddies import Task
from bot.model.conversation import Conversation
from bot.model.dossier import Entry
from bot.model.drafts import Draft
from bot.model.messages import HelpWish, Message
from bot.model.people import Child, Door, Person
from bot.model.preparation import Run
from bot.model.report import Reaction, Report, ReportRelease
from bot.model.teacher_preparation import TeacherPreparation
from bot.model.transcript import Transcript
from bot.model.translation import Attachment, Saying, Translation
from bot.services import access, drafts, rhythm
from bot.services import agreements as agreements_service
from bot.services import companions as companions_service
from bot.services import conversation as conversation_service
from bot.services import corrections as corrections_service
from bot.services import messages as messages_service
from bot.services import preparation as preparation_service
from bot.services import report as report_service
from bot.services.events import EventKind, take_events
from bot.services.tools import Tools


def tell_all(session: Session, tools: Tools, texts: Texts) -> None:
    """Every fact noted in this transaction is told to those it concerns; also those that the telling brings about."""
    while events := take_events(session):
        for event in events:
            TELLERS[event.kind](Teller(session, tools, texts, event))


SOON = timedelta(days=1)


def _guardians(teller: Teller, child: Child) -> list[Person]:
    found = access.guardians_of(teller.session, child, with_authority=True)
    return [guardianship.person for guardianship in found]


def _door_joined(teller: Teller) -> None:
    door = teller.session.get_one(Door, teller.event.subject_id)
    if door.reads_back:
        return
    told: set[int] = set()
    for child in access.children_of(teller.session, door.person):
        for voice in teller.voices(access.teachers_of(teller.session, child), child):
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


def _door_confirmed(teller: Teller) -> None:
    """The door is told, and what waited for it is shown; before its welcome is finished it hears nothing."""
    door = teller.session.get_one(Door, teller.event.subject_id)
    if door.welcomed_at is None or not door.is_open:
        return
    [voice] = voices_of(teller.session, teller.tools, teller.texts, door.person, only=door)
    voice.say("notices.door_confirmed", buttons=[[voice.button("menu.menu_button", "menu.open")]])
    for child in access.children_of(teller.session, door.person):
        _show_what_waits(teller, voice, child)
    transcript_subject.offer_waiting(teller.session, teller.tools, teller.texts, door.person)


def _show_what_waits(teller: Teller, voice: Voice, child: Child) -> None:
    """Talks to come, agreements to confirm, reports to answer and messages to read."""
    person = voice.door.person
    for talk in conversation_service.of_child(teller.session, teller.tools, person, child):
        if talk.held_at is None and talk.cancelled_at is None:
            _show_talk(voice, talk)
    for agreement in agreements_service.of_child(teller.session, teller.tools, person, child):
        if agreement.state == "proposed":
            _show_agreement(voice, agreement.current, "notices.agreement_proposed")
    for report in report_service.of_child(teller.session, teller.tools, person, child):
        if all(one.person_id != person.id for one in report.reactions):
            report_subject.show(voice, report)
    for message in messages_service.thread(teller.session, teller.tools, person, child, person):
        if message.from_school and message.read_at is None:
            _show_message(voice, message)


def _door_closed(teller: Teller) -> None:
    """The teachers of the person's children hear that another way is needed; each of them once."""
    door = teller.session.get_one(Door, teller.event.subject_id)
    told: set[int] = set()
    for child in access.children_of(teller.session, door.person):
        for voice in teller.voices(access.teachers_of(teller.session, child), child):
            if voice.door.id not in told:
                told.add(voice.door.id)
                open_child = voice.button("notices.open_child_button", "group.child", child=child.id)
                voice.say(
                    "notices.door_closed",
                    buttons=[[open_child]],
                    person=door.person.name,
                    child=child.first_name,
                )


def _preparation_shared(teller: Teller) -> None:
    run = teller.session.get_one(Run, teller.event.subject_id)
    teller.tell_teachers(run.child, "notices.preparation_shared", person=run.person.name)


def _preparation_withdrawn(teller: Teller) -> None:
    run = teller.session.get_one(Run, teller.event.subject_id)
    teller.tell_teachers(run.child, "notices.preparation_withdrawn", person=run.person.name)


def _withdrawal_undone(teller: Teller) -> None:
    run = teller.session.get_one(Run, teller.event.subject_id)
    if run.reviewed_at is not None:
        teller.tell_teachers(run.child, "notices.preparation_shared", person=run.person.name)


def _help_asked(teller: Teller) -> None:
    wish = teller.session.get_one(HelpWish, teller.event.subject_id)
    teller.tell_teachers(
        teller.child(wish.child_id), "notices.help_asked", person=teller.actor_name(), kind=wish.kind
    )


def _talk_planned(teller: Teller) -> None:
    talk = teller.session.get_one(Conversation, teller.event.subject_id)
    child = teller.child(talk.child_id)
    people = _guardians(teller, child)
    if talk.guardian_id is not None:
        found = access.guardians_of(teller.session, child)
        people = [one.person for one in found if one.person_id == talk.guardian_id]
    for voice in teller.readers(people, child):
        _show_talk(voice, talk)


def _show_talk(voice: Voice, talk: Conversation) -> None:
    """The talk, with buttons that are about its child; it opens with what was agreed before (002-agreements).

    News of a talk within a day goes out however many messages there were this week.
    """
    about = {"child": talk.child_id}
    soon = talk.planned_at is not None and talk.planned_at <= voice.tools.clock.now() + SOON
    child = voice.session.get_one(Child, talk.child_id)
    agreed = _open_agreements(voice, child)
    sayings = [talk.place_saying, talk.goal_saying, *(version.saying for version in agreed)]
    confirmed = companions_service.confirmed_at(voice.session, [talk])[talk.id]
    voice.say(
        "notices.talk_planned",
        buttons=[
            [voice.button("menu.prepare_button", "menu.chosen", then={"do": "preparation.open"}, **about)],
            [voice.button("menu.write_button", "menu.chosen", then={"do": "messages.open"}, **about)],
            *companions.who_rows(voice, talk),
            *([] if talk.cancelled_at else ask_rows(voice, talk.child_id, task=Task.PRACTISE.value)),
            *_interpreter_rows(voice, talk, sayings),
        ],
        protect=True,
        urgent=soon,
        agreements=[
            {
                "what": speech.saying_parameter(one.saying),
                "owner": one.owner,
                "due_on": speech.day_parameter(one.due_on),
            }
            for one in agreed
        ],
        child=child.first_name,
        moment=talk.moment,
        planned_at=speech.moment_parameter(talk.planned_at),
        length_minutes=talk.length_minutes,
        place=talk.place,
        place_words=speech.saying_parameter(talk.place_saying),
        goals=talk.goals,
        goal_words=speech.saying_parameter(talk.goal_saying),
        people=companions_service.in_the_room(talk, confirmed),
        serious=talk.serious,
        places=companions.own_places(voice, talk),
        cancelled=talk.cancelled_at is not None,
    )


def _interpreter_rows(
    voice: Voice, talk: Conversation, sayings: list[Saying | None]
) -> list[list[dict[str, Any]]]:
    """A professional interpreter for a serious talk; else where nobody translates these words."""
    if talk.serious and talk.cancelled_at is None:
        return [companions.professional_row(voice, talk)]
    return helping.interpreter_buttons(voice, talk.child_id, sayings)


def _open_agreements(voice: Voice, child: Child) -> list[AgreementVersion]:
    """What the open agreements about the child say that this reader may see, the oldest first."""
    found = agreements_service.of_child(voice.session, voice.tools, voice.door.person, child)
    return [one.current for one in reversed(found) if one.state in agreements_service.OPEN]


def _nobody(teller: Teller) -> None:
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


def _agreement_proposed(teller: Teller) -> None:
    version = teller.session.get_one(AgreementVersion, teller.event.subject_id)
    child = teller.child(version.agreement.child_id)
    for voice in teller.readers(_concerned(teller, version.agreement), child):
        _show_agreement(voice, version, "notices.agreement_proposed")


def _concerned(teller: Teller, agreement: Agreement) -> list[Person]:
    """The guardians the agreement names, and all others with authority."""
    named = {party.person_id for party in agreement.parties}
    guardians = access.guardians_of(teller.session, teller.child(agreement.child_id))
    return [one.person for one in guardians if one.authority or one.person_id in named]


def _agreement_confirmed(teller: Teller) -> None:
    version = teller.session.get_one(AgreementVersion, teller.event.subject_id)
    child = teller.child(version.agreement.child_id)
    if version.agreement.state != "active":  # else that is the news
        teller.tell_teachers(child, "notices.agreement_confirmed", person=teller.actor_name())


def _agreement_active(teller: Teller) -> None:
    agreement = teller.session.get_one(Agreement, teller.event.subject_id)
    child = teller.child(agreement.child_id)
    teller.tell_teachers(child, "notices.agreement_active_teacher")
    for voice in teller.readers(_concerned(teller, agreement), child):
        _show_agreement(voice, agreement.current, "notices.agreement_active")


def _agreement_closed(teller: Teller) -> None:
    agreement = teller.session.get_one(Agreement, teller.event.subject_id)
    child = teller.child(agreement.child_id)
    for voice in teller.readers(_concerned(teller, agreement), child):
        _show_agreement(voice, agreement.current, "notices.agreement_closed")


def _party_left(teller: Teller) -> None:
    """The teachers hear that a parent is named no more, and whether the agreement goes on."""
    agreement = teller.session.get_one(Agreement, teller.event.subject_id)
    stopped = agreement.closed_at is not None
    teller.tell_teachers(teller.child(agreement.child_id), "notices.agreement_party_left", stopped=stopped)


def _outcome_reported(teller: Teller) -> None:
    """The other side hears it once, in its own language (002-feedback-approach)."""
    outcome = teller.session.get_one(AgreementOutcome, teller.event.subject_id)
    version = teller.session.get_one(AgreementVersion, outcome.version_id)
    child = teller.child(version.agreement.child_id)
    said: dict[str, Any] = {"person": outcome.person.name, "result": outcome.result}
    if not outcome.for_school:
        teller.tell_teachers(child, "looking_back.reported_to_teacher", **said)
        return
    for voice in teller.readers([party.person for party in version.agreement.parties], child):
        voice.say(
            "looking_back.reported",
            buttons=looking_back.question_buttons(voice, version, at_school=False),
            protect=True,
            child=child.first_name,
            **said,
            **looking_back.text_parameters(voice, version),
        )


def _remark_made(macro: str) -> Callable[[Teller], None]:
    def tell(teller: Teller) -> None:
        remark = teller.session.get_one(AgreementRemark, teller.event.subject_id)
        version = teller.session.get_one(AgreementVersion, remark.version_id)
        teller.tell_teachers(teller.child(version.agreement.child_id), macro, person=teller.actor_name())

    return tell


def _addition_made(teller: Teller) -> None:
    entry = teller.session.get_one(Entry, teller.event.subject_id)
    teller.tell_teachers(teller.child(entry.child_id), "notices.addition_made", person=teller.actor_name())


def _message_written(teller: Teller) -> None:
    message = teller.session.get_one(Message, teller.event.subject_id)
    child = teller.child(message.child_id)
    if message.from_school:
        for voice in teller.readers([message.guardian], child):
            _show_message(voice, message)
    else:
        teller.tell_teachers(child, "notices.message_written", person=message.guardian.name)


def _show_message(voice: Voice, message: Message) -> None:
    child = voice.session.get_one(Child, message.child_id)
    voice.say(
        "notices.message_from_school",
        buttons=[
            [
                voice.button(
                    "notices.answer_button", "messages.answer", child=message.child_id, message=message.id
                )
            ],
            *helping.reading_buttons(voice, child.id, message.saying),
            *ask_rows(voice, child.id, saying=message.saying_id),
        ],
        protect=True,
        asked=_question_of(voice, message),
        author=message.author.name,
        child=child.first_name,
        said=speech.saying_parameter(message.saying),
    )


def _question_of(voice: Voice, message: Message) -> str:
    """The question whose answer the message is about, in the reader's language; nothing if it is about none."""
    answer = message.answer
    if answer is None:
        return ""
    script = preparation_service.script_of(answer.run)
    return script.text(voice.door.person.language, answer.question, Part.ASK)


def _media_failed(teller: Teller) -> None:
    attachment = teller.session.get_one(Attachment, teller.event.subject_id)
    author = teller.session.get_one(Person, teller.session.get_one(Saying, attachment.saying_id).author_id)
    for door in open_doors(teller.session, author):  # it answers the author's own step
        if attachment.door_id in {None, door.id}:
            voice = Voice(teller.session, teller.tools, teller.texts, door)
            voice.say("notices.media_failed", kind=attachment.kind)


def _teacher_prepared(teller: Teller) -> None:
    """Every guardian with authority hears that the teacher is ready too, with a way to read it."""
    made = teller.session.get_one(TeacherPreparation, teller.event.subject_id)
    child = teller.child(made.child_id)
    for voice in teller.readers(_guardians(teller, child), child):
        voice.say(
            "report.teacher_prepared",
            buttons=[report_subject.dossier_button(voice)],
            protect=True,
            child=child.first_name,
            author=made.author.name,
        )


def _draft_due(teller: Teller) -> None:
    """Its authors hear that it will be deleted; where there is none left, who teaches the child now."""
    draft = teller.session.get_one(Draft, teller.event.subject_id)
    child = teller.child(draft.child_id)
    authors = drafts.authors(teller.session, draft)
    people = authors or access.teachers_of(teller.session, child)
    for voice in teller.voices(people, child):
        voice.say(
            "report.draft_due",
            buttons=ways_to_read(voice, child),
            child=child.first_name,
            kind=draft.kind,
            day=speech.day_parameter(drafts.due_on(teller.tools, draft)),
            left="" if authors else draft.author.name,
        )


def _report_shown(teller: Teller) -> None:
    """Who receives the report reads it; of a talk held apart the others with authority hear of the goals only."""
    report = teller.session.get_one(Report, teller.event.subject_id)
    child = teller.child(report.child_id)
    receivers = report_service.receivers(teller.session, teller.tools, report)
    for voice in teller.readers(receivers, child):
        report_subject.show(voice, report)
    known = {person.id for person in receivers}
    if report.goals:
        others = [person for person in _guardians(teller, child) if person.id not in known]
        for voice in teller.readers(others, child):
            report_subject.show_goals(voice, child, report.goals)


def _report_released(teller: Teller) -> None:
    release = teller.session.get_one(ReportRelease, teller.event.subject_id)
    report = teller.session.get_one(Report, release.report_id)
    for voice in teller.readers([release.person]):
        report_subject.show(voice, report)


def _report_answered(teller: Teller) -> None:
    reaction = teller.session.get_one(Reaction, teller.event.subject_id)
    report = teller.session.get_one(Report, reaction.report_id)
    teller.tell_teachers(
        teller.child(report.child_id), "report.answered", person=reaction.person.name, kind=reaction.kind
    )


def _other_language_seen(teller: Teller) -> None:
    saying = teller.session.get_one(Saying, teller.event.subject_id)
    suggestion.ask(teller.session, teller.tools, teller.texts, saying)


def _translator_needed(teller: Teller) -> None:
    saying = teller.session.get_one(Saying, teller.event.subject_id)
    privacy.ask_outside(teller.session, teller.tools, teller.texts, saying)


def _transcript_made(teller: Teller) -> None:
    transcript = teller.session.get_one(Transcript, teller.event.subject_id)
    transcript_subject.offer(teller.session, teller.tools, teller.texts, transcript)


def _translation_arrived(teller: Teller) -> None:
    speech.translation_arrived(teller.session, teller.tools, teller.texts, teller.event.subject_id)


def _about_translation(macro: str) -> Callable[[Teller], None]:
    """The writer hears of a translation of the own words: a guardian in words, staff as a state."""

    def tell(teller: Teller) -> None:
        translation = teller.session.get_one(Translation, teller.event.subject_id)
        actor = teller.session.get(Person, teller.event.actor_id) if teller.event.actor_id else None
        if not corrections_service.told_to_writer(teller.session, translation, actor):
            return
        writer = teller.session.get_one(Person, translation.saying.author_id)
        child = teller.child(translation.saying.child_id or 0)
        if access.is_guardian(writer, child):
            for voice in teller.readers([writer], child):
                corrections.tell_writer(voice, translation, macro)
        elif teller.tools.rhythm.digest_minute is not None:
            rhythm.gather(teller.session, teller.tools, writer, f"{macro}_to_staff", child.id, at_school=True)
        else:
            for voice in teller.voices([writer], child):
                voice.say(
                    f"{macro}_to_staff",
                    buttons=ways_to_read(voice, child),
                    child=child.first_name,
                    doubts=list(translation.doubts),
                    person=teller.actor_name(),
                )

    return tell


def _translation_corrected(teller: Teller) -> None:
    """Where the words are shown stand the better or the first ones, and the writer hears it once."""
    translation = teller.session.get_one(Translation, teller.event.subject_id)
    speech.words_changed(
        teller.session, teller.tools, teller.texts, translation.saying_id, translation.language
    )
    first = corrections_service.is_first(translation)
    _about_translation("corrections.written" if first else "corrections.corrected")(teller)


def _confirmation_lapsed(teller: Teller) -> None:
    """Who confirmed the words of before reads what is different and is asked again."""
    lapsed = teller.session.get_one(Confirmation, teller.event.subject_id)
    version = teller.session.get_one(AgreementVersion, lapsed.version_id)
    child = teller.child(version.agreement.child_id)
    if lapsed.for_school:
        teller.tell_teachers(child, "notices.agreement_words_to_staff")
        return
    for voice in teller.readers([lapsed.person], child):
        _show_agreement(voice, version, "notices.agreement_words")


TELLERS: dict[EventKind, Callable[[Teller], None]] = {
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
    EventKind.PARTY_LEFT: _party_left,
    EventKind.OUTCOME_REPORTED: _outcome_reported,
    EventKind.CHANGE_WISHED: _remark_made("notices.change_wished"),
    EventKind.TAUGHT_BACK: _remark_made("notices.taught_back"),
    EventKind.ADDITION_MADE: _addition_made,
    EventKind.MESSAGE_WRITTEN: _message_written,
    EventKind.MEDIA_FAILED: _media_failed,
    EventKind.TEACHER_PREPARED: _teacher_prepared,
    EventKind.DRAFT_DUE: _draft_due,
    EventKind.REPORT_SHOWN: _report_shown,
    EventKind.REPORT_RELEASED: _report_released,
    EventKind.REPORT_ANSWERED: _report_answered,
    EventKind.OTHER_LANGUAGE_SEEN: _other_language_seen,
    EventKind.TRANSCRIPT_MADE: _transcript_made,
    EventKind.TRANSLATOR_NEEDED: _translator_needed,
    EventKind.TRANSLATION_ARRIVED: _translation_arrived,
    EventKind.TRANSLATION_DOUBTED: _about_translation("corrections.doubted"),
    EventKind.TRANSLATION_CORRECTED: _translation_corrected,
    EventKind.CONFIRMATION_LAPSED: _confirmation_lapsed,
}
TELLERS |= buddies.TELLERS
TELLERS |= help_requests.TELLERS
TELLERS |= helping_subject.TELLERS
TELLERS |= help_safety.TELLERS
TELLERS |= companion_news.TELLERS
TELLERS |= gatherings.TELLERS
