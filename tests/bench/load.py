"""Many parents, a far Telegram, many years of answers: rates, waits, memory; beside a bare python-telegram-bot.

The floor stores nothing and sends one message for each; ours keeps, decides, commits and sends. In both, our own and
Telegram's limits are lifted, for they are 30 messages a second. Floor and ours are measured in turn, round by round.
"""

import argparse
import itertools
import math
import random
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from tests.bench import school
from tests.bench.parents import Figures, Parents, find_labels
from tests.bench.processes import Programs, running_bare, running_ours
from tests.fake_telegram import FakeTelegram
from tests.faults.school import FILE_NAME, FIRST_CHAT, LANGUAGE, sqlite_url
from tests.storage.postgres import fresh_database
from tests.telegram_api import Shown

FAR_S = 0.05
WARMING = 5  # parents before the measurement, so that nothing is measured that happens once


@dataclass(frozen=True)
class Case:
    """What is measured: how many parents, how many steps of each, and how far Telegram is."""

    parents: int
    steps: int = 1
    at_once: int | None = None  # None: all of them
    per_second: float | None = None  # parents who begin in a second, at random moments; None: as many as can
    round_trip_s: float = 0.0
    old_answers: int = 0
    workers: int = 0  # on PostgreSQL; 0: SQLite

    @property
    def chats(self) -> Sequence[int]:
        """All chats, those of the warming first."""
        return range(FIRST_CHAT, FIRST_CHAT + WARMING + self.parents)


