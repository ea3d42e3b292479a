"""Answers per second and waiting times through the Telegram door, beside a bare python-telegram-bot handler.

All parents answer at once and without a pause: as in a class where everybody fills in at the same moment. The floor
stores nothing and sends one message for each; ours keeps, decides, commits and sends. Then one parent alone.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.content.catalogues import Catalogues
from bot.content.shipped import shipped
from bot.content.texts import Texts
from bot.model.clock import Clock
from bot.model.people import Child, Door, Group, Guardianship, Person, School, Teaching
from bot.model.preparation import Answer
from bot.model.privacy import NOTICE_VERSION, Acknowledgement, Consent, ConsentPurpose
from bot.storage import migrations
from bot.storage.database import Database
from tests.bench.parents import Figures, Labels, Parents
from tests.fake_telegram import FakeTelegram
from tests.telegram_api import Shown

LANGUAGE = "pl"
FIRST_CHAT = 100_001
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

    with FakeTelegram(strict=False) as telegram, _contestant("bare", telegram, "") as processor_s:
        for some, number in ((chats[:WARMING], WARMING), (chats[WARMING:], at_once)):
            parents = Parents(telegram, some, number)
            figures = parents.measure(next_step, partial(parents.say, number=0), processor_s)
        return figures


def _warm_up(telegram: FakeTelegram, chats: Sequence[int]) -> None:
    for chat in chats:
        telegram.person_says(chat, "/menu")
    for chat in chats:
        telegram.wait_for_messages(chat, 1, 60)


def _ours(chats: Sequence[int], at_once: int, *, words_only: bool) -> Figures:
    labels = _labels()
    given: Counter[str] = Counter()

    def next_step(parents: Parents, shown: Shown) -> None:
        if labels.share in shown.labels:
            parents.rest()
        elif labels.skip in shown.labels:
            _answer(parents, shown, labels, words_only=words_only)

    with tempfile.TemporaryDirectory() as folder, FakeTelegram(strict=False) as telegram:
        database = _school(Path(folder), chats)
        with _contestant("ours", telegram, folder) as processor_s:
            _warm_up(telegram, chats)
            for some, number in ((chats[:WARMING], WARMING), (chats[WARMING:], at_once)):
                parents = Parents(telegram, some, number)
                figures = parents.measure(
                    next_step, partial(_open, parents, telegram, labels.prepare), processor_s
                )
                given.update({step: len(waits) for step, waits in figures.waits_s.items()})
        with database.reading() as session:
            stored = session.scalar(select(func.count(Answer.id)))
        database.close()
        if stored != given["words"] + given["choice"] + given["ready"]:
            raise AssertionError(f"{stored} answers are stored, given were {given}")
        return figures


def _open(parents: Parents, telegram: FakeTelegram, prepare: str, chat: int) -> None:
    parents.tap(telegram.messages(chat)[-1], prepare, "open")


def _answer(parents: Parents, shown: Shown, labels: Labels, *, words_only: bool) -> None:
    choices = [label for label in shown.labels if label not in labels.not_choices]
    if not choices:
        parents.say(shown.chat, shown.message_id)
    elif words_only:
        parents.tap(shown, labels.skip, "skip")
    elif labels.ready not in shown.labels:
        parents.tap(shown, choices[0], "choice")
    elif choices[0].startswith(labels.selected):
        parents.tap(shown, labels.ready, "ready")
    else:
        parents.tap(shown, choices[0], "mark")


def _labels() -> Labels:
    texts = Texts(Catalogues(shipped("locales")), ZoneInfo("Europe/Amsterdam"))

    def label(macro: str) -> str:
        return texts.label(LANGUAGE, macro)

    names = ("other", "ready", "example", "why", "back", "skip", "stop")
    steering = {name: label(f"preparation.{name}_button") for name in names}
    return Labels(
        prepare=label("menu.prepare_button"),
        skip=steering["skip"],
        ready=steering["ready"],
        selected=texts.label(LANGUAGE, "preparation.selected_label", {"label": ""}).strip(),
        share=label("preparation.share_button"),
        not_choices=frozenset(steering.values()),
    )


def _school(folder: Path, chats: Sequence[int]) -> Database:
    """A school in which the parent of each chat has joined, been welcomed and confirmed."""
    database = Database(f"sqlite:///{folder / 'oudergesprek.db'}")
    migrations.migrate(database.engine)
    now = Clock().now()
    with database.writing() as session:
        school = School(name="De Wilg", type="bao")
        group = Group(name="3A", school=school)
        teacher = Person(
            roster_id="s-1", school=school, name="juf Marieke", language="nl", language_chosen=True
        )
        session.add(Teaching(person=teacher, group=group))
        for chat in chats:
            person = Person(
                roster_id=f"p-{chat}",
                school=school,
                name="Agnieszka",
                language=LANGUAGE,
                language_chosen=True,
            )
            child = Child(roster_id=f"k-{chat}", first_name="Kuba", group=group, grade=3)
            session.add(Guardianship(person=person, child=child, relation="mother", authority=True))
            session.flush()
            session.add_all(
                [
                    Door(
                        person=person,
                        kind="telegram",
                        address=str(chat),
                        joined_at=now,
                        confirmed_at=now,
                        welcomed_at=now,
                        state={},
                    ),
                    Acknowledgement(person_id=person.id, notice_version=NOTICE_VERSION, acknowledged_at=now),
                    Consent(person_id=person.id, purpose=ConsentPurpose.TELEGRAM.value, given_at=now),
                ]
            )
    return database


@contextmanager
def _contestant(name: str, telegram: FakeTelegram, folder: str) -> Iterator[Callable[[], float]]:
    """The program runs beside us and has asked for its first updates; the call tells its processor time so far."""
    command = [sys.executable, "-m", "tests.bench.contestants", name, telegram.url, folder]
    process = subprocess.Popen(command)
    try:
        telegram.wait_until(lambda: telegram.calls["getUpdates"], 60)
        yield partial(_processor_s, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _processor_s(process_id: int) -> float:
    """User and system time of a process, where the system has it in /proc."""
    statistics_file = Path(f"/proc/{process_id}/stat")
    if not statistics_file.exists():
        return 0.0
    fields = statistics_file.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
