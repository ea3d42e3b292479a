"""Answers per second and waiting times through the Telegram door, beside a bare python-telegram-bot handler.

All parents answer at once and without a pause: as in a class where everybody fills in at the same moment. The floor
stores nothing and sends one message for each; ours keeps, decides, commits and sends. Then one parent alone.
"""

import argparse
import statistics
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.bench.parents import Figures, Parents, find_labels
from tests.bench.processes import running_bare, running_ours
from tests.bench.school import count_answers
from tests.fake_telegram import FakeTelegram
from tests.faults.school import FIRST_CHAT, LANGUAGE, open_school, sqlite_url
from tests.telegram_api import Shown

STEPS = 20  # of each parent; ours are the questions of the shipped dialog
WARMING = 5  # parents before the measurement, so that nothing is measured that happens once
ONE_BY_ONE = 20


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--parents", type=int, default=100, help="how many answer at once (default 100)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default 3)")
    parser.add_argument("--words-only", action="store_true", help="parents write and never tap")


def run(options: argparse.Namespace) -> None:
    """The figures of all rounds are printed, and the ratio of the medians."""
    for parents, at_once in ((options.parents, options.parents), (ONE_BY_ONE, 1)):
        chats = range(FIRST_CHAT, FIRST_CHAT + WARMING + parents)
        floor, ours = [], []
        for _round in range(options.rounds):
            floor.append(_floor(chats, at_once))
            ours.append(_ours(chats, at_once, words_only=options.words_only))
        print(f"\n{at_once} of {parents} parents at a time, {options.rounds} rounds, medians")
        _print_waits("bare handler", floor)
        _print_waits("oudergesprek", ours)
        ratio = _median_rate(ours) / _median_rate(floor)
        print(f"ratio of steps per second, ours to bare: {ratio:.2f}")


def _floor(chats: Sequence[int], at_once: int) -> Figures:
    said: Counter[int] = Counter()

    def next_step(parents: Parents, shown: Shown) -> None:
        said[shown.chat] += 1
        if said[shown.chat] == STEPS:
            parents.rest()
        else:
            parents.say(shown.chat, said[shown.chat])

    with FakeTelegram(strict=False) as telegram, running_bare(telegram) as programs:
        for some, number in ((chats[:WARMING], WARMING), (chats[WARMING:], at_once)):
            parents = Parents(telegram, some, number)
            figures = parents.measure(next_step, partial(parents.say, number=0), programs.processor_s)
        return figures


def _warm_up(telegram: FakeTelegram, chats: Sequence[int]) -> None:
    for chat in chats:
        telegram.person_says(chat, "/menu")
    for chat in chats:
        telegram.wait_for_messages(chat, 1, 60)


def _ours(chats: Sequence[int], at_once: int, *, words_only: bool) -> Figures:
    labels = find_labels(LANGUAGE)
    given: Counter[str] = Counter()

    def next_step(parents: Parents, shown: Shown) -> None:
        if labels.share in shown.labels:
            parents.rest()
        elif labels.skip in shown.labels:
            parents.answer(shown, labels, words_only=words_only)

    with tempfile.TemporaryDirectory() as named, FakeTelegram(strict=False) as telegram:
        folder = Path(named)
        open_school(sqlite_url(folder), chats)
        with running_ours(telegram, folder) as programs:
            _warm_up(telegram, chats)
            for some, number in ((chats[:WARMING], WARMING), (chats[WARMING:], at_once)):
                parents = Parents(telegram, some, number)
                figures = parents.measure(
                    next_step, partial(_open, parents, telegram, labels.prepare), programs.processor_s
                )
                given.update({step: len(waits) for step, waits in figures.waits_s.items()})
        stored = count_answers(sqlite_url(folder))
        if stored != given["words"] + given["choice"] + given["ready"]:
            raise AssertionError(f"{stored} answers are stored, given were {given}")
        return figures


def _open(parents: Parents, telegram: FakeTelegram, prepare: str, chat: int) -> None:
    parents.tap(telegram.messages(chat)[-1], prepare, "open")


def _median_rate(rounds: Sequence[Figures]) -> float:
    return statistics.median(figures.per_second for figures in rounds)


def _print_waits(name: str, rounds: Sequence[Figures]) -> None:
    rates = ", ".join(f"{figures.per_second:.0f}" for figures in rounds)
    processor_ms = statistics.median(figures.processor_s / figures.steps * 1000 for figures in rounds)
    print(
        f"{name}: {_median_rate(rounds):.0f} steps/s (rounds: {rates}), {processor_ms:.1f} ms processor time a step"
    )
    for step in rounds[0].waits_s:
        waits_ms = sorted(wait_s * 1000 for figures in rounds for wait_s in figures.waits_s.get(step, []))
        p95 = waits_ms[int(len(waits_ms) * 0.95)] if len(waits_ms) > 1 else waits_ms[0]
        print(
            f"  {step:8} {len(waits_ms):6} steps   p50 {statistics.median(waits_ms):8.1f} ms   p95 {p95:8.1f} ms"
        )