@dataclass
class Round:
    """What one round of one program gave."""

    figures: Figures
    resident_mb: float = 0.0
    first_poll_s: float = 0.0
    in_order: bool | None = None

    @property
    def processor_ms(self) -> float:
        """Processor time of a step."""
        return self.figures.processor_s / self.figures.steps * 1000

    def wait_ms(self, percent: int) -> float:
        """So many of a hundred waits were shorter."""
        waits_s = sorted(itertools.chain.from_iterable(self.figures.waits_s.values()))
        return 1000 * waits_s[min(len(waits_s) * percent // 100, len(waits_s) - 1)]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument(
        "what", nargs="*", metavar="WHAT", help=f"some of: {', '.join(MEASUREMENTS)} (default all)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--quick", action="store_true", help="one round, a tenth of the parents and answers")


def run(options: argparse.Namespace) -> None:
    """The medians of all rounds are printed, and the ratios of ours to the floor."""
    for name in options.what or MEASUREMENTS:
        if name not in MEASUREMENTS:
            sys.exit(f"{name} is none of {', '.join(MEASUREMENTS)}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), 1 if options.quick else options.rounds, 10 if options.quick else 1)
        for name in options.what or MEASUREMENTS:
            print(f"\n{name}: {(MEASUREMENTS[name].__doc__ or '').splitlines()[0]}")
            MEASUREMENTS[name](bench)


class Bench:
    """Measures one case with one program; schools that were made once are copied."""

    def __init__(self, folder: Path, rounds: int, smaller: int) -> None:
        self._folder = folder
        self.rounds = range(rounds)
        self.smaller = smaller

    def less(self, count: int) -> int:
        """The number, or a tenth of it where it must be quick."""
        return max(1, count // self.smaller)

    def floor(self, case: Case, at_once: int = 1) -> Round:
        """One round of the bare handler, which works on so many updates at once."""
        said: Counter[int] = Counter()

        def next_step(parents: Parents, shown: Shown) -> None:
            said[shown.chat] += 1
            if said[shown.chat] == case.steps:
                parents.rest()
            else:
                parents.say(shown.chat, said[shown.chat])

        with (
            FakeTelegram(strict=False, round_trip_s=case.round_trip_s) as telegram,
            running_bare(telegram, at_once=at_once) as programs,
        ):
            return _measured(case, telegram, programs, next_step, lambda parents, chat: parents.say(chat, 0))

    def ours(self, case: Case) -> Round:
        """One round of the whole assistant; raises AssertionError if an answer is missing."""
        answered: Counter[int] = Counter()
        labels = find_labels(LANGUAGE)

        def next_step(parents: Parents, shown: Shown) -> None:
            if labels.share not in shown.labels and labels.skip not in shown.labels:
                return
            answered[shown.chat] += 1
            if answered[shown.chat] == case.steps or labels.share in shown.labels:
                parents.rest()
            else:
                parents.answer(shown, labels)

        with (
            FakeTelegram(strict=False, round_trip_s=case.round_trip_s) as telegram,
            self._school(case) as (folder, url, begun),
        ):
            for one in begun:
                one.show(telegram)
            before = school.count_answers(url)
            with running_ours(telegram, folder, url, processes=case.workers or 1) as programs:
                taken = _measured(
                    case,
                    telegram,
                    programs,
                    next_step,
                    lambda parents, chat: parents.answer(telegram.messages(chat)[-1], labels),
                )
            given = sum(len(taken.figures.waits_s.get(step, [])) for step in ("words", "choice", "ready"))
            stored = school.count_answers(url) - before
            assert given <= stored <= given + WARMING * case.steps, (
                f"{stored} answers are stored, {given} given"
            )
            taken.in_order = _in_order(telegram, url)
            return taken

    @contextmanager
    def _school(self, case: Case) -> Iterator[tuple[Path, str, Sequence[school.Begun]]]:
        with tempfile.TemporaryDirectory(dir=self._folder) as named:
            folder = Path(named)
            if case.workers:
                with fresh_database() as url:
                    yield folder, url, school.begun_school(url, case.chats)
            else:
                pattern, begun = self._pattern(len(case.chats), case.old_answers)
                shutil.copy(pattern, folder / FILE_NAME)
                yield folder, sqlite_url(folder), begun

    @cache  # noqa: B019 - there is one bench
    def _pattern(self, parents: int, old_answers: int) -> tuple[Path, Sequence[school.Begun]]:
        folder = self._folder / f"{parents}-{old_answers}"
        folder.mkdir()
        begun = school.begun_school(sqlite_url(folder), range(FIRST_CHAT, FIRST_CHAT + parents))
        if old_answers:
            school.add_old_answers(sqlite_url(folder), old_answers)
        return folder / FILE_NAME, begun


def _measured(
    case: Case,
    telegram: FakeTelegram,
    programs: Programs,
    next_step: Callable[[Parents, Shown], None],
    start: Callable[[Parents, int], None],
) -> Round:
    warming = Parents(telegram, case.chats[:WARMING], WARMING)
    warming.measure(next_step, partial(start, warming), programs.processor_s)
    parents = Parents(telegram, case.chats[WARMING:], case.at_once or case.parents)
    pause_s = partial(random.Random(1).expovariate, case.per_second or math.inf)  # noqa: S311 - no secret
    figures = parents.measure(next_step, partial(start, parents), programs.processor_s, pause_s=pause_s)
    return Round(figures, programs.resident_mb(), programs.first_poll_s)


def _in_order(telegram: FakeTelegram, url: str) -> bool:
    """Whether each chat shows its messages in the order in which they were written."""
    return all(
        [shown.html for shown in telegram.messages(chat)] == bodies[: len(telegram.messages(chat))]
        for chat, bodies in school.bodies(url).items()
        if telegram.messages(chat)
    )


def rate(bench: Bench) -> None:
    """Answers a second, each committed, with 1 to 5,000 parents who answer at once and without a pause."""
    cases = [Case(bench.less(20), 10, at_once=1)]
    cases += [Case(bench.less(parents), steps) for parents, steps in ((100, 15), (1_000, 2), (5_000, 1))]
    for case in cases:
        floor, ours = [], []
        for _round in bench.rounds:
            floor.append(bench.floor(case))
            ours.append(bench.ours(case))
        _print_rates(f"{case.at_once or case.parents} parents", floor, ours)


def latency(bench: Bench) -> None:
    """Waits with 30 messages a second, which is Telegram's limit."""
    case = Case(bench.less(180), per_second=30)
    floor, ours = [], []
    for _round in bench.rounds:
        floor.append(bench.floor(case))
        ours.append(bench.ours(case))
    _print_waits("bare handler", floor)
    _print_waits("oudergesprek", ours)
    more_ms = _median(ours, lambda one: one.wait_ms(95)) - _median(floor, lambda one: one.wait_ms(95))
    print(f"  p95 above the floor's: {more_ms:.1f} ms")


def far(bench: Bench) -> None:
    """Messages a second with 50 parents and a round trip of 50 ms to Telegram."""
    parents = 50
    floor: dict[int, list[Round]] = {1: [], 32: [], 256: []}
    ours = []
    for _round in bench.rounds:
        for at_once, some in floor.items():
            some.append(bench.floor(Case(parents, 2 if at_once == 1 else 15, round_trip_s=FAR_S), at_once))
        ours.append(bench.ours(Case(parents, 15, round_trip_s=FAR_S)))
    for at_once, some in floor.items():
        print(f"  bare handler, {at_once:3} at once: {_rates(some)}")
    print(f"  oudergesprek:              {_rates(ours)}")
    kept = all(one.in_order for one in ours)
    print(f"  ours: order within each chat {'kept' if kept else 'BROKEN'}")


def thinking(bench: Bench) -> None:
    """Waits with 5,000 parents who think 30 s between answers, which is 167 answers a second."""
    case = Case(bench.less(1_500), per_second=5_000 / 30)
    floor, ours = [], []
    for _round in bench.rounds:
        floor.append(bench.floor(case))
        ours.append(bench.ours(case))
    _print_waits("bare handler", floor)
    _print_waits("oudergesprek", ours)


def stored(bench: Bench) -> None:
    """Cost of an answer with up to a million stored answers."""
    counts = [0, *(bench.less(count) for count in (10_000, 100_000, 1_000_000))]
    rounds: dict[int, list[Round]] = {count: [] for count in counts}
    for _round in bench.rounds:
        for count in counts:
            rounds[count].append(bench.ours(Case(100, 15, old_answers=count)))
    for count, some in rounds.items():
        print(
            f"  {count:9,} answers: {_median(some, _step_ms):6.2f} ms a step, "
            f"{_median(some, lambda one: one.processor_ms):6.2f} ms processor time; to 0: "
            f"{_median(some, _step_ms) / _median(rounds[0], _step_ms):.2f}, "
            f"{_median(some, lambda one: one.processor_ms) / _median(rounds[0], lambda one: one.processor_ms):.2f}"
        )


def memory(bench: Bench) -> None:
    """Resident memory with 5,000 active parents and a million stored answers; time from start to first poll."""
    case = Case(bench.less(5_000), old_answers=bench.less(1_000_000))
    ours = [bench.ours(case) for _round in bench.rounds]
    floor = [bench.floor(case) for _round in bench.rounds[:1]]
    for name, some in (("bare handler", floor), ("oudergesprek", ours)):
        print(
            f"  {name}: {_median(some, lambda one: one.resident_mb):.0f} MB, "
            f"first poll after {_median(some, lambda one: one.first_poll_s):.2f} s"
        )


def workers(bench: Bench) -> None:
    """Answers a second with 1 and 2 workers on PostgreSQL."""
    rounds: dict[int, list[Round]] = {1: [], 2: []}
    for _round in bench.rounds:
        for count, some in rounds.items():
            some.append(bench.ours(Case(bench.less(200), 6, workers=count)))
    for count, some in rounds.items():
        print(f"  {count} workers  {_rates(some)}")
    print(f"  ratio: {_median(rounds[2], _rate) / _median(rounds[1], _rate):.2f}")


MEASUREMENTS: dict[str, Callable[[Bench], None]] = {
    one.__name__: one for one in (rate, latency, far, thinking, stored, memory, workers)
}


def _rate(one: Round) -> float:
    return one.figures.per_second


def _step_ms(one: Round) -> float:
    return 1000 / one.figures.per_second


def _median(rounds: Sequence[Round], figure: Callable[[Round], float]) -> float:
    return statistics.median(map(figure, rounds))


def _rates(rounds: Sequence[Round]) -> str:
    each = ", ".join(f"{_rate(one):.0f}" for one in rounds)
    return (
        f"{_median(rounds, _rate):6.0f} steps/s (rounds: {each}), "
        f"{_median(rounds, lambda one: one.processor_ms):.2f} ms processor time a step"
    )


def _print_rates(name: str, floor: Sequence[Round], ours: Sequence[Round]) -> None:
    print(f"  {name}, bare handler: {_rates(floor)}")
    print(f"  {name}, oudergesprek: {_rates(ours)}")
    print(f"  {name}, ours to bare: {_median(ours, _rate) / _median(floor, _rate):.2f}")


def _print_waits(name: str, rounds: Sequence[Round]) -> None:
    waits = "  ".join(
        f"p{percent} {_median(rounds, lambda one, percent=percent: one.wait_ms(percent)):6.1f} ms"  # type: ignore[misc]
        for percent in (50, 95, 99)
    )
    print(f"  {name}: {waits}  ({_rates(rounds)})")
