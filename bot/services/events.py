"""Facts that other people must hear of; noted with the step, told in the same transaction."""

import enum
from dataclasses import dataclass

from sqlalchemy.orm import Session


class EventKind(enum.StrEnum):
    """What happened; past tense."""

    DOOR_JOINED = "door_joined"  # subject: door
    DOOR_CONFIRMED = "door_confirmed"  # subject: door
    DOOR_CLOSED = "door_closed"  # subject: door, by the messenger: nobody is reached there any more
    PREPARATION_SHARED = "preparation_shared"  # subject: run
    PREPARATION_WITHDRAWN = "preparation_withdrawn"  # subject: run
    WITHDRAWAL_UNDONE = "withdrawal_undone"  # subject: run
    HELP_ASKED = "help_asked"  # subject: help wish
    TALK_PLANNED = "talk_planned"  # subject: conversation
    TALK_HELD = "talk_held"  # subject: conversation
    AGREEMENT_PROPOSED = "agreement_proposed"  # subject: agreement version
    AGREEMENT_CONFIRMED = "agreement_confirmed"  # subject: agreement version, by a guardian
    AGREEMENT_ACTIVE = "agreement_active"  # subject: agreement
    AGREEMENT_CLOSED = "agreement_closed"  # subject: agreement
    PARTY_LEFT = "party_left"  # subject: agreement, which names a guardian less
    OUTCOME_REPORTED = "outcome_reported"  # subject: agreement outcome
    CHANGE_WISHED = "change_wished"  # subject: agreement remark
    TAUGHT_BACK = "taught_back"  # subject: agreement remark
    ADDITION_MADE = "addition_made"  # subject: entry
    MESSAGE_WRITTEN = "message_written"  # subject: message
    MEDIA_FAILED = "media_failed"  # subject: attachment
    TEACHER_PREPARED = "teacher_prepared"  # subject: teacher preparation
    DRAFT_DUE = "draft_due"  # subject: draft, one school day before its time is over
    REPORT_SHOWN = "report_shown"  # subject: report
    REPORT_RELEASED = "report_released"  # subject: report release
    REPORT_ANSWERED = "report_answered"  # subject: reaction
    OTHER_LANGUAGE_SEEN = "other_language_seen"  # subject: saying, shared just now
    TRANSCRIPT_MADE = "transcript_made"  # subject: transcript
    TRANSLATOR_NEEDED = "translator_needed"  # subject: saying, shared just now; one outside is switched on
    TRANSLATION_ARRIVED = "translation_arrived"  # subject: saying
    TRANSLATION_DOUBTED = "translation_doubted"  # subject: translation
    TRANSLATION_CORRECTED = "translation_corrected"  # subject: translation
    BUDDY_OFFERED = "buddy_offered"  # subject: buddy profile, new or changed
    BUDDY_DECIDED = "buddy_decided"  # subject: buddy profile, by the coordinator
    BUDDY_LEFT = "buddy_left"  # subject: buddy profile, by the buddy or because the tie to the school ended
    BUDDY_ASKED = "buddy_asked"  # subject: match
    BUDDY_ACCEPTED = "buddy_accepted"  # subject: match, which is now offered to the asker
    BUDDY_NOT_NEEDED = "buddy_not_needed"  # subject: match that had been asked or accepted
    NOBODY_HELPS = "nobody_helps"  # subject: help request
    COORDINATOR_WANTED = "coordinator_wanted"  # subject: help request
    HELP_STARTED = "help_started"  # subject: match
    HELP_LINE_WRITTEN = "help_line_written"  # subject: help line
    HELP_ENDED = "help_ended"  # subject: match
    HELP_COMPLAINED = "help_complained"  # subject: help complaint
    SAFETY_WORRY = "safety_worry"  # subject: person who worries; nothing else is told
    COMPANION_ASKED = "companion_asked"  # subject: talk companion
    COMPANION_ANSWERED = "companion_answered"  # subject: talk companion, by the buddy
    COMPANION_CONFIRMED = "companion_confirmed"  # subject: talk companion, by the asker
    COMPANION_ENDED = "companion_ended"  # subject: talk companion
    GATHERING_MADE = "gathering_made"  # subject: gathering
    GATHERING_CANCELLED = "gathering_cancelled"  # subject: gathering
    GATHERING_PASSED_ON = "gathering_passed_on"  # subject: gathering pass
    CONFIRMATION_LAPSED = "confirmation_lapsed"  # subject: confirmation, whose words were corrected


@dataclass(frozen=True)
class Event:
    """One fact: what happened, to which row, by whom (None: by the program)."""

    kind: EventKind
    subject_id: int
    actor_id: int | None


def happened(session: Session, kind: EventKind, subject_id: int, actor_id: int | None) -> None:
    """The fact is noted in this transaction; the assistant tells those concerned before it is committed."""
    session.info.setdefault("events", []).append(Event(kind, subject_id, actor_id))


def take_events(session: Session) -> list[Event]:
    """The facts noted so far, handed over once."""
    events: list[Event] = session.info.pop("events", [])
    return events
