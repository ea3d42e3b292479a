"""The access table, every relation times every action times every subject, against a list written by relation."""

from itertools import combinations, product

import pytest

from bot.model.access import TABLE, Action, Relation, Subject, may

# What each relation may do, as a school would say it; whatever is not here is refused.
EXPECTED: dict[str, dict[str, str]] = {
    "self": {
        "own_part": "read write share withdraw",
        "shared_answer": "read",
        "sensitive_answer": "read",
        "addition": "remove",
        "own_conversation": "read",
        "own_report": "read react",
        "thread": "read write",
        "own_looks": "read",
        "door": "read end",
        "help": "read write",
        "progress": "read",
        "buddy_profile": "read end",
        "help_request": "write read",
        "help_chat": "read write end",
        "help_complaint": "write",
        "companion": "write read",
    },
    "guardian": {
        "dossier": "read",
        "addition": "read write",
        "agreement": "read remark",
        "conversation": "read",
        "teacher_preparation": "read",
        "report": "read react",
        "goal": "read",
        "staff_looks": "read",
        "translation": "read correct",
        "buddy_profile": "write",
        "gathering": "react",
    },
    "guardian_without_authority": {
        "staff_looks": "read",
        "translation": "read correct",
        "buddy_profile": "write",
        "gathering": "react",
    },
    "party": {"agreement": "read confirm remark report", "report": "read react"},
    "teacher": {
        "shared_answer": "read",
        "sensitive_answer": "read",
        "dossier": "read",
        "addition": "read",
        "agreement": "read propose confirm end report",
        "conversation": "read plan",
        "own_conversation": "read plan",
        "teacher_preparation": "read write",
        "draft": "read write",
        "report": "read write end",
        "own_report": "read write end",
        "goal": "read end",
        "thread": "read write",
        "staff_looks": "read",
        "door": "read confirm end",
        "help": "read settle",
        "progress": "read",
        "translation": "read correct",
        "companion": "read",
    },
    "lead": {
        "shared_answer": "read",
        "dossier": "read",
        "addition": "read",
        "agreement": "read",
        "conversation": "read",
        "own_conversation": "read",
        "teacher_preparation": "read",
        "report": "read release",
        "own_report": "read release",
        "goal": "read",
        "staff_looks": "read",
        "help": "read settle",
        "progress": "read",
        "school_overview": "read",
        "translation": "read",
        "account": "read end",
        "buddy_profile": "read",
        "buddy_overview": "read",
        "companion": "read",
        "gathering": "write",
        "gathering_answers": "read",
    },
    "coordinator": {
        "shared_answer": "read",
        "dossier": "read",
        "addition": "read",
        "agreement": "read",
        "conversation": "read",
        "own_conversation": "read",
        "teacher_preparation": "read",
        "report": "read",
        "own_report": "read",
        "goal": "read",
        "help": "read settle",
        "progress": "read",
        "school_overview": "read",
        "translation": "read",
        "buddy_profile": "read settle end",
        "buddy_overview": "read",
        "help_request": "settle",
        "help_complaint": "read settle",
        "companion": "read",
        "gathering": "write",
        "gathering_answers": "read",
    },
    "named_staff": {"shared_answer": "read", "sensitive_answer": "read", "translation": "read"},
    "asked_buddy": {"help_request": "react"},
    "buddy": {
        "help_chat": "read write end",
        "help_complaint": "write",
        "companion": "react read",
        "gathering": "share",
    },
    "other_teacher": {},
    "stranger": {},
}


def expected(relation: str, action: str, subject: str) -> bool:
    """What the list above says."""
    return action in EXPECTED[relation].get(subject, "").split()


def test_the_list_knows_every_relation_and_names_nothing_else() -> None:
    """No relation, subject or action is forgotten or misspelt in the list."""
    assert set(EXPECTED) == set(Relation)
    for allowed in EXPECTED.values():
        assert set(allowed) <= set(Subject)
        for actions in allowed.values():
            assert set(actions.split()) <= set(Action)


@pytest.mark.parametrize("relation", Relation)
def test_one_relation_may_exactly_what_the_list_says(relation: Relation) -> None:
    """Every action on every subject, for one relation alone (design promise 6)."""
    differing = [
        (action, subject)
        for action, subject in product(Action, Subject)
        if may(frozenset({relation}), action, subject) != expected(relation, action, subject)
    ]
    assert differing == []


def test_relations_add_up() -> None:
    """Who is two things may what either may, and nothing more."""
    for one, other in combinations(Relation, 2):
        for action, subject in product(Action, Subject):
            either = expected(one, action, subject) or expected(other, action, subject)
            assert may(frozenset({one, other}), action, subject) == either


def test_without_any_relation_nothing_is_allowed() -> None:
    """Deny by default."""
    assert not any(may(frozenset(), action, subject) for action, subject in product(Action, Subject))


def test_one_guardians_own_things_are_only_theirs() -> None:
    """Preparation, doors, presence and help of one guardian are never open to another one (004-privacy-care)."""
    other_guardian = frozenset({Relation.GUARDIAN, Relation.PARTY})
    own = [
        Subject.OWN_PART,
        Subject.SHARED_ANSWER,
        Subject.SENSITIVE_ANSWER,
        Subject.OWN_CONVERSATION,
        Subject.OWN_REPORT,
        Subject.THREAD,
        Subject.OWN_LOOKS,
        Subject.DOOR,
        Subject.HELP,
        Subject.PROGRESS,
    ]
    assert not any(may(other_guardian, action, subject) for action, subject in product(Action, own))


def test_what_staff_read_guardians_with_authority_read() -> None:
    """No field about a child exists that its parents with authority cannot read (design promise 3, 004-dossier-5).

    But for a draft: they read that it exists, and within five school days it is shared or gone.
    """
    parents = frozenset({Relation.GUARDIAN, Relation.SELF, Relation.PARTY})
    about_no_child = {
        Subject.SCHOOL_OVERVIEW,
        Subject.ACCOUNT,
        Subject.BUDDY_OVERVIEW,
        Subject.HELP_COMPLAINT,
        Subject.GATHERING_ANSWERS,
    }
    for (subject, action), relations in TABLE.items():
        if action is Action.READ and relations and subject not in {Subject.DRAFT, *about_no_child}:
            assert may(parents, action, subject)


def test_helping_another_family_opens_nothing_about_any_child() -> None:
    """A buddy, asked or helping, reaches the request and the chat; no part, report or agreement (002-buddy)."""
    buddy = frozenset({Relation.ASKED_BUDDY, Relation.BUDDY})
    reached = {subject for action, subject in product(Action, Subject) if may(buddy, action, subject)}
    assert reached == {
        Subject.HELP_REQUEST,
        Subject.HELP_CHAT,
        Subject.HELP_COMPLAINT,
        Subject.COMPANION,
        Subject.GATHERING,
    }


def test_the_school_reads_no_word_of_a_chat_between_parents() -> None:
    """Neither teacher nor head nor coordinator opens it; of a complaint they read what its reporter chose."""
    staff = frozenset(
        {Relation.TEACHER, Relation.OTHER_TEACHER, Relation.LEAD, Relation.COORDINATOR, Relation.NAMED_STAFF}
    )
    assert not any(may(staff, action, Subject.HELP_CHAT) for action in Action)
