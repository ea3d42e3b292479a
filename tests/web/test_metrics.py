"""The figures: what is counted, what waits, and that nothing in them names anybody."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.assistant.reception import Reception
from bot.content.texts import Texts
from bot.model.clock import MovableClock
from bot.model.incoming import Incoming, InputKind
from bot.model.messages import OutgoingState
from bot.model.meters import Delivered, Fetched, Polled, Translated
from bot.model.people import DoorKind
from bot.services.tools import Tools
from bot.storage.database import Database
from bot.web import metrics
from bot.web.metrics import MAX_NAMES, PrometheusMeters
from tests.cast import Cast, open_door
from tests.plain_http import NO_CERTIFICATES
from tests.services.test_queues import outgoing
from tests.web.served import Served

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]
Scrape = Callable[[], Figures]


@pytest.fixture
def meters() -> PrometheusMeters:
    """Meters that have seen nothing."""
    return PrometheusMeters()


@pytest.fixture
def client(
    served: Served, meters: PrometheusMeters, database: Database, clock: MovableClock
) -> Iterator[httpx.Client]:
    """Whoever reaches the private port."""
    served.app = metrics.application(meters, database, clock)
    with httpx.Client(base_url=served.url, timeout=20, verify=NO_CERTIFICATES) as made:
        yield made


@pytest.fixture
def scrape(client: httpx.Client) -> Scrape:
    """A function that reads all figures, as Prometheus reads them."""

    def read() -> Figures:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        return {
            (sample.name.removeprefix("oudergesprek_"), frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    return read


def value(figures: Figures, name: str, **labels: str) -> float | None:
    """One figure; None if it is not there."""
    return figures.get((name, frozenset(labels.items())))


def test_everything_that_is_told_is_counted(meters: PrometheusMeters, scrape: Scrape) -> None:
    """Each hook moves its own figure, with labels from closed sets."""
    meters.received("telegram", 3)
    meters.step(0.004, 3)
    meters.trouble()
    meters.set_aside("KeyError")
    meters.delivered("telegram", Delivered.SENT)
    meters.too_many()
    meters.polled(Polled.NEWS)
    meters.translated("libretranslate", Translated.DONE, 0.3)
    meters.translator("libretranslate", well=True)
    meters.translator("deepl", well=False)
    meters.fetched(Fetched.KEPT)
    found = scrape()
    assert value(found, "received_total", door="telegram") == 3
    assert value(found, "step_seconds_count") == 3
    assert value(found, "step_seconds_bucket", le="0.005") == 3
    assert value(found, "step_seconds_bucket", le="0.002") == 0
    assert value(found, "database_refusals_total") == 1
    assert value(found, "set_aside_total", reason="KeyError") == 1
    assert value(found, "deliveries_total", door="telegram", outcome="sent") == 1
    assert value(found, "deliveries_total", door="telegram", outcome="later") == 0
    assert value(found, "too_many_total") == 1
    assert value(found, "polls_total", outcome="news") == 1
    assert value(found, "translations_total", provider="libretranslate", outcome="done") == 1
    assert value(found, "translation_seconds_count", provider="libretranslate") == 1
    assert value(found, "translator_up", provider="libretranslate") == 1
    assert value(found, "translator_up", provider="deepl") == 0
    assert value(found, "files_total", outcome="kept") == 1


def test_two_sets_of_meters_know_nothing_of_each_other(meters: PrometheusMeters, scrape: Scrape) -> None:
    """Each has its own registry, so one process may have several."""
    PrometheusMeters().trouble()
    meters.trouble()
    assert value(scrape(), "database_refusals_total") == 1


def test_labels_are_never_a_persons_words(meters: PrometheusMeters, scrape: Scrape) -> None:
    """What does not look like a name of a program, or is one too many, is counted as `other`."""
    for odd in ("Kuba lubi klocki", "501", "a" * 41, "", "rodzić"):
        meters.set_aside(odd)
        meters.translated(odd, Translated.AWAY, 1)
        meters.received(odd, 1)
    for number in range(MAX_NAMES + 5):
        meters.set_aside("E" * (number + 1))
    found = scrape()
    assert value(found, "received_total", door="other") == 5
    assert value(found, "translations_total", provider="other", outcome="away") == 5
    assert value(found, "set_aside_total", reason="other") == 5 + 5
    labels = {label for _, pairs in found for label in pairs}
    assert all(re.fullmatch(r"[A-Za-z_]+|[0-9.e+]+|\+Inf", written) for _, written in labels)
    with pytest.raises(ValueError, match="is not a valid"):
        meters.delivered("telegram", "Kuba")  # type: ignore[arg-type]


def test_what_waits_is_asked_for_at_each_look(
    database: Database, clock: MovableClock, scrape: Scrape
) -> None:
    """Queue lengths and ages come from the database; the web door's messages wait at the door."""
    with database.writing() as session:
        waiting = OutgoingState.WAITING
        session.add_all(outgoing(clock, DoorKind.TELEGRAM, waiting) for _ in range(2))
        session.add(outgoing(clock, DoorKind.WEB, waiting))
    clock.move(minutes=2)
    found = scrape()
    assert value(found, "database_up") == 1
    assert value(found, "outgoing_waiting", door="telegram") == 2
    assert value(found, "outgoing_oldest_seconds", door="telegram") == 120
    assert value(found, "edits_waiting", door="telegram") == 0
    assert (value(found, "at_the_door"), value(found, "at_the_door_oldest_seconds")) == (1, 120)
    names = ("files_waiting", "translations_waiting", "dead_letters")
    assert [value(found, name) for name in names] == [0, 0, 0]
    assert (value(found, "workers") is None) == (not database.shared)


def test_a_database_that_is_held_up_is_one_of_the_figures(
    meters: PrometheusMeters, database: Database, scrape: Scrape
) -> None:
    """While another program keeps it to itself the look is not late, says so, and still tells what is in memory."""
    if database.shared:
        pytest.skip("a lock of SQLite")
    file = database.engine.url.database
    assert file
    meters.trouble()
    database.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began_s = time.monotonic()
        found = scrape()
        assert time.monotonic() - began_s < 4
        assert value(found, "database_up") == 0
        assert value(found, "outgoing_waiting", door="telegram") is None
        assert value(found, "database_refusals_total") == 1
        other.execute("ROLLBACK")
    time.sleep(0.2)
    assert value(scrape(), "database_up") == 1


def test_only_the_figures_are_served_there(client: httpx.Client) -> None:
    """No page of the assistant stands on the private port."""
    assert client.get("/").status_code == 404
    assert client.get("/healthz").status_code == 404
    assert client.post("/metrics").status_code == 405


def test_what_comes_in_is_measured(
    meters: PrometheusMeters,
    database: Database,
    tools: Tools,
    texts: Texts,
    cast: Cast,
    scrape: Scrape,
) -> None:
    """Reception counts new messages by door and times them; one that comes twice is counted once."""
    with database.writing() as session:
        open_door(session, tools.clock, cast.at(session).agnieszka, DoorKind.TELEGRAM, "501")
    reception = Reception(database, tools, texts, meters=meters)
    incoming = Incoming(
        key="telegram:1",
        door_kind="telegram",
        address="501",
        kind=InputKind.WORDS,
        at=tools.clock.now(),
        text="Lubi klocki.",
    )
    reception.take([incoming])
    reception.take([incoming])
    found = scrape()
    assert value(found, "received_total", door="telegram") == 1
    assert value(found, "step_seconds_count") == 1
    assert "klocki" not in str(found)
