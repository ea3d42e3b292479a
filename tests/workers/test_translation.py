"""Translations arrive beside the original, and a translator that is slow or away holds up nobody."""

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.assistant import speech
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.messages import Outgoing
from bot.model.people import DoorKind
from bot.model.translation import Saying, Translation
from bot.services import sayings
from bot.services.tools import Tools
from bot.services.translations import MAX_ATTEMPTS, MAX_REFUSALS, Wish
from bot.storage.database import Database
from bot.translation.errors import (
    BadAnswerError,
    KeyRefusedError,
    RefusedError,
    TooManyError,
    TranslationError,
    UnavailableError,
    UnsupportedPairError,
)
from bot.translation.ports import Provider
from bot.workers.translation import Translating
from tests.cast import Cast, open_door
from tests.running import running


class FakeProvider:
    """Turns a text round; can fail, and can hang."""

    def __init__(
        self, *errors: TranslationError, name: str = "libretranslate", outside: bool = False
    ) -> None:
        self.name = name
        self.outside = outside
        self.errors = deque(errors)
        self.asked: list[tuple[str, str, str]] = []
        self.met = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Dutch and Polish."""
        self.met.set()
        return frozenset({("nl", "pl"), ("pl", "nl")})

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """The texts backwards."""
        self.asked.extend((text, source, target) for text in texts)
        self.may_answer.wait(20)
        if self.errors:
            raise self.errors.popleft()
        return [text[::-1] for text in texts]


@pytest.fixture
def tools(tools: Tools) -> Tools:
    """As everywhere, with a translator switched on."""
    return replace(tools, translates=True)


def share(database: Database, tools: Tools, cast: Cast, words: str = "Lubi klocki.") -> int:
    """Agnieszka's words wait for Dutch; returns the saying's id."""
    with database.writing() as session:
        everybody = cast.at(session)
        saying = sayings.keep(session, tools, everybody.agnieszka, words, child=everybody.kuba, language="pl")
        sayings.want_in(session, tools, saying, "nl")
        return saying.id


@contextmanager
def translating(
    database: Database, tools: Tools, texts: Texts, *providers: FakeProvider, **options: Any
) -> Iterator[Translating]:
    """The translation loop runs beside the test."""
    loop = Translating(database, tools, texts, providers, look_again_s=0.05, **options)
    with running(translation=loop.run):
        yield loop


def wait_for(database: Database, saying_id: int, state: str) -> Translation:
    """The Dutch translation, once it stands like this."""
    end_s = time.monotonic() + 5
    while True:
        with database.reading() as session:
            found = session.scalars(select(Translation).where(Translation.saying_id == saying_id)).one()
            session.expunge(found)
        if found.state == state:
            return found
        assert time.monotonic() < end_s, f"{found.state} is not {state}"
        time.sleep(0.01)


def test_a_translation_is_stored_with_its_origin(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The words stand beside the original, labelled as a machine's, and are asked for once."""
    saying_id = share(database, tools, cast)
    provider = FakeProvider()
    with translating(database, tools, texts, provider):
        found = wait_for(database, saying_id, "done")
        time.sleep(0.1)
    assert (found.words, found.origin, found.provider) == (".ikcolk ibuL", "machine", "libretranslate")
    assert found.made_at is not None
    assert provider.asked == [("Lubi klocki.", "pl", "nl")]
    with database.reading() as session:
        assert session.get_one(Saying, saying_id).original == "Lubi klocki."


