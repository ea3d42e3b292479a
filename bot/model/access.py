"""Who may do what: one table of (subject, action) -> relations; whatever is not in it is refused."""

import enum


class Relation(enum.StrEnum):
    """What a person is to a child, seen from one subject. A person can be several at once."""

    SELF = "self"  # the guardian whose own part, thread, door or authorship it is
    GUARDIAN = "guardian"  # with authority (gezag)
    GUARDIAN_WITHOUT_AUTHORITY = "guardian_without_authority"
    PARTY = "party"  # named in the agreement, or given the report by the lead
    TEACHER = "teacher"  # of the child's group
    OTHER_TEACHER = "other_teacher"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    NAMED_STAFF = "named_staff"  # named by the lead to read sensitive answers
    ASKED_BUDDY = (
        "asked_buddy"  # is asked whether to help; knows a language and a kind of help, nobody's name
    )
    BUDDY = "buddy"  # helps this guardian now, because both said yes
    STRANGER = "stranger"


class Subject(enum.StrEnum):
    """What is asked for."""

    OWN_PART = "own_part"  # one guardian's preparation, drafts included
    SHARED_ANSWER = "shared_answer"
    SENSITIVE_ANSWER = "sensitive_answer"  # shared, but only for those named here
    DOSSIER = "dossier"  # the joint part: additions, joint talks
    ADDITION = "addition"
    AGREEMENT = "agreement"
    CONVERSATION = "conversation"
    OWN_CONVERSATION = "own_conversation"  # a talk held apart with one guardian
    TEACHER_PREPARATION = "teacher_preparation"  # as shared with the parents
    DRAFT = "draft"  # its words; that it exists stands in the dossier
    REPORT = "report"
    OWN_REPORT = "own_report"  # of a talk held apart with one guardian
    GOAL = "goal"
    THREAD = "thread"  # messages of one guardian and the teachers
    STAFF_LOOKS = "staff_looks"
    OWN_LOOKS = "own_looks"
    DOOR = "door"
    HELP = "help"  # one guardian's wish for help or another way
    PROGRESS = "progress"  # one guardian's state of preparation
    SCHOOL_OVERVIEW = "school_overview"  # numbers of the whole school, no names
    TRANSLATION = "translation"  # of words that the person may read; whether they may is another row
    BUDDY_PROFILE = "buddy_profile"  # what a parent offers to other parents
    BUDDY_OVERVIEW = "buddy_overview"  # numbers of all help, no words of any chat
    HELP_REQUEST = "help_request"
    HELP_CHAT = "help_chat"  # what a guardian and a buddy say to each other
    HELP_COMPLAINT = "help_complaint"
    COMPANION = "companion"  # a buddy's place at a talk
    GATHERING = "gathering"  # what the school invites to
    GATHERING_ANSWERS = "gathering_answers"
    ACCOUNT = "account"  # whether a person of the school may come in at all


class Action(enum.StrEnum):
    """What somebody wants to do with it."""

    READ = "read"
    WRITE = "write"
    SHARE = "share"
    WITHDRAW = "withdraw"
    REMOVE = "remove"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    REMARK = "remark"
    PLAN = "plan"
    END = "end"
    SETTLE = "settle"
    REACT = "react"
    RELEASE = "release"
    REPORT = "report"  # how it went
    CORRECT = "correct"


_R, _S, _A = Relation, Subject, Action
_STAFF_OF_CHILD = frozenset({_R.TEACHER, _R.LEAD, _R.COORDINATOR})
_ANY_GUARDIAN = frozenset({_R.GUARDIAN, _R.GUARDIAN_WITHOUT_AUTHORITY})

