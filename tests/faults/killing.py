"""One run: parents answer, processes are killed at random moments, and at the end everything is counted."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fake_telegram import FakeTelegram
from tests.faults.counts import Audit, Counts
from tests.faults.fleet import AS_INSTALLED, Fleet, Life
from tests.faults.parents import Parents
from tests.faults.school import FIRST_CHAT, open_school

CABLE_PULLED = 0.5  # so many kills lose what is on its way to Telegram
START_TAKES_S = 1.5
FINISHES_WITHIN_S = 60.0


@dataclass(frozen=True)
class Plan:
    """What is done to how many."""

    kills: int
    at_once: int = 200  # parents who answer at the same time
    more: int = 0  # parents who begin when one of those is through, as long as kills are to come
    answers: int | None = None  # of each parent; None: all questions of the conversation
    processes: int = 1
    program: Sequence[str] = AS_INSTALLED
    lives_up_to_s: float = 2.0  # from its first call on
    round_trip_s: float = 0.0  # to Telegram
    during_the_start: float = 0.2  # so many of the kills come before the process has begun
    seed: int = 1


def play(plan: Plan, folder: Path, database_url: str) -> Counts:
    """The counts of one run on an empty database; nothing is asserted but that no process ends by itself."""
    began_s = time.monotonic()
    chance = random.Random(plan.seed)  # noqa: S311 - no secret
    chats = range(FIRST_CHAT, FIRST_CHAT + plan.at_once + plan.more)
    open_school(database_url, chats)
    with (
        FakeTelegram(round_trip_s=plan.round_trip_s) as telegram,
        Parents(telegram, chats, at_once=plan.at_once, answers=plan.answers, seed=plan.seed) as parents,
    ):
        parents.begin()
        audit = Audit(database_url, telegram, parents)
        with Fleet(telegram, folder, database_url, program=plan.program, processes=plan.processes) as fleet:
            for number in range(plan.kills):
                life = fleet.receiving if number % 2 == 0 else None
                confirmed = len(audit.confirmed)
                _kill(plan, chance, fleet, audit, life or chance.choice(fleet.lives), confirmed)
            parents.nobody_else_begins()
            audit.wait_until_all_is_done(FINISHES_WITHIN_S)
        counts = audit.at_the_end()
    counts.took_s = time.monotonic() - began_s
    return counts


def _kill(plan: Plan, chance: random.Random, fleet: Fleet, audit: Audit, life: Life, confirmed: int) -> None:
    if chance.random() < plan.during_the_start:
        time.sleep(chance.uniform(0, START_TAKES_S))
    else:
        fleet.wait_until_it_works(life)
        fleet.wait_until_somebody_receives()
        audit.wait_until_more_is_confirmed(confirmed)
        time.sleep(chance.uniform(0, plan.lives_up_to_s))
    fleet.kill(life)
    audit.after_kill(life.name, loses=chance.random() < CABLE_PULLED)
    fleet.replace(life)