def test_what_may_be_wrong_is_stored_with_it(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """Each translation is looked at once, with both texts, and its doubts stand with it."""
    saying_id = share(database, tools, cast)
    looked_at: list[tuple[str, str, str, str]] = []

    def doubts(wish: Wish, words: str) -> tuple[str, ...]:
        looked_at.append((wish.words, words, wish.source, wish.target))
        return ("numbers", "names")

    with translating(database, tools, texts, FakeProvider(), doubts=doubts):
        found = wait_for(database, saying_id, "done")
    assert found.doubts == ["numbers", "names"]
    assert looked_at == [("Lubi klocki.", ".ikcolk ibuL", "pl", "nl")]


def test_a_message_that_waited_shows_the_translation(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The reader's message is completed in the same transaction, and the delivery is rung."""
    with database.writing() as session:
        everybody = cast.at(session)
        door = open_door(session, tools.clock, everybody.agnieszka, DoorKind.TELEGRAM, "501")
        saying = sayings.keep(
            session, tools, everybody.marieke, "Dag Kuba.", child=everybody.kuba, language="nl"
        )
        written = speech.write(
            session,
            tools,
            texts,
            door,
            "notices.message_from_school",
            parameters={"author": "juf Marieke", "child": "Kuba", "said": speech.saying_parameter(saying)},
        )
        outgoing = session.get_one(Outgoing, written)
        outgoing.state, outgoing.telegram_message_id = "sent", 7
        saying_id, before = saying.id, outgoing.body
    rung = threading.Event()
    loop = Translating(database, tools, texts, [FakeProvider()], after_commit=rung.set, look_again_s=0.05)
    with running(translation=loop.run):
        wait_for(database, saying_id, "done")
        assert rung.wait(2)
    with database.reading() as session:
        outgoing = session.scalars(select(Outgoing)).one()
        assert ".abuK gaD" not in before
        assert ".abuK gaD" in outgoing.body
        assert "Dag Kuba." in outgoing.body
        assert outgoing.edited


def test_a_translator_that_is_away_is_asked_again(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """After a pause, or after as long as it asks, and nothing is lost."""
    saying_id = share(database, tools, cast)
    provider = FakeProvider(UnavailableError(), TooManyError(600))
    with translating(database, tools, texts, provider):
        _until(lambda: len(provider.asked) == 1)
        time.sleep(0.2)
        clock.move(seconds=6)
        _until(lambda: len(provider.asked) == 2)
        time.sleep(0.2)
        clock.move(seconds=590)
        time.sleep(0.2)
        assert len(provider.asked) == 2
        clock.move(seconds=10)
        wait_for(database, saying_id, "done")


def _until(condition: object) -> None:
    end_s = time.monotonic() + 5
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_after_many_attempts_it_is_impossible(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """A translator that stays away is no reason to say "not yet" for ever."""
    saying_id = share(database, tools, cast)
    provider = FakeProvider(*[UnavailableError() for _ in range(100)])
    with translating(database, tools, texts, provider):
        while len(provider.asked) < MAX_ATTEMPTS:
            clock.move(hours=1)
            time.sleep(0.01)
        wait_for(database, saying_id, "impossible")
    assert len(provider.asked) == MAX_ATTEMPTS


def test_a_pair_nobody_offers_is_known_as_such_at_once(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """Then the reader sees only the original, no promise, and that no computer here does this language."""
    saying_id = share(database, tools, cast)
    providers = FakeProvider(UnsupportedPairError()), FakeProvider(UnsupportedPairError())
    with translating(database, tools, texts, *providers):
        wait_for(database, saying_id, "not_offered")
    with database.reading() as session:
        assert sayings.shown(session.get_one(Saying, saying_id), "nl").not_offered


def test_a_revoked_key_refuses_no_text(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """However often it is not let in, the words wait, and are translated when the key is right again."""
    saying_id = share(database, tools, cast)
    provider = FakeProvider(*[KeyRefusedError() for _ in range(5)])
    with translating(database, tools, texts, provider):
        while len(provider.asked) < 6:
            clock.move(minutes=10)
            time.sleep(0.01)
        wait_for(database, saying_id, "done")


def test_a_text_that_is_refused_three_times_is_impossible(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """One bad answer may be bad luck; three are not."""
    saying_id = share(database, tools, cast)
    provider = FakeProvider(*[BadAnswerError() for _ in range(10)])
    with translating(database, tools, texts, provider):
        while len(provider.asked) < MAX_REFUSALS:
            clock.move(seconds=60)
            time.sleep(0.01)
        wait_for(database, saying_id, "impossible")
    assert len(provider.asked) == MAX_REFUSALS == 3


def test_absences_do_not_count_as_refusals(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """A text that waited long for a translator may still be refused twice, and each is counted by itself."""
    saying_id = share(database, tools, cast)
    errors = [*[UnavailableError()] * 4, BadAnswerError(), UnavailableError(), BadAnswerError()]
    provider = FakeProvider(*errors)
    with translating(database, tools, texts, provider):
        while len(provider.asked) <= len(errors):
            clock.move(hours=1)
            time.sleep(0.01)
        found = wait_for(database, saying_id, "done")
    assert (found.attempts, found.refusals) == (5, 2)


def test_the_next_provider_helps(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """Providers are asked in their order until one answers."""
    saying_id = share(database, tools, cast)
    first, second = FakeProvider(UnavailableError(), name="first"), FakeProvider(name="second")
    with translating(database, tools, texts, first, second):
        assert wait_for(database, saying_id, "done").provider == "second"


def test_a_translator_that_hangs_holds_up_nobody(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """While it is asked no transaction is open, others write freely, and a stop does not wait for it."""
    share(database, tools, cast)
    provider = FakeProvider()
    provider.may_answer.clear()
    start_s = time.monotonic()
    with translating(database, tools, texts, provider):
        _until(lambda: provider.asked)
        for number in range(20):
            before_s = time.monotonic()
            share(database, tools, cast, f"Zdanie {number}.")
            assert time.monotonic() - before_s < 2
    assert time.monotonic() - start_s < 15
    provider.may_answer.set()


def test_only_what_is_asked_for_is_sent(database: Database, tools: Tools, texts: Texts, cast: Cast) -> None:
    """Words that were not shared never reach a translator (promise 2)."""
    with database.writing() as session:
        everybody = cast.at(session)
        sayings.keep(session, tools, everybody.agnieszka, "Tylko dla mnie.", child=everybody.kuba)
    saying_id = share(database, tools, cast)
    provider = FakeProvider()
    with translating(database, tools, texts, provider):
        wait_for(database, saying_id, "done")
        time.sleep(0.1)
    assert [text for text, _source, _target in provider.asked] == ["Lubi klocki."]


class FakeMasking:
    """Lets some texts go outside, with a mark; notes which."""

    def __init__(self, *, allows: bool = True) -> None:
        self.allows = allows
        self.asked: list[str] = []

    def translate(self, provider: Provider, wishes: Sequence[Wish]) -> list[str | None]:
        """The texts as the provider gives them, or nothing."""
        if not self.allows:
            return [None for _ in wishes]
        self.asked += [wish.words for wish in wishes]
        return [*provider.translate(["masked" for _ in wishes], wishes[0].source, wishes[0].target)]


def test_nobody_outside_is_asked_without_masking(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The next provider helps; a name could leave otherwise (promise 7)."""
    saying_id = share(database, tools, cast)
    outside, inside = FakeProvider(name="outside", outside=True), FakeProvider(name="inside")
    with translating(database, tools, texts, outside, inside):
        assert wait_for(database, saying_id, "done").provider == "inside"
    assert outside.asked == []


def test_what_goes_outside_goes_through_the_masking(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """The provider sees what the masking made of it."""
    saying_id = share(database, tools, cast)
    outside, masking = FakeProvider(name="outside", outside=True), FakeMasking()
    with translating(database, tools, texts, outside, masking=masking):
        assert wait_for(database, saying_id, "done").words == "deksam"
    assert [text for text, _source, _target in outside.asked] == ["masked"]
    assert masking.asked == ["Lubi klocki."]


def test_what_may_not_leave_is_for_the_next_one(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """A text that cannot be masked stays in the school, and is translated there if somebody can."""
    saying_id = share(database, tools, cast)
    outside, inside = FakeProvider(name="outside", outside=True), FakeProvider(name="inside")
    with translating(database, tools, texts, outside, inside, masking=FakeMasking(allows=False)):
        assert wait_for(database, saying_id, "done").provider == "inside"
    assert outside.asked == []


def test_a_pair_goes_to_the_translator_chosen_for_it(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """Whatever the order of the others."""
    saying_id = share(database, tools, cast)
    first, second = FakeProvider(name="first"), FakeProvider(name="second")
    with translating(database, tools, texts, first, second, only_for={("pl", "nl"): ["second"]}):
        assert wait_for(database, saying_id, "done").provider == "second"
    assert first.asked == []


class Batching(FakeProvider):
    """Notes which texts came in one question; refuses questions with the word it was given."""

    def __init__(self, refuses: str = "") -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.refuses = refuses

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[str]:
        """As always, or a refusal of all of it."""
        self.batches.append(list(texts))
        if self.refuses and any(self.refuses in text for text in texts):
            raise RefusedError
        return super().translate(texts, source, target)


def test_waiting_texts_of_one_pair_go_together(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """One question for all of them, and each gets its own answer."""
    sayings_ids = [share(database, tools, cast, f"Zdanie {number}.") for number in range(4)]
    provider = Batching()
    with translating(database, tools, texts, provider):
        found = [wait_for(database, saying_id, "done").words for saying_id in sayings_ids]
    assert provider.batches == [["Zdanie 0.", "Zdanie 1.", "Zdanie 2.", "Zdanie 3."]]
    assert found == [".0 einadZ", ".1 einadZ", ".2 einadZ", ".3 einadZ"]


def test_one_refused_text_does_not_hold_up_the_others(
    database: Database, tools: Tools, texts: Texts, cast: Cast
) -> None:
    """Each is asked for by itself then, and only the one that is refused waits."""
    good, bad, last = (share(database, tools, cast, words) for words in ("Dobre.", "Trujące.", "Ostatnie."))
    provider = Batching(refuses="Trujące")
    with translating(database, tools, texts, provider):
        wait_for(database, good, "done")
        wait_for(database, last, "done")
        waiting = wait_for(database, bad, "waiting")
    assert (waiting.refusals, waiting.attempts) == (1, 0)
    assert provider.batches == [["Dobre.", "Trujące.", "Ostatnie."], ["Dobre."], ["Trujące."], ["Ostatnie."]]


def test_one_that_keeps_failing_rests(
    database: Database, tools: Tools, texts: Texts, cast: Cast, clock: MovableClock
) -> None:
    """After three failures the first is spared, the second serves all; after the rest it is tried once."""
    first, second = FakeProvider(*[UnavailableError() for _ in range(4)], name="first"), FakeProvider()
    with translating(database, tools, texts, first, second):
        for number in range(5):
            wait_for(database, share(database, tools, cast, f"Zdanie {number}."), "done")
        assert len(first.asked) == 3
        clock.move(seconds=30)
        for number in range(5, 7):
            wait_for(database, share(database, tools, cast, f"Zdanie {number}."), "done")
        assert len(first.asked) == 4
        clock.move(seconds=30)
        assert wait_for(database, share(database, tools, cast, "Zdanie 8."), "done").provider == "first"


def test_languages_are_read_at_the_start(database: Database, tools: Tools, texts: Texts) -> None:
    """Before anything waits for them, and one that is away does not keep the next from being asked."""

    class Away(FakeProvider):
        def pairs(self) -> frozenset[tuple[str, str]]:
            raise UnavailableError

    there = FakeProvider(name="there")
    with translating(database, tools, texts, Away(name="away"), there):
        assert there.met.wait(10)
