"""How long one answered question takes while the translator is away, broken or silent, beside no translator at all.

The whole house is wired and its loops run; other parents' shared words wait for a translation meanwhile. The cases are
measured in turn, round by round, each on a copy of the same school.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from bot.model.incoming import Incoming, InputKind
from bot.model.people import DoorKind, Guardianship
from bot.model.rhythm import NO_QUIET
from bot.model.translation import Translation
from bot.services import sayings
from bot.settings import read_settings
from bot.wiring import House, wire
from tests.bench.school import begun_school, count_answers
from tests.faults.school import FILE_NAME, FIRST_CHAT, LANGUAGE, LANGUAGES_ON, sqlite_url
from tests.running import running
from tests.translation import stub as bad
from tests.translation.failures import wait_until
from tests.translation.stub import Handler, Stub, serving

NONE, OFF, FAILING, HANGING = "no provider", "switched off", "answers 500", "hangs for 30 s"
CASES = (NONE, OFF, FAILING, HANGING)
WARMING = 20
HANGS_S = 30.0
GOAL = 1.10


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--parents", type=int, default=200, help="who answer one question each (default 200)")
    parser.add_argument("--waiting", type=int, default=200, help="shared words that wait (default 200)")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is measured (default 9)")


def run(options: argparse.Namespace) -> None:
    """The waits of all rounds are printed, and the ratio of each to no provider."""
    chats = range(FIRST_CHAT, FIRST_CHAT + WARMING + options.parents)
    waits_ms: dict[str, list[list[float]]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as named:
        school = Path(named) / "school"
        school.mkdir()
        begun_school(sqlite_url(school), chats)
        for number in range(options.rounds):
            for place in range(len(CASES)):
                case = CASES[(number + place) % len(CASES)]
                folder = Path(named) / f"{number}-{place}"
                folder.mkdir()
                shutil.copy(school / FILE_NAME, folder / FILE_NAME)
                waits_ms[case].append(_round(case, folder, chats, options.waiting))
    print(f"{options.parents} parents, {options.waiting} shared words wait, {options.rounds} rounds")
    for case in CASES:
        figures = "".join(_figures(waits_ms[case], waits_ms[NONE], percent) for percent in (50, 95))
        print(f"{case:16}{figures}")
    print(
        f"medians of the rounds; in brackets the ratio to {NONE} in the same round, at most {GOAL:.2f} is the goal"
    )


def _figures(rounds: list[list[float]], floor: list[list[float]], percent: int) -> str:
    ours = [_percentile(waits, percent) for waits in rounds]
    ratios = [one / _percentile(none, percent) for one, none in zip(ours, floor, strict=True)]
    return f"   p{percent} {statistics.median(ours):6.2f} ms ({statistics.median(ratios):.2f})"


def _round(case: str, folder: Path, chats: range, waiting: int) -> list[float]:
    """The waits of all parents but the first ones; raises AssertionError if an answer or a waiting word is lost."""
    with ExitStack() as server_stands:
        stub = server_stands.enter_context(serving())
        stub.behave = _hang if case == HANGING else bad.quoting(500) if case == FAILING else Handler.echo
        with _house(case, folder, stub) as house:
            if case == OFF:
                _share(house, chats, 1, "Dzień dobry")
                wait_until(lambda: _count(house, "done") == 1)
                server_stands.close()
            _share(house, chats, waiting, "Lubi klocki i dinozaury")
            if case in {FAILING, HANGING}:
                wait_until(lambda: bool(stub.translations_asked()))
            taken = [_answer(house, chat) for chat in chats]
            if case != NONE:
                assert _count(house, "waiting") == waiting
    assert count_answers(sqlite_url(folder)) == len(chats)
    return taken[WARMING:]


@contextmanager
def _house(case: str, folder: Path, stub: Stub) -> Iterator[House]:
    translator = {} if case == NONE else {"TRANSLATORS": "libretranslate", "LIBRETRANSLATE_URL": stub.url}
    (folder / "school.yaml").write_text(LANGUAGES_ON)
    house = wire(
        read_settings({"DATA_DIR": str(folder), "DATABASE_URL": sqlite_url(folder), **translator}),
        rhythm=NO_QUIET,
    )
    try:
        with running(**house.loops):
            yield house
    finally:
        house.close()


def _hang(handler: Handler) -> None:
    handler.stub.closing.wait(HANGS_S)
    handler.echo()


def _share(house: House, chats: range, count: int, words: str) -> None:
    """So many sayings of parents are to be read in Dutch."""
    with house.database.writing() as session:
        parents = session.scalars(select(Guardianship).order_by(Guardianship.id).limit(len(chats))).all()
        for number in range(count):
            one = parents[number % len(parents)]
            saying = sayings.keep(
                session,
                house.tools,
                one.person,
                f"{words} {number}.",
                child=one.child,
                language=LANGUAGE,
            )
            sayings.want_in(session, house.tools, saying, "nl")


def _count(house: House, state: str) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).where(Translation.state == state)) or 0


def _answer(house: House, chat: int) -> float:
    """One parent answers the question; how many milliseconds until it is kept and the next is on its way."""
    incoming = Incoming(
        key=f"answer:{chat}",
        door_kind=DoorKind.TELEGRAM.value,
        address=str(chat),
        kind=InputKind.WORDS,
        at=house.tools.clock.now(),
        text="Kuba jest wesoły i dużo opowiada.",
        message_key=f"{chat}:answer",
    )
    began_s = time.perf_counter()
    house.reception.take([incoming])
    return (time.perf_counter() - began_s) * 1000


def _percentile(waits_ms: list[float], percent: int) -> float:
    return sorted(waits_ms)[min(len(waits_ms) * percent // 100, len(waits_ms) - 1)]
