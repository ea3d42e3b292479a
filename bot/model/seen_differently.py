"""Which answers of parents and teacher before a talk are about the same subject: a table, never a judgement.

The pairs follow the question bank (sets BO, BX and BL); behind each stands what both questions rest on.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """One subject that both are asked about."""

    name: str
    parents: tuple[str, ...]  # questions of the preparation, in the order in which they are shown
    teacher: str  # the question of the teacher's preparation


THEMES = (
    Theme("strengths", ("BO03",), "BL02"),  # 001 point 4: what goes well comes first, on both sides
    Theme(
        "school", ("BO07", "BO10"), "BL09"
    ),  # 001 point 7 and intake: what is needed, what the school can do
    Theme("home", ("BO11",), "BL08"),  # 004 ten criteria, 001: what parents do at home, what is asked of them
    Theme("wishes", ("BO09", "BX-S3"), "BL10"),  # 001 point 6, 002 bijl. 6: what counts this year, and a goal
    Theme("questions", ("BO12",), "BL03"),  # 004 criterium 5, 002 section 4.1.1: what each wants to know
)
