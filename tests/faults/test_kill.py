"""A real process is killed while parents answer; everything that Telegram confirmed is there, once and in order."""

from pathlib import Path

from tests.faults.counts import Counts
from tests.faults.fleet import AS_INSTALLED, WITHOUT_LIMITS
from tests.faults.killing import Plan, play
from tests.faults.school import sqlite_url
from tests.storage.postgres import fresh_database


def test_kills_lose_nothing(tmp_path: Path) -> None:
    """Only what was on its way is shown again, and no answer is lost or doubled (design promise 1)."""
    plan = Plan(kills=3, at_once=25, program=WITHOUT_LIMITS, lives_up_to_s=1.2, round_trip_s=0.03)
    counts = play(plan, tmp_path, sqlite_url(tmp_path))
    assert counts.mistakes == {}
    _require_work(counts, plan)


def test_killing_one_of_three_workers_loses_nothing(tmp_path: Path) -> None:
    """The others go on, and what the dead one had claimed is theirs within seconds (design promise 1)."""
    plan = Plan(
        kills=2,
        at_once=20,
        answers=6,
        processes=3,
        program=AS_INSTALLED,
        lives_up_to_s=2.0,
        during_the_start=0.0,
    )
    with fresh_database() as url:
        counts = play(plan, tmp_path, url)
    assert counts.mistakes == {}
    _require_work(counts, plan)


def _require_work(counts: Counts, plan: Plan) -> None:
    """The run was one in which something could have been lost."""
    assert counts.kills == plan.kills
    assert counts.parents == plan.at_once
    assert counts.acknowledged_at_kills > 0
    assert counts.repeats == counts.in_flight
