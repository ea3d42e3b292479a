"""One evening: the whole house in this process, parents who answer, and everything around them that goes wrong."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.telegram.budget import Budget
from bot.model.rhythm import NO_QUIET
from bot.settings import read_settings
from bot.wiring import House, wire
from tests.fake_telegram import TOKEN, FakeTelegram, Fault
from tests.faults.counts import Audit, Counts
from tests.faults.parents import PATIENCE_S, Parents, texts
from tests.faults.school import FIRST_CHAT, LANGUAGE, LANGUAGES_ON, open_school, sqlite_url
from tests.running import running
from tests.telegram_rules import Json
from tests.web.served import Served, serving

PARENTS = 10
WEB_CHAT = FIRST_CHAT + PARENTS  # of a parent who uses the browser instead
FINISHES_WITHIN_S = 60.0


@dataclass
class Evening:
    """What a test may look at while it goes on; the counts are there when it is over."""

    telegram: FakeTelegram
    house: House
    parents: Parents
    served: Served
    takes_longer: str  # what a person reads whose message cannot be stored
    counts: Counts = field(default_factory=Counts)

    @property
    def comforted(self) -> Counter[int]:
        """How often each chat was told that it takes longer."""
        with self.telegram.changed:
            messages = [one for chat in self.telegram.shown.values() for one in chat]
        return Counter(one.chat for one in messages if one.html == self.takes_longer)


@contextmanager
def evening(
    folder: Path,
    *,
    faults: Mapping[str, Sequence[Fault]] | None = None,
    in_transit: Callable[[list[Json]], list[Json]] | None = None,
    at_once: int = PARENTS,
    answers: int | None = None,
    shares: bool = False,
    patience_s: tuple[float, float] = PATIENCE_S,
    round_trip_s: float = 0.0,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Evening]:
    """The parents are yours to `begin`; at the end all are through. `faults` are of calls by method, in order."""
    url, chats = sqlite_url(folder), range(FIRST_CHAT, FIRST_CHAT + PARENTS)
    open_school(url, [*chats, WEB_CHAT])
    (folder / "school.yaml").write_text(LANGUAGES_ON)
    with FakeTelegram(round_trip_s=round_trip_s) as telegram, serving() as served:
        telegram.in_transit = in_transit
        for method, ones in (faults or {}).items():
            telegram.fail(method, *ones)
        settings = {"DATA_DIR": str(folder), "PUBLIC_URL": served.url, **(environment or {})}
        settings |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        with (
            closing(wire(read_settings(settings), budget=Budget(None), rhythm=NO_QUIET)) as house,
            _working(house),
            Parents(
                telegram, chats, at_once=at_once, answers=answers, shares=shares, patience_s=patience_s
            ) as parents,
        ):
            served.app = house.application
            takes_longer = texts().say(LANGUAGE, "errors.takes_longer", {})
            this = Evening(telegram, house, parents, served, takes_longer)
            audit = Audit(url, telegram, parents, beside_the_outbox=frozenset({takes_longer}))
            yield this
            audit.wait_until_all_is_done(FINISHES_WITHIN_S)
        this.counts = audit.at_the_end()


@contextmanager
def _working(house: House) -> Iterator[None]:
    assert house.telegram is not None
    with running(house.telegram.close, **house.loops):
        yield