TABLE: dict[tuple[Subject, Action], frozenset[Relation]] = {
    (_S.OWN_PART, _A.READ): frozenset({_R.SELF}),
    (_S.OWN_PART, _A.WRITE): frozenset({_R.SELF}),
    (_S.OWN_PART, _A.SHARE): frozenset({_R.SELF}),
    (_S.OWN_PART, _A.WITHDRAW): frozenset({_R.SELF}),
    (_S.SHARED_ANSWER, _A.READ): _STAFF_OF_CHILD | {_R.SELF, _R.NAMED_STAFF},
    (_S.SENSITIVE_ANSWER, _A.READ): frozenset({_R.SELF, _R.TEACHER, _R.NAMED_STAFF}),
    (_S.DOSSIER, _A.READ): _STAFF_OF_CHILD | {_R.GUARDIAN},
    (_S.ADDITION, _A.READ): _STAFF_OF_CHILD | {_R.GUARDIAN},
    (_S.ADDITION, _A.WRITE): frozenset({_R.GUARDIAN}),
    (_S.ADDITION, _A.REMOVE): frozenset({_R.SELF}),
    (_S.AGREEMENT, _A.READ): _STAFF_OF_CHILD | {_R.GUARDIAN, _R.PARTY},
    (_S.AGREEMENT, _A.PROPOSE): frozenset({_R.TEACHER}),
    (_S.AGREEMENT, _A.CONFIRM): frozenset({_R.TEACHER, _R.PARTY}),
    (_S.AGREEMENT, _A.REMARK): frozenset({_R.GUARDIAN, _R.PARTY}),
    (_S.AGREEMENT, _A.REPORT): frozenset({_R.TEACHER, _R.PARTY}),
    (_S.AGREEMENT, _A.END): frozenset({_R.TEACHER}),
    (_S.CONVERSATION, _A.READ): _STAFF_OF_CHILD | {_R.GUARDIAN},
    (_S.CONVERSATION, _A.PLAN): frozenset({_R.TEACHER}),
    (_S.OWN_CONVERSATION, _A.READ): _STAFF_OF_CHILD | {_R.SELF},
    (_S.OWN_CONVERSATION, _A.PLAN): frozenset({_R.TEACHER}),
    (_S.TEACHER_PREPARATION, _A.READ): _STAFF_OF_CHILD | {_R.GUARDIAN},
    (_S.TEACHER_PREPARATION, _A.WRITE): frozenset({_R.TEACHER}),
    (_S.DRAFT, _A.READ): frozenset({_R.TEACHER}),
    (_S.DRAFT, _A.WRITE): frozenset({_R.TEACHER}),
    (_S.REPORT, _A.READ): _STAFF_OF_CHILD | {_R.GUARDIAN, _R.PARTY},
    (_S.REPORT, _A.WRITE): frozenset({_R.TEACHER}),
    (_S.REPORT, _A.REACT): frozenset({_R.GUARDIAN, _R.PARTY}),
    (_S.REPORT, _A.RELEASE): frozenset({_R.LEAD}),
    (_S.REPORT, _A.END): frozenset({_R.TEACHER}),
    (_S.OWN_REPORT, _A.READ): _STAFF_OF_CHILD | {_R.SELF},
    (_S.OWN_REPORT, _A.WRITE): frozenset({_R.TEACHER}),
    (_S.OWN_REPORT, _A.REACT): frozenset({_R.SELF}),
    (_S.OWN_REPORT, _A.RELEASE): frozenset({_R.LEAD}),
    (_S.OWN_REPORT, _A.END): frozenset({_R.TEACHER}),
    (_S.GOAL, _A.READ): _STAFF_OF_CHILD | {_R.GUARDIAN},
    (_S.GOAL, _A.END): frozenset({_R.TEACHER}),
    (_S.THREAD, _A.READ): frozenset({_R.SELF, _R.TEACHER}),
    (_S.THREAD, _A.WRITE): frozenset({_R.SELF, _R.TEACHER}),
    (_S.STAFF_LOOKS, _A.READ): _ANY_GUARDIAN | {_R.TEACHER, _R.LEAD},
    (_S.OWN_LOOKS, _A.READ): frozenset({_R.SELF}),
    (_S.DOOR, _A.READ): frozenset({_R.SELF, _R.TEACHER}),
    (_S.DOOR, _A.CONFIRM): frozenset({_R.TEACHER}),
    (_S.DOOR, _A.END): frozenset({_R.SELF, _R.TEACHER}),
    (_S.HELP, _A.WRITE): frozenset({_R.SELF}),
    (_S.HELP, _A.READ): _STAFF_OF_CHILD | {_R.SELF},
    (_S.HELP, _A.SETTLE): _STAFF_OF_CHILD,
    (_S.PROGRESS, _A.READ): _STAFF_OF_CHILD | {_R.SELF},
    (_S.SCHOOL_OVERVIEW, _A.READ): frozenset({_R.LEAD, _R.COORDINATOR}),
    (_S.TRANSLATION, _A.READ): _STAFF_OF_CHILD | _ANY_GUARDIAN | {_R.NAMED_STAFF},
    (_S.TRANSLATION, _A.CORRECT): _ANY_GUARDIAN | {_R.TEACHER},
    (_S.BUDDY_PROFILE, _A.WRITE): _ANY_GUARDIAN,
    (_S.BUDDY_PROFILE, _A.READ): frozenset({_R.SELF, _R.LEAD, _R.COORDINATOR}),
    (_S.BUDDY_PROFILE, _A.SETTLE): frozenset({_R.COORDINATOR}),
    (_S.BUDDY_PROFILE, _A.END): frozenset({_R.SELF, _R.COORDINATOR}),
    (_S.BUDDY_OVERVIEW, _A.READ): frozenset({_R.LEAD, _R.COORDINATOR}),
    (_S.HELP_REQUEST, _A.WRITE): frozenset({_R.SELF}),
    (_S.HELP_REQUEST, _A.READ): frozenset({_R.SELF}),
    (_S.HELP_REQUEST, _A.REACT): frozenset({_R.ASKED_BUDDY}),
    (_S.HELP_REQUEST, _A.SETTLE): frozenset({_R.COORDINATOR}),
    (_S.HELP_CHAT, _A.READ): frozenset({_R.SELF, _R.BUDDY}),
    (_S.HELP_CHAT, _A.WRITE): frozenset({_R.SELF, _R.BUDDY}),
    (_S.HELP_CHAT, _A.END): frozenset({_R.SELF, _R.BUDDY}),
    (_S.HELP_COMPLAINT, _A.WRITE): frozenset({_R.SELF, _R.BUDDY}),
    (_S.HELP_COMPLAINT, _A.READ): frozenset({_R.COORDINATOR}),
    (_S.HELP_COMPLAINT, _A.SETTLE): frozenset({_R.COORDINATOR}),
    (_S.COMPANION, _A.WRITE): frozenset({_R.SELF}),
    (_S.COMPANION, _A.REACT): frozenset({_R.BUDDY}),
    (_S.COMPANION, _A.READ): _STAFF_OF_CHILD | {_R.SELF, _R.BUDDY},
    (_S.GATHERING, _A.WRITE): frozenset({_R.LEAD, _R.COORDINATOR}),
    (_S.GATHERING, _A.SHARE): frozenset({_R.BUDDY}),
    (_S.GATHERING, _A.REACT): _ANY_GUARDIAN,
    (_S.GATHERING_ANSWERS, _A.READ): frozenset({_R.LEAD, _R.COORDINATOR}),
    (_S.ACCOUNT, _A.READ): frozenset({_R.LEAD}),
    (_S.ACCOUNT, _A.END): frozenset({_R.LEAD}),
}


def may(relations: frozenset[Relation], action: Action, subject: Subject) -> bool:
    """Whether a person with these relations may do this (deny by default)."""
    return not relations.isdisjoint(TABLE.get((subject, action), frozenset()))
