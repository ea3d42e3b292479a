"""What the program measures, in the form that Prometheus reads, on a port of its own. Knows no person and no word."""

import re
import threading
from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.model.clock import Clock
from bot.model.meters import Delivered, Fetched, Meters, Polled, Translated
from bot.model.people import DoorKind
from bot.services import queues
from bot.services.queues import Queues
from bot.storage.database import Database
from bot.web.patience import Patient
from bot.web.requests import Guard

PREFIX = "oudergesprek"
OTHER = "other"
MAX_NAMES = 40  # of translators or reasons; whatever comes then is called `other`
_STEP_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_TRANSLATION_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60)
_NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,39}", re.ASCII)


class PrometheusMeters(Meters):
    """Counts in memory; `registry` is its own, so that one process may have several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._lock = threading.Lock()
        self._names: dict[str, set[str]] = {"provider": set(), "reason": set()}
        self._received = self._counter("received", "New messages that were committed.", "door")
        self._step = self._histogram("step_seconds", "From taking a message to its commit.", _STEP_S)
        self._trouble = self._counter("database_refusals", "Times the database refused to store something.")
        self._set_aside = self._counter("set_aside", "Messages that became dead letters.", "reason")
        self._delivered = self._counter("deliveries", "Attempts to show a message.", "door", "outcome")
        self._too_many = self._counter("too_many", "Times the messenger said that we send too fast.")
        self._polled = self._counter("polls", "Questions to the messenger for news.", "outcome")
        self._translated = self._counter(
            "translations", "Texts that a translator was asked for.", "provider", "outcome"
        )
        self._translation_s = self._histogram(
            "translation_seconds", "How long a translator took for one text.", _TRANSLATION_S, "provider"
        )
        self._translator_up = Gauge(
            f"{PREFIX}_translator_up",
            "1 if a translator is well, 0 while it rests after failures.",
            ("provider",),
            registry=self.registry,
        )
        self._fetched = self._counter("files", "Attempts to fetch a file.", "outcome")
        for polled in Polled:
            self._polled.labels(polled.value)
        for fetched in Fetched:
            self._fetched.labels(fetched.value)
        for kind in DoorKind:
            self._received.labels(kind.value)
        for outcome in Delivered:
            self._delivered.labels(DoorKind.TELEGRAM.value, outcome.value)

    def received(self, door_kind: str, count: int) -> None:
        """Counted."""
        self._received.labels(_door(door_kind)).inc(count)

    def step(self, seconds: float, steps: int) -> None:
        """Every message of the batch waited for the whole of it."""
        for _ in range(steps):
            self._step.observe(seconds)

    def trouble(self) -> None:
        """Counted."""
        self._trouble.inc()

    def set_aside(self, reason: str) -> None:
        """Counted."""
        self._set_aside.labels(self._known("reason", reason)).inc()

    def delivered(self, door_kind: str, outcome: Delivered) -> None:
        """Counted."""
        self._delivered.labels(_door(door_kind), Delivered(outcome).value).inc()

    def too_many(self) -> None:
        """Counted."""
        self._too_many.inc()

    def polled(self, outcome: Polled) -> None:
        """Counted."""
        self._polled.labels(Polled(outcome).value).inc()

    def translated(self, provider: str, outcome: Translated, seconds: float) -> None:
        """Counted and timed."""
        name = self._known("provider", provider)
        self._translated.labels(name, Translated(outcome).value).inc()
        self._translation_s.labels(name).observe(seconds)

    def translator(self, provider: str, well: bool) -> None:
        """Shown as it was last told."""
        self._translator_up.labels(self._known("provider", provider)).set(well)

    def fetched(self, outcome: Fetched) -> None:
        """Counted."""
        self._fetched.labels(Fetched(outcome).value).inc()

    def _counter(self, name: str, sentence: str, *labels: str) -> Counter:
        return Counter(f"{PREFIX}_{name}", sentence, labels, registry=self.registry)

    def _histogram(self, name: str, sentence: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", sentence, labels, buckets=buckets, registry=self.registry)

    def _known(self, label: str, name: str) -> str:
        """The name if it looks like one of a program and is among the first; anything else is `other`."""
        with self._lock:
            names = self._names[label]
            if name not in names and (len(names) == MAX_NAMES or not _NAME.fullmatch(name)):
                return OTHER
            names.add(name)
        return name


def _door(kind: str) -> str:
    return kind if kind in set(DoorKind) else OTHER


def application(meters: PrometheusMeters, database: Database, clock: Clock) -> Starlette:
    """Only `/metrics`, for a port that nobody outside reaches; a database that does not answer is one of its facts."""

    def ask() -> Queues:
        with database.reading() as session:
            return queues.look(session, clock.now(), several_workers=database.shared)

    patient = Patient(ask)

    async def metrics(_request: Request) -> Response:
        found = CollectorRegistry()
        found.register(_Found(await patient.answer()))
        return Response(
            generate_latest(meters.registry) + generate_latest(found), media_type=CONTENT_TYPE_LATEST
        )

    def problem(_request: Request) -> Response:
        return PlainTextResponse("failed\n", status_code=500)

    return Starlette(routes=[Route("/metrics", metrics)], middleware=[Middleware(Guard, problem=problem)])


class _Found(Collector):
    """What the database said, as gauges; without an answer only that there was none."""

    def __init__(self, found: Queues | None) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge once."""
        found = self._found
        yield _gauge("database_up", "Whether the database answered this question in time.", found is not None)
        if found is None:
            return
        sent, at_the_door = (found.doors[kind] for kind in (DoorKind.TELEGRAM, DoorKind.WEB))
        yield _by_door("outgoing_waiting", "Messages that wait to be sent.", sent.waiting)
        yield _by_door("outgoing_oldest_seconds", "Age of the oldest message not sent.", sent.oldest_s)
        yield _by_door("edits_waiting", "Shown messages that wait to be changed.", sent.edits)
        yield _gauge("at_the_door", "Messages that no web page has fetched yet.", at_the_door.waiting)
        yield _gauge("at_the_door_oldest_seconds", "Age of the oldest of these.", at_the_door.oldest_s)
        yield _gauge("files_waiting", "Files that wait to be fetched and checked.", found.files)
        yield _gauge("translations_waiting", "Texts that wait for a translator.", found.translations)
        yield _gauge("dead_letters", "Messages set aside.", found.dead_letters)
        if found.workers is not None:
            yield _gauge("workers", "Workers whose lease is alive.", found.workers)


def _gauge(name: str, sentence: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", sentence, value=float(value))


def _by_door(name: str, sentence: str, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", sentence, labels=["door"])
    family.add_metric([DoorKind.TELEGRAM.value], float(value))
    return family
